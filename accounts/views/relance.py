from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.forms.base import day_or
from accounts.forms.relance import CancelForm, DoForm, EditForm, PlanForm, PostponeForm, RelanceListing
from accounts.models import Relance
from accounts.services.relance import (
    cancel_relance,
    check_own,
    do_relance,
    edit_relance,
    may_touch,
    plan_relance,
    postpone_relance,
    reopen_relance,
)
from accounts.services.relance.undoing import reference_to, undo_relance
from accounts.views.history import recent_history
from accounts.views.pages import back, context_of, explanation_of, form_page, list_page, row_named
from crm import french
from crm.access import requires


@requires("espace.see")
def relance_list(request):
    listing = RelanceListing(request.GET, member=request.member, today=request.today)
    return list_page(request, "accounts/relance_list.html", listing)


@requires("espace.see")
def relance_page(request, pk):
    relance = _relance(request, pk)
    context = {
        "relance": relance,
        "late": relance.is_late(request.today),
        "may_touch": may_touch(request.actor, relance),
        "explanation": explanation_of(relance.account, request),
        "history": recent_history(request, relance),
    }
    return render(request, "accounts/relance_page.html", context)


@requires("relance.create")
def relance_create(request):
    opportunite = row_named(request, "opportunite", request.espace.opportunites.select_related("account"))
    account = opportunite.account if opportunite else row_named(request, "compte", request.espace.accounts)
    form = PlanForm(
        request.POST or None,
        account=account,
        opportunite=opportunite,
        day=day_or(request.GET.get("jour"), None),
        **context_of(request),
    )
    plan = partial(plan_relance, by=request.actor, espace=request.espace, today=request.today)
    relance = form.save(plan)
    if relance is None:
        return _form_page(request, form, "planifier", account=form.account)
    undo = reverse("relance_supprimer", args=[request.espace.slug, relance.pk])
    messages.success(request, f"« {relance} » est prévue le {french.day(relance.due_on)}.", extra_tags=undo)
    return back(request, reverse("compte", args=[request.espace.slug, relance.account_id]))


@requires("relance.create")
def relance_edit(request, pk):
    relance = _own(request, pk)
    form = EditForm(request.POST or None, row=relance, **context_of(request))
    saved = form.save(partial(edit_relance, by=request.actor, relance=relance, today=request.today))
    if saved is None:
        return form_page(request, "accounts/relance_edit.html", form, relance=relance)
    messages.success(request, f"« {saved} » est enregistrée. {form.merge_sentence}".strip())
    return redirect("relance", request.espace.slug, pk)


@requires("relance.create")
def relance_do(request, pk):
    relance = _own(request, pk)
    form = DoForm(request.POST or None, espace=request.espace, today=request.today, row=relance)
    done = form.save(partial(do_relance, by=request.actor, relance=relance, today=request.today))
    if done is None:
        return _form_page(request, form, "faire", relance=relance)
    (following,) = done
    told, undo = f"« {relance} » est faite.", _undo(request, pk)
    if following:
        told += f" La suivante est prévue le {french.day(following.due_on)}."
        undo += f"?{urlencode({'suivante': reference_to([following])})}"
    messages.success(request, told, extra_tags=undo)
    return back(request, reverse("relance", args=[request.espace.slug, pk]))


@requires("relance.create")
def relance_postpone(request, pk):
    relance = _own(request, pk)
    form = PostponeForm(request.POST or None, espace=request.espace, today=request.today, row=relance)
    moved = form.save(partial(postpone_relance, by=request.actor, relance=relance, today=request.today))
    if moved is None:
        return _form_page(request, form, "reporter", relance=relance)
    undo = f"{_undo(request, pk)}?{urlencode({'jour': relance.due_on})}"
    messages.success(request, f"« {moved} » est reportée au {french.day(moved.due_on)}.", extra_tags=undo)
    return back(request, reverse("relance", args=[request.espace.slug, pk]))


@requires("relance.create")
def relance_cancel(request, pk):
    relance = _own(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else None, espace=request.espace)
    if form.save(partial(cancel_relance, by=request.actor, relance=relance, today=request.today)) is None:
        return _form_page(request, form, "annuler", relance=relance)
    messages.success(request, f"« {relance} » est annulée.", extra_tags=_undo(request, pk))
    return back(request, reverse("relance", args=[request.espace.slug, pk]))


@requires("relance.create")
@require_POST
def relance_reopen(request, pk):
    """Undo; `jour` is the day that it had before it was put off, `suivante` the one planned with it."""
    relance, told = _own(request, pk), ""
    try:
        if planned := request.GET.get("suivante"):
            undone = undo_relance(by=request.actor, relance=relance, planned=planned, now=timezone.now())
            told = " La suivante est retirée." if undone.gone else " La suivante a changé depuis, et reste."
        else:
            due_on = day_or(request.GET.get("jour"), None)
            reopen_relance(by=request.actor, relance=relance, due_on=due_on)
        messages.success(request, f"« {relance} » est de nouveau à faire.{told}")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("relance", request.espace.slug, pk)


def _relance(request, pk) -> Relance:
    rows = request.espace.relances.select_related("account", "contact", "opportunite", "assignee__user")
    return get_object_or_404(rows, pk=pk)


def _own(request, pk) -> Relance:
    """A relance that one may touch."""
    relance = _relance(request, pk)
    check_own(request.actor, relance)
    return relance


GESTURES = {
    "planifier": ("Planifier une relance", "Planifier", "subject"),
    "faire": ("Relance faite", "C'est fait", "outcome"),
    "reporter": ("Reporter la relance", "Reporter", "jour"),
    "annuler": ("Annuler la relance", "Annuler la relance", "outcome"),
}


def _form_page(request, form, gesture: str, **context):
    """The form as a page, or as what htmx puts in the dialog of the page one is on."""
    heading, verb, first = GESTURES[gesture]
    context |= {"heading": heading, "verb": verb, "fields": f"accounts/_relance_{gesture}.html"}
    if not request.htmx:
        return form_page(request, "accounts/relance_form.html", form, **context)
    if not form.errors:
        form.fields[first].widget.attrs["autofocus"] = True
    return form_page(request, "accounts/relance_dialog.html", form, **context)


def _undo(request, pk) -> str:
    return reverse("relance_retablir", args=[request.espace.slug, pk])
