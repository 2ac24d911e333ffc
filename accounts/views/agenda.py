"""The secret address of a member's calendar: its page, and what it answers, outside sign-in."""

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.services.agenda import agenda_at, agenda_of, close_agenda, may_ask, open_agenda, token_of
from accounts.services.agenda.icalendar import calendar
from accounts.templatetags.trade import address
from crm.access import requires


@requires("relance.create")
def agenda_page(request):
    """A POST opens the address, or puts a new one in its place."""
    if request.method == "POST":
        open_agenda(by=request.actor, member=request.member)
        messages.success(request, "Votre adresse d'agenda est prête : gardez-la pour vous.")
        return redirect("relances_agenda", request.espace.slug)
    agenda = agenda_of(request.member)
    feed = request.build_absolute_uri(reverse("agenda", args=[token_of(agenda)])) if agenda else ""
    return render(request, "accounts/agenda.html", {"feed": feed})


@requires("relance.create")
@require_POST
def agenda_close(request):
    close_agenda(by=request.actor, member=request.member)
    messages.success(request, "L'adresse d'agenda est fermée : plus personne n'y lit vos relances.")
    return redirect("relances_agenda", request.espace.slug)


@require_safe
def feed(request, token):
    """What calendars read: the open relances of one member of one espace."""
    if not may_ask(get_adapter().get_client_ip(request)):
        return ratelimit.respond_429(request)
    agenda = agenda_at(token)
    if agenda is None:
        raise Http404("Aucun agenda à cette adresse.")
    relances = agenda.member.relances.to_do().select_related("account", "espace")
    pages = (
        (relance, request.build_absolute_uri(address(relance, agenda.espace.slug))) for relance in relances
    )
    content = calendar(f"Vigie · {agenda.espace}", pages, now=timezone.now())
    headers = {"Cache-Control": "no-store, private", "Content-Disposition": 'inline; filename="vigie.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
