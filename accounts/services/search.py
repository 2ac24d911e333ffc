"""Finding rows by what a person types: every word, in any order, case and accents apart."""

from django.db.models import Case, F, Q, QuerySet, Value, When

from accounts.choices import AccountType
from accounts.models.derived import fold

SHOWN = 20  # rows found for what was typed, in a picker


def matching(rows: QuerySet, typed: str, *columns: str) -> QuerySet:
    """The rows where each word typed stands in one of these (folded) columns."""
    for word in fold(typed).split():
        anywhere = Q()
        for column in columns:
            anywhere |= Q(**{f"{column}__contains": word})
        rows = rows.filter(anywhere)
    return rows


def accounts(rows: QuerySet, typed: str) -> QuerySet:
    """The first accounts by name or domain: those whose name begins so, then by name."""
    return _first(rows, typed, _begins(typed))


def parents(rows: QuerySet, typed: str) -> QuerySet:
    """The first accounts by name or domain: Groupes, then as accounts()."""
    return _first(rows, typed, _worst_last(Q(type=AccountType.GROUPE)), _begins(typed))


def _first(rows: QuerySet, typed: str, *order: Case) -> QuerySet:
    order = [*order, "name_fold", "pk"]
    found = matching(rows, typed, "name_fold", "domain").order_by(*order)
    # They are found in the index of the list alone; only those that are shown are read whole.
    return rows.filter(pk__in=found.values("pk")[:SHOWN]).order_by(*order)


def _begins(typed: str) -> Case:
    return _worst_last(Q(name_fold__startswith=fold(typed)))


def _worst_last(good: Q) -> Case:
    return Case(When(good, then=Value(0)), default=Value(1))


def rows_named(rows: QuerySet, typed: str) -> QuerySet:
    """Projets, affaires, opportunités or tags by name."""
    return matching(rows, typed, "name_fold").order_by("name_fold", "pk")


def contacts(rows: QuerySet, typed: str) -> QuerySet:
    """Contacts by name, those who left last."""
    return matching(rows, typed, "name_fold").order_by(F("left_on").desc(nulls_first=True), "name_fold", "pk")


def members(rows: QuerySet, typed: str) -> QuerySet:
    """Active members by name or e-mail, in a small table: case apart, accents not."""
    rows = rows.filter(is_active=True)
    for word in typed.split():
        rows = rows.filter(
            Q(user__first_name__icontains=word)
            | Q(user__last_name__icontains=word)
            | Q(user__email__icontains=word)
        )
    return rows.order_by("user__last_name", "user__first_name", "pk")
