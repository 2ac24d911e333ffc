"""The espace's accounts as an address narrows them, and what each of its filters offers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

from django.db.models import CharField, DateField, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.http import QueryDict

from accounts.choices import AccountType
from accounts.forms.filters import MYSELF, NOBODY, PortfolioFilter
from accounts.models import Account
from accounts.models.tag import NO_TAG
from accounts.services import counts
from accounts.services.flux import chart_days, counts_over
from crm.ids import ids_of
from crm.models import Membership
from crm.models.espace import member_name

OFFERED = 60  # tags, and members, in a menu
CHANGE_DAYS = 30  # over which the change of a count is told

T = TypeVar("T")


@dataclass
class Choice:
    """A value that a filter may take; count: how many accounts it would show, None when not computed."""

    value: str
    label: str
    chosen: bool = False
    count: int | None = None


class Narrowed:
    """What the pages share that narrow the accounts by type, tag, group and owner.

    `heads` are the accounts that `groupe` names, `tag_ids` the tags that `tag` names: a query each, or none.
    """

    def __init__(self, data: QueryDict, *, member: Membership, today: date):
        self.data = _without_blanks(data)
        self.member, self.espace, self.today = member, member.espace, today
        self.heads = self.find_heads()
        self.tag_ids = self.find_tag_ids()

    def find_heads(self) -> list[Account]:
        ids = ids_of(self.chosen("groupe"))
        return list(self.espace.accounts.filter(pk__in=ids)) if ids else []

    def find_tag_ids(self) -> list[int]:
        tags = self.espace.tags.filter(slug__in=self.chosen("tag")).values_list("pk", flat=True)
        return list(tags) if set(self.chosen("tag")) - {NO_TAG} else []

    def chosen(self, name: str) -> list[str]:
        return self.data.getlist(name)

    @cached_property
    def names(self) -> dict[str, list[tuple[str, str]]]:
        """Values and labels of the tags and of the members on offer, and of those that the address names."""
        found = {"tag": [], "responsable": []}
        for facet, key, label, _, _ in self.tag_names().union(self.member_names(), all=True):
            found[facet].append((key, label))
        return sorted_names(found)

    @property
    def tag_choices(self) -> list[Choice]:
        return self._choices("tag", [(NO_TAG, "Sans tag"), *self.names["tag"]])

    @property
    def owner_choices(self) -> list[Choice]:
        fixed = [(MYSELF, "Moi"), (NOBODY, "Sans responsable")]
        return self._choices("responsable", fixed + self.names["responsable"])

    @property
    def group_choices(self) -> list[Choice]:
        return self._choices("groupe", [(str(head.pk), head.name) for head in self.heads])

    def _choices(self, name: str, labels: list[tuple[str, str]]) -> list[Choice]:
        return [Choice(value, label, value in self.chosen(name)) for value, label in labels]

    def unknown(self) -> list[str]:
        """Sentences for tags, members and groups that the espace does not have."""
        known = [
            ("groupe", "Ce groupe n'existe pas.", self.group_choices),
            ("tag", "Ce tag n'existe pas.", self.tag_choices),
            ("responsable", "Ce responsable n'existe pas.", self.owner_choices),
        ]
        return [
            sentence
            for name, sentence, choices in known
            if set(self.chosen(name)) - {choice.value for choice in choices}
        ]

    def tag_names(self) -> QuerySet:
        tags = self.espace.tags
        offered = tags.order_by("name_fold").values("pk")[:OFFERED]
        rows = tags.filter(Q(pk__in=offered) | Q(slug__in=self.chosen("tag"))).order_by()
        return named(rows, "tag", F("slug"), F("name"))

    def member_names(self) -> QuerySet:
        members = self.espace.memberships
        ids = ids_of(self.chosen("responsable"))
        offered = members.filter(is_active=True).order_by("pk").values("pk")[:OFFERED]
        rows = members.filter(Q(pk__in=offered) | Q(pk__in=ids)).order_by()
        return named(rows, "responsable", Cast("pk", CharField()), member_name())


class Portfolio(Narrowed):
    """The accounts that type, tag, group and owner keep, on no day in particular, archived ones included.

    Three queries at most: the named groups and tags if any, the names of tags and members. `errors` holds a
    sentence for each invalid value; then there are no accounts.
    """

    def __init__(self, data: QueryDict, *, member: Membership, today: date):
        super().__init__(data, member=member, today=today)
        self.filter = PortfolioFilter(
            self.data,
            rows=self.espace.accounts.all(),
            member=member,
            heads=self.heads,
            tag_ids=self.tag_ids,
        )
        self.errors = [*sentences(self.filter.errors), *self.unknown()]

    @property
    def accounts(self) -> QuerySet[Account]:
        return self.espace.accounts.none() if self.errors else self.filter.qs

    @property
    def kept(self) -> dict[str, list[str]]:
        """The parameters that narrow the list of accounts alike."""
        return {name: self.chosen(name) for name in self.filter.filters if self.chosen(name)}

    @property
    def type_choices(self) -> list[Choice]:
        return self._choices("type", AccountType.choices)

    @cached_property
    def counted(self) -> dict[date, dict[str, int]]:
        """How many accounts had, or will have, each status: on the days of the chart, and CHANGE_DAYS ago."""
        days = {*chart_days(self.today), self.change_since}
        return self.remembered(("counted", self.today), lambda accounts: counts_over(accounts, days))

    @property
    def chart(self) -> dict[date, dict[str, int]]:
        return {day: self.counted[day] for day in chart_days(self.today)}

    @property
    def change_since(self) -> date:
        return self.today - timedelta(days=CHANGE_DAYS)

    def remembered(self, question: tuple, count: Callable[[QuerySet[Account]], T]) -> T:
        """What `count` finds of the accounts, counted once between two writes of the espace.

        question: all that the answer depends on, but the espace's rows and what narrows them.
        """
        myself = self.member.pk if MYSELF in self.chosen("responsable") else None
        narrowing = tuple((name, tuple(values)) for name, values in self.kept.items())
        key = ("portfolio", self.espace.status_day, myself, narrowing, question)
        known = counts.known(self.espace, key)
        if known is not None:
            return known
        return counts.keep(self.espace, self.espace.digest, key, count(self.accounts))


def named(rows: QuerySet, facet: str, key, label) -> QuerySet:
    """Rows of facet, key and label, which fit in a UNION with counts by day."""
    return rows.annotate(
        facet=Value(facet), key=key, label=label, until=Value(None, DateField()), n=Value(0)
    ).values_list("facet", "key", "label", "until", "n")


def sorted_names(names: dict[str, list[tuple[str, str]]]) -> dict[str, list[tuple[str, str]]]:
    return {facet: sorted(rows, key=lambda row: row[1].casefold()) for facet, rows in names.items()}


def sentences(errors: dict[str, list[str]]) -> list[str]:
    return [message for messages in errors.values() for message in messages]


def _without_blanks(data: QueryDict) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name, values in data.lists():
        if values := [value for value in values if value.strip()]:
            kept.setlist(name, values)
    return kept
