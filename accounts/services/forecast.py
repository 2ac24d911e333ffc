"""« Et si ? »: what an account's status becomes by a change of its business, in a sentence."""

from dataclasses import dataclass, replace
from datetime import date

from accounts.choices import Status
from accounts.models import Account, Affaire, Opportunite
from accounts.services.status import facts_of, what_if
from accounts.services.timeline import Facts, Period, period_on, periods
from crm.french import day as written


@dataclass(frozen=True, slots=True)
class Forecast:
    """The timelines of an account without and with a change, seen from a day.

    before: empty for an account that the change itself creates.
    """

    account: str
    before: list[Period]
    after: list[Period]
    day: date

    @property
    def status_before(self) -> Status | None:
        return _status(period_on(self.before, self.day))

    @property
    def status_after(self) -> Status | None:
        return _status(period_on(self.after, self.day))

    @property
    def coming(self) -> Period | None:
        """What follows by itself once the change is made."""
        return _following(self.after, self.day)

    def sentence(self, *, saved: bool = False) -> str:
        """« Natixis deviendra Actif (Délaissé aujourd'hui), puis Délaissé le 4 avril 2027. »

        saved: the change is made, so the sentence tells what is instead of what will be.
        """
        was, now, coming = self.status_before, self.status_after, self.coming
        if now is None:
            return f"{self.account} deviendra {coming.status.label} le {written(coming.starts_on)}."
        if was == now and coming and coming.status.rank < now.rank:
            return (
                f"{self.account} deviendra {coming.status.label} le {written(coming.starts_on)} "
                f"({now.label} jusque-là)."
            )
        return (
            f"{self.account} {_verb(was, now, saved)} {now.label}{_former(was, now, saved)}"
            f"{self._then(saved)}."
        )

    def _then(self, saved: bool) -> str:
        coming, coming_before = self.coming, _following(self.before, self.day)
        if coming is None:
            lasts_longer = coming_before and self.status_before == self.status_after
            return ", sans changement prévu" if lasts_longer else ""
        turns = "et deviendra" if saved else "puis"
        then = f", {turns} {coming.status.label} le {written(coming.starts_on)}"
        same_turn = (
            coming_before
            and self.status_before == self.status_after
            and coming_before.status == coming.status
            and coming_before.starts_on != coming.starts_on
        )
        return then + (f" au lieu du {written(coming_before.starts_on)}" if same_turn else "")


def forecasts(
    account: Account, *rows: Affaire | Opportunite, today: date, left: Account | None = None
) -> list[Forecast]:
    """What these unsaved rows, each in the place of the stored one, make of their account's status.

    account: may be unsaved too. left: the account that the rows leave for this one.
    """
    before = periods(facts_of([account])[account.pk]) if account.pk else []
    found = [Forecast(account.name, before, periods(what_if(account, *rows)), today)]
    if left is not None and left != account:
        facts = facts_of([left])[left.pk]
        found.append(Forecast(left.name, periods(facts), periods(_without(facts, rows)), today))
    return found


def backdated(account: Account, created_on: date, *, today: date) -> Forecast:
    """What another entry into the portfolio makes of an account's status; `account` may be unsaved."""
    facts = facts_of([account])[account.pk] if account.pk else Facts(account.created_on)
    before = periods(facts) if account.pk else []
    return Forecast(account.name, before, periods(replace(facts, created_on=created_on)), today)


def _without(facts: Facts, rows: tuple[Affaire | Opportunite, ...]) -> Facts:
    return Facts(
        facts.created_on,
        tuple(span for span in facts.affaires if span.row not in rows),
        tuple(span for span in facts.opportunites if span.row not in rows),
    )


def _following(timeline: list[Period], day: date) -> Period | None:
    return next((period for period in timeline if period.starts_on > day), None)


def _status(period: Period | None) -> Status | None:
    return period and period.status


def _verb(was: Status | None, now: Status, saved: bool) -> str:
    if was is None:
        return "est" if saved else "sera"
    if was == now:
        return "reste" if saved else "restera"
    return "est maintenant" if saved else "deviendra"


def _former(was: Status | None, now: Status, saved: bool) -> str:
    if was is None or was == now:
        return ""
    return f" ({was.label} jusqu'ici)" if saved else f" ({was.label} aujourd'hui)"
