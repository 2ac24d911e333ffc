"""« Mon compte »: who one is, how one signs in, and where one is signed in."""

from functools import partial

from allauth.account import views as allauth
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm.forms.person import NameForm
from crm.services.device import devices_of, end_device, end_other_devices
from crm.services.espace import espaces_of
from crm.services.person import (
    asked_address,
    edit_person,
    themselves,
    two_factor_of,
    vouch_for_address,
)


@login_required
def my_account(request):
    person = request.user
    form = NameForm(
        request.POST or None, initial={"first_name": person.first_name, "last_name": person.last_name}
    )
    if form.save(partial(edit_person, by=themselves(person), user=person)):
        messages.success(request, "Votre nom est enregistré.")
        return redirect("my_account")
    espaces, two_factor = list(espaces_of(person)), two_factor_of(person)
    devices = devices_of(person, this_one=request.session.session_key, now=timezone.now())
    context = {
        "form": form,
        "espaces": espaces,
        "asked_address": asked_address(person),
        "two_factor": two_factor,
        "asking": [espace for espace in espaces if espace.requires_two_factor and not two_factor],
        "devices": devices,
        "others": sum(not device.is_this_one for device in devices),
        "today": timezone.localdate(),
    }
    return render(request, "crm/my_account.html", context, status=422 if form.errors else 200)


@login_required
def change_address(request):
    vouch_for_address(request.user)
    return allauth.email(request)


@login_required
def devices(request):
    """The part of « Mon compte » that lists them; a POST signs out of all but this one."""
    if request.method == "POST":
        count = end_other_devices(user=request.user, this_one=request.session.session_key)
        words = "appareils déconnectés" if count > 1 else "appareil déconnecté"
        messages.success(request, f"{count} {words}.")
    return redirect(f"{reverse('my_account')}#appareils")


@login_required
@require_POST
def device_end(request, pk):
    if not end_device(user=request.user, pk=pk):
        raise Http404("Aucun appareil à cette adresse.")
    messages.success(request, "L'appareil est déconnecté.")
    return redirect("usersessions_list")
