"""An account among the others of its group: the tree around it, and the status of all below."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, F, Q, Value, When, Window
from django.db.models.functions import FirstValue

from accounts.choices import Status
from accounts.models import Account

SHOWN = 200  # accounts of a tree drawn on a page


@dataclass(frozen=True)
class Consolidated:
    """The best status of an account and all below it; counts is about those below only."""

    status: Status
    giver: Account
    counts: dict[str, int]


@dataclass(frozen=True)
class Group:
    """The tree around an account, in preorder, siblings by name, with `level` and `status`; empty when alone.

    consolidated: None without sub-accounts, or when none exists on the day.
    """

    tree: list[Account]
    consolidated: Consolidated | None


def group_of(account: Account, on: date) -> Group:
    """The group of an account as it is on a day, in one query.

    Beyond SHOWN accounts, the tree has the first ones only; those above the account, beside it and below it.
    The consolidated status leaves out the archived; the account itself gives it first, then the others by
    name.
    """
    if account.parent_id is None and account.is_leaf:
        return Group([], None)
    above = Q(lft__lte=account.lft, rght__gte=account.rght)
    beside = Q(parent=account.parent_id) if account.parent_id else Q(pk__in=[])
    rows = account.espace.accounts.filter(tree_id=account.tree_id).with_status(on)
    rows = rows.filter(above | _below(account) | beside).with_rank().annotate(**_windows(account, on))
    found = list(rows.order_by("lft")[:SHOWN])
    return Group(_siblings_by_name(found), None if account.is_leaf else _consolidated(found))


def _below(account: Account) -> Q:
    return Q(lft__gt=account.lft, rght__lt=account.rght)


def _windows(account: Account, on: date) -> dict[str, Window]:
    """What each row tells of all of them, those beyond SHOWN too: who gives the status, and the counts."""
    present = Q(archived_on__isnull=True) | Q(archived_on__gt=on)
    family = present & (Q(pk=account.pk) | _below(account))
    best_first = [
        Case(When(family, then=Value(0)), default=Value(1)),
        F("rank"),
        Case(When(pk=account.pk, then=Value(0)), default=Value(1)),
        F("name_fold"),
        F("pk"),
    ]
    givers = {
        f"giver_{column}": Window(FirstValue(column), order_by=best_first)
        for column in ("pk", "name", "status")
    }
    counts = {
        f"below_{status.value}": Window(
            Count(Case(When(_below(account) & present & Q(status=status.value), then=Value(1))))
        )
        for status in Status
    }
    return givers | counts | {"family_size": Window(Count(Case(When(family, then=Value(1)))))}


def _consolidated(rows: list[Account]) -> Consolidated | None:
    if not rows or not rows[0].family_size:
        return None
    first = rows[0]
    return Consolidated(
        Status(first.giver_status),
        Account(pk=first.giver_pk, name=first.giver_name),
        {status.value: getattr(first, f"below_{status.value}") for status in Status},
    )


def _siblings_by_name(accounts: list[Account]) -> list[Account]:
    below = defaultdict(list)
    for account in accounts:
        below[account.parent_id].append(account)
    ordered, to_do = [], accounts[:1]
    while to_do:
        account = to_do.pop()
        ordered.append(account)
        to_do += sorted(below[account.pk], key=lambda child: child.name_fold, reverse=True)
    return ordered
