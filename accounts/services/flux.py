"""The portfolio in motion: who moved from a status to another, and how many accounts had each one.

Read from the periods, so the coming days are told as well as the past ones, as they will be if nothing
happens. The archived count until the day before they were, as in every count.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from django.db.models import Count, DateField, F, FilteredRelation, Q, QuerySet, Value, Window
from django.db.models.functions import Coalesce, Greatest, RowNumber

from accounts.choices import Origin, Status
from accounts.models import StatusPeriod
from accounts.models.account import AccountQuerySet

ARCHIVED = "archive"  # where an account goes that was archived in between
NAMED = 5  # accounts named behind a cell
SHOWN = ("name", "name_fold", "logo", "logo_ground")
PAST_MONTHS, COMING_MONTHS = 24, 6

Cell = tuple[str, str]  # where accounts come from (a status or Origin.ENTERED), where to (or ARCHIVED)


class Mover(NamedTuple):
    """What is shown of an account that moved."""

    pk: int
    name: str
    logo: str
    logo_ground: str


@dataclass(frozen=True)
class Flux:
    """How many accounts had a status on `since` and another, or the same, on `until`.

    cells: counts, those of no account left out. named: the first NAMED accounts by name, of the cells where
    something moved.
    """

    since: date
    until: date
    cells: dict[Cell, int]
    named: dict[Cell, list[Mover]]

    def count(self, origins: Iterable[str], goals: Iterable[str]) -> int:
        goals = list(goals)
        return sum(self.cells.get((origin, goal), 0) for origin in origins for goal in goals)

    @cached_property
    def before(self) -> dict[str, int]:
        """The counts of the statuses on `since`."""
        return {status.value: self.count([status], [*Status, ARCHIVED]) for status in Status}

    @cached_property
    def after(self) -> dict[str, int]:
        """The counts of the statuses on `until`."""
        return {status.value: self.count([*Status, Origin.ENTERED], [status]) for status in Status}


def flux(accounts: AccountQuerySet, since: date, until: date) -> Flux:
    """Who moved between two days, in three queries.

    accounts: of an espace, narrowed or not, archived ones included. since: not after `until`.
    An account archived in between goes to ARCHIVED, whatever its status, so that the lines add up to the
    counts on `since`, and the columns to those on `until`; one that entered and was archived is in neither.
    Only those who moved are looked at: the others are what is left of the counts.
    """
    cells: dict[Cell, int] = {}
    named: dict[Cell, list[Mover]] = {}
    for rows in (_moved(accounts, since, until), _left(accounts, since, until)):
        for origin, goal, n, *mover in rows:
            cells[origin, goal] = n
            named.setdefault((origin, goal), []).append(Mover(*mover))
    for status, n in counts_over(accounts, [since])[since].items():
        left = sum(moved for (origin, _), moved in cells.items() if origin == status)
        if n > left:
            cells[status, status] = n - left
    return Flux(since, until, cells, named)


def _moved(accounts: AccountQuerySet, since: date, until: date) -> QuerySet:
    """Those who have another status on `until` than on `since`, or had none: the first ones of each cell.

    Rows of origin, goal, how many accounts are in that cell, and what a Mover is. Read from the periods that
    began in between, which are few.
    """
    lasts = Q(account__periods__ends_before__isnull=True) | Q(account__periods__ends_before__gt=since)
    held = Q(account__periods__starts_on__lte=since) & lasts
    arrived = (
        _periods_of(accounts)
        .filter(starts_on__gt=since, starts_on__lte=until)
        .filter(Q(ends_before__isnull=True) | Q(ends_before__gt=until))
        .filter(Q(account__archived_on__isnull=True) | Q(account__archived_on__gt=until))
        .alias(former=FilteredRelation("account__periods", condition=held))
        .annotate(
            origin=Coalesce("former__status", Value(Origin.ENTERED.value)),
            goal=F("status"),
            **{name: F(f"account__{name}") for name in SHOWN},
        )
    )
    return _first_of_each(arrived.exclude(origin=F("goal")), "account_id")


def _left(accounts: AccountQuerySet, since: date, until: date) -> QuerySet:
    """Those archived in between, as _moved()."""
    left = (
        accounts.filter(archived_on__gt=since, archived_on__lte=until)
        .with_former_status(since)
        .filter(former_status__isnull=False)
        .annotate(origin=F("former_status"), goal=Value(ARCHIVED))
    )
    return _first_of_each(left, "pk")


def _first_of_each(rows: QuerySet, pk: str) -> QuerySet:
    cell = ["origin", "goal"]
    return (
        rows.annotate(
            n=Window(Count("pk"), partition_by=cell),
            rank=Window(RowNumber(), partition_by=cell, order_by=["name_fold", pk]),
        )
        .filter(rank__lte=NAMED)
        .order_by("name_fold", pk)
        .values_list("origin", "goal", "n", pk, "name", "logo", "logo_ground")
    )


def coming_from(rows: AccountQuerySet, origins: Iterable[str], since: date) -> AccountQuerySet:
    """Of accounts `with_status`, those that come from one of these since an earlier day.

    origins: statuses that they had then, or values of Origin. Those archived by then are left out.
    """
    origins = set(origins)
    wanted = Q(former_status__in=origins & set(Status.values))
    if Origin.ENTERED in origins:
        wanted |= Q(former_status__isnull=True)
    for status in Status:
        if Origin.BETTER in origins:
            wanted |= Q(former_status=status, status__in=status.worse)
        if Origin.WORSE in origins:
            wanted |= Q(status=status, former_status__in=status.worse)
    return rows.unarchived(since).with_former_status(since).filter(wanted)


def counts_over(accounts: AccountQuerySet, days: Iterable[date]) -> dict[date, dict[str, int]]:
    """What `status_counts` says on each of these days, in one query whatever their number.

    accounts: of an espace, narrowed or not, archived ones included.
    Counts go from those of the day that the accounts hold (today, as a rule) by what starts and ends
    between the days.
    """
    wanted = set(days)
    known = accounts._hints["instance"].status_day or min(wanted)
    days = sorted({*wanted, known})
    present = dict.fromkeys(Status.values, 0)
    changed = {status: [0] * len(days) for status in present}
    for sign, status, day, n in _counted(accounts, known, days[0], days[-1]):
        if day is None:
            present[status] = n
        else:
            changed[status][bisect_left(days, day)] += sign * n
    found = {day: {} for day in days}
    for status, n in present.items():
        sums = list(accumulate(changed[status]))
        for day, total in zip(days, sums, strict=True):
            found[day][status] = n + total - sums[days.index(known)]
    return {day: counted for day, counted in found.items() if day in wanted}


def _counted(accounts: AccountQuerySet, known: date, first: date, last: date) -> QuerySet:
    """Rows of sign, status, day and count: those of `known` without a day, then what changes them.

    What would still start or end of the archived, from the day they were, is told the other way round.
    """
    present = accounts.unarchived(known).with_status(known)
    periods = _periods_of(accounts)
    archived = accounts.filter(archived_on__lte=last)
    counting = Q(periods__ends_before__isnull=True) | Q(periods__ends_before__gt=F("archived_on"))
    began, ended = Q(periods__starts_on__lte=last), Q(periods__ends_before__lte=last)
    held = F("periods__status")
    parts = [
        (+1, present, F("status"), Value(None, DateField())),
        (+1, periods.filter(starts_on__gt=first, starts_on__lte=last), F("status"), F("starts_on")),
        (-1, periods.filter(ends_before__gt=first, ends_before__lte=last), F("status"), F("ends_before")),
        (-1, archived.filter(counting & began), held, Greatest("periods__starts_on", "archived_on")),
        (+1, archived.filter(counting & ended), held, F("periods__ends_before")),
    ]
    grouped = [
        rows.order_by()
        .values(sign=Value(sign), held=status, day=day)
        .annotate(n=Count("*"))
        .values_list("sign", "held", "day", "n")
        for sign, rows, status, day in parts
    ]
    return grouped[0].union(*grouped[1:], all=True)


def _periods_of(accounts: AccountQuerySet) -> QuerySet[StatusPeriod]:
    """The periods of these accounts; those of a whole espace are read in an index, without its accounts."""
    espace = accounts._hints["instance"]
    if accounts.query.where == espace.accounts.all().query.where:
        return StatusPeriod.objects.filter(espace=espace, status__in=Status.values)  # as the index begins
    return StatusPeriod.objects.filter(account__in=accounts.order_by().values("pk"))


def chart_days(today: date) -> list[date]:
    """The days of the chart: the first of each of the 24 months before today, today, and 6 of those after."""
    month = today.year * 12 + today.month - 1
    latest = month - (today.day == 1)  # today stands for itself
    past = [_first_of(latest - n) for n in reversed(range(PAST_MONTHS))]
    return [*past, today, *(_first_of(month + n) for n in range(1, COMING_MONTHS + 1))]


def _first_of(month: int) -> date:
    """month: counted from year 0."""
    return date(month // 12, month % 12 + 1, 1)
