"""mptt's columns computed from `parent`, which is the truth: for bulk creation, the check and the repair."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction

from accounts.models import Account
from crm.actor import SYSTEM
from crm.journal import Action, Line, record
from crm.models import Espace


@dataclass(frozen=True, slots=True)
class Place:
    """A node's place: its tree's root, the numbers met on the way down and up, its depth (0 for a root)."""

    root: Hashable
    lft: int
    rght: int
    level: int


def places(parent_of: dict[Hashable, Hashable | None]) -> dict[Hashable, Place]:
    """The place of each node, in preorder, children in the order given.

    parent_of: each node's parent, None for a root. Nodes on a cycle, or below one, have no place.
    """
    children = defaultdict(list)
    for node, parent in parent_of.items():
        children[parent].append(node)
    found: dict[Hashable, Place] = {}
    for root in children.pop(None, []):
        counter = 0
        open_nodes: dict[Hashable, int] = {}
        to_do = [(root, 0, False)]
        while to_do:
            node, level, leaving = to_do.pop()
            counter += 1
            if leaving:
                found[node] = Place(root, open_nodes[node], counter, level)
                continue
            open_nodes[node] = counter
            found[node] = None  # holds the node's turn, so that the result is in preorder
            to_do.append((node, level, True))
            to_do.extend((child, level + 1, False) for child in reversed(children.get(node, [])))
    return found


def broken_trees() -> tuple[list[int], int]:
    """The tree_ids whose columns disagree with `parent`, and how many trees there are in all."""
    rows = Account.objects.order_by("tree_id", "lft", "pk").values_list(
        "tree_id", "pk", "parent_id", "espace_id", "lft", "rght", "level"
    )
    broken, total = [], 0
    for tree_id, tree in groupby(rows.iterator(), key=lambda row: row[0]):
        total += 1
        if not _is_sound(list(tree)):
            broken.append(tree_id)
    return broken, total


def _is_sound(rows: list[tuple]) -> bool:
    stored = {pk: (lft, rght, level) for _, pk, _, _, lft, rght, level in rows}
    parents = {pk: parent for _, pk, parent, *_ in rows}  # in the order of lft, so that siblings keep theirs
    right = places(parents)
    one_root = sum(parent is None for parent in parents.values()) == 1
    one_espace = len({row[3] for row in rows}) == 1
    return one_root and one_espace and stored == {pk: (p.lft, p.rght, p.level) for pk, p in right.items()}


@transaction.atomic
def repair_tree(tree_id: int) -> list[Account]:
    """Renumber, from `parent`, the trees that a broken tree's accounts really belong to.

    Each gets a fresh tree_id. Returns the accounts that cannot be placed, their parents making a cycle.
    Side effects: tree_id, lft, rght and level of those accounts, a line of the journal.
    """
    espaces = Account.objects.filter(tree_id=tree_id).values("espace")
    locked = list(Espace.objects.select_for_update(no_key=True).filter(pk__in=espaces).order_by("pk"))
    component = _component(set(Account.objects.filter(tree_id=tree_id).values_list("pk", flat=True)))
    accounts = {a.pk: a for a in Account.objects.filter(pk__in=component).order_by("tree_id", "lft", "pk")}
    found = places({pk: account.parent_id for pk, account in accounts.items()})
    roots = list(dict.fromkeys(place.root for place in found.values()))
    tree_of = dict(zip(roots, Account.objects.next_tree_ids(len(roots)), strict=True))
    for pk, place in found.items():
        account = accounts[pk]
        account.tree_id, account.level = tree_of[place.root], place.level
        account.lft, account.rght = place.lft, place.rght
    Account.objects.bulk_update([accounts[pk] for pk in found], ["tree_id", "lft", "rght", "level"], 500)
    for espace in locked:
        record(
            by=SYSTEM, espace=espace, lines=[Line(Action.CHANGED, espace, words="Arbre de comptes réparé")]
        )
    return [account for pk, account in accounts.items() if pk not in found]


def _component(ids: set[int]) -> set[int]:
    """These accounts and all that `parent` ties them to, up and down."""
    reached, border = set(ids), set(ids)
    while border:
        up = Account.objects.filter(children__in=border).values_list("pk", flat=True)
        down = Account.objects.filter(parent__in=border).values_list("pk", flat=True)
        border = ({*up} | {*down}) - reached
        reached |= border
    return reached
