"""Views of the list of accounts: named, listed with how many accounts each keeps, told in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from accounts.choices import NO_COLUMN, AccountType, Column, Origin, Status
from accounts.forms.base import day_or
from accounts.forms.filters import MYSELF, NOBODY
from accounts.forms.listed import ListedAccounts
from accounts.forms.listing import ORDER_LABELS
from accounts.forms.lossless import LosslessForm
from accounts.models import Account, SavedView
from accounts.models.saved_view import NAME_MAX_LENGTH, Pairs, pairs_of
from accounts.models.tag import NO_TAG
from accounts.services import counts
from crm.french import day as written
from crm.ids import id_of, ids_of
from crm.models import Espace, Membership

COUNTING_S = 1.0  # no count is begun later than that: the page goes without those that are left
IN_SIDEBAR = 12

PARAMETER_LABELS = {
    "q": "Recherche",
    "statut": "Statut",
    "type": "Type",
    "tag": "Tag",
    "groupe": "Groupe",
    "responsable": "Responsable",
    "bascule": "Bascule",
    "a_relancer": "",
    "archives": "",
    "filiales": "",
    "depuis": "Depuis le",
    "venant": "Venant de",
    "au": "Au",
    "tri": "Tri",
    "colonnes": "Colonnes",
}
CODES = {
    "statut": dict(Status.choices),
    "type": dict(AccountType.choices),
    "venant": dict(Status.choices + Origin.choices),
    "tri": dict(ORDER_LABELS),
    "colonnes": {**dict(Column.choices), NO_COLUMN: "aucune"},
    "a_relancer": {"1": "À relancer"},
    "archives": {"1": "Archivés"},
    "filiales": {"1": "Filiales"},
    "tag": {NO_TAG: "Sans tag"},
    "responsable": {MYSELF: "moi", NOBODY: "personne"},
}


class ViewForm(LosslessForm):
    """Names a view, and says whether the espace shares it where the member may decide that."""

    model = SavedView

    name = forms.CharField(label="Nom de la vue", max_length=NAME_MAX_LENGTH)
    shared = forms.BooleanField(
        label="La partager avec l'espace",
        help_text="Chacun la voit ; « moi » y désigne celui qui l'ouvre.",
        required=False,
    )

    def __init__(self, *args, espace: Espace, **kwargs):
        super().__init__(*args, espace=espace, **kwargs)
        if self.row is not None:
            self.initial.setdefault("shared", self.row.is_shared)
        if not self.by.may("view.share", espace_id=espace.pk):
            del self.fields["shared"]


@dataclass
class Named:
    """What queries name, looked up for all of them at once: accounts by id, tags by slug, members by id."""

    heads: dict[int, Account] = field(default_factory=dict)
    tags: dict[str, tuple[int, str]] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)

    @classmethod
    def by(cls, queries: Iterable[str], espace: Espace) -> "Named":
        """A query for each kind that is named."""
        values: dict[str, set[str]] = {"groupe": set(), "tag": set(), "responsable": set()}
        for query in queries:
            for name, value in pairs_of(query):
                values.get(name, set()).add(value)
        named, slugs = cls(), values["tag"] - {NO_TAG}
        if ids := ids_of(values["groupe"]):
            named.heads = espace.accounts.in_bulk(ids)
        if slugs:
            rows = espace.tags.filter(slug__in=slugs)
            named.tags = {slug: (pk, name) for pk, slug, name in rows.values_list("pk", "slug", "name")}
        if ids := ids_of(values["responsable"]):
            members = espace.memberships.filter(pk__in=ids).select_related("user")
            named.members = {str(member.pk): str(member) for member in members}
        return named

    def label(self, name: str, value: str) -> str:
        """What a value of a parameter is called; the value itself where it is unknown."""
        if name == "groupe":
            return str(self.heads.get(id_of(value), value))
        if name == "bascule":
            return f"dans {value} jours"
        if name in ("au", "depuis"):
            day = day_or(value, None)
            return written(day) if day else value
        found = {
            "tag": {slug: called for slug, (_, called) in self.tags.items()},
            "responsable": self.members,
        }
        return CODES.get(name, {}).get(value) or found.get(name, {}).get(value, value)

    def in_words(self, query: str) -> str:
        """« Statut : Délaissé · Type : Client, Groupe »; « Tous les comptes » for an empty query."""
        labels: dict[str, list[str]] = {}
        for name, value in pairs_of(query):
            labels.setdefault(name, []).append(self.label(name, value))
        told = [
            " : ".join(filter(None, [PARAMETER_LABELS[name], ", ".join(values)]))
            for name, values in labels.items()
        ]
        return " · ".join(told) or "Tous les comptes"


class ViewedAccounts(ListedAccounts):
    """The accounts of a query whose names are known already: no query but that of the count."""

    def __init__(self, query: str, *, member: Membership, today: date, named: Named):
        self.named = named
        super().__init__(data_of(pairs_of(query)), member=member, today=today)

    def find_heads(self):
        return [self.named.heads[pk] for pk in ids_of(self.chosen("groupe")) if pk in self.named.heads]

    def find_tag_ids(self):
        return [self.named.tags[slug][0] for slug in self.chosen("tag") if slug in self.named.tags]

    @property
    def names(self):
        tags = [(slug, name) for slug, (_, name) in self.named.tags.items()]
        return {"tag": tags, "responsable": list(self.named.members.items())}


@dataclass(frozen=True, slots=True)
class ShownView:
    """A view in a list.

    count: how many accounts it keeps, None when not known. wrong: it asks for what is no longer there.
    """

    pk: int
    version: int
    name: str
    is_shared: bool
    query: str
    words: str
    count: int | None
    wrong: bool


def shown_views(
    member: Membership, today: date, *, at_most: int | None = None, within_s: float = COUNTING_S
) -> list[ShownView]:
    """The views that a member sees, with how many accounts each keeps for them today.

    One query for the views, three for what they name, one for each count that is not known yet, until
    `within_s` is over. Remembered as long as nothing is written in the espace.
    """
    views = list(member.espace.savedviews.seen_by(member)[:at_most])
    named = Named.by((view.query for view in views), member.espace)
    ends = perf_counter() + within_s
    return [_shown(view, member, today, named, may_count=perf_counter() < ends) for view in views]


def _shown(view: SavedView, member: Membership, today: date, named: Named, *, may_count: bool) -> ShownView:
    accounts = ViewedAccounts(view.query, member=member, today=today, named=named)
    count = None
    if not accounts.errors:
        myself = member.pk if MYSELF in accounts.chosen("responsable") else None
        question = ("view", today, member.espace.status_day, myself, view.query)
        count = counts.known(member.espace, question)
        if count is None and may_count:
            found = accounts.filter.qs.order_by().count()
            count = counts.keep(member.espace, member.espace.digest, question, found)
    words = named.in_words(view.query)
    wrong = bool(accounts.errors)
    return ShownView(view.pk, view.version, view.name, view.is_shared, view.query, words, count, wrong)


def sidebar_views(member: Membership, today: date) -> list[ShownView]:
    """The first views that a member sees, remembered once all their counts are known."""
    shown = shown_views(member, today, at_most=IN_SIDEBAR)
    if all(view.wrong or view.count is not None for view in shown):
        counts.keep(member.espace, member.espace.digest, _sidebar_of(member, today), shown)
    return shown


def known_sidebar_views(member: Membership, today: date) -> list[ShownView] | None:
    """What sidebar_views() gave, None when something was written since. No query."""
    return counts.known(member.espace, _sidebar_of(member, today))


def _sidebar_of(member: Membership, today: date) -> tuple:
    return ("sidebar", member.pk, today, member.espace.status_day)


def errors_of(query: str, *, member: Membership, today: date) -> list[str]:
    """Sentences for each value that the list does not know."""
    named = Named.by([query], member.espace)
    return ViewedAccounts(query, member=member, today=today, named=named).errors


def data_of(pairs: Pairs) -> QueryDict:
    return QueryDict(urlencode(pairs))
