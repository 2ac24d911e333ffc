"""How the lines of the journal show."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.services.history import Told
from accounts.services.history.values import EMPTY, moment
from accounts.templatetags import trade
from crm.markup import format_html, format_html_join
from crm.models import Espace
from crm.templatetags import ui

register = template.Library()

SHORT = 80  # characters of a value that show at once


@register.simple_tag(takes_context=True)
def told(context, line: Told, named: bool = True) -> str:
    """A line's sentence. named: whether it says which row it is about, as on a page about several."""
    who = format_html("<strong>{}</strong>", line.who) if line.who else ""
    name = _row_link(context, line) if named else ""
    parts = [part for part in (who, line.verb, line.kind, name) if part]
    return format_html_join(" ", "{}", ((part,) for part in parts))


def _row_link(context, line: Told) -> str:
    page = trade.ADDRESSES.get(line.model)
    if page is None or not line.exists:
        return line.name
    address = reverse(page, args=[context["espace"].slug, line.row_id])
    return format_html('<a href="{}">{}</a>', address, line.name)


@register.simple_tag
def history_address(row: Model, slug: str) -> str | None:
    """The page of all that was done to a row, in the espace of that slug; None for a row without pages."""
    page = trade.ADDRESSES.get(type(row))
    return page and reverse(f"{page}_historique", args=[slug, row.pk])


@register.filter
def value_shown(text: str) -> str:
    """A value; a long one unfolds."""
    if text == EMPTY:
        return format_html('<span class="muted">{}</span>', text)
    if len(text) <= SHORT and "\n" not in text:
        return text
    excerpt = f"{' '.join(text.split())[:SHORT].rstrip()}…"
    return format_html(
        '<details class="whole"><summary>{}</summary><p class="prose">{}</p></details>', excerpt, text
    )


@register.simple_tag
def since(at: datetime, today: date) -> SafeString:
    """How long ago something was, the exact moment as a title."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        f"le {moment(at)}",
        ui.near(at.date(), today),
    )


@register.simple_tag
def moment_near(at: datetime, espace: Espace, today: date) -> SafeString:
    """since() for a moment in whatever time zone."""
    return since(at.astimezone(ZoneInfo(espace.timezone)), today)


@register.simple_tag
def clock(at: datetime) -> SafeString:
    """The hour of something whose day is said above."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), f"le {moment(at)}", f"{at:%H:%M}"
    )
