from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.forms.opportunite import CloseForm, OpportuniteForm, OpportuniteListing, ReopenForm
from accounts.models import Opportunite
from accounts.services.opportunite import (
    close_opportunite,
    create_opportunite,
    edit_opportunite,
    reopen_opportunite,
)
from accounts.views.history import recent_history
from accounts.views.pages import (
    announce,
    context_of,
    explanation_of,
    form_page,
    list_page,
    row_named,
    submitted,
    what_if_fragment,
)
from crm.access import requires

CHANGES = {"modifier": OpportuniteForm, "clore": CloseForm}


@requires("espace.see")
def opportunite_list(request):
    listing = OpportuniteListing(request.GET, member=request.member, today=request.today)
    return list_page(request, "accounts/opportunite_list.html", listing)


@requires("espace.see")
def opportunite_page(request, pk):
    opportunite = _opportunite(request, pk)
    context = {
        "opportunite": opportunite,
        "ghost": opportunite.is_ghost(request.today),
        "affaires": list(opportunite.affaires.order_by("-starts_on", "pk")),
        "explanation": explanation_of(opportunite.account, request),
        "history": recent_history(request, opportunite),
    }
    return render(request, "accounts/opportunite_page.html", context)


@requires("opportunite.create")
def opportunite_create(request):
    initial = {"account": request.GET.get("compte")}
    form = OpportuniteForm(request.POST or None, initial=initial, **context_of(request))
    create = partial(create_opportunite, by=request.actor, espace=request.espace, today=request.today)
    opportunite = submitted(request, form, create)
    if opportunite is None:
        return form_page(request, "accounts/opportunite_form.html", form)
    announce(request, form, f"L'opportunité « {opportunite} » est créée.")
    return redirect("opportunite", request.espace.slug, opportunite.pk)


@requires("opportunite.edit")
def opportunite_edit(request, pk):
    opportunite = _opportunite(request, pk)
    form = OpportuniteForm(request.POST or None, row=opportunite, **context_of(request))
    edit = partial(edit_opportunite, by=request.actor, opportunite=opportunite, today=request.today)
    saved = submitted(request, form, edit)
    if saved is None:
        return form_page(request, "accounts/opportunite_form.html", form, opportunite=opportunite)
    announce(request, form, f"L'opportunité « {saved} » est enregistrée.")
    return redirect("opportunite", request.espace.slug, saved.pk)


@requires("opportunite.edit")
def opportunite_close(request, pk):
    opportunite = _opportunite(request, pk)
    if not opportunite.is_open and request.method != "POST":
        return _refuse(request, opportunite, "Cette opportunité est déjà close : rouvrez-la d'abord.")
    form = CloseForm(
        request.POST or None,
        row=opportunite,
        initial={"stage": request.GET.get("issue")},
        **context_of(request),
    )
    close = partial(close_opportunite, by=request.actor, opportunite=opportunite, today=request.today)
    closed = submitted(request, form, close)
    if closed is None:
        return form_page(request, "accounts/opportunite_close.html", form, opportunite=opportunite)
    made = f" L'affaire « {closed.affaire} » est créée." if closed.affaire else ""
    announce(request, form, f"L'opportunité « {opportunite} » est {closed.stage.label.lower()}.{made}")
    return redirect("opportunite", request.espace.slug, opportunite.pk)


@requires("opportunite.edit")
@require_POST
def opportunite_reopen(request, pk):
    opportunite = _opportunite(request, pk)
    form = ReopenForm(request.POST, row=opportunite, **context_of(request))
    reopen = partial(reopen_opportunite, by=request.actor, opportunite=opportunite, today=request.today)
    if form.save(reopen) is None:
        return _refuse(request, opportunite, " ".join(form.non_field_errors()))
    announce(request, form, f"L'opportunité « {opportunite} » est rouverte.")
    return redirect("opportunite", request.espace.slug, opportunite.pk)


@requires("opportunite.create")
@require_POST
def opportunite_what_if(request):
    """« Et si ? » as a fragment. `opportunite` is the one being changed, if any, and `geste` how."""
    form_class = CHANGES.get(request.GET.get("geste", "modifier"))
    if form_class is None:
        raise Http404("Ce geste n'existe pas.")
    rows = request.espace.opportunites.select_related("account")
    opportunite = row_named(request, "opportunite", rows)
    return what_if_fragment(request, form_class(request.POST, row=opportunite, **context_of(request)))


def _opportunite(request, pk) -> Opportunite:
    return get_object_or_404(request.espace.opportunites.select_related("account", "owner__user"), pk=pk)


def _refuse(request, opportunite: Opportunite, sentence: str):
    messages.error(request, sentence)
    return redirect("opportunite", request.espace.slug, opportunite.pk)
