"""A member's rows handed over to another, when they leave or simply move on."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from accounts.forms.handover import HandOverForm, LeaveForm
from accounts.services.handover import disable_and_hand_over, hand_over, owned_by
from crm.access import requires
from crm.models import Membership


@requires("member.edit")
def member_hand_over(request, pk):
    member = _member(request, pk)
    form = HandOverForm(request.POST or None, espace=request.espace)
    count = form.save(partial(hand_over, by=request.actor, giver=member))
    if count is None:
        return _form_page(request, "accounts/member_hand_over.html", form, member)
    messages.success(request, f"{_rows(count)} de {member} {'ont' if count > 1 else 'a'} changé de mains.")
    return redirect("reglages_membre", request.espace.slug, pk)


@requires("member.edit")
def member_disable(request, pk):
    member = _member(request, pk)
    form = LeaveForm(request.POST if request.method == "POST" else None, espace=request.espace)
    count = form.save(partial(disable_and_hand_over, by=request.actor, member=member))
    if count is None:
        return _form_page(request, "accounts/member_disable.html", form, member)
    handed = f" {_rows(count)} {'ont' if count > 1 else 'a'} changé de mains." if count else ""
    messages.success(request, f"{member} n'a plus accès à l'espace.{handed}")
    return redirect("reglages_membres", request.espace.slug)


def _member(request, pk) -> Membership:
    return get_object_or_404(request.espace.memberships.select_related("user"), pk=pk)


def _form_page(request, template: str, form, member: Membership):
    owned = {model._meta.verbose_name: count for model, count in owned_by(member).items()}
    context = {"form": form, "person": member, "owned": owned}
    return render(request, template, context, status=422 if form.errors else 200)


def _rows(count: int) -> str:
    return f"{count} fiche{'s' if count > 1 else ''}"
