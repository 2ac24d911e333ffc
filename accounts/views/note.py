from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.forms.note import NoteForm
from accounts.models import Note
from accounts.services.note import create_note, edit_note, may_change, require_own
from accounts.templatetags.trade import address
from accounts.views.history import recent_history
from accounts.views.pages import context_of, form_page, row_named
from crm.access import requires

SHOWN = 20  # notes on the page of a contact or an opportunité


def notes_panel(request, row) -> dict:
    """What the panel « Notes » of a contact's or an opportunité's page shows. One query."""
    notes = row.notes.select_related("author__user").order_by("-happened_at", "-pk")
    return {"notes": notes[:SHOWN], "note_form": NoteForm(**context_of(request))}


@requires("espace.see")
def note_page(request, pk):
    note = _note(request, pk)
    context = {
        "note": note,
        "may_change": may_change(request.actor, note),
        "history": recent_history(request, note),
    }
    return render(request, "accounts/note_page.html", context)


@requires("note.create")
def note_create(request):
    """About the `compte`, `contact` or `opportunite` that the address names, or an account to choose."""
    about = _about(request)
    form = NoteForm(request.POST or None, about=bool(about), **context_of(request))
    create = partial(create_note, by=request.actor, espace=request.espace, now=timezone.now(), **about)
    note = form.save(create)
    if note is None:
        return form_page(request, "accounts/note_form.html", form)
    messages.success(request, "La note est écrite.")
    return _to_subject(request, note)


@requires("note.edit")
def note_edit(request, pk):
    note = _note(request, pk)
    require_own(request.actor, note)
    form = NoteForm(request.POST or None, row=note, **context_of(request))
    saved = form.save(partial(edit_note, by=request.actor, note=note, now=timezone.now()))
    if saved is None:
        return form_page(request, "accounts/note_form.html", form, note=note)
    messages.success(request, f"La note est corrigée. {form.merge_sentence}".strip())
    return _to_subject(request, saved)


def _about(request) -> dict[str, int]:
    """The ids of what the address names."""
    espace = request.espace
    if account := row_named(request, "compte", espace.accounts):
        return {"account": account.pk}
    for name, rows in (("contact", espace.contacts), ("opportunite", espace.opportunites)):
        if row := row_named(request, name, rows):
            return {"account": row.account_id, name: row.pk}
    return {}


def _to_subject(request, note: Note):
    return redirect(f"{address(note.subject, request.espace.slug)}#notes")


def _note(request, pk) -> Note:
    rows = request.espace.notes.select_related("account", "contact", "opportunite", "author__user")
    return get_object_or_404(rows, pk=pk)
