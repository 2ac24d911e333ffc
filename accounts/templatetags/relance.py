"""How relances show: their state, their day, what called for them."""

import functools
from datetime import date

from django import template
from django.urls import reverse

from accounts.choices import RelanceKind, Status
from accounts.models import Account, Opportunite, Relance
from accounts.services.explanation import Explanation
from accounts.templatetags.cells import due
from crm.markup import format_html
from crm.templatetags import ui

register = template.Library()

ICONS = {
    RelanceKind.APPEL: "phone",
    RelanceKind.EMAIL: "mail",
    RelanceKind.RENDEZ_VOUS: "users",
    RelanceKind.AUTRE: "message-circle",
}


@register.simple_tag(takes_context=True)
def to_relance(context, row: Account | Opportunite) -> str:
    """The attributes of a link that plans a relance of an account, or about an opportunité."""
    about = "compte" if isinstance(row, Account) else "opportunite"
    return ui.in_dialog(f"{_new(context['espace'].slug)}?{about}={row.pk}")


@functools.lru_cache(maxsize=256)
def _new(slug: str) -> str:
    return reverse("relance_nouvelle", args=[slug])


@register.simple_tag
def relance_icon(relance: Relance) -> str:
    return ui.icon(ICONS[RelanceKind(relance.kind)], 16)


@register.simple_tag
def relance_pill(relance: Relance, today: date) -> str:
    """Where a relance stands on a day."""
    if relance.done_on:
        return ui.pill("Close", "gray") if relance.closed_itself else ui.pill("Faite", "green")
    if relance.cancelled_on:
        return ui.pill("Annulée", "gray")
    if relance.is_late(today):
        return ui.pill("En retard", "red")
    return ui.pill("Aujourd'hui", "amber") if relance.due_on == today else ui.pill("Prévue", "blue")


@register.simple_tag
def relance_day(relance: Relance, today: date) -> str:
    """The day that counts of a relance, and how far it is; one that is late stands out."""
    if relance.done_on:
        how = "close" if relance.closed_itself else "faite"
        return due(relance.done_on, f"{how} {ui.near(relance.done_on, today)}")
    if relance.cancelled_on:
        return due(relance.cancelled_on, f"annulée {ui.near(relance.cancelled_on, today)}")
    if relance.is_late(today):
        return due(relance.due_on, late_by(relance, today), "late")
    near = ui.near(relance.due_on, today)
    return due(relance.due_on, near, "soon" if relance.due_on == today else "")


@register.simple_tag
def late_by(relance: Relance, today: date) -> str:
    """`en retard de 3 j`."""
    return f"en retard de {ui.near(relance.due_on, today).removeprefix('il y a ').replace('hier', '1 j')}"


@register.simple_tag
def relance_cause(relance: Relance) -> str:
    """« Délaissé », « Actif, jusqu'au 3 février 2026 »: the status that called for a relance."""
    status = Status(relance.cause).label
    return f"{status}, jusqu'au {ui.day(relance.cause_until)}" if relance.cause_until else status


@register.simple_tag
def forgotten_sentence(explanation: Explanation, on: date) -> str:
    """What to do with an account that nobody works with any more, and before when."""
    period, coming = explanation.period, explanation.next_period
    before = f", {coming.status.label} le {ui.day(coming.starts_on)}" if coming else ""
    return format_html(
        "<strong>Reprendre contact</strong> : {} depuis le {} ({}){}.",
        period.status.label,
        ui.day(period.starts_on),
        ui.near(period.starts_on, on),
        before,
    )
