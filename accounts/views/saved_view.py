"""Views of the list of accounts: saved from it, listed with their counts, arranged."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.forms.saved_view import Named, ViewForm, errors_of, shown_views, sidebar_views
from accounts.models import SavedView
from accounts.models.saved_view import query_of
from accounts.services.saved_view import create_view, delete_view, edit_view, move_view, require_change
from accounts.templatetags.saved_views import sidebar_context, view_address
from accounts.views.pages import context_of, form_page
from crm.access import requires
from crm.merging import Stale


@requires("espace.see")
def view_list(request):
    """The views that one sees; for htmx, those of the sidebar."""
    if request.htmx:
        views = sidebar_views(request.member, request.today)
        return render(request, "accounts/_sidebar_views.html", sidebar_context(request, views))
    views = shown_views(request.member, request.today)
    shelves = [
        ("Mes vues", [view for view in views if not view.is_shared], True),
        ("Vues de l'espace", [view for view in views if view.is_shared], _may_share(request)),
    ]
    return render(request, "accounts/view_list.html", {"shelves": shelves, "any": bool(views)})


@requires("view.edit")
def view_create(request):
    """Save what the address asks of the list, as a view of its own."""
    query = query_of((name, value) for name, values in request.GET.lists() for value in values)
    form = ViewForm(request.POST or None, **context_of(request))
    wrong = errors_of(query, member=request.member, today=request.today)
    view = None
    if not wrong:
        view = form.save(partial(create_view, by=request.actor, espace=request.espace, query=query))
    if view is None:
        words = Named.by([query], request.espace).in_words(query)
        context = {"query": query, "words": words, "wrong": wrong}
        return _form_page(request, "accounts/view_form.html", form, **context)
    messages.success(request, f"La vue « {view} » est enregistrée.")
    address = view_address(view, request.espace.slug)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


@requires("view.edit")
def view_edit(request, pk):
    view = _changeable(request, pk)
    form = ViewForm(request.POST or None, row=view, **context_of(request))
    saved = form.save(partial(edit_view, by=request.actor, view=view))
    if saved is None:
        words = Named.by([view.query], request.espace).in_words(view.query)
        return form_page(request, "accounts/view_form.html", form, view=view, query=view.query, words=words)
    messages.success(request, f"La vue « {saved} » est enregistrée. {form.merge_sentence}".strip())
    return redirect("vues", request.espace.slug)


@requires("view.edit")
@require_POST
def view_save(request, pk):
    """Have a view keep what the list shows, unless somebody changed it since the list was opened."""
    view = _changeable(request, pk)
    query = query_of((name, value) for name, values in request.GET.lists() for value in values)
    version = request.POST.get("version", "")
    if errors_of(query, member=request.member, today=request.today):
        messages.error(request, "Cette liste contient une valeur inconnue : la vue reste comme elle est.")
        return redirect(view_address(view, request.espace.slug))
    try:
        version = int(version) if version.isdecimal() and len(version) < 10 else 0
        saved = edit_view(by=request.actor, view=view, version=version, query=query)
    except Stale as refusal:
        return _both(request, refusal.meeting.row, query)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("vues", request.espace.slug)
    messages.success(request, f"La vue « {saved} » est enregistrée.")
    return redirect(view_address(saved, request.espace.slug))


@requires("view.edit")
@require_POST
def view_move(request, pk):
    """`sens`: haut or bas."""
    view = _changeable(request, pk)
    move_view(by=request.actor, view=view, down=request.POST.get("sens") == "bas")
    return redirect("vues", request.espace.slug)


@requires("view.edit")
def view_delete(request, pk):
    view = _changeable(request, pk)
    if request.method == "POST":
        delete_view(by=request.actor, view=view)
        messages.success(request, f"La vue « {view} » est supprimée.")
        return redirect("vues", request.espace.slug)
    words = Named.by([view.query], request.espace).in_words(view.query)
    return render(request, "accounts/view_delete.html", {"view": view, "words": words})


def _both(request, view: SavedView, query: str):
    """What somebody made of a view meanwhile, and what one would make of it."""
    named = Named.by([view.query, query], request.espace)
    context = {
        "view": view,
        "query": query,
        "theirs": named.in_words(view.query),
        "mine": named.in_words(query),
    }
    return render(request, "accounts/view_conflict.html", context, status=422)


def _form_page(request, template: str, form: ViewForm, **context):
    """The form as a page, or as what htmx puts in the dialog of the page one is on."""
    if context["wrong"]:
        return render(request, template, {"form": form, **context}, status=422)
    if not request.htmx:
        return form_page(request, template, form, **context)
    if not form.errors:
        form.fields["name"].widget.attrs["autofocus"] = True
    context |= {
        "heading": "Enregistrer la vue",
        "verb": "Enregistrer",
        "fields": "accounts/_view_fields.html",
    }
    return form_page(request, "accounts/relance_dialog.html", form, **context)


def _may_share(request) -> bool:
    return request.actor.may("view.share", espace_id=request.espace.pk)


def _changeable(request, pk) -> SavedView:
    """A view that one sees (404 otherwise) and may change (403 otherwise)."""
    view = get_object_or_404(request.espace.savedviews.seen_by(request.member), pk=pk)
    require_change(request.actor, view)
    return view
