"""Groups: the list of them, the tree of one, and moving an account from one to another."""

from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.forms.group import GroupListing, MoveForm
from accounts.forms.listing import shown_day
from accounts.services.account import move_account
from accounts.services.group_table import group_table
from accounts.views.pages import back, context_of, form_page, row_named
from crm.access import requires


@requires("espace.see")
def group_list(request):
    listing = GroupListing(request.GET, espace=request.espace, today=request.today)
    return render(request, "accounts/group_list.html", {"listing": listing, "on": listing.on})


@requires("espace.see")
def group_page(request, pk):
    on = shown_day(request.GET, today=request.today)
    account = get_object_or_404(request.espace.accounts, pk=pk)
    account.espace = request.espace
    group = group_table(account, on, today=request.today)
    context = {
        "account": account,
        "above": account.get_ancestors(),
        "group": group,
        "affaires": group.affaires and group.affaires.with_all_below(account),
        "opportunites": group.opportunites and group.opportunites.with_all_below(account),
        "on": on,
        "read_only": on != request.today,
    }
    return render(request, "accounts/group_page.html", context)


@requires("account.edit")
def account_move(request, pk):
    account = get_object_or_404(request.espace.accounts.select_related("parent"), pk=pk)
    form = MoveForm(request.POST or None, row=account, **context_of(request))
    before = account.parent_id
    moved = form.save(partial(move_account, by=request.actor, account=account))
    if moved is None:
        template = "accounts/account_move_dialog.html" if request.htmx else "accounts/account_move.html"
        return form_page(request, template, form, account=account)
    messages.success(request, _told(moved), extra_tags=_undo(request, pk, before))
    return back(request, reverse("groupe", args=[request.espace.slug, moved.get_root().pk]))


@requires("account.edit")
@require_POST
def account_move_back(request, pk):
    """Undo; `parent` is the account that it was under, if any."""
    account = get_object_or_404(request.espace.accounts, pk=pk)
    parent = row_named(request, "parent", request.espace.accounts)
    try:
        moved = move_account(by=request.actor, account=account, parent=parent and parent.pk)
        messages.success(request, _told(moved))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("groupe", request.espace.slug, pk)


def _told(account) -> str:
    if account.parent_id is None:
        return f"« {account} » n'est plus sous un autre compte."
    return f"« {account} » est maintenant sous « {account.parent} »."


def _undo(request, pk: int, parent_id: int | None) -> str:
    query = f"?{urlencode({'parent': parent_id})}" if parent_id else ""
    return reverse("compte_remettre", args=[request.espace.slug, pk]) + query
