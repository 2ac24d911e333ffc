"""An account among the others of its group: the tree around it, and the status of all below."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.choices import Status
from accounts.models import Account

SHOWN = 200  # accounts of a tree drawn on a page
COLUMNS = (
    "parent",
    "name",
    "name_fold",
    "type",
    "lft",
    "rght",
    "level",
    "archived_on",
    "espace",
    "logo",
    "logo_ground",
)


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
    below = Q(lft__gt=account.lft, rght__lt=account.rght)
    beside = Q(parent=account.parent_id) if account.parent_id else Q(pk__in=[])
    rows = account.espace.accounts.filter(tree_id=account.tree_id).with_status(on)
    found = list(rows.filter(above | below | beside).only(*COLUMNS).order_by("lft"))
    return Group(_siblings_by_name(found[:SHOWN]), _consolidated(account, found, on))


def _consolidated(account: Account, rows: list[Account], on: date) -> Consolidated | None:
    present = [row for row in rows if not row.is_archived(on)]
    below = [row for row in present if account.lft < row.lft and row.rght < account.rght]
    family = below + [row for row in present if row.pk == account.pk]
    if account.is_leaf or not family:
        return None
    giver = min(
        family, key=lambda row: (Status(row.status).rank, row.pk != account.pk, row.name_fold, row.pk)
    )
    counts = Counter(row.status for row in below)
    return Consolidated(Status(giver.status), giver, {status.value: counts[status] for status in Status})


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
