"""The lists of opportunités, affaires, projets and contacts, as their addresses ask for them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When
from django.http import QueryDict

from accounts.forms.filters import MYSELF, NOBODY, AnyOf, YesFilter
from accounts.forms.listing import SIZE
from accounts.forms.portfolio import OFFERED, Choice
from accounts.services import counts, search
from accounts.services.today import of_unarchived
from crm.ids import ids_of
from crm.models import Membership

ALL = "toutes"
UNKNOWN = {
    "q": "Cette recherche est trop longue, ou contient un caractère qui ne s'écrit pas.",
    "compte": "Ce compte n'existe pas.",
    "groupe": "Ce groupe n'existe pas.",
    "projet": "Ce projet n'existe pas.",
    "responsable": "Ce responsable n'existe pas.",
    "etat": "Cet état n'existe pas.",
    "etape": "Cette étape n'existe pas.",
    "genre": "Ce genre de relance n'existe pas.",
    "fantomes": "Le filtre des clôtures fantômes ne peut valoir que 1.",
    "sans_date": "Le filtre des opportunités sans date ne peut valoir que 1.",
    "a_prolonger": "Le filtre des affaires à prolonger ne peut valoir que 1.",
    "suivis": "Le filtre qui retire les comptes archivés ne peut valoir que 1.",
    "le": "Écrivez une date, par exemple 30/06/2026.",
    "cloture_du": "Le début de la clôture prévue est une date, par exemple 30/06/2026.",
    "cloture_au": "La fin de la clôture prévue est une date, par exemple 30/06/2026.",
    "sans_montant": "Le filtre des montants inconnus ne peut valoir que 1.",
    "tri": "Cet ordre n'existe pas.",
    "page": "Cette page n'existe pas.",
}


class IdsField(forms.Field):
    """Repeated ids, as numbers."""

    widget = forms.MultipleHiddenInput

    def clean(self, values):
        texts = [text for text in values or [] if text]
        ids = ids_of(texts)
        if len(ids) < len(texts):
            raise ValidationError("unknown", code="unknown")
        return ids


class AnyId(django_filters.Filter):
    field_class = IdsField

    def filter(self, rows, ids):
        return rows.filter(**{f"{self.field_name}__in": ids}) if ids else rows


def is_so(condition: Q) -> Case:
    """A condition as a column: True or False."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


class BusinessFilter(django_filters.FilterSet):
    """Business narrowed by text, account, group and owner.

    member: who asks, for « moi ». group: the accounts whose business `groupe` keeps, set once it is read.
    """

    group: QuerySet

    q = django_filters.CharFilter(method="by_text", max_length=200)
    compte = AnyId(field_name="account")
    groupe = AnyId(method="by_group")
    responsable = AnyOf(method="by_owner")

    def __init__(
        self,
        data: QueryDict,
        rows: QuerySet,
        *,
        member: Membership,
        owners: Iterable[Membership],
        today: date,
    ):
        self.member, self.today = member, today
        super().__init__(data, rows)
        if "responsable" in self.filters:
            self.filters["responsable"].extra["choices"] = [
                (MYSELF, "Moi"),
                (NOBODY, "Sans responsable"),
                *((str(owner.pk), str(owner)) for owner in owners),
            ]

    def by_text(self, rows, name, typed):
        return search.matching(rows, typed, "name_fold", "account__name_fold")

    def by_group(self, rows, name, ids):
        return rows.filter(account__in=self.group.values("pk"))

    def by_owner(self, rows, name, values):
        if not values:
            return rows
        wanted = Q(owner__in=ids_of(values))
        if MYSELF in values:
            wanted |= Q(owner=self.member.pk)
        if NOBODY in values:
            wanted |= Q(owner__isnull=True)
        return rows.filter(wanted)


class WorkFilter(BusinessFilter):
    """Business that is work to do: `suivis` leaves out that of archived accounts."""

    suivis = YesFilter(method="without_archived")

    def without_archived(self, rows, name, value):
        return of_unarchived(rows, self.today)


class ListState(forms.Form):
    """What a list shows besides its filters."""

    etat = forms.ChoiceField(required=False)
    tri = forms.ChoiceField(required=False)
    page = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)


