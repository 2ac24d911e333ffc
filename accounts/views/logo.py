"""An account's logo: its file, the page where it is looked after, and what a form shows of it meanwhile."""

import base64
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.forms.logo import LogoForm
from accounts.models import Account, LogoSearch
from accounts.services.logo import files
from accounts.services.logo.keeping import add_logo, ask_again, remove_logo
from accounts.services.logo.previewing import preview_of
from accounts.services.website import normalise_website
from crm import net
from crm.access import requires
from crm.services.espace import edit_espace
from crm.views.settings import refusals_said

POLLS = 15  # times that a page asks for a logo on its way, 2 s apart, and then leaves it


@requires("espace.see")
def file(request, digest, side):
    """A picture that we encoded ourselves; named after its content, so that browsers may keep it."""
    try:
        content = files.read(request.espace.pk, digest, side)
    except FileNotFoundError:
        raise Http404 from None
    response = HttpResponse(content, content_type="image/webp")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@requires("account.edit")
def logo_page(request, pk):
    account = get_object_or_404(request.espace.accounts.select_related("logo_search"), pk=pk)
    form = LogoForm(request.POST or None, request.FILES or None)
    if form.save(partial(add_logo, by=request.actor, account=account)):
        messages.success(request, "Le logo est enregistré : aucune recherche ne le remplacera.")
        return redirect("compte_logo", request.espace.slug, pk)
    context = {"account": account, "form": form, "search": _search(account), "now": timezone.now()}
    return render(request, "accounts/account_logo.html", context, status=422 if form.errors else 200)


@requires("account.edit")
@require_POST
def ask(request, pk):
    account = get_object_or_404(request.espace.accounts, pk=pk)
    with refusals_said(request):
        ask_again(by=request.actor, account=account, now=timezone.now())
        messages.success(request, "La recherche du logo est lancée.")
    return redirect("compte_logo", request.espace.slug, pk)


@requires("account.edit")
@require_POST
def remove(request, pk):
    account = get_object_or_404(request.espace.accounts, pk=pk)
    with refusals_said(request):
        remove_logo(by=request.actor, account=account)
        messages.success(request, "Le logo ajouté à la main est retiré.")
    return redirect("compte_logo", request.espace.slug, pk)


@requires("espace.see")
def mark(request, pk):
    """The mark of an account whose logo is on its way: asks again until it has come, or too many times."""
    account = get_object_or_404(request.espace.accounts.select_related("logo_search"), pk=pk)
    polls = request.GET.get("n", "0")
    context = {"account": account, "n": int(polls) + 1 if polls.isdecimal() and len(polls) < 4 else POLLS}
    context["pending"] = context["n"] < POLLS and is_pending(account, request.espace)
    return render(request, "accounts/_hero_mark.html", context)


def is_pending(account: Account, espace) -> bool:
    """Whether a search that is due has not given its answer yet."""
    search = _search(account)
    is_due = search is not None and search.due_at <= timezone.now()
    return espace.fetches_logos and is_due


def _search(account: Account) -> LogoSearch | None:
    return getattr(account, "logo_search", None)


@requires("espace.edit")
@require_POST
def turn_on(request):
    """Have the espace's logos searched: from the list, for who has not been to the settings yet."""
    edit_espace(by=request.actor, espace=request.espace, fetches_logos=True)
    messages.success(request, "Les logos sont cherchés sur les sites des comptes : ils arrivent peu à peu.")
    return redirect("comptes", request.espace.slug)


@requires("account.create")
def preview(request):
    """What a website typed in the creation form would give: its logo or the monogram, and the site's name."""
    try:
        website = normalise_website(request.GET.get("website", ""))
    except ValidationError:
        website = ""
    context = {"website": website, "account": Account(name=request.GET.get("name", "")[:200])}
    if website and request.espace.fetches_logos:
        context |= _shown(preview_of(website, member=request.member, get=net.get))
    return render(request, "accounts/_logo_preview.html", context)


def _shown(found) -> dict:
    picture = found.encoded and base64.b64encode(found.encoded.files[128]).decode()
    return {
        "searched": found.is_searched,
        "picture": picture and f"data:image/webp;base64,{picture}",
        "ground": found.encoded.look.ground if found.encoded else "",
        "name": found.name,
    }
