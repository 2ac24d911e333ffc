"""What a summary says. Each number comes with the query of the list that holds exactly its rows.

What changed is told of whole days, until yesterday: what today's work changes is told tomorrow, once. What
will change is told as seen from yesterday too, so that the changes of this very morning are in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils.http import urlencode

from accounts.choices import Origin, Rhythm, Status
from accounts.models import Relance, StatusPeriod
from accounts.services import counts
from accounts.services.digest.schedule import AHEAD_DAYS, BACK_DAYS
from accounts.services.explanation import Explanation, explain
from accounts.services.flux import Flux, flux
from accounts.services.status import facts_of
from crm.models import Espace, Membership

NAMED = 10  # accounts, or relances, under a number
LONGEST_DAYS = 31  # that a summary looks back, after a long silence
DAY = timedelta(days=1)
TRENDS = [Origin.BETTER, Origin.WORSE, Origin.ENTERED]  # in the order in which they are told


@dataclass(frozen=True, slots=True)
class Number:
    """A count, and the query of the list of exactly these rows."""

    n: int
    query: str


@dataclass(frozen=True, slots=True)
class Move:
    """An account that goes from a status to another on a day, and why. origin: "" for one that entered."""

    pk: int
    name: str
    origin: str
    goal: str
    on: date
    why: str


@dataclass(frozen=True, slots=True)
class Group:
    """How many accounts, and the first of them."""

    number: Number
    moves: list[Move]

    @property
    def more(self) -> int:
        return self.number.n - len(self.moves)


@dataclass(frozen=True, slots=True)
class Relances:
    """A member's own that are open. rows: the first of those late, or due in the period."""

    late: Number
    week: Number
    all: Number
    rows: list[Relance]


@dataclass(frozen=True)
class Content:
    """A member's summary on a day. changed and espace_changed: lost, gained, entered, in this order.

    is_mine: whether it tells of the accounts that the member owns; of the whole espace when they own none.
    first: the first day whose changes are told; until: the last one. horizon: the last day of what will
    change. espace_changed: the numbers of the whole espace beside one's own, empty otherwise.
    """

    rhythm: Rhythm
    today: date
    first: date
    until: date
    horizon: date
    is_mine: bool
    changed: list[Group]
    coming: Group
    relances: Relances
    statuses: list[tuple[str, Number]]
    espace_changed: list[Number]

    @property
    def moved(self) -> int:
        return sum(group.number.n for group in self.changed)

    @property
    def is_empty(self) -> bool:
        return not (self.moved or self.coming.number.n or self.relances.rows)


def content_of(
    *, member: Membership, rhythm: str, today: date, told_on: date | None = None, named: int = NAMED
) -> Content:
    """What a member is told on a day, in at most 14 queries whatever the size.

    member: with user and espace. told_on: the last day whose changes they were told, None the first time.
    """
    espace, until = member.espace, today - DAY
    since = _since(Rhythm(rhythm), told_on, until)
    is_mine = member.accounts.unarchived(until).exists()
    whole = _whole(espace, since, until)
    moved = flux(espace.accounts.filter(owner=member), since, until) if is_mine else whole
    scope = {"responsable": "moi"} if is_mine else {}
    horizon = today + timedelta(days=AHEAD_DAYS[rhythm])
    coming = _coming(espace, until, horizon)
    if is_mine:
        coming = coming.filter(account__owner=member)
    first_coming = list(
        coming.order_by("ends_before", "account__name_fold", "account_id").values_list(
            "account_id", "account__name", "status", "ends_before"
        )[:named]
    )
    names = {trend: _names(moved, trend)[:named] for trend in TRENDS}
    told = {pk: until for found in names.values() for pk, *_ in found}
    explained = _explained(espace, [*told.items(), *((pk, day) for pk, _, _, day in first_coming)])
    query = {"au": until, "bascule": (horizon - until).days, "tri": "bascule", **scope}
    return Content(
        rhythm=Rhythm(rhythm),
        today=today,
        first=since + DAY,
        until=until,
        horizon=horizon,
        is_mine=is_mine,
        changed=[
            Group(number, _moves([(*row, until) for row in names[trend]], explained))
            for trend, number in zip(TRENDS, _numbers(moved, scope), strict=True)
        ],
        coming=Group(_number(coming.count(), query), _moves(first_coming, explained)),
        relances=_relances(member, Rhythm(rhythm), today, named),
        statuses=[(status, _number(n, {"au": until, "statut": status})) for status, n in whole.after.items()],
        espace_changed=_numbers(whole, {}) if is_mine else [],
    )


