from functools import partial

from django.db.models import Count, Sum
from django.shortcuts import get_object_or_404, redirect, render

from accounts.forms.listing import SIZE
from accounts.forms.projet import ProjetForm, ProjetListing
from accounts.models import Projet
from accounts.models.affaire import states_on
from accounts.services.projet import create_projet, edit_projet
from accounts.views.history import recent_history
from accounts.views.pages import announce, context_of, explanation_of, form_page, list_page, submitted
from crm.access import requires


@requires("espace.see")
def projet_list(request):
    listing = ProjetListing(request.GET, member=request.member, today=request.today)
    return list_page(request, "accounts/projet_list.html", listing)


@requires("espace.see")
def projet_page(request, pk):
    projet = _projet(request, pk)
    affaires = projet.affaires.select_related("account").order_by("-starts_on", "pk")
    running = states_on(request.today)["en_cours"]
    context = {
        "projet": projet,
        "affaires": affaires[:SIZE],
        "count": affaires.count(),
        "totals": projet.affaires.signed().aggregate(
            signed=Count("pk"),
            signed_amount=Sum("amount"),
            running=Count("pk", filter=running),
            running_amount=Sum("amount", filter=running),
        ),
        "explanation": explanation_of(projet.account, request),
        "history": recent_history(request, projet),
    }
    return render(request, "accounts/projet_page.html", context)


@requires("projet.create")
def projet_create(request):
    initial = {"account": request.GET.get("compte")}
    form = ProjetForm(request.POST or None, initial=initial, **context_of(request))
    projet = submitted(request, form, partial(create_projet, by=request.actor, espace=request.espace))
    if projet is None:
        return form_page(request, "accounts/projet_form.html", form)
    announce(request, form, f"Le projet « {projet} » est créé.")
    return redirect("projet", request.espace.slug, projet.pk)


@requires("projet.edit")
def projet_edit(request, pk):
    projet = _projet(request, pk)
    form = ProjetForm(request.POST or None, row=projet, **context_of(request))
    saved = submitted(request, form, partial(edit_projet, by=request.actor, projet=projet))
    if saved is None:
        return form_page(request, "accounts/projet_form.html", form, projet=projet)
    announce(request, form, f"Le projet « {saved} » est enregistré.")
    return redirect("projet", request.espace.slug, saved.pk)


def _projet(request, pk) -> Projet:
    return get_object_or_404(request.espace.projets.select_related("account", "owner__user"), pk=pk)
