"""Many relances planned at once, one an account."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from django.core.exceptions import ValidationError

from accounts.models import Account, Relance
from accounts.services.account import active_member
from accounts.services.relance.days import PAST_DAY, last_day
from accounts.services.relance.reason import NO_REASON, reasons_of
from crm.actor import Actor
from crm.models import Espace, Membership
from crm.writing import Writing, check, writing

AT_MOST = 1_000  # accounts at once


class LeftOut(Enum):
    """Why an account is given no relance among many; somebody may still plan one for it alone."""

    ARCHIVED = auto()
    SILENCED = auto()
    PLANNED = auto()  # it has one already


@dataclass(frozen=True, slots=True)
class Choice:
    """Accounts to plan a relance for, by name, and those that are left out."""

    accounts: list[Account]
    left_out: dict[LeftOut, list[Account]]

    def __len__(self) -> int:
        return len(self.accounts) + sum(map(len, self.left_out.values()))


@dataclass(frozen=True, slots=True)
class Planned:
    """The relances that were planned, and the accounts that were left out."""

    relances: list[Relance]
    left_out: dict[LeftOut, list[Account]]


def plan_relances(
    *,
    by: Actor,
    espace: Espace,
    today: date,
    accounts: Collection[int],
    assignee: int | None = None,
    before_bascule: bool = False,
    **values,
) -> Planned:
    """Plan one relance for each of these accounts (ids) but those that choice_of() leaves out.

    assignee: a member's id, or None for the owner of each account; who plans it, where there is none.
    before_bascule: whether each is due on the last working day before its account's bascule; on `due_on`
    where there is none, or no such day is left. values: columns of Relance.
    Raises ValidationError, by field where there is one: all are planned or none.
    Side effects: Relance rows.
    """
    with writing(by, "relance.assign", espace.pk) as write:
        if len(accounts) > AT_MOST:
            raise ValidationError(f"Au plus {AT_MOST} comptes à la fois : resserrez le filtre.")
        choice = choice_of(write.espace, accounts, today)
        if len(choice) < len(set(accounts)):
            raise ValidationError("Un compte choisi n'existe plus : revenez à la liste.")
        if not choice.accounts:
            raise ValidationError("Aucun de ces comptes n'est à relancer.")
        if values["due_on"] < today:
            raise ValidationError({"due_on": PAST_DAY})
        member = active_member(write, assignee, column="assignee")
        reasons = reasons_of(write.espace, [account.pk for account in choice.accounts], today)
        relances = []
        for account in choice.accounts:
            reason, own = reasons.get(account.pk, NO_REASON), dict(values)
            if before_bascule and (last := last_day(reason.until, today=today)):
                own["due_on"] = last
            relances.append(_relance(account, reason, member or _usual(write, account), own))
        for relance in relances[:1]:  # they are alike
            check(relance)
        write.add_all(relances)
        return Planned(relances, choice.left_out)


def choice_of(espace: Espace, accounts: Collection[int], today: date) -> Choice:
    """These accounts (ids), sorted out, in two queries."""
    rows = espace.accounts.filter(pk__in=accounts).select_related("owner__user")
    rows = list(rows.order_by("name_fold", "pk"))
    planned = Relance.objects.open().filter(account__in=[account.pk for account in rows])
    planned = set(planned.values_list("account_id", flat=True))
    choice = Choice([], {})
    for account in rows:
        why = _why_left_out(account, planned, today)
        (choice.left_out.setdefault(why, []) if why else choice.accounts).append(account)
    return choice


def _why_left_out(account: Account, planned: set[int], today: date) -> LeftOut | None:
    if account.is_archived(today):
        return LeftOut.ARCHIVED
    if account.is_silenced(today):
        return LeftOut.SILENCED
    return LeftOut.PLANNED if account.pk in planned else None


def _relance(account: Account, reason, member: Membership, values: dict) -> Relance:
    return Relance(
        espace_id=account.espace_id,
        account=account,
        assignee=member,
        cause=reason.status,
        cause_until=reason.until,
        **values,
    )


def _usual(write: Writing, account: Account) -> Membership:
    if account.owner is not None and account.owner.is_active:
        return account.owner
    if write.by.membership is None:
        raise ValidationError({"assignee": f"« {account} » n'a pas de responsable : choisissez un membre."})
    return write.by.membership
