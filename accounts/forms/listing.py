"""The list of accounts as its address asks for it."""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import CharField, Count, DateField, F, Q, Value
from django.db.models.functions import Cast
from django.http import QueryDict

from accounts.choices import AccountType, Status
from accounts.forms.filters import HORIZONS_DAYS, MYSELF, NOBODY, AccountFilter, ListState
from accounts.models import Account
from accounts.models.tag import NO_TAG
from accounts.services import counts
from accounts.services.ordering import page_of
from crm.ids import ids_of
from crm.models import JournalChain, Membership
from crm.models.espace import member_name

SIZE = 50  # rows a page
OFFERED = 60  # tags, and members, in a menu
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


@dataclass
class Choice:
    """A value that a filter may take; count: how many accounts it would show, None when not computed."""

    value: str
    label: str
    chosen: bool = False
    count: int | None = None


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


class AccountListing:
    """Rows, counts and choices of the list of accounts.

    At most 8 queries with those of the session: the named groups if any, all the counts and names in one
    UNION, the page, its tags. `errors` holds a sentence for each invalid value; then there are no rows.
    """

    def __init__(self, data: QueryDict, *, member: Membership, today: date):
        self.data = _without_blanks(data)
        self.member, self.espace, self.today = member, member.espace, today
        self.state = ListState(self.data)
        self.state.full_clean()
        self.on = self.state.cleaned_data.get("au") or today
        self.order = self.state.cleaned_data.get("tri") or "nom"
        self.number = self.state.cleaned_data.get("page") or 1
        self.heads = self._heads()
        self.filter = AccountFilter(
            self.data,
            rows=self.espace.accounts.with_status(self.on),
            member=member,
            on=self.on,
            heads=self.heads,
        )
        self.errors = [*_sentences(self.state.errors), *_sentences(self.filter.errors), *self._unknown()]
        self.rows, self.previous, self.next = self._page()

    @property
    def is_filtered(self) -> bool:
        return bool(set(self.data) & set(self.filter.filters))

    @property
    def read_only(self) -> bool:
        return self.on != self.today

    @property
    def total(self) -> int:
        """How many accounts the filters keep."""
        if self.errors:
            return 0
        chosen = [choice for choice in self.facets.statut if choice.chosen] or self.facets.statut
        return sum(choice.count for choice in chosen)

    @property
    def all_statuses(self) -> int:
        """How many accounts the filters but the status keep."""
        return sum(choice.count for choice in self.facets.statut)

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

    def chosen(self, name: str) -> list[str]:
        return self.data.getlist(name)

    @cached_property
    def facets(self) -> Facets:
        cells, names = self._cells_and_names()
        return Facets(
            statut=[self._choice("statut", s.value, s.label, cells) for s in Status],
            type=[self._choice("type", t.value, t.label, cells) for t in AccountType],
            bascule=[self._choice("bascule", str(n), f"dans {n} jours", cells) for n in HORIZONS_DAYS],
            tag=[self._choice("tag", NO_TAG, "Sans tag")]
            + [self._choice("tag", key, label) for key, label in names["tag"]],
            responsable=[
                self._choice("responsable", MYSELF, "Moi"),
                self._choice("responsable", NOBODY, "Sans responsable"),
            ]
            + [self._choice("responsable", key, label) for key, label in names["responsable"]],
            groupe=[self._choice("groupe", str(head.pk), head.name) for head in self.heads],
        )

    def _choice(self, name: str, value: str, label: str, cells: list[Cell] | None = None) -> Choice:
        count = None
        if cells is not None:
            valid = self.filter.form.cleaned_data
            others = {other: valid.get(other) for other in ("statut", "type", "bascule")}
            wanted = others | {name: int(value) if name == "bascule" else [value]}
            count = sum(cell.n for cell in cells if cell.is_among(**wanted))
        return Choice(value, label, value in self.chosen(name), count)

    def _cells_and_names(self) -> tuple[list[Cell], dict[str, list]]:
        """One UNION for the counts and the names of tags and members, unless they are known already."""
        known = counts.known(self.espace, self._counted)
        if known is not None:
            return known
        names, days, digest = {"tag": [], "responsable": []}, [], ""
        parts = [self._digest(), self._tag_names(), self._member_names()]
        for facet, key, label, until, n in self._days().union(*parts, all=True):
            if facet in names:
                names[facet].append((key, label))
            elif facet == "journal":
                digest = key
            else:
                days.append((key, label, until, n))
        names = {facet: sorted(rows, key=lambda row: row[1].casefold()) for facet, rows in names.items()}
        return counts.keep(self.espace, digest, self._counted, (self._cells(days), names))

    @cached_property
    def _horizons(self) -> list[int]:
        return sorted({*HORIZONS_DAYS, self.filter.form.cleaned_data.get("bascule") or 0})

    @cached_property
    def _counted(self) -> tuple:
        """All that counts and names depend on, but the rows of the espace."""
        others = {name: self.chosen(name) for name in self.filter.filters if name not in COUNTED}
        myself = self.member.pk if MYSELF in others["responsable"] else None
        return (self.on, self.espace.status_day, myself, *self._horizons, *map(tuple, others.values()))

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
        return _named(rows, "journal", F("digest"), Value(""))

    def _tag_names(self):
        tags = self.espace.tags
        offered = tags.order_by("name_fold").values("pk")[:OFFERED]
        rows = tags.filter(Q(pk__in=offered) | Q(slug__in=self.chosen("tag"))).order_by()
        return _named(rows, "tag", F("slug"), F("name"))

    def _member_names(self):
        members = self.espace.memberships
        ids = ids_of(self.chosen("responsable"))
        offered = members.filter(is_active=True).order_by("pk").values("pk")[:OFFERED]
        rows = members.filter(Q(pk__in=offered) | Q(pk__in=ids)).order_by()
        return _named(rows, "responsable", Cast("pk", CharField()), member_name())

    def _heads(self) -> list[Account]:
        ids = ids_of(self.chosen("groupe"))
        return list(self.espace.accounts.filter(pk__in=ids)) if ids else []

    def _unknown(self) -> list[str]:
        """Sentences for tags, members and groups that the espace does not have."""
        sentences = {
            "groupe": "Ce groupe n'existe pas.",
            "tag": "Ce tag n'existe pas.",
            "responsable": "Ce responsable n'existe pas.",
        }
        return [
            sentence
            for name, sentence in sentences.items()
            if set(self.chosen(name)) - {choice.value for choice in getattr(self.facets, name)}
        ]

    def _page(self) -> tuple[list[Account], str, str]:
        if self.errors or (self.total == 0 and not self.state.cleaned_data["suite"]):
            return [], "", ""
        shown = self.espace.accounts.with_status(self.on).with_next_status().with_tags()
        try:
            return page_of(
                self.filter.qs,
                self.order,
                shown=shown.select_related("parent", "owner__user"),
                size=SIZE,
                number=self.number,
                cursor=self.state.cleaned_data["suite"],
            )
        except ValidationError as refusal:
            self.errors += refusal.messages
            return [], "", ""


def _without_blanks(data: QueryDict) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name, values in data.lists():
        if values := [value for value in values if value.strip()]:
            kept.setlist(name, values)
    return kept


def _sentences(errors) -> list[str]:
    return [message for messages in errors.values() for message in messages]


def _named(rows, facet: str, key, label):
    return rows.annotate(
        facet=Value(facet), key=key, label=label, until=Value(None, DateField()), n=Value(0)
    ).values_list("facet", "key", "label", "until", "n")


def shown_day(data: QueryDict, *, today: date) -> date:
    """The day that a page shows: `au` when it is a day, today otherwise."""
    state = ListState(data)
    state.full_clean()
    return state.cleaned_data.get("au") or today
