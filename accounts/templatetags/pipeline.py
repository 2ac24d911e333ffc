"""The cards of the opportunités' board, and the bars of its forecast."""

from datetime import date
from decimal import Decimal

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from accounts.forms.opportunite_board import Sums
from accounts.models import Opportunite
from accounts.templatetags.cells import due
from crm.markup import format_html
from crm.templatetags import ui

register = template.Library()

BAR_PX = 10


@register.simple_tag(takes_context=True)
def move_address(context, opportunite: Opportunite) -> str:
    """Where a card's menu posts its step: the version shown, and the filters of the board."""
    query = [*context["request"].GET.lists(), ("version", opportunite.version)]
    address = reverse("opportunite_deplacer", args=[context["espace"].slug, opportunite.pk])
    return f"{address}?{urlencode(query, doseq=True)}"


@register.simple_tag(takes_context=True)
def close_in_dialog(context, opportunite: Opportunite, stage: str) -> str:
    """The attributes of a link to the closing of a card's opportunité, which asks for the date and reason."""
    address = reverse("opportunite_clore", args=[context["espace"].slug, opportunite.pk])
    return ui.in_dialog(f"{address}?{urlencode({'issue': stage})}")


@register.simple_tag
def card_facts(opportunite: Opportunite, today: date) -> str:
    """Amount, probability and expected closing, those that are known."""
    amount, probability = opportunite.amount, opportunite.probability
    euros = amount is not None and format_html(
        '<b class="num" title="{} HT">{}</b>', ui.euros_full(amount), ui.euros(amount)
    )
    chance = probability is not None and format_html('<span class="num">{} %</span>', probability)
    return format_html("{}{}{}", euros or "Sans montant", chance or "", _closing(opportunite, today))


def _closing(opportunite: Opportunite, today: date) -> str:
    day = opportunite.expected_close_on
    if day is None:
        return "Sans clôture prévue"
    distance = ui.near(day, today)
    if opportunite.is_ghost(today):
        return due(day, f"clôture dépassée {distance}", "late")
    return due(day, distance)


@register.simple_tag
def forecast_bar(sums: Sums, highest: Decimal) -> str:
    """An amount, and its weighted part within it, as lengths beside those of the other months."""
    if not sums.amount:
        return ""
    whole, part = (round(100 * euros / highest, 2) for euros in (sums.amount, sums.weighted))
    return format_html(
        '<svg class="bar tone-blue" height="{0}" aria-hidden="true">'
        '<rect class="whole" width="{1}%" height="{0}" rx="2"/>'
        '<rect width="{2}%" height="{0}" rx="2"/></svg>',
        BAR_PX,
        whole,
        part,
    )
