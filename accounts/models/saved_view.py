from collections.abc import Iterable

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q

from accounts.choices import NO_COLUMN, USUAL_COLUMNS, Column
from accounts.models.row import NamedRow

NAME_MAX_LENGTH = 60
QUERY_MAX_LENGTH = 2000
# What the address of the list of accounts may hold, but the page and the view: what a view keeps of it.
PARAMETERS = (
    *("q", "statut", "type", "tag", "groupe", "responsable", "bascule", "a_relancer", "archives"),
    *("filiales", "depuis", "venant", "au", "tri", "colonnes"),
)
USUAL_ORDER = "nom"

Pairs = list[tuple[str, str]]


class SavedViewQuerySet(models.QuerySet):
    def seen_by(self, member):
        """The member's own, then those that the espace shares, each in its order."""
        mine_first = models.F("member").asc(nulls_last=True)
        return self.filter(Q(member=member) | Q(member=None)).order_by(mine_first, "position", "pk")


class SavedView(NamedRow):
    """A state of the list of accounts with a name: its filters, columns and order.

    member: whose it is, and nobody else's; None when the espace shares it. query: a line `name=value` for
    each parameter, as query_of() writes them; readable, so that whoever is named in it can be erased.
    """

    member = models.ForeignKey(
        "crm.Membership",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="views",
        verbose_name="réservée à",
    )
    query = models.TextField(
        "filtres, colonnes et tri", blank=True, validators=[MaxLengthValidator(QUERY_MAX_LENGTH)]
    )
    position = models.PositiveIntegerField("rang", default=1)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "vue"
        constraints = [
            models.UniqueConstraint(
                fields=["espace", "member", "name_fold"],
                condition=Q(member__isnull=False),
                name="savedview_own_name_unique",
                violation_error_code="name",
                violation_error_message="Vous avez déjà une vue de ce nom.",
            ),
            models.UniqueConstraint(
                fields=["espace", "name_fold"],
                condition=Q(member__isnull=True),
                name="savedview_shared_name_unique",
                violation_error_code="name",
                violation_error_message="L'espace a déjà une vue de ce nom.",
            ),
        ]

    def validate_constraints(self, exclude=None):
        # The names are compared as they will be stored.
        self._meta.get_field("name_fold").pre_save(self, add=False)
        super().validate_constraints(exclude)

    @property
    def is_shared(self) -> bool:
        return self.member_id is None

    @property
    def pairs(self) -> Pairs:
        return pairs_of(self.query)


def pairs_of(query: str) -> Pairs:
    """The parameters of a query, by name and value."""
    found = (line.partition("=") for line in query.splitlines())
    return [(name, value) for name, _, value in found]


def query_of(pairs: Iterable[tuple[str, str]]) -> str:
    """The one way to write what these parameters ask for: two that show the same list the same way are equal.

    Pages, blanks and what is so anyway (the usual order and columns) are left out.
    """
    asked: dict[str, set[str]] = {name: set() for name in PARAMETERS}
    for name, value in pairs:
        if name in asked and (value := " ".join(value.split())):
            asked[name].add(value)
    if asked["tri"] == {USUAL_ORDER}:
        asked["tri"] = set()
    asked["colonnes"] = _columns(asked["colonnes"])
    return "\n".join(f"{name}={value}" for name in PARAMETERS for value in sorted(asked[name]))


def _columns(values: set[str]) -> set[str]:
    if values == set(USUAL_COLUMNS):
        return set()
    return values - {NO_COLUMN} if values & set(Column.values) else values