class Listing:
    """Rows, tabs and choices of a list of business.

    At most 6 queries: the named accounts, groups and projets if any, the members, the counts, the page.
    `errors` holds a sentence for each invalid value; then there are no rows.
    states: tabs by their code in the address, the first one shown by default. orders: what `tri` may be,
    with what the menu says of each way. usual_orders: the order of each state without `tri`.
    """

    filter_class: type[BusinessFilter]
    states: dict[str, str] = {ALL: "Toutes"}
    orders: dict[str, tuple[str, str, object]]
    usual_orders: dict[str, str]

    def __init__(self, data: QueryDict, *, member: Membership, today: date):
        self.data, self.member, self.espace, self.today = data, member, member.espace, today
        self.owners = self._owners()
        self.filter = self.filter_class(data, self.queryset(), member=member, owners=self.owners, today=today)
        self.filter.form.full_clean()
        self.state = ListState(data)
        self.state.fields["etat"].choices = self.states.items()
        self.state.fields["tri"].choices = self.order_choices
        self.state.full_clean()
        self.errors = [UNKNOWN[name] for name in {**self.filter.form.errors, **self.state.errors}]
        self.named = {name: self._named(rows, name) for name, rows in self.nameable().items()}
        self.filter.group = self.espace.accounts.in_trees(self.named["groupe"]).unarchived(today)
        self.rows = self._page()

    def queryset(self) -> QuerySet:
        """All the rows of the espace."""
        raise NotImplementedError

    def nameable(self) -> dict[str, QuerySet]:
        """The rows that parameters of the address name by id."""
        return {"compte": self.espace.accounts, "groupe": self.espace.accounts}

    def facets_of(self, rows: QuerySet) -> QuerySet:
        """The rows grouped by what tabs and menus count: keys of `chosen_facets`, then `n` and `total`."""
        raise NotImplementedError

    def narrowed(self, rows: QuerySet) -> QuerySet:
        """The rows of the chosen facets."""
        raise NotImplementedError

    @property
    def chosen_facets(self) -> dict[str, set]:
        """The values that each facet keeps; none keeps them all."""
        return {"etat": set() if self.etat == ALL else {self.etat}}

    @property
    def etat(self) -> str:
        return self.state.cleaned_data.get("etat") or next(iter(self.states))

    @property
    def order(self) -> str:
        return self.state.cleaned_data.get("tri") or self.usual_orders[self.etat]

    @property
    def order_choices(self) -> list[tuple[str, str]]:
        return [
            choice
            for name, (upwards, downwards, _) in self.orders.items()
            for choice in ((name, upwards), (f"-{name}", downwards))
        ]

    @property
    def number(self) -> int:
        return self.state.cleaned_data.get("page") or 1

    @property
    def is_filtered(self) -> bool:
        return any(name in self.data for name in self.filter.filters)

    @cached_property
    def cells(self) -> list[dict]:
        if self.errors:
            return []
        known = counts.known(self.espace, self._counted)
        if known is None:
            found = list(self.facets_of(self.filter.qs.order_by()))
            known = counts.keep(self.espace, self.espace.digest, self._counted, found)
        return known

    @property
    def _counted(self) -> tuple:
        """All that counts depend on, but the rows of the espace."""
        values = [tuple(self.data.getlist(name)) for name in self.filter.filters]
        return (type(self), self.today, self.member.pk, *values)

    def _kept(self, instead: dict[str, set]) -> Iterable[dict]:
        wanted = self.chosen_facets | instead
        return (
            cell
            for cell in self.cells
            if all(not values or cell[facet] in values for facet, values in wanted.items())
        )

    def count(self, **instead: set) -> int:
        """How many rows there are, with these facets instead of the chosen ones."""
        return sum(cell["n"] for cell in self._kept(instead))

    @cached_property
    def total(self) -> int:
        return self.count()

    @cached_property
    def amount(self) -> Decimal | None:
        """Euros before tax of the rows of one state; of all states together it would say nothing."""
        if self.etat == ALL:
            return None
        return sum((cell["total"] or Decimal() for cell in self._kept({})), Decimal())

    @property
    def tabs(self) -> list[Choice]:
        return [
            Choice(code, label, code == self.etat, self.count(etat=set() if code == ALL else {code}))
            for code, label in self.states.items()
        ]

    @property
    def all_states(self) -> int:
        return self.count(etat=set())

    @property
    def owner_choices(self) -> list[Choice]:
        chosen = self.data.getlist("responsable")
        return [
            Choice(value, label, value in chosen)
            for value, label in self.filter.filters["responsable"].extra["choices"]
        ]

    @property
    def named_choices(self) -> dict[str, list[Choice]]:
        return {
            name: [Choice(str(row.pk), row.name, True) for row in rows] for name, rows in self.named.items()
        }

    @property
    def first_number(self) -> int:
        return (self.number - 1) * SIZE + 1

    @property
    def last_number(self) -> int:
        return self.first_number + len(self.rows) - 1

    @property
    def previous_number(self) -> int | None:
        return self.number - 1 or None

    @property
    def next_number(self) -> int | None:
        return self.number + 1 if self.last_number < self.total else None

    def _page(self) -> list:
        if self.errors:
            return []
        if self.number > 1 and self.first_number > self.total:
            self.errors = [UNKNOWN["page"]]
            return []
        start = (self.number - 1) * SIZE
        rows = self.narrowed(self.filter.qs).order_by(*self._order_by())
        # Sorted without what is shown beside them; only the page's own are read whole.
        return list(rows.filter(pk__in=rows.values("pk")[start : start + SIZE]))

    def _order_by(self) -> list:
        descending = self.order.startswith("-")
        by = self.orders[self.order.removeprefix("-")][2]
        # Said of a column that always has a value, it would keep the database from following an index.
        nulls = {} if self._always_has(by) else {"nulls_last": True}
        return [
            by.desc(**nulls) if descending else by.asc(**nulls),
            F("pk").desc() if descending else F("pk").asc(),
        ]

    def _always_has(self, by) -> bool:
        columns = {field.name: field for field in self.filter_class._meta.model._meta.concrete_fields}
        return isinstance(by, F) and by.name in columns and not columns[by.name].null

    def _owners(self) -> list[Membership]:
        """The members to choose from, by name, and those that the address names; none where none owns."""
        if "responsable" not in self.filter_class.base_filters:
            return []
        members = self.espace.memberships.select_related("user")
        ids = ids_of(self.data.getlist("responsable"))
        offered = members.filter(is_active=True).order_by("pk").values("pk")[:OFFERED]
        named = members.filter(Q(pk__in=offered) | Q(pk__in=ids))
        return sorted(named, key=lambda owner: str(owner).casefold())

    def _named(self, rows: QuerySet, name: str) -> list:
        ids = set(self.filter.form.cleaned_data.get(name) or [])
        found = list(rows.filter(pk__in=ids)) if ids else []
        if len(found) < len(ids):
            self.errors.append(UNKNOWN[name])
        return found
