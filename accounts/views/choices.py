"""Where pickers search: at most 20 rows as JSON, `{"results": [{"id", "text", "sub"}]}`.

Accounts also have "mark", markup of ours: their logo or monogram.
"""

from django.http import JsonResponse

from accounts.models import Account
from accounts.services import search
from accounts.templatetags.trade import mark
from crm.access import requires
from crm.ids import id_of


def results(rows, describe) -> JsonResponse:
    return JsonResponse(
        {"results": [{"id": row.pk, "text": str(row), "sub": describe(row)} for row in rows[: search.SHOWN]]}
    )


def _typed(request) -> str:
    return request.GET.get("q", "").replace("\0", "")[:100]


@requires("espace.see")
def accounts(request):
    """`pour=parent` offers Groupes first."""
    find = search.parents if request.GET.get("pour") == "parent" else search.accounts
    rows = find(request.espace.accounts.unarchived(request.today), _typed(request))
    return JsonResponse(
        {
            "results": [
                {
                    "id": row.pk,
                    "text": row.name,
                    "sub": " · ".join(filter(None, [row.get_type_display(), row.domain])),
                    "mark": mark(row, request.espace.slug),
                }
                for row in rows[: search.SHOWN]
            ]
        }
    )


@requires("espace.see")
def members(request):
    rows = search.members(request.espace.memberships.select_related("user"), _typed(request))
    return results(rows, lambda member: member.get_role_display())


@requires("espace.see")
def tags(request):
    return results(search.rows_named(request.espace.tags.all(), _typed(request)), lambda tag: "")


@requires("espace.see")
def projets(request):
    """`compte` keeps the projets of that account and of those above it."""
    rows = request.espace.projets.select_related("account")
    if account := _account(request):
        rows = rows.filter(account__in=account.get_ancestors(include_self=True))
    return results(search.rows_named(rows, _typed(request)), lambda projet: str(projet.account))


@requires("espace.see")
def opportunites(request):
    """`compte` keeps the opportunités of that account."""
    rows = request.espace.opportunites.select_related("account")
    if account := _account(request):
        rows = rows.filter(account=account)
    return results(search.rows_named(rows, _typed(request)), lambda row: str(row.account))


def _account(request) -> Account | None:
    return request.espace.accounts.filter(pk=id_of(request.GET.get("compte"))).first()
