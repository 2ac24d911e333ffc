"""An account among the others of its group: the tree around it, and the status of all below."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Q, Value, When

from accounts.choices import Status
from accounts.models import Account

SHOWN = 200  # accounts of a tree drawn on a page


@dataclass(frozen=True)
class Consolidated:
    """The best status of an account and all below it; counts is about those below only."""

    status: Status
    giver: Account
    counts: dict[str, int]


def consolidated(account: Account, on: date) -> Consolidated | None:
    """The consolidated status on a day, in two queries; None without sub-accounts, or when none exists then.

    The archived are left out. It is given by the account itself first, then by name.
    """
    if account.is_leaf:
        return None
    espace = account.espace
    family = espace.accounts.in_trees([account]).unarchived(on).with_status(on)
    itself_first = Case(When(pk=account.pk, then=Value(0)), default=Value(1))
    giver = (
        family.with_rank().annotate(later=itself_first).order_by("rank", "later", "name_fold", "pk").first()
    )
    if giver is None:
        return None
    counted = dict(family.exclude(pk=account.pk).values_list("status").annotate(n=Count("pk")))
    return Consolidated(Status(giver.status), giver, {s.value: counted.get(s.value, 0) for s in Status})


def tree_around(account: Account, on: date) -> list[Account]:
    """The account's tree with each one's status, in preorder, siblings by name, with `level`; in one query.

    Beyond SHOWN accounts, the first ones only; those above the account, beside it and below it.
    """
    if account.parent_id is None and account.is_leaf:
        return []
    rows = account.espace.accounts.filter(tree_id=account.tree_id).with_status(on).order_by("lft")
    above = Q(lft__lte=account.lft, rght__gte=account.rght)
    below = Q(lft__gt=account.lft, rght__lt=account.rght)
    beside = Q(parent=account.parent_id) if account.parent_id else Q(pk__in=[])
    return _siblings_by_name(list(rows.filter(above | below | beside)[:SHOWN]))


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