def _since(rhythm: Rhythm, told_on: date | None, until: date) -> date:
    """The day from whose end on changes are told."""
    if told_on is None:
        return until - timedelta(days=BACK_DAYS[rhythm])
    return min(max(told_on, until - timedelta(days=LONGEST_DAYS)), until)


def _whole(espace: Espace, since: date, until: date) -> Flux:
    """Who moved in the whole espace: the same for each of its members, so counted once between two writes."""
    question = ("digest", espace.status_day, since, until)
    known = counts.known(espace, question)
    if known is not None:
        return known
    return counts.keep(espace, espace.digest, question, flux(espace.accounts.all(), since, until))


def _coming(espace: Espace, until: date, horizon: date):
    """The periods that hold on a day and end by another, of those not archived."""
    unarchived = Q(account__archived_on__isnull=True) | Q(account__archived_on__gt=until)
    return StatusPeriod.objects.filter(
        unarchived,
        espace=espace,
        status__in=Status.values,  # as the index begins
        starts_on__lte=until,
        ends_before__gt=until,
        ends_before__lte=horizon,
    )


def _numbers(moved: Flux, scope: dict) -> list[Number]:
    """How many lost, gained and entered."""
    compared = {"au": moved.until, "depuis": moved.since, **scope}
    return [
        _number(sum(moved.cells[cell] for cell in _cells(moved, trend)), {**compared, "venant": trend.value})
        for trend in TRENDS
    ]


def _names(moved: Flux, trend: Origin) -> list[tuple[int, str, str]]:
    """Id, name and former status of the first ones that lost, gained or entered: the best statuses first."""
    return [
        (mover.pk, mover.name, "" if trend == Origin.ENTERED else origin)
        for origin, goal in sorted(_cells(moved, trend), key=_rank)
        for mover in moved.named[origin, goal]
    ]


def _cells(moved: Flux, trend: Origin) -> Iterable[tuple[str, str]]:
    return (cell for cell in moved.cells if _trend(*cell) == trend)


def _trend(origin: str, goal: str) -> Origin | None:
    if goal not in Status.values or origin == goal:
        return None
    if origin == Origin.ENTERED:
        return Origin.ENTERED
    return Origin.BETTER if goal in Status(origin).worse else Origin.WORSE


def _rank(cell: tuple[str, str]) -> list[int]:
    return [Status(status).rank for status in cell if status in Status.values]


def _explained(espace: Espace, wanted: list[tuple[int, date]]) -> dict[tuple[int, date], Explanation]:
    """Why accounts have their status on a day, by id and day. Three queries."""
    facts = facts_of(espace.accounts.filter(pk__in={pk for pk, _ in wanted}))
    found = {(pk, day): explain(facts[pk], day) for pk, day in wanted if pk in facts}
    return {key: explanation for key, explanation in found.items() if explanation is not None}


def _moves(rows: Iterable[tuple], explained: dict[tuple[int, date], Explanation]) -> list[Move]:
    """rows: id, name, former status, and the day on which the new one holds; those deleted meanwhile go."""
    return [
        Move(pk, name, origin, why.period.status.value, why.period.starts_on, _sentence(why))
        for pk, name, origin, day in rows
        if (why := explained.get((pk, day)))
    ]


def _sentence(explanation: Explanation) -> str:
    reason = explanation.reason
    return reason.sentence.replace("{row}", f"« {reason.row} »").removesuffix(".")


def _relances(member: Membership, rhythm: Rhythm, today: date, named: int) -> Relances:
    """As the tabs of the list of relances count them."""
    monday = today - timedelta(days=today.weekday())
    sunday = monday + timedelta(days=6)
    counted = member.relances.open().aggregate(
        late=Count("pk", filter=Q(due_on__lt=today)),
        week=Count("pk", filter=Q(due_on__range=(monday, sunday))),
        all=Count("pk"),
    )
    due = member.relances.to_do().filter(due_on__lte=today if rhythm == Rhythm.DAILY else sunday)
    return Relances(
        late=_number(counted["late"], {"etat": "retard", "responsable": "moi"}),
        week=_number(counted["week"], {"etat": "semaine", "responsable": "moi"}),
        all=_number(counted["all"], {"etat": "miennes"}),
        rows=list(due.select_related("account")[:named]),
    )


def _number(n: int, parameters: dict) -> Number:
    return Number(n, urlencode(parameters, doseq=True))
