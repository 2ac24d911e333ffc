from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from crm.forms.base import SavingForm
from crm.forms.person import JoinForm
from crm.models import Invitation, Membership
from crm.services.invitation import DeadLink, accept, invitation_of, known
from crm.services.person import has_two_factor

UNKNOWN = "Ce lien n'existe pas : copiez-le en entier, tel que vous l'avez reçu."


def invitation_page(request, token):
    """Take a place in an espace: with a new name and password, or signed in as who was invited."""
    try:
        return _answer(request, token, invitation_of(token, now=timezone.now()))
    except Invitation.DoesNotExist:
        return _dead(request, UNKNOWN, 404)
    except DeadLink as refusal:
        return _dead(request, str(refusal), 410)


def _answer(request, token: str, invitation: Invitation) -> HttpResponse:
    person = known(invitation)
    signed_in = request.user.is_authenticated
    context = {"invitation": invitation, "person": person, "is_other": signed_in and request.user != person}
    if context["is_other"] or (person and not signed_in):
        return render(request, "crm/invitation.html", context)
    data = request.POST if request.method == "POST" else None
    form = SavingForm(data) if person else JoinForm(data, invitation=invitation)
    member = form.save(lambda **typed: accept(token=token, now=timezone.now(), user=person, **typed))
    if member is None:
        context["form"] = form
        return render(request, "crm/invitation.html", context, status=422 if form.errors else 200)
    if not person:
        perform_login(request, member.user)
    _welcome(request, member)
    return redirect("espace", invitation.espace.slug)


def _welcome(request, member: Membership) -> None:
    welcome = f"Bienvenue dans l'espace « {member.espace} »."
    if not has_two_factor(member.user):
        offer = '{} Protégez votre compte : <a href="{}">activez la double authentification</a>.'
        welcome = format_html(offer, welcome, reverse("mfa_index"))
    messages.success(request, welcome)


def _dead(request, sentence: str, status: int) -> HttpResponse:
    return render(request, "crm/invitation_dead.html", {"sentence": sentence}, status=status)
