"""The list of accounts as its address asks for it."""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from time import monotonic

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Value
from django.http import QueryDict

from accounts.choices import NO_COLUMN, USUAL_COLUMNS, AccountType, Column, Origin, Status
from accounts.forms.filters import HORIZONS_DAYS, MYSELF, ListState
from accounts.forms.listed import ListedAccounts
from accounts.forms.portfolio import Choice, named, sorted_names
from accounts.models import Account, SavedView
from accounts.models.saved_view import USUAL_ORDER, query_of
from accounts.services import counts
from accounts.services.ordering import page_of
from crm.models import JournalChain, Membership
from crm.models.espace import member_name

SIZE = 50  # rows a page
MANY = 2_000  # accounts, of which a page is sooner found in the list than they are sorted
LATER = 1_000_000  # days: more than any horizon
COUNTED = ("statut", "type", "bascule")  # filters whose values are counted
ORDER_LABELS = [
    ("nom", "Nom, de A à Z"),
    ("-nom", "Nom, de Z à A"),
    ("statut", "Statut, le meilleur d'abord"),
    ("-statut", "Statut, le moins bon d'abord"),
    ("bascule", "Bascule, la plus proche d'abord"),
    ("-bascule", "Bascule, la plus lointaine d'abord"),
    ("cree_le", "Entrée au portefeuille, la plus ancienne d'abord"),
    ("-cree_le", "Entrée au portefeuille, la plus récente d'abord"),
]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many accounts have a status, a type, and their bascule within so many days (LATER: or none)."""

    status: str
    type: str
    horizon_days: int
    n: int

    def is_among(self, statut: list[str], type: list[str], bascule: int | None) -> bool:
        """Whether these values of the filters keep it; an empty one keeps everything."""
        return (
            (not statut or self.status in statut)
            and (not type or self.type in type)
            and (bascule is None or self.horizon_days <= bascule)
        )


@dataclass
class Facets:
    """What each filter offers, with counts that honour the other filters."""

    statut: list[Choice] = field(default_factory=list)
    type: list[Choice] = field(default_factory=list)
    bascule: list[Choice] = field(default_factory=list)
    tag: list[Choice] = field(default_factory=list)
    responsable: list[Choice] = field(default_factory=list)
    groupe: list[Choice] = field(default_factory=list)


class AccountListing(ListedAccounts):
    """Rows, counts and choices of the list of accounts.

    At most 9 queries with those of the session: the named groups and tags if any, all the counts and names
    in one UNION, the view if any, the page, its tags. No rows where there are `errors`.
    """

    def __init__(self, data: QueryDict, *, member: Membership, today: date, counts_now: bool = False):
        """counts_now: count, as `nombres` asks for, even where the page would not wait for it."""
        self._counts_now = counts_now
        super().__init__(data, member=member, today=today)
        self.order = self.state.cleaned_data.get("tri") or USUAL_ORDER
        self.number = self.state.cleaned_data.get("page") or 1
        self.query = query_of((name, value) for name in self.data for value in self.chosen(name))
        self.view = self._view()
        if self.chosen("vue") and self.view is None:
            self.errors.append("Cette vue n'existe pas, ou c'est celle d'un autre membre.")
        self.rows, self.previous, self.next = self._page()
        if not self.rows:
            self.counts_follow = False  # why there are none is for the counts to tell

    @cached_property
    def counts_follow(self) -> bool:
        """Whether the page goes without its counts, which come after it: they are unknown, and take long."""
        if self.errors or self._counts_now or self.state.cleaned_data.get("nombres"):
            return False
        is_known = counts.known(self.espace, self._counted) is not None
        return not is_known and counts.takes_long(self.espace, self._counted)

    def _view(self) -> SavedView | None:
        """The view that the address names."""
        pk = self.state.cleaned_data.get("vue")
        return pk and self.espace.savedviews.seen_by(self.member).filter(pk=pk).first()

    @property
    def differs(self) -> bool:
        """Whether the list is not, or no longer, what its view keeps."""
        return self.view is not None and self.query != self.view.query

    @property
    def view_version(self) -> int | None:
        """The version of its view that the list began from."""
        return self.state.cleaned_data.get("version") or self.view.version

    @cached_property
    def columns(self) -> list[str]:
        """Those that are shown."""
        asked = self.state.cleaned_data.get("colonnes") or USUAL_COLUMNS
        return [column for column in Column.values if column in asked]

    @cached_property
    def shows(self) -> dict[str, bool]:
        return {column: column in self.columns for column in Column.values}

    @cached_property
    def chose_columns(self) -> bool:
        """Whether they were asked for: then phones show them all."""
        return bool(self.chosen("colonnes"))

    @property
    def column_choices(self) -> list[tuple[Choice, list[str]]]:
        """The columns on offer, each with what `colonnes` says once it is added, or taken away."""
        return [
            (Choice(value, label, value in self.columns), self._with(value))
            for value, label in Column.choices
        ]

    def _with(self, toggled: str) -> list[str]:
        columns = sorted({*self.columns} ^ {toggled})
        return [] if columns == sorted(USUAL_COLUMNS) else columns or [NO_COLUMN]

    @property
    def is_filtered(self) -> bool:
        return bool(set(self.data) & set(self.filter.filters))

    @property
    def read_only(self) -> bool:
        return self.on != self.today

    @property
    def total(self) -> int | None:
        """How many accounts the filters keep; None where the counts follow."""
        if self.errors:
            return 0
        if self.counts_follow:
            return None
        chosen = [choice for choice in self.facets.statut if choice.chosen] or self.facets.statut
        return sum(choice.count for choice in chosen)

    @property
    def all_statuses(self) -> int | None:
        """How many accounts the filters but the status keep; None where the counts follow."""
        return None if self.counts_follow else sum(choice.count for choice in self.facets.statut)

    @property
    def orders(self) -> list[tuple[str, str]]:
        return ORDER_LABELS

    @property
    def previous_number(self) -> int:
        return max(self.number - 1, 1)

    @property
    def next_number(self) -> int:
        return self.number + 1

    @property
    def first_number(self) -> int:
        return (self.number - 1) * SIZE + 1

    @property
    def last_number(self) -> int:
        return self.first_number + len(self.rows) - 1

    @property
    def origins(self) -> str:
        """What the accounts were on the day that `depuis` holds, in words: « Actif, Prospect »."""
        if not self.since or not self.chosen("venant"):
            return ""
        labels = dict(Status.choices + Origin.choices)
        return ", ".join(labels[value] for value in self.chosen("venant") if value in labels)

    @cached_property
    def facets(self) -> Facets:
        cells = [] if self.counts_follow else self._cells_and_names[0]
        return Facets(
            statut=[self._choice("statut", s.value, s.label, cells) for s in Status],
            type=[self._choice("type", t.value, t.label, cells) for t in AccountType],
            bascule=[self._choice("bascule", str(n), f"dans {n} jours", cells) for n in HORIZONS_DAYS],
            tag=self.tag_choices,
            responsable=self.owner_choices,
            groupe=self.group_choices,
        )

    @property
    def names(self) -> dict[str, list]:
        return super().names if self.counts_follow else self._cells_and_names[1]

    def _choice(self, name: str, value: str, label: str, cells: list[Cell]) -> Choice:
        valid = self.filter.form.cleaned_data
        others = {other: valid.get(other) for other in COUNTED}
        wanted = others | {name: int(value) if name == "bascule" else [value]}
        kept = sum(cell.n for cell in cells if cell.is_among(**wanted))
        count = None if self.counts_follow else kept
        return Choice(value, label, value in self.chosen(name), count)

    @cached_property
    def _cells_and_names(self) -> tuple[list[Cell], dict[str, list]]:
        """One UNION for the counts and the names of tags and members, unless they are known already."""
        known = counts.known(self.espace, self._counted)
        if known is not None:
            return known
        begun, days, digest = monotonic(), [], ""
        names = {"tag": [], "responsable": []}
        parts = [self._digest(), self.tag_names(), self.member_names()]
        for facet, key, label, until, n in self._days().union(*parts, all=True):
            if facet in names:
                names[facet].append((key, label))
            elif facet == "journal":
                digest = key
            else:
                days.append((key, label, until, n))
        found, took_s = (self._cells(days), sorted_names(names)), monotonic() - begun
        return counts.keep(self.espace, digest, self._counted, found, took_s=took_s)

    @cached_property
    def _horizons(self) -> list[int]:
        return sorted({*HORIZONS_DAYS, self.filter.form.cleaned_data.get("bascule") or 0})

    @cached_property
    def _counted(self) -> tuple:
        """All that counts and names depend on, but the rows of the espace."""
        others = {name: self.chosen(name) for name in self.filter.filters if name not in COUNTED}
        myself = self.member.pk if MYSELF in others["responsable"] else None
        return (
            self.on,
            self.since,
            self.espace.status_day,
            myself,
            *self._horizons,
            *map(tuple, others.values()),
        )

    def _cells(self, days: list[tuple]) -> list[Cell]:
        """Counts by status, type and horizon, from those by status, type and day of the bascule."""
        cells = Counter()
        limits = [self.on + timedelta(days=n) for n in self._horizons]
        horizons = [*self._horizons, LATER]
        for status, kind, until, n in days:
            cells[status, kind, horizons[bisect_left(limits, until or date.max)]] += n
        return [Cell(*key, n) for key, n in cells.items()]

    def _days(self):
        """Counts by status, type and day of the bascule, in the very order of an index."""
        rows = self.filter.without(*COUNTED)
        if self.chosen("q"):
            # The words are looked for in the index of the list, which has them; that of the counts has not.
            rows = self.espace.accounts.with_status(self.on).filter(pk__in=rows.values("pk"))
        return (
            rows.order_by()
            .values(facet=Value("compte"), key=F("status"), label=F("type"), until=F("status_until"))
            .annotate(n=Count("pk"))
            .values_list("facet", "key", "label", "until", "n")
        )

    def _digest(self):
        """Where the journal is as the counts are made: read in the same statement."""
        rows = JournalChain.objects.filter(espace=self.espace)
        return named(rows, "journal", F("digest"), Value(""))

    def _page(self) -> tuple[list[Account], str, str]:
        if self.errors or (self.total == 0 and not self.state.cleaned_data["suite"]):
            return [], "", ""
        self.filter.keeps_many = self.counts_follow or self.total >= MANY
        shown = self.espace.accounts.with_status(self.on).with_next_status().with_tags()
        # Two names a row, rather than three more rows made of all their columns.
        shown = shown.annotate(parent_name=F("parent__name"), owner_name=member_name("owner__"))
        try:
            return page_of(
                self.filter.qs,
                self.order,
                shown=shown,
                size=SIZE,
                number=self.number,
                cursor=self.state.cleaned_data["suite"],
            )
        except ValidationError as refusal:
            self.errors += refusal.messages
            return [], "", ""


def shown_day(data: QueryDict, *, today: date) -> date:
    """The day that a page shows: `au` when it is a day, today otherwise."""
    state = ListState(data)
    state.full_clean()
    return state.cleaned_data.get("au") or today
