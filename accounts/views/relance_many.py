"""One relance for each of many accounts: those that were ticked in the list, or all that its filter keeps."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from accounts.forms.listing import AccountListing
from accounts.forms.relance_many import PlanManyForm
from accounts.services.relance.many import AT_MOST, LeftOut, Planned, plan_relances
from accounts.services.relance.undoing import TakenBack, reference_to, take_back
from accounts.views.pages import form_page
from crm import french
from crm.access import requires
from crm.ids import id_of, ids_of
from crm.templatetags.ui import thousands

NAMED = 3  # accounts left out that are named
# Of one account, and of several.
LEFT_OUT = {
    LeftOut.PLANNED: (
        "Avait déjà une relance prévue, et la garde",
        "Avaient déjà une relance prévue, et la gardent",
    ),
    LeftOut.SILENCED: (
        "Marqué « ne pas relancer », et laissé de côté",
        "Marqués « ne pas relancer », et laissés de côté",
    ),
    LeftOut.ARCHIVED: ("Archivé, et laissé de côté", "Archivés, et laissés de côté"),
}


@requires("relance.assign")
def relances_plan(request):
    """Its address says which accounts: `compte`, repeated, or `tous` and the filters of the list."""
    pks, announced = _chosen(request)
    if not pks:
        emptied = "La liste a changé : plus aucun compte ne correspond au filtre."
        messages.warning(request, emptied if announced else "Choisissez d'abord des comptes.")
        return redirect("comptes", request.espace.slug)
    about = {"espace": request.espace, "today": request.today}
    form = PlanManyForm(request.POST or None, chosen=pks, announced=announced, at_most=AT_MOST, **about)
    planned = form.save(partial(plan_relances, by=request.actor, accounts=pks, **about))
    if planned is None:
        return form_page(request, "accounts/relances_plan.html", form)
    _announce(request, planned)
    days = {relance.due_on for relance in planned.relances}
    narrowed = {"le": days.pop()} if len(days) == 1 else {"q": planned.relances[0].subject}
    there = urlencode({"etat": "equipe"} | narrowed)
    return redirect(f"{reverse('relances', args=[request.espace.slug])}?{there}")


@requires("relance.assign")
@require_POST
def relances_take_back(request):
    """Undo; `lot` is the reference to what was planned."""
    lot = request.GET.get("lot", "")
    try:
        back = take_back(by=request.actor, espace=request.espace, planned=lot, now=timezone.now())
        messages.success(request, _told(back))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("relances", request.espace.slug)


def _told(back: TakenBack) -> str:
    if not back.gone:
        return "Aucune relance n'est retirée : toutes ont changé depuis."
    told = f"{thousands(back.gone)} relance{'s sont retirées' if back.gone > 1 else ' est retirée'}."
    if not back.kept:
        return told
    stay = "qui ont changé depuis, restent" if back.kept > 1 else "qui a changé depuis, reste"
    return f"{told} {thousands(back.kept)}, {stay}."


def _chosen(request) -> tuple[list[int], int | None]:
    """The ids of the accounts, and how many the list said that its filter kept, if it did."""
    if "tous" not in request.GET:
        return sorted(set(ids_of(request.GET.getlist("compte")))), None
    filters = request.GET.copy()
    for name in ("tous", "compte", "page", "suite", "au", "vue"):
        filters.pop(name, None)
    listing = AccountListing(filters, member=request.member, today=request.today)
    if listing.errors:
        return [], None
    kept = listing.filter.qs.order_by().values_list("pk", flat=True)
    return sorted(kept), id_of(request.GET["tous"])


def _announce(request, planned: Planned) -> None:
    count, days = len(planned.relances), sorted(relance.due_on for relance in planned.relances)
    told = f"{thousands(count)} relance{'s sont prévues' if count > 1 else ' est prévue'}"
    first, last = french.day(days[0]), french.day(days[-1])
    when = f"le {first}" if first == last else f"du {first} au {last}"
    undo = reverse("relances_retirer", args=[request.espace.slug])
    undo += f"?{urlencode({'lot': reference_to(planned.relances)})}"
    messages.success(request, f"{told} {when}.", extra_tags=undo)
    for why, accounts in planned.left_out.items():
        names = [str(account) for account in accounts[:NAMED]]
        more = len(accounts) - NAMED
        shown = french.listed([*names, f"{more} autre{'s' if more > 1 else ''}"] if more > 0 else names)
        messages.warning(request, f"{LEFT_OUT[why][len(accounts) > 1]} : {shown}.")
