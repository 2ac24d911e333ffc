"""The status engine: dated facts in, periods out. Pure: no database, no clock.

Each fact keeps an account in a status for an interval of days; on any day the best of those statuses holds.
So the rules are written once, as intervals (`_reaches`), and everything else (badge, filter, counts,
forecast, explanation) derives from them. Source: README, « Les statuts ».
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from accounts.choices import Status

RECENT_MONTHS = 3  # "moins de 3 mois"
STALE_MONTHS = 6
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of business: from `starts_on` to `ends_on` included, None while it lasts."""

    starts_on: date
    ends_on: date | None = None
    row: object = None  # whose business it is, for the explanation


@dataclass(frozen=True, slots=True)
class Facts:
    """All that an account's status depends on.

    affaires: signed ones only, each until its effective end. opportunites: each until its actual closing.
    """

    created_on: date
    affaires: tuple[Span, ...] = ()
    opportunites: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """`status` from `starts_on` until the day before `ends_before`, None when it never ends by itself."""

    status: Status
    starts_on: date
    ends_before: date | None

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_before is None or day < self.ends_before)


@dataclass(frozen=True, slots=True)
class Reach:
    """A fact keeps the account in `status` from `starts_on` until the day before `ends_before`."""

    status: Status
    starts_on: date
    ends_before: date | None
    kind: str  # "affaire", "opportunite" or "creation"
    span: Span | None = None


def months_before(day: date, months: int) -> date:
    """The day `months` calendar months earlier, clamped to the month's last day (31 May - 3: 28 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def roll(day: date, months: int) -> date | None:
    """The day `months` calendar months later; one that does not exist rolls over to the next month's 1st.

    So roll(d + 1 day, 3) is the first day on which d is before m3. None past the calendar's end.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > MAXYEAR:
        return None
    if day.day <= calendar.monthrange(year, month + 1)[1]:
        return date(year, month + 1, day.day)
    return date(year, month + 2, 1)  # never December, which has 31 days


def _day_after(day: date | None, months: int) -> date | None:
    """First day on which an end or a closing is older than `months`; None for what has not ended."""
    if day is None or day == date.max:
        return None
    return roll(day + DAY, months)


def reaches(facts: Facts) -> Iterator[Reach]:
    """The rules: which status each fact gives, and for how long."""
    for span in facts.affaires:
        yield Reach(Status.ACTIF, span.starts_on, _day_after(span.ends_on, RECENT_MONTHS), "affaire", span)
    for span in facts.opportunites:
        yield Reach(
            Status.PROSPECT, span.starts_on, _day_after(span.ends_on, RECENT_MONTHS), "opportunite", span
        )
    yield Reach(Status.PROSPECT, facts.created_on, roll(facts.created_on, RECENT_MONTHS), "creation")

    for kind, spans in (("affaire", facts.affaires), ("opportunite", facts.opportunites)):
        for span in spans:
            if span.ends_on is not None:
                yield Reach(
                    Status.DELAISSE, span.starts_on, _day_after(span.ends_on, STALE_MONTHS), kind, span
                )
    # Without any business only: the first piece of business ends this reach for good.
    first_business = min((span.starts_on for span in facts.affaires + facts.opportunites), default=date.max)
    stale = _day_after(facts.created_on, STALE_MONTHS) or date.max
    if facts.created_on < first_business:
        yield Reach(Status.DELAISSE, facts.created_on, min(stale, first_business), "creation")


def periods(facts: Facts) -> list[Period]:
    """The timeline of an account from its first day: gapless, neighbours differ, the last one open."""
    alive = [0] * len(Status)
    changes: dict[date, list[tuple[int, int]]] = {}
    for reach in reaches(facts):
        changes.setdefault(reach.starts_on, []).append((reach.status.rank, 1))
        if reach.ends_before is not None:
            changes.setdefault(reach.ends_before, []).append((reach.status.rank, -1))
    alive[Status.INACTIF.rank] = 1  # everything else

    turns: list[tuple[date, Status]] = []
    for day in sorted(changes):
        for rank, change in changes[day]:
            alive[rank] += change
        status = next(status for status in Status if alive[status.rank])
        if not turns or turns[-1][1] != status:
            turns.append((day, status))
    ends = [day for day, _ in turns[1:]] + [None]
    return [Period(status, day, end) for (day, status), end in zip(turns, ends, strict=True)]


def period_on(timeline: list[Period], day: date) -> Period | None:
    """The period that holds a day; None before the account exists."""
    return next((period for period in timeline if period.holds_on(day)), None)


def status_on(day: date, facts: Facts) -> tuple[Status | None, date | None]:
    """Status of an account on a day, and the first day on which it would change with no new fact.

    Days are calendar days in the espace's time zone. Facts that begin after `day` do not exist yet, so the
    past can be asked as well as the present. None for a status: the account does not exist yet; None for
    a day: never. Source: README, « Les statuts ».
    """
    timeline = periods(facts)
    period = period_on(timeline, day)
    if period is None:
        return None, timeline[0].starts_on
    return period.status, period.ends_before
