"""An espace is deleted, from its Réglages. Here rather than in crm, since it counts what goes with it."""

from django.apps import apps
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.models.row import EspaceRow
from accounts.services.trash.hanging import in_order
from crm.access import requires
from crm.forms.settings import DeleteEspaceForm
from crm.services.espace_deletion import KEPT_DAYS, delete_espace


@requires("espace.delete")
def espace_delete(request):
    form = DeleteEspaceForm(request.POST or None, espace=request.espace)
    deleted = form.save(
        lambda name: delete_espace(by=request.actor, espace=request.espace, name=name, now=timezone.now())
    )
    if deleted is None:
        context = {"form": form, "days": KEPT_DAYS, "counts": _counts(request.espace)}
        return render(request, "crm/espace_delete.html", context, status=422 if form.errors else 200)
    messages.success(
        request,
        f"L'espace « {deleted} » est supprimé : "
        f"ses administrateurs peuvent le restaurer pendant {KEPT_DAYS} jours.",
    )
    return redirect("espace_choice")


def _counts(espace) -> list[tuple[str, int]]:
    """How many rows of each model of the trade there are, and how many members."""
    rows = [model for model in apps.get_app_config("accounts").get_models() if issubclass(model, EspaceRow)]
    counts = [(model, model._default_manager.filter(espace=espace).count()) for model in in_order(rows)]
    members = espace.memberships.filter(is_active=True)
    counts.append((members.model, members.count()))
    return [
        (model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural, count)
        for model, count in counts
        if count
    ]
