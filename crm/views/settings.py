"""Réglages, as far as the house knows: who works in the espace, and who is invited."""

from contextlib import contextmanager
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import mail
from crm.access import requires
from crm.forms.member import InviteForm, RoleForm
from crm.models import Invitation
from crm.services.invitation import invite, link_token, pending, resend, revoke
from crm.services.member import change_role, enable_member, roster


@requires("member.edit")
def members(request):
    form = InviteForm(request.POST or None)
    write = partial(invite, by=request.actor, espace=request.espace, now=timezone.now())
    if invitation := form.save(write):
        _send(request, invitation)
        return redirect("reglages_membres", request.espace.slug)
    context = {
        "form": form,
        "members": roster(request.espace),
        "invitations": [(row, _link(request, row)) for row in pending(request.espace)],
        "now": timezone.now(),
    }
    return render(request, "crm/members.html", context, status=422 if form.errors else 200)


@requires("member.edit")
def member(request, pk):
    found = get_object_or_404(roster(request.espace), pk=pk)
    form = RoleForm(request.POST or None, initial={"role": found.role})
    changed = form.save(partial(change_role, by=request.actor, member=found))
    if changed is None:
        context = {"person": found, "form": form}
        return render(request, "crm/member.html", context, status=422 if form.errors else 200)
    messages.success(request, f"{changed} est maintenant {changed.get_role_display()}.")
    return redirect("reglages_membres", request.espace.slug)


@requires("member.edit")
@require_POST
def member_enable(request, pk):
    found = get_object_or_404(request.espace.memberships, pk=pk)
    with refusals_said(request):
        enabled = enable_member(by=request.actor, member=found)
        messages.success(request, f"{enabled} a de nouveau accès à l'espace.")
    return redirect("reglages_membre", request.espace.slug, pk)


@requires("member.edit")
@require_POST
def invitation_resend(request, pk):
    invitation = get_object_or_404(request.espace.invitations, pk=pk)
    with refusals_said(request):
        _send(request, resend(by=request.actor, invitation=invitation, now=timezone.now()))
    return redirect("reglages_membres", request.espace.slug)


@requires("member.edit")
@require_POST
def invitation_revoke(request, pk):
    invitation = get_object_or_404(request.espace.invitations, pk=pk)
    with refusals_said(request):
        revoke(by=request.actor, invitation=invitation, now=timezone.now())
        messages.success(request, f"L'invitation de {invitation} est retirée : son lien n'ouvre plus rien.")
    return redirect("reglages_membres", request.espace.slug)


@contextmanager
def refusals_said(request):
    """Say what a service refuses, where a button has no form to say it in."""
    try:
        yield
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))


def _link(request, invitation: Invitation) -> str:
    return request.build_absolute_uri(reverse("invitation", args=[link_token(invitation)]))


def _send(request, invitation: Invitation) -> None:
    """Send the link, once the invitation is committed, and say whether it left."""
    context = {
        "invitation": invitation,
        "espace": request.espace,
        "inviter": request.member.user,
        "link": _link(request, invitation),
    }
    if mail.send("invitation", to=invitation.email, context=context):
        messages.success(request, f"L'invitation est envoyée à {invitation}.")
    else:
        messages.warning(
            request,
            f"L'e-mail n'est pas parti : transmettez vous-même à {invitation} le lien ci-dessous.",
        )
