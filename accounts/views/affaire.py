from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.forms.affaire import AffaireForm, AffaireListing, CancelForm, EndForm, ResumeForm
from accounts.models import Affaire
from accounts.services.affaire import (
    cancel_affaire,
    create_affaire,
    edit_affaire,
    end_affaire,
    resume_affaire,
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

CHANGES = {"modifier": AffaireForm, "terminer": EndForm, "annuler": CancelForm}


@requires("espace.see")
def affaire_list(request):
    listing = AffaireListing(request.GET, member=request.member, today=request.today)
    return list_page(request, "accounts/affaire_list.html", listing)


@requires("espace.see")
def affaire_page(request, pk):
    affaire = _affaire(request, pk)
    end = affaire.effective_end
    context = {
        "affaire": affaire,
        "begun": affaire.starts_on <= request.today,
        "ended": end is not None and end < request.today,
        "explanation": explanation_of(affaire.account, request),
        "history": recent_history(request, affaire),
    }
    return render(request, "accounts/affaire_page.html", context)


@requires("affaire.create")
def affaire_create(request):
    form = AffaireForm(request.POST or None, initial=_prefilled(request), **context_of(request))
    affaire = submitted(request, form, partial(create_affaire, by=request.actor, espace=request.espace))
    if affaire is None:
        return form_page(request, "accounts/affaire_form.html", form)
    announce(request, form, f"L'affaire « {affaire} » est créée.")
    return redirect("affaire", request.espace.slug, affaire.pk)


@requires("affaire.edit")
def affaire_edit(request, pk):
    affaire = _affaire(request, pk)
    form = AffaireForm(request.POST or None, row=affaire, **context_of(request))
    saved = submitted(request, form, partial(edit_affaire, by=request.actor, affaire=affaire))
    if saved is None:
        return form_page(request, "accounts/affaire_form.html", form, affaire=affaire)
    announce(request, form, f"L'affaire « {saved} » est enregistrée.")
    return redirect("affaire", request.espace.slug, saved.pk)


@requires("affaire.edit")
def affaire_end(request, pk):
    affaire = _affaire(request, pk)
    if affaire.cancelled_on:
        return _refuse(request, affaire, "Cette affaire est annulée : reprenez-la d'abord.")
    form = EndForm(request.POST or None, row=affaire, **context_of(request))
    saved = submitted(request, form, partial(end_affaire, by=request.actor, affaire=affaire))
    if saved is None:
        return form_page(request, "accounts/affaire_end.html", form, affaire=affaire)
    announce(request, form, f"La fin de l'affaire « {saved} » est enregistrée.")
    return redirect("affaire", request.espace.slug, saved.pk)


@requires("affaire.edit")
def affaire_cancel(request, pk):
    affaire = _affaire(request, pk)
    if affaire.cancelled_on:
        return _refuse(request, affaire, "Cette affaire est déjà annulée.")
    form = CancelForm(request.POST or None, row=affaire, **context_of(request))
    saved = submitted(request, form, partial(cancel_affaire, by=request.actor, affaire=affaire))
    if saved is None:
        return form_page(request, "accounts/affaire_cancel.html", form, affaire=affaire)
    announce(request, form, f"L'affaire « {saved} » est annulée.")
    return redirect("affaire", request.espace.slug, saved.pk)


@requires("affaire.edit")
@require_POST
def affaire_resume(request, pk):
    affaire = _affaire(request, pk)
    form = ResumeForm(request.POST, row=affaire, **context_of(request))
    if form.save(partial(resume_affaire, by=request.actor, affaire=affaire)) is None:
        return _refuse(request, affaire, " ".join(form.non_field_errors()))
    announce(request, form, f"L'affaire « {affaire} » est reprise.")
    return redirect("affaire", request.espace.slug, affaire.pk)


@requires("affaire.create")
@require_POST
def affaire_what_if(request):
    """« Et si ? » as a fragment. `affaire` is the one being changed, if any, and `geste` how."""
    form_class = CHANGES.get(request.GET.get("geste", "modifier"))
    if form_class is None:
        raise Http404("Ce geste n'existe pas.")
    affaire = row_named(request, "affaire", request.espace.affaires.select_related("account"))
    return what_if_fragment(request, form_class(request.POST, row=affaire, **context_of(request)))


def _affaire(request, pk) -> Affaire:
    rows = request.espace.affaires.select_related("account", "projet", "opportunite", "owner__user")
    return get_object_or_404(rows, pk=pk)


def _prefilled(request) -> dict:
    """What the page one comes from tells: its account, its projet, the opportunité that was won."""
    projet = row_named(request, "projet", request.espace.projets)
    won = row_named(request, "opportunite", request.espace.opportunites)
    initial = {"account": request.GET.get("compte")}
    if projet:
        initial |= {"projet": projet.pk, "account": projet.account_id}
    if won:
        initial |= {"opportunite": won.pk, "account": won.account_id, "name": won.name, "amount": won.amount}
    return initial


def _refuse(request, affaire: Affaire, sentence: str):
    messages.error(request, sentence)
    return redirect("affaire", request.espace.slug, affaire.pk)
