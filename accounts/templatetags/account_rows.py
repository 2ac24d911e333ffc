"""The rows of the list of accounts. One tag draws them all: as a template, they take half as long again."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from django import template

from accounts.choices import AccountType, Column
from accounts.forms.listing import AccountListing
from accounts.models import Account
from accounts.templatetags import trade
from accounts.templatetags.cells import bascule, due, none, owner_cell, tags_cell
from accounts.templatetags.relance import to_relance
from crm.markup import format_html, format_html_join
from crm.templatetags import ui

register = template.Library()

SOME_ID = 7_777_777  # stands for that of each row in an address that is made once for all of them


@register.simple_tag(takes_context=True)
def account_rows(context, listing: AccountListing) -> str:
    """The rows of the table: what each shows in any case, and the columns that are shown."""
    cells = list(_cells(context, listing))
    row = f'<tr role="row">{"{}" * len(cells)}</tr>'
    return format_html_join("", row, ([cell(account) for cell in cells] for account in listing.rows))


def _cells(context, listing: AccountListing) -> Iterator[Callable[[Account], str]]:
    """What draws each cell of a row, from left to right."""
    slug, on = context["espace"].slug, listing.on
    not_on_phones = "" if listing.chose_columns else " hide-3"
    # By column, what the classes of its cells are and what is in them.
    columns = {
        Column.TYPE: (f"hide-1{not_on_phones}", lambda account: AccountType(account.type).label),
        "statut": ("c-status", lambda account: trade.status_pill(account.status)),
        Column.TAGS: ("c-tags", tags_cell),
        Column.GROUPE: (f"hide-2{not_on_phones}", partial(_parent, address=_address(context))),
        Column.BASCULE: ("", partial(bascule, on=on)),
        Column.SITE: ("hide-2", _site),
        Column.ENTERED: ("hide-1", partial(_entry, on=on)),
        Column.OWNER: (not_on_phones.strip(), lambda account: owner_cell(account.owner_name)),
    }
    if context["can"]["relance_assign"] and not listing.read_only:
        yield _pick
    yield partial(_title, slug=slug, query=trade.day_query(context))
    for name, (css_class, content) in columns.items():
        if listing.shows.get(name, True):
            classes = format_html(' class="{}"', css_class) if css_class else ""
            yield partial(_cell, classes=classes, content=content)
    if not listing.read_only:
        yield partial(_relance, context=context)


def _cell(account: Account, classes: str, content: Callable[[Account], str]) -> str:
    return format_html('<td role="cell"{}>{}</td>', classes, content(account))


def _pick(account: Account) -> str:
    """What ticks a row."""
    return format_html(
        '<td role="cell" class="c-pick hide-3"><input class="pick" type="checkbox" form="choix" '
        'name="compte" value="{}" aria-label="Choisir {}"></td>',
        account.pk,
        account.name,
    )


def _title(account: Account, slug: str, query: str) -> str:
    """Its logo; its name, which leads to its page, above its domain."""
    return format_html(
        '<td role="cell" class="c-main"><div class="row-title">{}<div><a class="rowlink" href="{}{}">{}</a>'
        '<span class="sub">{}</span></div></div></td>',
        trade.mark(account, slug),
        trade.address(account, slug),
        query,
        account.name,
        account.domain,
    )


def _address(context) -> tuple[str, str]:
    """What stands before and after an id in the address of the present list, narrowed to that group."""
    before, _, after = ui.qs(context, groupe=SOME_ID).partition(f"{SOME_ID}")
    return before, after


def _parent(account: Account, address: tuple[str, str]) -> str:
    """Its parent, which leads to the list of all below it."""
    if account.parent_id is None:
        return none("Aucun groupe")
    before, after = address
    return format_html(
        '<a class="with-icon" href="{}{}{}">{}<span>{}</span></a>',
        before,
        account.parent_id,
        after,
        ui.icon("network", 14),
        account.parent_name,
    )


def _site(account: Account) -> str:
    if not account.website:
        return none("Site inconnu")
    return format_html(
        '<a class="with-icon" href="{}" rel="noopener noreferrer nofollow" target="_blank">'
        '{}<span>{}</span><span class="vh"> (autre onglet)</span></a>',
        account.website,
        ui.icon("external-link", 14),
        account.domain,
    )


def _entry(account: Account, on: date) -> str:
    """When it entered the portfolio."""
    return due(account.created_on, f"entré {ui.near(account.created_on, on)}")


def _relance(account: Account, context) -> str:
    """What leads to planning a relance."""
    return format_html(
        '<td role="cell" class="c-action hide-3"><a class="btn ghost square" {} title="Relancer">{}'
        '<span class="vh">Relancer {}</span></a></td>',
        to_relance(context, account),
        ui.icon("bell-plus"),
        account.name,
    )
