"""Réglages of the espace itself. Here rather than in crm, since opportunités follow its steps."""

from functools import partial

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.services.step import left_behind, move_step
from crm.access import requires
from crm.forms.settings import EspaceForm
from crm.services.espace import edit_espace
from crm.views.settings import refusals_said


@requires("espace.edit")
def espace_settings(request):
    form = EspaceForm(request.POST or None, espace=request.espace)
    espace = form.save(partial(edit_espace, by=request.actor, espace=request.espace))
    if espace is None:
        context = {"form": form, "left_behind": left_behind(request.espace)}
        return render(request, "crm/espace_settings.html", context, status=422 if form.errors else 200)
    messages.success(request, "Les réglages de l'espace sont enregistrés.")
    return redirect("reglages", espace.slug)


@requires("espace.edit")
@require_POST
def step_move(request):
    """Move the open opportunités of a step that was taken out to one of the espace's."""
    step, to = request.POST.get("step", ""), request.POST.get("to", "")
    with refusals_said(request):
        count = move_step(by=request.actor, espace=request.espace, step=step, to=to)
        messages.success(request, f"{count} opportunité{'s' if count > 1 else ''} à l'étape « {to} ».")
    return redirect("reglages", request.espace.slug)
