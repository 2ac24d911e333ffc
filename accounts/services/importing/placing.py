"""New accounts put in their trees and written, many at a time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from accounts.models import Account, AccountTag
from accounts.models.derived import fold
from accounts.models.tag import tags_named
from accounts.services.importing.reading import Row
from accounts.services.status import refresh
from accounts.services.tree import Place, places
from crm.models import Espace

BATCH = 500  # rows written, or ids asked for, in one statement
BROKEN = (
    "L'arbre de son compte parent est abîmé : lancez manage.py tree_check --repair, puis importez à nouveau."
)


@dataclass(frozen=True, slots=True)
class Placement:
    """New rows with their places, parents first, and the accounts of the trees that they grow."""

    new: dict[Row, Place]
    present: dict[int, Account]
    found: dict[int, Place]  # where the accounts present will be


def place(rows: list[Row], *, espace: Espace) -> Placement:
    """Find the places of new accounts, last among their parents' children.

    rows: parents first. One that goes into a broken tree is refused, as are those below it.
    Side effects: none but on the rows.
    """
    present = _grown_trees({row.above for row in rows if isinstance(row.above, int)}, espace)
    parent_of = {pk: account.parent_id for pk, account in present.items()}
    for row in rows:
        under_broken = isinstance(row.above, int) and row.above not in present
        if under_broken or (isinstance(row.above, Row) and row.above.refusals):
            row.refusals.append(BROKEN)
        else:
            parent_of[row] = row.above
    found = places(parent_of)
    new = {ref: place for ref, place in found.items() if isinstance(ref, Row)}
    return Placement(new, present, {pk: found[pk] for pk in present})


def _grown_trees(parent_ids: Iterable[int], espace: Espace) -> dict[int, Account]:
    """The accounts of the sound trees that hold these parents, in preorder."""
    tree_ids = set()
    for batch in _batches(sorted(parent_ids)):
        tree_ids |= set(Account.objects.filter(pk__in=batch).values_list("tree_id", flat=True))
    trees = defaultdict(list)
    for batch in _batches(sorted(tree_ids)):
        accounts = Account.objects.filter(espace=espace, tree_id__in=batch).order_by("tree_id", "lft")
        for account in accounts.only("parent", "tree_id", "lft", "rght", "level"):
            trees[account.tree_id].append(account)
    return {account.pk: account for tree in trees.values() if _is_sound(tree) for account in tree}


def _is_sound(tree: list[Account]) -> bool:
    found = places({account.pk: account.parent_id for account in tree})
    return len(found) == len(tree) and all(
        found[a.pk] == Place(tree[0].pk, a.lft, a.rght, a.level) for a in tree
    )


def write(placement: Placement, *, espace: Espace) -> None:
    """Write placed rows. The caller holds the espace's lock, and has held it since place().

    Side effects: Account rows, places of the accounts already in their trees, Tag rows and links, timelines.
    """
    _make_room(placement)
    pk_of = _create(placement, espace)
    _link_tags(pk_of, espace)
    refresh(account_ids=pk_of.values(), espace=espace)


def _make_room(placement: Placement) -> None:
    moved = []
    for pk, account in placement.present.items():
        place = placement.found[pk]
        if (account.lft, account.rght) != (place.lft, place.rght):
            account.lft, account.rght = place.lft, place.rght
            moved.append(account)
    Account.objects.bulk_update(moved, ["lft", "rght"], BATCH)


def _create(placement: Placement, espace: Espace) -> dict[Row, int]:
    """The ids of the new accounts, created level by level, since a parent's id comes first."""
    tree_of = {pk: account.tree_id for pk, account in placement.present.items()}
    new_roots = [row for row, place in placement.new.items() if place.root is row]
    tree_of |= zip(new_roots, Account.objects.next_tree_ids(len(new_roots)), strict=True)
    pk_of: dict[Row, int] = {}
    by_level = sorted(placement.new.items(), key=lambda placed: placed[1].level)
    for _, placed in groupby(by_level, key=lambda placed: placed[1].level):
        level = list(placed)
        accounts = [
            Account(
                espace=espace,
                name=row.name,
                type=row.type,
                website=row.website,
                created_on=row.created_on,
                owner_id=row.owner_id,
                parent_id=pk_of.get(row.above, row.above),
                tree_id=tree_of[place.root],
                lft=place.lft,
                rght=place.rght,
                level=place.level,
            )
            for row, place in level
        ]
        Account.objects.bulk_create(accounts)
        pk_of |= {row: account.pk for (row, _), account in zip(level, accounts, strict=True)}
    return pk_of


def _link_tags(pk_of: dict[Row, int], espace: Espace) -> None:
    tags = tags_named((name for row in pk_of for name in row.tags), espace_id=espace.pk)
    tag_of = {tag.name_fold: tag.pk for tag in tags}
    AccountTag.objects.bulk_create(
        AccountTag(content_object_id=pk, tag_id=tag_id)
        for row, pk in pk_of.items()
        for tag_id in dict.fromkeys(tag_of[fold(name)] for name in row.tags)
    )


def _batches(ids: list[int]) -> Iterable[list[int]]:
    return (ids[n : n + BATCH] for n in range(0, len(ids), BATCH))
