"""The Corbeille: what goes in, from the page of each row; what is there, and how it comes back."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import Account, Note, TrashedRow
from accounts.models.row import EspaceRow
from accounts.services.trash import (
    KEPT_DAYS,
    check_may_delete,
    check_no_sub_accounts,
    companions,
    counted,
    restore,
    right_to_delete,
    trash,
)
from accounts.services.trash.hanging import goes_along, references
from accounts.services.trash.stored import model_named
from accounts.templatetags.trade import ADDRESSES, address
from crm.access import requires
from crm.roles import allows

SIZE = 50  # rows of a page
ICONS = {
    "account": "building-2",
    "affaire": "briefcase-business",
    "contact": "contact",
    "note": "sticky-note",
    "opportunite": "target",
    "projet": "folder-kanban",
    "relance": "bell-ring",
}


def deletion_of(model: type[EspaceRow]) -> Callable:
    """The view that says what goes into the Corbeille with a row of this model, and puts it there."""

    @requires(right_to_delete(model))
    def delete(request, pk):
        row = get_object_or_404(model._default_manager.filter(espace=request.espace), pk=pk)
        check_may_delete(request.actor, row)
        if request.method == "POST":
            return _trash(request, row)
        return render(request, "accounts/trash_confirm.html", _consequences(row, request.espace.slug))

    return delete


def _trash(request, row: EspaceRow):
    try:
        trashed = trash(by=request.actor, row=row, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(address(row, request.espace.slug))
    undo = ""
    if allows(request.member.role, "trash.see"):
        undo = reverse("corbeille_restaurer", args=[request.espace.slug, trashed.pk])
    messages.success(request, f"« {row} » est dans la Corbeille pour {KEPT_DAYS} jours.", extra_tags=undo)
    if isinstance(row, Account):
        return redirect("comptes", request.espace.slug)
    return redirect("compte", request.espace.slug, row.account_id)


def _consequences(row: EspaceRow, slug: str) -> dict:
    context = {
        "row": row,
        "kind": row._meta.verbose_name,
        "days": KEPT_DAYS,
        "address": address(row, slug),
        **_section(row, slug),
    }
    try:
        check_no_sub_accounts(row)
    except ValidationError as refusal:
        return context | {"refusal": " ".join(refusal.messages)}
    rows = goes_along(row)
    losing = {other.pk: type(other) for other, _ in references(rows)}
    return context | {
        "others": counted(type(other) for other in rows[1:]),
        "losing": counted(losing.values()),
    }


def _section(row: EspaceRow, slug: str) -> dict:
    """Where rows of its kind are found: notes, in the fil of their account."""
    if isinstance(row, Note):
        return {"list_address": reverse("compte_fil", args=[slug, row.account_id]), "list_name": row.account}
    address = reverse(f"{ADDRESSES[type(row)]}s", args=[slug])
    return {"list_address": address, "list_name": row._meta.verbose_name_plural.capitalize()}


@requires("trash.see")
def corbeille(request):
    rows = request.espace.trash.select_related("trashed_by__user").order_by("-trashed_at", "-pk")
    page = Paginator(rows, SIZE).get_page(request.GET.get("page"))
    lines = [_line(request, trashed) for trashed in page]
    return render(request, "accounts/trash.html", {"page": page, "lines": lines, "days": KEPT_DAYS})


def _line(request, trashed: TrashedRow) -> dict:
    model, zone = model_named(trashed.model), ZoneInfo(request.espace.timezone)
    return {
        "trashed": trashed,
        "kind": model._meta.verbose_name,
        "icon": ICONS[trashed.model],
        "others": counted(companions(trashed)),
        "at": trashed.trashed_at.astimezone(zone),
        "until": (trashed.trashed_at + timedelta(days=KEPT_DAYS)).astimezone(zone),
        "days_left": max(1, KEPT_DAYS - (timezone.now() - trashed.trashed_at).days),
        "may_restore": allows(request.member.role, right_to_delete(model)),
    }


@requires("trash.see")
@require_POST
def corbeille_restaurer(request, pk):
    trashed = get_object_or_404(request.espace.trash, pk=pk)
    try:
        restored = restore(by=request.actor, trashed=trashed)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("corbeille", request.espace.slug)
    messages.success(request, f"« {restored.row} » est de retour.")
    for sentence in restored.sentences:
        messages.warning(request, sentence)
    return redirect(address(restored.row, request.espace.slug))
