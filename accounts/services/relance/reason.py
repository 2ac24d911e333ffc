"""Why an account is to be followed up, and the relances that close themselves once the reason has gone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from accounts.choices import Stage, Status
from accounts.models import Account, Affaire, Contact, Opportunite, Relance
from accounts.services.timeline import RECENT_MONTHS, months_before
from crm.models import Espace
from crm.writing import Writing

BAD = {Status.DELAISSE, Status.INACTIF}


@dataclass(frozen=True, slots=True)
class Reason:
    """status: the code of one that is bad, or about to be lost; "" when there is nothing to be done.

    until: the first day of a worse status, None when none is in sight.
    """

    status: str = ""
    until: date | None = None


NO_REASON = Reason()


def reasons_of(espace: Espace, accounts: Iterable[int], today: date) -> dict[int, Reason]:
    """Why each of these accounts (ids) is to be followed up, in one query; those without reason left out."""
    rows = espace.accounts.with_status(today).with_next_status().filter(pk__in=accounts)
    found = {row.pk: _reason(row) for row in rows}
    return {pk: reason for pk, reason in found.items() if reason != NO_REASON}


def _reason(account: Account) -> Reason:
    """account: with_status() and with_next_status()."""
    loses = account.next_status and Status(account.next_status) in Status(account.status).worse
    if not loses and account.status not in BAD:
        return NO_REASON
    return Reason(account.status, account.status_until if loses else None)


class Weight(IntEnum):
    """How much business does for the status of its account, on a day and later."""

    NONE = 0
    OVER = 1  # it ended recently
    ENDING = 2
    ENDLESS = 3


def weight_of(business: Affaire | Opportunite, today: date) -> Weight:
    """NONE unless it makes its account Actif or Prospect, today or later."""
    is_affaire = isinstance(business, Affaire)
    if is_affaire and not business.counts:
        return Weight.NONE
    end = business.effective_end if is_affaire else business.closed_on
    if end is None:
        return Weight.ENDLESS
    if is_affaire and end >= today:
        return Weight.ENDING
    return Weight.OVER if end >= months_before(today, RECENT_MONTHS) else Weight.NONE


def close_relances(write: Writing, *business: Affaire | Opportunite, former: Weight | None = None) -> None:
    """Close the relances whose reason has gone, now that these have come to their accounts, or weigh more.

    former: what they weighed at these accounts before, None where they were not there. What is too old to
    make a status better closes none; a relance about an opportunité that is still open stays.
    Side effects: Relance rows, closed today, with an outcome that says why.
    """
    for row in business:
        if weight_of(row, write.today) <= (former or Weight.NONE):
            continue
        planned = Relance.objects.open().filter(espace=write.espace, account=row.account_id)
        planned = planned.exclude(cause="").exclude(opportunite__stage=Stage.EN_COURS)
        for relance in planned.order_by("pk"):
            write.remember(relance)
            closed = {"done_on": write.today, "closed_itself": True, "outcome": _told(row, former)}
            write.change(relance, closed)


def _told(business: Affaire | Opportunite, former: Weight | None) -> str:
    what = "est arrivée" if former is None else "a repris"
    return f"Close d'elle-même : l'{business._meta.verbose_name} « {business} » {what}."


def follow_opportunite(write: Writing, opportunite: Opportunite) -> None:
    """Have the relances about an opportunité follow it to its account, without the contact of the former.

    Side effects: Relance rows.
    """
    for relance in opportunite.relances.exclude(account=opportunite.account_id).order_by("pk"):
        write.remember(relance)
        write.change(relance, {"account": opportunite.account, "contact": None})


def leave_contact(write: Writing, contact: Contact) -> None:
    """Have the relances of other accounts than a contact's no longer name it. Side effects: Relance rows."""
    for relance in contact.relances.exclude(account=contact.account_id).order_by("pk"):
        write.remember(relance)
        write.change(relance, {"contact": None})
