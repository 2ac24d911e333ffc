"""The headings and cells of the lists: comptes, opportunités, affaires, projets, contacts."""

import functools
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django import template

from accounts.choices import AccountType, Status
from accounts.models import Account, Affaire, Contact, Opportunite
from accounts.templatetags import trade
from accounts.templatetags.trade import NEAR_DAYS, tag_pill
from crm.markup import format_html, format_html_join
from crm.models import Membership
from crm.templatetags import ui

register = template.Library()


@register.simple_tag(takes_context=True)
def sort_heading(context, name: str, label: str, order: str, css_class: str = "") -> str:
    """A column's heading that sorts by it, the other way when it does already."""
    sorted_by, descending = name == order.lstrip("-"), order.startswith("-")
    goal = f"-{name}" if sorted_by and not descending else name
    arrow = ui.icon("arrow-down" if descending else "arrow-up", 12) if sorted_by else ""
    aria = format_html(' aria-sort="{}"', "descending" if descending else "ascending") if sorted_by else ""
    return format_html(
        '<th role="columnheader" scope="col"{}{}><a href="{}">{} {}</a></th>',
        format_html(' class="{}"', css_class) if css_class else "",
        aria,
        ui.qs(context, tri=goal),
        label,
        arrow,
    )


@register.simple_tag
def chosen_labels(choices) -> str:
    """What a filter holds, in words: « Client, Groupe »."""
    return ", ".join(choice.label for choice in choices if choice.chosen)


@register.simple_tag(takes_context=True)
def clear(context, name: str) -> str:
    """The present address without a filter."""
    return ui.qs(context, **{name: None})


@register.simple_tag(takes_context=True)
def with_filters(context, address: str, but: str = "") -> str:
    """Another page with the present filters, some left out: they are shared by a list and its board."""
    left_out = {"page", "suite", *but.split()}
    kept = [(name, values) for name, values in context["request"].GET.lists() if name not in left_out]
    return f"{address}?{urlencode(kept, doseq=True)}" if kept else address


@register.simple_tag(takes_context=True)
def filter_menu(context, name: str, choices: list, single: bool = False) -> str:
    """What a filter may hold: each value a link that adds it, in the place of the others if single, or takes
    it away when it is there."""
    query = context["request"].GET
    held = query.getlist(name)
    others = [(key, values) for key, values in query.lists() if key not in (name, "page", "suite")]
    before, path = urlencode(others, doseq=True), context["request"].path

    def option(choice) -> str:
        kept = [] if single else [value for value in held if value != choice.value]
        values = kept if choice.value in held else [*kept, choice.value]
        changed = "&".join(filter(None, [before, urlencode({name: values}, doseq=True)]))
        return format_html(
            '<a href="{}"{}>{}{}{}</a>',
            f"?{changed}" if changed else path,
            format_html(' aria-current="{}"', "true") if choice.chosen else "",
            ui.icon("check", 14, "tick"),
            choice.label,
            ""
            if choice.count is None
            else format_html(' <span class="num">{}</span>', ui.thousands(choice.count)),
        )

    options = format_html_join("", "{}", ((option(choice),) for choice in choices))
    return format_html('<div class="menu" id="menu-{}" popover>{}</div>', name, options)


@register.simple_tag
@functools.cache
def none(in_words: str) -> str:
    """An empty cell: a dash for the eye, words for a screen reader."""
    return format_html(
        '<span class="none muted" aria-hidden="true">—</span><span class="vh">{}</span>', in_words
    )


TAGS_SHOWN = 2  # in a row of a list


@register.simple_tag
def tags_cell(account: Account) -> str:
    """The first tags of an account `with_tags`, and how many more there are."""
    tags = sorted(account.tags_shown, key=lambda tag: tag.name_fold)
    if not tags:
        return none("Aucun tag")
    shown = format_html_join("", "{}", ((tag_pill(tag),) for tag in tags[:TAGS_SHOWN]))
    others = ", ".join(tag.name for tag in tags[TAGS_SHOWN:])
    more = (
        format_html('<span class="tag tone-gray" title="{}">+{}</span>', others, len(tags) - TAGS_SHOWN)
        if others
        else ""
    )
    return format_html('<div class="tags">{}{}</div>', shown, more)


