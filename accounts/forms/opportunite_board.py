"""The open opportunités as a pipeline: by step, and by month of expected closing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Case, Count, DecimalField, F, IntegerField, Q, Sum, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.http import urlencode

from accounts.choices import CLOSED_STAGES, Stage
from accounts.forms.opportunite import OpportuniteListing
from accounts.models import Opportunite
from accounts.services.pipeline import Term, terms
from accounts.services.today import of_unarchived
from crm.services.espace import NO_STEP

CARDS = 25  # shown in a column
NOT_KEPT = ("etat", "page")  # what the board has no use for in an address

# What is likely to be won, in euros; without an amount or a probability, nothing is.
WEIGHTED = Sum(
    F("amount") * F("probability") / Value(100), output_field=DecimalField(max_digits=18, decimal_places=2)
)


@dataclass(frozen=True)
class Sums:
    """How many opportunités, their euros before tax, the same weighted, and how many have no amount."""

    n: int
    amount: Decimal
    weighted: Decimal
    unpriced: int

    @classmethod
    def of(cls, cells: Iterable[dict]) -> "Sums":
        cells, none = list(cells), Decimal()
        return cls(
            sum(cell["n"] for cell in cells),
            sum((cell["total"] or none for cell in cells), none),
            sum((cell["weighted"] or none for cell in cells), none),
            sum(cell["unpriced"] for cell in cells),
        )


@dataclass(frozen=True)
class Column:
    """A step's opportunités. queries: of the list of exactly these, and of those without an amount.

    is_goal: whether a card may be put there; not where the espace has the step no more, or it is none.
    """

    step: str
    is_goal: bool
    sums: Sums
    query: str
    unpriced_query: str
    cards: list[Opportunite] = field(default_factory=list)

    @property
    def is_cut(self) -> bool:
        """Whether there are more than the cards."""
        return self.sums.n > len(self.cards)


@dataclass(frozen=True)
class Line:
    """A term of the forecast, what is expected in it, and the query of the list of exactly these."""

    term: Term
    sums: Sums
    query: str


class OpportuniteBoard(OpportuniteListing):
    """The columns and the forecast of the open opportunités that the list's filters keep.

    Those of archived accounts count nowhere here: the list leaves them out by `suivis`, which links carry.
    Two queries besides those for the filters: the sums, unless they are known, and the cards.
    """

    def __init__(self, *args, today: date, **kwargs):
        self.terms = terms(today)
        super().__init__(*args, today=today, **kwargs)

    def queryset(self):
        return of_unarchived(super().queryset(), self.today)

    @property
    def etat(self) -> str:
        return Stage.EN_COURS.value

    @property
    def issues(self) -> list[tuple[str, str]]:
        """How an opportunité may be closed."""
        return [(stage.value, stage.label) for stage in CLOSED_STAGES]

    @property
    def facet_columns(self):
        whens = [
            When(Q(expected_close_on__lte=term.last), then=Value(n))
            for n, term in enumerate(self.terms)
            if term.last
        ]
        without = When(expected_close_on=None, then=Value(len(self.terms) - 1))
        later = Value(len(self.terms) - 2)
        term = Case(without, *whens, default=later, output_field=IntegerField())
        return super().facet_columns | {"echeance": term}

    @property
    def chosen_facets(self):
        return super().chosen_facets | {"echeance": set()}

    def facets_of(self, rows):
        unpriced = Count("pk", filter=Q(amount=None))
        return super().facets_of(rows.filter(stage=self.etat)).annotate(weighted=WEIGHTED, unpriced=unpriced)

    def _page(self):
        """The first cards of each column."""
        if self.errors:
            return []
        order = [F("expected_close_on").asc(nulls_last=True), F("pk").asc()]
        rank = Window(RowNumber(), partition_by=F("step"), order_by=order)
        first = self.narrowed(self.filter.qs).order_by().annotate(rank=rank).filter(rank__lte=CARDS)
        return list(self.queryset().filter(pk__in=first.values("pk")).order_by(*order))

    @property
    def sums(self) -> Sums:
        return self._sums()

    @property
    def query(self) -> str:
        """Of the list of all that the board holds."""
        return self._query()

    @cached_property
    def columns(self) -> list[Column]:
        """Those of the espace's steps that the filter keeps, in order, then what is nowhere among them."""
        chosen, steps = self.chosen_facets["etape"], self.espace.steps
        strays = {cell["etape"] for cell in self._kept({})} - set(steps)
        return [self._column(step) for step in [*steps, *sorted(strays)] if not chosen or step in chosen]

    @cached_property
    def forecast(self) -> list[Line]:
        return [
            Line(term, self._sums(echeance={n}), self._query(**self._narrowed_to(term)))
            for n, term in enumerate(self.terms)
        ]

    @property
    def highest(self) -> Decimal:
        """The greatest amount of a term, which the others are drawn by."""
        return max((line.sums.amount for line in self.forecast), default=Decimal())

    def _column(self, step: str) -> Column:
        narrowed = {"etape": step or NO_STEP}
        return Column(
            step,
            step in self.espace.steps,
            self._sums(etape={step}),
            self._query(**narrowed),
            self._query(**narrowed, sans_montant=1),
            [row for row in self.rows if row.step == step],
        )

    def _sums(self, **instead: set) -> Sums:
        return Sums.of(self._kept(instead))

    def _narrowed_to(self, term: Term) -> dict:
        """What keeps only a term of what the present filters keep."""
        if term.is_unknown:
            return {"sans_date": 1}
        if term.is_overdue:
            return {"fantomes": 1}
        asked = self.filter.form.cleaned_data
        first, last = asked.get("cloture_du"), asked.get("cloture_au")
        narrowed = {"cloture_du": max(filter(None, [first, term.first]))}
        if last or term.last:
            narrowed["cloture_au"] = min(filter(None, [last, term.last]))
        return narrowed

    def _query(self, **changes) -> str:
        kept = {name: values for name, values in self.data.lists() if name not in NOT_KEPT}
        return urlencode(kept | {"suivis": 1} | changes, doseq=True)
