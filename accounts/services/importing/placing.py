"""New accounts put in their trees and written, many at a time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from accounts.models import Account, AccountTag, Tag
from accounts.models.derived import fold
from accounts.services.importing.reading import Row
from accounts.services.logo.keeping import look_for
from accounts.services.status import refresh
from accounts.services.tag import known_or_new
from accounts.services.tree import Place, places
from crm.journal import Action, Line, differences, values_of
from crm.models import Espace
from crm.writing import Writing

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


def write_placed(placement: Placement, write: Writing) -> None:
    """Write placed rows, under the lock that is held since place().

    Side effects: Account rows, places of the accounts already in their trees, Tag rows and links, timelines,
    LogoSearch rows.
    """
    _make_room(placement)
    created = _create(placement, write.espace)
    tags_of = _link_tags(created, write)
    write.record(
        *(
            Line(Action.CREATED, account, differences({}, values_of(account, tags=tags_of[row])))
            for row, account in created.items()
        )
    )
    refresh(account_ids=[account.pk for account in created.values()], espace=write.espace)
    look_for(created.values())


def _make_room(placement: Placement) -> None:
    moved = []
    for pk, account in placement.present.items():
        place = placement.found[pk]
        if (account.lft, account.rght) != (place.lft, place.rght):
            account.lft, account.rght = place.lft, place.rght
            moved.append(account)
    Account.objects.bulk_update(moved, ["lft", "rght"], BATCH)


def _create(placement: Placement, espace: Espace) -> dict[Row, Account]:
    """The new accounts, created level by level, since a parent's id comes first."""
    tree_of = {pk: account.tree_id for pk, account in placement.present.items()}
    new_roots = [row for row, place in placement.new.items() if place.root is row]
    tree_of |= zip(new_roots, Account.objects.next_tree_ids(len(new_roots)), strict=True)
    created: dict[Row, Account] = {}
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
                parent_id=created[row.above].pk if row.above in created else row.above,
                tree_id=tree_of[place.root],
                lft=place.lft,
                rght=place.rght,
                level=place.level,
            )
            for row, place in level
        ]
        Account.objects.bulk_create(accounts)
        created |= {row: account for (row, _), account in zip(level, accounts, strict=True)}
    return created


def _link_tags(created: dict[Row, Account], write: Writing) -> dict[Row, list[Tag]]:
    """The tags of each row, once linked to its account."""
    tag_of = {tag.name_fold: tag for tag in known_or_new(write, (n for row in created for n in row.tags))}
    tags_of = {row: list(dict.fromkeys(tag_of[fold(name)] for name in row.tags)) for row in created}
    AccountTag.objects.bulk_create(
        AccountTag(content_object=created[row], tag=tag) for row, tags in tags_of.items() for tag in tags
    )
    return tags_of


def _batches(ids: list[int]) -> Iterable[list[int]]:
    return (ids[n : n + BATCH] for n in range(0, len(ids), BATCH))
