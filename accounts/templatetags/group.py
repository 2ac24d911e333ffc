"""How groups show: the bar of their statuses, the place of an account in the tree, and what it has."""

from datetime import date

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from accounts.choices import Status
from accounts.models import Account
from accounts.services.group_table import Counts, GroupTable, Line
from accounts.templatetags import cells, trade
from accounts.templatetags.trade import STATUS_TONES
from crm.markup import format_html, format_html_join
from crm.templatetags import ui

register = template.Library()

BUSINESS = {
    "affaires": ("Affaires en cours", "Aucune affaire en cours"),
    "opportunites": ("Opportunités ouvertes", "Aucune opportunité ouverte"),
}
DEEPEST = 6  # levels that are indented; those below stand as this one


@register.simple_tag(takes_context=True)
def group_list_url(context, head: Account, status: str = "", **filters) -> str:
    """The list of an account and all below it, of one status or of all, on the day that the page shows."""
    query = {"groupe": head.pk} | ({"statut": status} if status else {}) | filters
    if context["on"] != context["request"].today:
        query["au"] = context["on"].isoformat()
    return f"{reverse('comptes', args=[context['espace'].slug])}?{urlencode(query)}"


@register.simple_tag(takes_context=True)
def group_url(context, account: Account) -> str:
    """The page of an account's group, on the day that the page shows."""
    address = reverse("groupe", args=[context["espace"].slug, account.pk])
    return address + _au(context["on"], context["request"].today)


def _au(on: date, today: date) -> str:
    return "" if on == today else f"?{urlencode({'au': on.isoformat()})}"


@register.simple_tag(takes_context=True)
def status_bar(context, head: Account, counts: Counts) -> str:
    """The statuses of a group side by side, for the mouse only: status_counts() has the same links."""
    total, x, parts = sum(counts.values()), 0.0, []
    for status in Status:
        if not counts[status]:
            continue
        width = 100 * counts[status] / total
        parts.append(
            (
                group_list_url(context, head, status),
                counts[status],
                status.label,
                STATUS_TONES[status],
                round(x, 2),
                round(width, 2),
            )
        )
        x += width
    return format_html(
        '<svg class="status-bar" height="12" aria-hidden="true">{}</svg>',
        format_html_join(
            "",
            '<a href="{}" tabindex="-1"><title>{} {}</title>'
            '<rect class="tone-{}" x="{}%" y="0" width="{}%" height="12"/></a>',
            parts,
        ),
    )


@register.simple_tag(takes_context=True)
def status_counts(context, head: Account, counts: Counts) -> str:
    """The statuses of a group, each with how many accounts have it, leading to them."""
    links = (
        (
            STATUS_TONES[status],
            group_list_url(context, head, status),
            ui.thousands(counts[status]),
            status.label,
        )
        for status in Status
        if counts[status]
    )
    return format_html(
        '<ul class="legend" aria-label="Comptes par statut">{}</ul>',
        format_html_join("", '<li><span class="dot tone-{}"></span><a href="{}">{} {}</a></li>', links),
    )


@register.filter
def depth_class(line: Line) -> str:
    return f"depth-{min(line.depth, DEEPEST)}"


@register.simple_tag(takes_context=True)
def group_title(context, line: Line) -> str:
    """An account's name at its depth in the tree, its type, and what is to be seen at once."""
    told = [cells.type_label(line.account.type)]
    if line.archived:
        told.append(f"archivé le {ui.day_short(line.account.archived_on)}")
    elif line.account.status is None:
        told.append("pas encore au portefeuille")
    alert = format_html(
        '<span class="left-behind">{}Délaissé dans un groupe actif</span>', ui.icon("triangle-alert", 12)
    )
    return format_html(
        '<div class="row-title">{}<div><a class="rowlink" href="{}">{}</a>{}'
        '<span class="sub">{}{}</span></div></div>',
        trade.account_mark(context, line.account),
        trade.account_url(context, line.account),
        line.account.name,
        format_html('<span class="vh">, sous {}</span>', line.parent) if line.depth else "",
        " · ".join(told),
        format_html(" {}", alert) if line.left_behind else "",
    )


@register.simple_tag(takes_context=True)
def group_count(context, line: Line) -> str:
    """How many accounts there are from this one down, which leads to them."""
    if line.account.is_leaf or not line.n:
        return cells.none("Aucun sous-compte")
    return format_html(
        '<a class="group-figure" href="{}"><span class="label">Comptes : </span><b>{}</b></a>',
        group_list_url(context, line.account),
        ui.thousands(line.n),
    )


@register.simple_tag(takes_context=True)
def group_business(context, group: GroupTable, line: Line, kind: str) -> str:
    """What an account has of its own, and with all below it. kind: « affaires » or « opportunites »."""
    books, address = getattr(group, kind), reverse(kind, args=[context["espace"].slug])
    label, nothing = BUSINESS[kind]
    alone = line.account.is_leaf
    found = [] if line.archived else [("compte", books.own(line.account), "" if alone else "en propre")]
    found += [] if alone else [("groupe", books.with_all_below(line.account), "en tout")]
    links = [
        (
            address,
            name,
            line.account.pk,
            ui.euros_full(business.amount),
            label,
            ui.thousands(business.n),
            ui.euros(business.amount),
            words,
        )
        for name, business, words in found
        if business.n
    ]
    if not links:
        return cells.none(nothing)
    return format_html_join(
        "",
        '<a class="group-figure" href="{}?{}={}" title="{} HT">'
        '<span class="label">{} : </span><b>{}</b> · {} <small>{}</small></a>',
        links,
    )


@register.simple_tag(takes_context=True)
def group_menu_cell(context, account: Account) -> str:
    """What may be done with an account of the tree, for those who may edit it."""
    slug = context["espace"].slug
    return format_html(
        '<td role="cell" class="c-action">'
        '<button type="button" class="btn ghost square" popovertarget="menu-{pk}">'
        '<span class="vh">Actions sur {name}</span>{more}</button><div class="menu" id="menu-{pk}" popover>'
        "<a {move}>{move_icon}Déplacer</a>"
        '<a href="{group}">{group_icon}Voir à partir d\'ici</a>'
        '<a href="{create}?parent={pk}">{create_icon}Ajouter un sous-compte</a></div></td>',
        pk=account.pk,
        name=account.name,
        more=ui.icon("ellipsis"),
        move=ui.in_dialog(reverse("compte_deplacer", args=[slug, account.pk])),
        move_icon=ui.icon("folder-input"),
        group=reverse("groupe", args=[slug, account.pk]),
        group_icon=ui.icon("network"),
        create=reverse("compte_nouveau", args=[slug]),
        create_icon=ui.icon("plus"),
    )
