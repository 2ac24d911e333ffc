from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from accounts.choices import Status
from accounts.forms.flux import FluxPage
from crm.access import requires


@requires("espace.see")
def flux(request):
    page = FluxPage(request.GET, member=request.member, today=request.today)
    address = f"{reverse('comptes', args=[request.espace.slug])}?{urlencode(page.kept, doseq=True)}"
    context = {"page": page, "statuses": Status.choices, "list_address": address.rstrip("?")}
    return render(request, "accounts/flux.html", context)
