"""Finding rows by what a person types: every word, in any order, case and accents apart."""

from django.db.models import Case, Q, QuerySet, Value, When

from accounts.choices import AccountType
from accounts.models.derived import fold


def matching(rows: QuerySet, typed: str, *columns: str) -> QuerySet:
    """The rows where each word typed stands in one of these (folded) columns."""
    for word in fold(typed).split():
        anywhere = Q()
        for column in columns:
            anywhere |= Q(**{f"{column}__contains": word})
        rows = rows.filter(anywhere)
    return rows


def accounts(rows: QuerySet, typed: str) -> QuerySet:
    """Accounts by name or domain: those whose name begins so first, then by name."""
    return (
        matching(rows, typed, "name_fold", "domain")
        .annotate(later=Case(When(name_fold__startswith=fold(typed), then=Value(0)), default=Value(1)))
        .order_by("later", "name_fold", "pk")
    )


def parents(rows: QuerySet, typed: str) -> QuerySet:
    """Accounts by name or domain, Groupes first."""
    is_groupe = Case(When(type=AccountType.GROUPE, then=Value(0)), default=Value(1))
    return (
        accounts(rows, typed)
        .annotate(not_groupe=is_groupe)
        .order_by("not_groupe", "later", "name_fold", "pk")
    )


def rows_named(rows: QuerySet, typed: str) -> QuerySet:
    """Projets, affaires, opportunités or tags by name."""
    return matching(rows, typed, "name_fold").order_by("name_fold", "pk")


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
