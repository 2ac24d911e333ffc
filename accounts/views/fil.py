from django.shortcuts import get_object_or_404, render

from accounts.forms.fil import FilListing
from accounts.forms.listing import shown_day
from accounts.forms.note import NoteForm
from accounts.views.pages import context_of
from crm.access import requires

SIZE = 30  # entries of a page
BRIEF = 10  # entries on the account's page


@requires("espace.see")
def account_fil(request, pk):
    """The page, or its entries alone for htmx."""
    account = get_object_or_404(request.espace.accounts, pk=pk)
    account.espace = request.espace
    on = shown_day(request.GET, today=request.today)
    listing = FilListing(request.GET, account=account, on=on, size=BRIEF if request.htmx else SIZE)
    context = {
        "account": account,
        "listing": listing,
        "fil": listing.fil,
        "on": on,
        "read_only": on != request.today,
        "note_form": NoteForm(**context_of(request)),
    }
    template = "accounts/account_fil.html"
    return render(request, f"{template}#entries" if request.htmx else template, context)
