from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.choices import Status
from accounts.forms.account import AccountEditForm, AccountForm
from accounts.forms.base import day_or
from accounts.forms.listing import AccountListing, shown_day
from accounts.forms.note import NoteForm
from accounts.models import Account
from accounts.services.account import archive_account, create_account, edit_account, unarchive_account
from accounts.services.forecast import backdated
from accounts.services.portrait import portrait
from accounts.services.similar import similar_accounts
from accounts.views.logo import is_pending
from accounts.views.pages import context_of, row_named
from crm.access import requires

PREFILLED = ("name", "type", "website", "parent", "tags", "description")  # what a link may fill in


@requires("espace.see")
def account_list(request):
    counts_now = request.htmx.target == "onglets"  # which the page left without
    listing = AccountListing(request.GET, member=request.member, today=request.today, counts_now=counts_now)
    template = "accounts/account_list.html"
    if request.htmx:
        template += "#results"
    return render(request, template, {"listing": listing, "facets": listing.facets, "rows": listing.rows})


@requires("espace.see")
def account_page(request, pk):
    on = shown_day(request.GET, today=request.today)
    rows = request.espace.accounts.with_worklist(on).select_related("parent", "owner__user", "logo_search")
    account = get_object_or_404(rows.prefetch_related("tags"), pk=pk)
    account.espace = request.espace
    similar = []
    if "nouveau" in request.GET:
        similar = similar_accounts(
            espace=request.espace, name=account.name, website=account.website, but=account.pk
        )
    context = {
        "account": account,
        "portrait": portrait(account, on),
        "on": on,
        "read_only": on != request.today,
        "archived": account.is_archived(on),
        "silenced": account.is_silenced(on),
        "similar": similar,
        "statuses": Status.choices,
        "pending": is_pending(account, request.espace),
        "note_form": NoteForm(**context_of(request)),
    }
    return render(request, "accounts/account_page.html", context)


@requires("account.create")
def account_create(request):
    initial = {"created_on": request.today, "owner": request.member.pk}
    initial |= {name: request.GET[name] for name in PREFILLED if name in request.GET}
    form = AccountForm(request.POST or None, initial=initial, **context_of(request))
    account = form.save(partial(create_account, **context_of(request)))
    if account:
        sentence = backdated(Account(name=account.name), account.created_on, today=request.today).sentence(
            saved=True
        )
        messages.success(request, f"Le compte est créé. {sentence}")
        return redirect(f"{_address(request, account)}?nouveau=1")
    context = {"form": form} | _preview(request, request.POST or request.GET, None)
    return render(request, "accounts/account_form.html", context, status=_code(form))


@requires("account.edit")
def account_edit(request, pk):
    account = get_object_or_404(request.espace.accounts.prefetch_related("tags"), pk=pk)
    initial = {name: request.GET[name] for name in ("parent",) if name in request.GET}
    form = AccountEditForm(request.POST or None, row=account, initial=initial, **context_of(request))
    saved = form.save(partial(edit_account, by=request.actor, account=account, today=request.today))
    if saved:
        messages.success(request, f"{saved} est enregistré. {form.merge_sentence}".strip())
        return redirect(_address(request, saved))
    context = {"form": form} | _preview(request, request.POST, account)
    return render(request, "accounts/account_form.html", context, status=_code(form))


@requires("account.archive")
@require_POST
def account_archive(request, pk):
    account = get_object_or_404(request.espace.accounts, pk=pk)
    archive_account(by=request.actor, account=account, today=request.today)
    undo = reverse("compte_desarchiver", args=[request.espace.slug, pk])
    messages.success(request, f"« {account} » est archivé.", extra_tags=undo)
    return redirect(_address(request, account))


@requires("account.archive")
@require_POST
def account_unarchive(request, pk):
    account = get_object_or_404(request.espace.accounts, pk=pk)
    unarchive_account(by=request.actor, account=account)
    messages.success(request, f"« {account} » n'est plus archivé.")
    return redirect(_address(request, account))


@requires("account.edit")
def account_preview(request):
    """What the form being typed would make: the account's status, and accounts that may be the same one."""
    account = row_named(request, "compte", request.espace.accounts)
    return render(request, "accounts/account_form.html#preview", _preview(request, request.GET, account))


def _preview(request, typed, account: Account | None) -> dict:
    """typed: the form's values as they stand, perhaps not valid yet."""
    preview = {"account": account, "similar": [], "forecast": None}
    if "created_on" in typed or account is None:
        created_on = day_or(typed.get("created_on"), request.today)
        subject = account or Account(name=typed.get("name") or "Le compte", created_on=request.today)
        if created_on <= request.today:
            preview["forecast"] = backdated(subject, created_on, today=request.today).sentence()
    if account is None:
        kept = {key: typed[key] for key in PREFILLED if typed.get(key)}
        address = reverse("compte_nouveau", args=[request.espace.slug])
        preview["similar"] = [
            (other, f"{address}?{urlencode(kept | {'parent': other.pk})}")
            for other in similar_accounts(
                espace=request.espace,
                name=typed.get("name", "")[:200],
                website=typed.get("website", "")[:300],
            )
        ]
    return preview


def _address(request, account: Account) -> str:
    return reverse("compte", args=[request.espace.slug, account.pk])


def _code(form) -> int:
    return 422 if form.errors else 200
