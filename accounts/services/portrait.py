"""All that an account's page shows, read in one place."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Account, Affaire, Contact, Opportunite, Projet, Relance
from accounts.services.explanation import Explanation, explain
from accounts.services.group import Consolidated, group_of
from accounts.services.status import facts_from
from accounts.services.timeline import Period, months_before, periods

SHOWN = 8  # rows of each kind on the page; a link opens them all


@dataclass(frozen=True)
class Portrait:
    """An account on a day. explanation: None when it does not exist yet. Amounts are euros before tax.

    relances: those to be done now, whatever the day.
    """

    account: Account
    explanation: Explanation | None
    timeline: list[Period]
    consolidated: Consolidated | None
    tree: list[Account]
    affaires: list[Affaire]
    opportunites: list[Opportunite]
    projets: list[Projet]
    contacts: list[Contact]
    relances: list[Relance]
    running: int
    signed_in_12_months: Decimal
    negotiated: Decimal


def portrait(account: Account, on: date) -> Portrait:
    """Read an account as it is on a day, in 6 queries whatever its size."""
    affaires = sorted(account.affaires.all(), key=lambda row: row.starts_on, reverse=True)
    opportunites = sorted(
        account.opportunites.all(),
        key=lambda row: (row.is_open, row.closed_on or row.opened_on),
        reverse=True,
    )
    facts = facts_from(account.created_on, affaires, opportunites)
    signed_since = months_before(on, 12)
    group = group_of(account, on)
    return Portrait(
        account=account,
        explanation=explain(facts, on),
        timeline=periods(facts),
        consolidated=group.consolidated,
        tree=group.tree,
        affaires=affaires,
        opportunites=opportunites,
        projets=list(account.projets.order_by("name_fold")),
        contacts=_contacts(account, on),
        relances=list(account.relances.to_do()),
        running=sum(row.is_running(on) for row in affaires),
        signed_in_12_months=_total(
            row for row in affaires if row.counts and signed_since < row.starts_on <= on
        ),
        negotiated=_total(row for row in opportunites if row.was_open(on)),
    )


def _contacts(account: Account, on: date) -> list[Contact]:
    """The main one first, those who left by that day last."""
    rows = account.contacts.order_by("-is_main", "name_fold", "pk")
    return sorted(rows, key=lambda row: row.left_on is not None and row.left_on <= on)


def _total(rows) -> Decimal:
    return sum((row.amount for row in rows if row.amount), Decimal())
