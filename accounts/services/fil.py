"""The fil of an account: what happened there, the latest first, drawn from several sources.

A source is a query of rows that happened at a moment, or on a day, and the words for one of them. One more is
a function of rows and a line in SOURCES.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery

from accounts.choices import Stage
from accounts.models import Account, Affaire, Opportunite, Relance, StatusPeriod
from crm.templatetags.ui import euros

KINDS = {
    "notes": "Notes",
    "relances": "Relances",
    "opportunites": "Opportunités",
    "affaires": "Affaires",
    "statuts": "Statuts",
}
COMING = 5  # status changes ahead that are shown
CLOSINGS = {Stage.GAGNEE: "gagnée", Stage.PERDUE: "perdue", Stage.ABANDONNEE: "abandonnée"}

ENTERED = "Le compte {row} entre au portefeuille."

Words = tuple[str, str]  # a sentence in which {row} stands for the row, and a detail


@dataclass(frozen=True, slots=True)
class Source:
    """rows(account, on): what happened until a day included, at their `column`: a day, or a moment if timed.

    kind: what the filter calls it; several sources may be of one kind. words: of a row.
    """

    kind: str
    icon: str
    column: str
    rows: Callable[[Account, date], QuerySet]
    words: Callable[[Model], Words] = lambda row: ("", "")
    timed: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened; at: aware, the start of its day where only the day is known."""

    source: Source
    at: datetime
    row: Model
    sentence: str = ""
    detail: str = ""

    @property
    def place(self) -> "Place":
        return Place(int(self.at.timestamp()), SOURCES.index(self.source), self.row.pk)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an entry is in a fil: seconds since 1970, its source, its row. As text, the cursor of a page."""

    seconds: int
    source: int
    row: int

    def __str__(self):
        return f"{self.seconds}_{self.source}_{self.row}"

    @classmethod
    def parse(cls, text: str) -> "Place":
        return cls(*map(int, text.split("_")))


@dataclass(frozen=True, slots=True)
class Fil:
    """A page of entries, the latest first. coming: status changes ahead, the furthest first, on page one.

    older: the place that the next page comes after, None on the last one.
    """

    coming: list[Entry]
    entries: list[Entry]
    older: Place | None


def fil_of(
    account: Account, *, on: date, kinds: Collection[str], size: int, after: Place | None = None
) -> Fil:
    """What happened at an account until a day, of these kinds (none: all). One query a source.

    after: the place of the last entry of the page before. The account has its espace.
    """
    zone = ZoneInfo(account.espace.timezone)
    chosen = [source for source in SOURCES if not kinds or source.kind in kinds]
    found = []
    for source in chosen:
        rows = source.rows(account, on).order_by(f"-{source.column}", "-pk")
        if after is not None:
            rows = rows.filter(_older(source, after, zone))
        found += [_entry(source, row, zone) for row in rows[: size + 1]]
    entries, more = latest_of(found, size)
    coming = []
    if after is None and STATUSES in chosen:
        ahead = _periods(account).filter(starts_on__gt=on).order_by("starts_on")[:COMING]
        coming = [_entry(STATUSES, row, zone) for row in reversed(ahead)]
    return Fil(coming, entries, entries[-1].place if more else None)


def latest_of(entries: Iterable[Entry], size: int) -> tuple[list[Entry], bool]:
    """The `size` latest entries, the latest first, and whether there are more."""
    ordered = sorted(entries, key=lambda entry: entry.place, reverse=True)
    return ordered[:size], len(ordered) > size


def _entry(source: Source, row: Model, zone: ZoneInfo) -> Entry:
    value = getattr(row, source.column)
    at = value.astimezone(zone) if source.timed else _start(value, zone)
    return Entry(source, at, row, *source.words(row))


def _start(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _older(source: Source, after: Place, zone: ZoneInfo) -> Q:
    """The rows of a source that come after a place, which is one of any source."""
    moment = datetime.fromtimestamp(after.seconds, zone)
    value = moment if source.timed else moment.date()
    older = Q(**{f"{source.column}__lt": value})
    same = Q(**{source.column: value})
    rank = SOURCES.index(source)
    if not source.timed and moment > _start(moment.date(), zone):
        return older | same
    if rank < after.source:
        return older | same
    return older | same & Q(pk__lt=after.row) if rank == after.source else older


# The sources.


def _notes(account: Account, on: date) -> QuerySet:
    tomorrow = _start(on + timedelta(days=1), ZoneInfo(account.espace.timezone))
    rows = account.notes.filter(happened_at__lt=tomorrow)
    return rows.select_related("author__user", "contact", "opportunite")


def _closed(account: Account, on: date) -> QuerySet:
    return account.opportunites.filter(closed_on__lte=on)


def _closing(row: Opportunite) -> Words:
    detail = euros(row.amount) if row.stage == Stage.GAGNEE else row.lost_reason
    return f"L'opportunité {{row}} est {CLOSINGS[Stage(row.stage)]}.", detail


def _begun(account: Account, on: date) -> QuerySet:
    return account.affaires.signed().filter(starts_on__lte=on)


def _ended(account: Account, on: date) -> QuerySet:
    kept = Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=F("ends_on"))
    return account.affaires.filter(kept, ends_on__lt=on)


def _cancelled(account: Account, on: date) -> QuerySet:
    return account.affaires.filter(cancelled_on__lte=on)


def _affaire(verb: str) -> Callable[[Affaire], Words]:
    return lambda row: (f"L'affaire {{row}} {verb}.", euros(row.amount))


def _periods(account: Account) -> QuerySet:
    """Each with the status before it."""
    before = StatusPeriod.objects.filter(account=OuterRef("account"), ends_before=OuterRef("starts_on"))
    return account.periods.annotate(former=Subquery(before.values("status")[:1]))


def _changes(account: Account, on: date) -> QuerySet:
    return _periods(account).filter(starts_on__lte=on)


def _entered(account: Account, on: date) -> QuerySet:
    return Account.objects.filter(pk=account.pk, created_on__lte=on)


def _relances(account: Account, on: date) -> QuerySet:
    return account.relances.filter(done_on__lte=on)


def _relance(row: Relance) -> Words:
    what = "se clôt d'elle-même" if row.closed_itself else "est faite"
    return f"La relance {{row}} {what}.", row.outcome


STATUSES = Source("statuts", "activity", "starts_on", _changes)
SOURCES = (
    Source(
        "statuts",
        "log-in",
        "created_on",
        _entered,
        lambda row: ("Le compte {row} entre au portefeuille.", ""),
    ),
    Source("affaires", "briefcase-business", "starts_on", _begun, _affaire("commence")),
    Source("opportunites", "target", "closed_on", _closed, _closing),
    Source("affaires", "flag", "ends_on", _ended, _affaire("se termine")),
    Source("affaires", "ban", "cancelled_on", _cancelled, _affaire("est annulée")),
    STATUSES,
    Source(
        "relances",
        "bell-ring",
        "done_on",
        _relances,
        _relance,
    ),
    Source("notes", "sticky-note", "happened_at", _notes, timed=True),
)
