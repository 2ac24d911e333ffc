"""Groups as tables: what each account has of its own, and with all below it, the archived left out.

The accounts of a tree are numbered in preorder (lft), so that an account and all below it lie between two
numbers: what is counted is read once for a whole group, in order, and told of any account by two searches.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from django.db.models import Count, QuerySet, Sum

from accounts.choices import Stage, Status
from accounts.models import Account, Affaire, Opportunite
from accounts.models.affaire import states_on

SHOWN = 300  # accounts of a group drawn on its page, the highest levels first
COLUMNS = (
    *("name", "name_fold", "type", "parent", "espace", "archived_on", "logo", "logo_ground"),
    *("tree_id", "lft", "rght", "level"),
)

Counts = dict[str, int]  # accounts by status


@dataclass(frozen=True, slots=True)
class Business:
    """How many affaires or opportunités there are, and what they amount to in euros before tax."""

    n: int
    amount: Decimal


class Books:
    """The business of the accounts of a group. rows: lft, how many, amount, in the order of lft."""

    def __init__(self, rows: Iterable[tuple[int, int, Decimal | None]]):
        rows = list(rows)
        self._places = [place for place, _, _ in rows]
        self._n = list(accumulate((n for _, n, _ in rows), initial=0))
        self._amounts = list(accumulate((amount or Decimal() for _, _, amount in rows), initial=Decimal()))

    def own(self, account: Account) -> Business:
        return self._between(account.lft, account.lft + 1)

    def with_all_below(self, account: Account) -> Business:
        return self._between(account.lft, account.rght)

    def _between(self, first: int, before: int) -> Business:
        start, end = bisect_left(self._places, first), bisect_left(self._places, before)
        return Business(self._n[end] - self._n[start], self._amounts[end] - self._amounts[start])


class Counted:
    """Accounts by status, those of an account and all below it."""

    counts: Counts

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def consolidated(self) -> Status | None:
        return consolidated(self.counts)


@dataclass(frozen=True)
class Line(Counted):
    """An account of a group, `depth` below the one whose page it is; its parent by name.

    counts: of itself and all below. left_behind: a filiale that is Délaissée in a group that is Actif.
    """

    account: Account
    depth: int
    parent: str
    archived: bool
    counts: Counts
    left_behind: bool


@dataclass(frozen=True)
class GroupTable:
    """An account (the first of the lines) and all below it, in preorder, siblings by name.

    giver: who gives the consolidated status, the account itself first, then by name; None without a status.
    left_behind: how many filiales are Délaissées in a group that is Actif. is_cut: there are more than the
    lines.
    affaires: those running; opportunites: those open; both None on another day than today.
    """

    lines: list[Line]
    giver: Account | None
    left_behind: int
    is_cut: bool
    affaires: Books | None
    opportunites: Books | None

    @property
    def head(self) -> Line:
        return self.lines[0]


def consolidated(counts: Counts) -> Status | None:
    """The best status of those counted; None when there is nobody."""
    return next((status for status in Status if counts[status]), None)


def left_behind(filiales: Counts, *, in_tree: Counts) -> int:
    """How many accounts of a group are Délaissés while it is Actif (« filiale délaissée »).

    filiales: the counts of some of its accounts, without the top of the tree, which is nobody's filiale.
    in_tree: those of the whole tree. What makes a group Actif makes so all that it stands in: the top of the
    tree says whether any group above an account is.
    """
    return filiales[Status.DELAISSE] if consolidated(in_tree) == Status.ACTIF else 0


def tree_counts(accounts: QuerySet[Account], tree_ids: Iterable[int], on: date) -> dict[int, Counts]:
    """The counts of whole trees by their ids, in one query. accounts: of an espace."""
    found = {tree_id: dict.fromkeys(Status.values, 0) for tree_id in tree_ids}
    rows = accounts.filter(tree_id__in=list(found)).unarchived(on).with_status(on).order_by()
    for tree_id, status, n in rows.values_list("tree_id", "status").annotate(n=Count("pk")):
        found[tree_id][status] = n
    return found


def group_table(account: Account, on: date, *, today: date) -> GroupTable:
    """An account and all below it as they are on a day, in 7 queries at most, whatever their number.

    Business is read on today only: its lists know no other day.
    """
    whole = account.espace.accounts.in_trees([account])
    present = whole.unarchived(on)
    places = _places(present, on)
    counts = in_tree = _counts_between(places, account.lft, account.rght)
    filiales = _counts_between(places, account.lft + (account.parent_id is None), account.rght)
    if account.parent_id is not None:
        in_tree = tree_counts(account.espace.accounts, [account.tree_id], on)[account.tree_id]
    rows = _rows(whole, on)
    affaires = opportunites = None
    if on == today:
        theirs = {"account__in": present.values("pk")}
        affaires = _books(Affaire.objects.filter(states_on(on)["en_cours"], **theirs))
        opportunites = _books(Opportunite.objects.filter(stage=Stage.EN_COURS, **theirs))
    return GroupTable(
        lines=_lines(rows[:SHOWN], places, in_tree, on),
        giver=_giver(account, present, counts, on),
        left_behind=left_behind(filiales, in_tree=in_tree),
        is_cut=len(rows) > SHOWN,
        affaires=affaires,
        opportunites=opportunites,
    )


def _rows(whole: QuerySet[Account], on: date) -> list[Account]:
    """The first accounts, one more than SHOWN if there is, each after its parent, with its status on the day.

    One that did not exist yet has None for it, for what is below it may have been there.
    """
    rows = list(whole.only(*COLUMNS).order_by("level", "name_fold", "pk")[: SHOWN + 1])
    held = whole.filter(pk__in=[row.pk for row in rows]).with_status(on).with_next_status()
    known = {pk: told for pk, *told in held.values_list("pk", "status", "status_until", "next_status")}
    for row in rows:
        row.status, row.status_until, row.next_status = known.get(row.pk, (None, None, None))
    return rows


def _places(present: QuerySet[Account], on: date) -> dict[str, list[int]]:
    """The places (lft) of the accounts of each status, in order."""
    places = {status.value: [] for status in Status}
    for status, place in present.with_status(on).order_by("lft").values_list("status", "lft"):
        places[status].append(place)
    return places


def _counts_between(places: dict[str, list[int]], first: int, before: int) -> Counts:
    return {
        status: bisect_left(found, before) - bisect_left(found, first) for status, found in places.items()
    }


def _lines(rows: list[Account], places: dict[str, list[int]], in_tree: Counts, on: date) -> list[Line]:
    """In preorder; those that did not exist yet, nor any below them, are left out but for the first."""
    names = {row.pk: row.name for row in rows}
    below = defaultdict(list)
    for row in rows[1:]:
        below[row.parent_id].append(row)
    lines, to_do = [], rows[:1]
    while to_do:
        row = to_do.pop()
        to_do += reversed(below[row.pk])
        counts = _counts_between(places, row.lft, row.rght)
        archived = row.is_archived(on)
        if row.status or any(counts.values()) or row is rows[0]:
            is_filiale = row.parent_id is not None and row.status and not archived
            own = dict.fromkeys(Status.values, 0) | ({row.status: 1} if is_filiale else {})
            lines.append(
                Line(
                    account=row,
                    depth=row.level - rows[0].level,
                    parent=names.get(row.parent_id, ""),
                    archived=archived,
                    counts=counts,
                    left_behind=bool(left_behind(own, in_tree=in_tree)),
                )
            )
    return lines


def _giver(head: Account, present: QuerySet[Account], counts: Counts, on: date) -> Account | None:
    best = consolidated(counts)
    if best is None:
        return None
    givers = present.with_status(on).filter(status=best).only(*COLUMNS)
    return givers.filter(pk=head.pk).first() or givers.order_by("name_fold", "pk").first()


def _books(rows: QuerySet) -> Books:
    return Books(
        rows.order_by("account__lft")
        .values_list("account__lft")
        .annotate(n=Count("pk"), amount=Sum("amount"))
    )
