from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from accounts.choices import Status
from accounts.forms.today import TodayPage
from crm.access import requires


@requires("espace.see")
def today(request):
    """The way into an espace."""
    page = TodayPage(request.GET, member=request.member, today=request.today)
    address = f"{reverse('comptes', args=[request.espace.slug])}?{urlencode(page.kept, doseq=True)}"
    context = {
        "page": page,
        "statuses": Status.choices,
        "list_address": address.rstrip("?"),
        "is_empty": not request.espace.accounts.exists(),
    }
    return render(request, "accounts/today.html", context)
