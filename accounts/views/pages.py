"""What the pages of opportunités, affaires and projets share."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django_htmx.http import HttpResponseClientRedirect

from accounts.forms.business import BusinessForm, RowForm
from accounts.models import Account
from accounts.services.explanation import Explanation, explain
from accounts.services.status import facts_of
from crm.ids import id_of

ASKING = "et_si"  # the button that shows what would become of the status, without saving


def context_of(request) -> dict:
    """What every form of business is told about the request."""
    return {"espace": request.espace, "by": request.actor, "today": request.today}


def submitted(request, form: RowForm, write: Callable):
    """What the form saves; None when it is to be shown, for the first time or again."""
    return None if ASKING in request.POST else form.save(write)


def form_page(request, template: str, form: RowForm, **context) -> HttpResponse:
    refused = bool(form.errors) and ASKING not in request.POST
    return render(request, template, {"form": form, **context}, status=422 if refused else 200)


def list_page(request, template: str, listing) -> HttpResponse:
    """The list, or its results alone for htmx."""
    if request.htmx:
        template += "#results"
    return render(request, template, {"listing": listing, "rows": listing.rows})


def back(request, otherwise: str) -> HttpResponse:
    """To the page that a dialog was opened on, or to another one without a dialog."""
    if request.htmx:
        return HttpResponseClientRedirect(request.htmx.current_url_abs_path or otherwise)
    return redirect(otherwise)


def row_named(request, parameter: str, rows: QuerySet):
    """The row whose id a parameter of the address holds; None without it, 404 for an unknown one."""
    text = request.GET.get(parameter)
    return get_object_or_404(rows, pk=id_of(text)) if text else None


def what_if_fragment(request, form: RowForm) -> HttpResponse:
    return render(request, "accounts/_what_if.html", {"form": form})


def announce(request, form: RowForm, sentence: str) -> None:
    """Say what was done, what the status has become, and which accounts a new one may repeat."""
    told = [sentence, *[news.sentence(saved=True) for news in form.news], form.merge_sentence]
    messages.success(request, " ".join(filter(None, told)))
    if isinstance(form, BusinessForm) and (similar := form.similar_to_created()):
        links = format_html_join(
            ", ",
            '<a href="{}">{}</a>',
            ((reverse("compte", args=[request.espace.slug, account.pk]), account) for account in similar),
        )
        messages.warning(
            request, format_html("Le compte {} ressemble à {}.", form.account_created.name, links)
        )


def explanation_of(account: Account, request) -> Explanation | None:
    """The present status of an account, and what keeps it."""
    return explain(facts_of([account])[account.pk], request.today)
