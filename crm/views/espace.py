from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm.actor import Actor
from crm.forms.settings import NewEspaceForm
from crm.models import Espace
from crm.once import once
from crm.roles import who_can
from crm.services.espace import espaces_of, may_open_espace, open_espace
from crm.services.espace_deletion import KEPT_DAYS, restorable_espaces, restore_espace
from crm.services.person import themselves


@login_required
def espace_choice(request):
    """The espaces that one may enter; for htmx, as the menu of the one whose slug is `dans`."""
    context = {
        "espaces": espaces_of(request.user),
        "may_create": may_open_espace(request.user),
        "deleted": [(espace, _days_left(espace)) for espace in _restorable(request)],
        "here": request.GET.get("dans", ""),
    }
    return render(request, "crm/espace_choice.html" + ("#menu" if request.htmx else ""), context)


@login_required
@require_POST
def espace_restore(request, pk):
    """Bring back a deleted espace, for those who were its Administrateurs."""
    espace = get_object_or_404(_restorable(request), pk=pk)
    member = espace.memberships.get(user=request.user)
    restore_espace(by=Actor.of(member), espace=espace, now=timezone.now())
    messages.success(request, f"L'espace « {espace} » est de retour, tel qu'il était.")
    return redirect("espace", espace.slug)


def _restorable(request) -> QuerySet[Espace]:
    return restorable_espaces(request.user, now=timezone.now())


def _days_left(espace: Espace) -> int:
    return max(1, KEPT_DAYS - (timezone.now() - espace.deleted_at).days)


@login_required
def espace_create(request):
    if not may_open_espace(request.user):
        raise PermissionDenied(who_can("espace.create"))
    form = NewEspaceForm(request.POST or None)
    espace = form.save(partial(_open_once, request))
    if espace is None:
        return render(request, "crm/espace_new.html", {"form": form}, status=422 if form.errors else 200)
    messages.success(request, f"L'espace « {espace} » est créé : vous en êtes l'administrateur.")
    return redirect("espace", espace.slug)


def _open_once(request, *, cle: str, **values) -> Espace:
    by = themselves(request.user)
    make = partial(open_espace, by=by, **values)
    return once(Espace, by=by, espace=None, key=cle, content=request.POST, make=make)