@register.simple_tag
def bascule(account: Account, on: date) -> str:
    """The next change of status of an account `with_next_status`: its day, and to what, in how long."""
    if account.status_until is None:
        return none("Aucune bascule")
    loses = Status(account.next_status).rank > Status(account.status).rank
    soon = loses and account.status_until <= on + timedelta(days=NEAR_DAYS)
    return format_html(
        '<div class="due{}"><time datetime="{}">{}</time><small>{} {}</small></div>',
        " soon" if soon else "",
        account.status_until.isoformat(),
        ui.day_short(account.status_until),
        Status(account.next_status).label,
        ui.near(account.status_until, on),
    )


@register.simple_tag(takes_context=True)
def account_cell(context, account: Account) -> str:
    return format_html(
        '<a class="with-icon" href="{}">{}<span>{}</span></a>',
        trade.address(account, context["espace"].slug),
        trade.account_mark(context, account),
        account.name,
    )


@register.filter
def type_label(code: str) -> str:
    return AccountType(code).label


@register.simple_tag
def owner_cell(owner: Membership | str | None) -> str:
    """owner: the member, or their name."""
    return ui.avatar(owner) if owner else none("Sans responsable")


@register.simple_tag
def amount_cell(amount: Decimal | None) -> str:
    if amount is None:
        return none("Montant inconnu")
    return format_html('<span class="num" title="{}">{}</span>', ui.euros_full(amount), ui.euros(amount))


@register.simple_tag
def email_cell(contact: Contact) -> str:
    if not contact.email:
        return none("Adresse inconnue")
    return format_html('<a class="with-icon whole" href="mailto:{0}"><span>{0}</span></a>', contact.email)


@register.simple_tag
def phone_cell(contact: Contact) -> str:
    if not contact.phone:
        return none("Numéro inconnu")
    return format_html(
        '<a class="with-icon num" href="tel:{}">{}</a>', "".join(contact.phone.split()), contact.phone
    )


@register.simple_tag
def closing_cell(opportunite: Opportunite, today: date) -> str:
    """When an opportunité was closed, or is expected to be; a past expectation stands out."""
    if opportunite.closed_on:
        return due(opportunite.closed_on, f"close {ui.near(opportunite.closed_on, today)}")
    if opportunite.expected_close_on is None:
        return none("Clôture inconnue")
    distance = ui.near(opportunite.expected_close_on, today)
    if opportunite.is_ghost(today):
        return due(opportunite.expected_close_on, f"fantôme, prévue {distance}", "late")
    return due(opportunite.expected_close_on, f"prévue {distance}")


@register.simple_tag
def starts_cell(affaire: Affaire, today: date) -> str:
    verb = "commence" if affaire.starts_on > today else "commencée"
    return due(affaire.starts_on, f"{verb} {ui.near(affaire.starts_on, today)}")


@register.simple_tag
def ends_cell(affaire: Affaire, today: date) -> str:
    """Its last day, planned or past, or its cancellation; one that comes soon stands out."""
    if affaire.cancelled_on:
        return due(affaire.cancelled_on, f"annulée {ui.near(affaire.cancelled_on, today)}")
    if affaire.ends_on is None:
        return none("Sans fin prévue")
    days = (affaire.ends_on - today).days
    verb = "finie" if days < 0 else "finit"
    return due(
        affaire.ends_on, f"{verb} {ui.near(affaire.ends_on, today)}", "soon" if 0 <= days <= NEAR_DAYS else ""
    )


def due(day: date, words: str, modifier: str = "") -> str:
    """A day in figures, how far it is in words, the whole date as a title."""
    return format_html(
        '<div class="{}"><time datetime="{}" title="{}">{}</time><small>{}{}</small></div>',
        f"due {modifier}".strip(),
        day.isoformat(),
        ui.day(day),
        ui.day_short(day),
        ui.icon("circle-alert", 12) if modifier == "late" else "",
        words,
    )
