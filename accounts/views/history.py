from django.shortcuts import get_object_or_404, render

from accounts.forms.journal import CURSOR, JournalListing
from accounts.models.row import EspaceRow
from accounts.services.history import entries_of, latest, page_of
from crm.access import requires

SHOWN = 5  # lines in the panel of a row's page


def history_of(model: type[EspaceRow]):
    """The view of all that was done to a row of a model."""

    @requires("espace.see")
    def row_history(request, pk):
        row = get_object_or_404(model, espace=request.espace, pk=pk)
        if request.htmx:  # the panel of an account's page, which comes after it
            context = {"history": recent_history(request, row)}
            return render(request, "accounts/_history_panel.html", context)
        page = page_of(request.espace, entries_of(request.espace, row), _cursor(request))
        return render(request, "accounts/history.html", {"row": row, "page": page})

    return row_history


def recent_history(request, row: EspaceRow) -> dict:
    """What the panel « Historique » of a row's page shows."""
    return {"row": row, "lines": latest(request.espace, row, SHOWN)}


@requires("journal.see")
def journal(request):
    listing = JournalListing(request.GET, espace=request.espace)
    context = {"listing": listing, "choices": listing.choices, "page": listing.page}
    return render(request, "accounts/journal.html", context)


def _cursor(request) -> int | None:
    """Where the page begins; a cursor that is not one of ours is as none."""
    suite = request.GET.get("suite", "")
    return int(suite) if CURSOR.regex.match(suite) else None
