from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.forms.opportunite import CloseForm, OpportuniteForm, OpportuniteListing, ReopenForm
from accounts.forms.opportunite_board import OpportuniteBoard
from accounts.models import Opportunite
from accounts.services.opportunite import (
    close_opportunite,
    create_opportunite,
    edit_opportunite,
    move_opportunite,
    reopen_opportunite,
)
from accounts.views.history import recent_history
from accounts.views.note import notes_panel
from accounts.views.pages import (
    announce,
    back,
    context_of,
    explanation_of,
    form_page,
    list_page,
    row_named,
    submitted,
    what_if_fragment,
)
from crm.access import requires
from crm.ids import id_of

CHANGES = {"modifier": OpportuniteForm, "clore": CloseForm}
OF_A_MOVE = ("vers", "version")  # in the address, besides the filters of the board it was made on


@requires("espace.see")
def opportunite_list(request):
    listing = OpportuniteListing(request.GET, member=request.member, today=request.today)
    return list_page(request, "accounts/opportunite_list.html", listing)


@requires("espace.see")
def opportunite_board(request):
    board = OpportuniteBoard(request.GET, member=request.member, today=request.today)
    return list_page(request, "accounts/opportunite_board.html", board)


@requires("espace.see")
def opportunite_page(request, pk):
    opportunite = _opportunite(request, pk)
    context = {
        "opportunite": opportunite,
        "ghost": opportunite.is_ghost(request.today),
        "relances": opportunite.relances.to_do(),
        "affaires": list(opportunite.affaires.order_by("-starts_on", "pk")),
        "explanation": explanation_of(opportunite.account, request),
        "history": recent_history(request, opportunite),
        **notes_panel(request, opportunite),
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
@require_POST
def opportunite_move(request, pk):
    """To the step `vers`, then back to the board as the rest of the address narrows it."""
    opportunite = _opportunite(request, pk)
    step = request.POST.get("vers") or request.GET.get("vers", "")
    version = id_of(request.GET.get("version"))
    try:
        moved = move_opportunite(
            by=request.actor, opportunite=opportunite, today=request.today, step=step, version=version
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        undo = _move_back(request, moved, opportunite.step)
        messages.success(request, f"« {moved} » est à l'étape « {step} ».", extra_tags=undo)
    board = reverse("opportunites_tableau", args=[request.espace.slug])
    return redirect(f"{board}?{_filters(request)}#carte-{pk}")


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
        template = "opportunite_close_dialog" if request.htmx else "opportunite_close"
        form.fields["closed_on"].widget.attrs["autofocus"] = bool(request.htmx and not form.errors)
        return form_page(request, f"accounts/{template}.html", form, opportunite=opportunite)
    made = f" L'affaire « {closed.affaire} » est créée." if closed.affaire else ""
    announce(request, form, f"L'opportunité « {opportunite} » est {closed.stage.label.lower()}.{made}")
    return back(request, reverse("opportunite", args=[request.espace.slug, opportunite.pk]))


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
    return back(request, reverse("opportunite", args=[request.espace.slug, opportunite.pk]))


def _move_back(request, moved: Opportunite, former: str) -> str:
    """The address that undoes a move; none where it came from no step that the espace has."""
    if former not in request.espace.steps or former == moved.step:
        return ""
    address = reverse("opportunite_deplacer", args=[request.espace.slug, moved.pk])
    return f"{address}?{_filters(request, vers=former, version=moved.version)}"


def _filters(request, **others) -> str:
    """The query of the board that a move was made on."""
    kept = {name: values for name, values in request.GET.lists() if name not in OF_A_MOVE}
    return urlencode(kept | others, doseq=True)
