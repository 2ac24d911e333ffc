"""A person's data: found, exported, erased."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.forms.personal import EraseForm
from accounts.models import Contact
from accounts.services.personal.erasing import erase_contact, erase_member
from accounts.services.personal.exporting import export_contact, export_member
from accounts.services.personal.finding import (
    contact_of,
    contacts_named,
    members_named,
    trashed_contacts_named,
)
from crm.access import requires
from crm.models import Membership


@requires("person.export")
def people(request):
    typed = request.GET.get("q", "").strip()
    context = {"typed": typed, "contacts": [], "trashed": [], "members": []}
    if typed:
        context |= {
            "contacts": contacts_named(request.espace, typed),
            "trashed": trashed_contacts_named(request.espace, typed),
            "members": members_named(request.espace, typed),
        }
    return render(request, "accounts/people.html", context)


@requires("person.export")
@require_POST
def contact_export(request, pk):
    contact = get_object_or_404(Contact, espace=request.espace, pk=pk)
    return _file(export_contact(by=request.actor, contact=contact), f"contact-{pk}")


@requires("person.export")
@require_POST
def member_export(request, pk):
    member = _member(request, pk)
    return _file(export_member(by=request.actor, member=member), f"membre-{pk}")


@requires("person.erase")
def contact_erase(request, pk):
    contact = contact_of(request.espace, pk)
    if contact is None:
        raise Http404("Contact inconnu.")
    form = EraseForm(request.POST or None, espace=request.espace)
    erasure = form.save(lambda **_: erase_contact(by=request.actor, contact=contact))
    return _erase_page(request, form, erasure, contact)


@requires("person.erase")
def member_erase(request, pk):
    member = _member(request, pk)
    if member == request.member:
        messages.error(request, "Un autre Administrateur doit effacer vos données.")
        return redirect("reglages_personnes", request.espace.slug)
    form = EraseForm(request.POST or None, espace=request.espace)
    erasure = form.save(lambda **_: erase_member(by=request.actor, member=member, now=timezone.now()))
    return _erase_page(request, form, erasure, member)


def _member(request, pk) -> Membership:
    rows = Membership.objects.select_related("user").filter(erased_at=None)
    return get_object_or_404(rows, espace=request.espace, pk=pk)


def _file(content: dict, name: str) -> JsonResponse:
    response = JsonResponse(content, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


def _erase_page(request, form, erasure, person):
    """What will be erased, then what was: only there is it said, since nothing keeps the person's name."""
    if erasure:
        return render(request, "accounts/person_erased.html", {"erasure": erasure})
    context = {"form": form, "person": person, "is_contact": isinstance(person, Contact)}
    return render(request, "accounts/person_erase.html", context, status=422 if form.errors else 200)
