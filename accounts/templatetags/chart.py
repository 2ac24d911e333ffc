"""The portfolio over time, drawn as an SVG, with the same numbers as a table."""

from datetime import date

from django import template
from django.utils.http import urlencode

from accounts.choices import Origin, Status
from accounts.forms.flux import Number
from accounts.services.flux import ARCHIVED
from accounts.templatetags.trade import STATUS_TONES
from crm.french import SHORT_MONTHS
from crm.markup import format_html, format_html_join
from crm.templatetags import ui

register = template.Library()

TOP_PX, BASE_PX, HEIGHT_PX = 18, 178, 204  # of the drawing: its highest bar, its axis, its labels' foot
LABELLED = 6  # months between two labels
GAP = 0.22  # between two bars, of the width that each one has


@register.simple_tag
def status_chart(counted: dict[date, dict[str, int]], today: date, address: str) -> str:
    """The counts of the statuses on each day, one on the other; those after today stand apart.

    counted: as counts_over() gives them, in the order of days. address: of the list, with what narrows it.
    For the mouse only: status_chart_table() has the same links for everybody.
    """
    days = list(counted)
    highest = max((sum(of.values()) for of in counted.values()), default=0) or 1
    width = 100 / len(days)
    bars = [
        _bar(day, counted[day], n * width, width, highest, today, _on(address, day))
        for n, day in enumerate(days)
    ]
    coming = days.index(today) + 1
    return format_html(
        '<svg class="chart" height="{}" aria-hidden="true">'
        '<line class="axis" x1="0%" x2="100%" y1="{}" y2="{}"/><text x="0%" y="{}">{}</text>'
        '<line class="coming" x1="{}%" x2="{}%" y1="{}" y2="{}"/>'
        '<text class="coming-label" x="100%" y="10" text-anchor="end">si rien ne se passe</text>{}{}</svg>',
        HEIGHT_PX,
        TOP_PX,
        TOP_PX,
        TOP_PX - 8,
        ui.thousands(highest),
        round(coming * width, 2),
        round(coming * width, 2),
        TOP_PX,
        BASE_PX,
        format_html_join("", "{}", ((bar,) for bar in bars)),
        format_html_join(
            "", '<text class="{}" x="{}%" y="{}" text-anchor="{}">{}</text>', _labels(days, today)
        ),
    )


def _bar(day: date, of: dict, x: float, width: float, highest: int, today: date, address: str) -> str:
    parts, floor = [], float(BASE_PX)
    for status in Status:
        height = (BASE_PX - TOP_PX) * of[status] / highest
        floor -= height
        if height:
            left, wide = round(x + width * GAP / 2, 2), round(width * (1 - GAP), 2)
            parts.append((STATUS_TONES[status], left, round(floor, 1), wide, round(height, 1)))
    return format_html(
        '<a href="{}" tabindex="-1" class="{}"><title>{}</title>'
        '<rect class="column" x="{}%" y="0" width="{}%" height="{}"/>{}</a>',
        address,
        "future" if day > today else "today" if day == today else "past",
        _in_words(day, of),
        round(x, 2),
        round(width, 2),
        BASE_PX,
        format_html_join("", '<rect class="tone-{}" x="{}%" y="{}" width="{}%" height="{}"/>', parts),
    )


def _labels(days: list[date], today: date) -> list[tuple]:
    found = []
    for n, day in enumerate(days):
        middle = round((n + 0.5) * 100 / len(days), 2)
        if day == today:
            found.append(("today-label", middle, HEIGHT_PX - 6, "middle", "aujourd'hui"))
        elif n == 0:
            found.append(("", 0, HEIGHT_PX - 6, "start", _month(day)))
        elif n == len(days) - 1:
            found.append(("minor", 100, HEIGHT_PX - 6, "end", _month(day)))
        elif n % LABELLED == 0:
            found.append(("minor", middle, HEIGHT_PX - 6, "middle", _month(day)))
    return found


def _month(day: date) -> str:
    return f"{SHORT_MONTHS[day.month - 1]} {day.year}"


def _in_words(day: date, of: dict[str, int]) -> str:
    counts = ", ".join(f"{of[status]} {status.label}" for status in Status)
    return f"{ui.day(day)} : {counts}"


@register.simple_tag
def status_chart_table(counted: dict[date, dict[str, int]], today: date, address: str) -> str:
    """The numbers of status_chart(), each one a link to its accounts."""
    lines = [
        (
            format_html('<a href="{}">{}</a>', _on(address, day), ui.day(day)),
            " (aujourd'hui)" if day == today else " (si rien ne se passe)" if day > today else "",
            format_html_join(
                "",
                '<td class="num"><a href="{}">{}</a></td>',
                ((_on(address, day, status), ui.thousands(of[status])) for status in Status),
            ),
        )
        for day, of in counted.items()
    ]
    return format_html(
        '<table class="chart-table"><caption class="vh">Comptes de chaque statut, au fil du temps</caption>'
        '<thead><tr><th scope="col">Jour</th>{}</tr></thead><tbody>{}</tbody></table>',
        format_html_join("", '<th scope="col">{}</th>', ((status.label,) for status in Status)),
        format_html_join("", '<tr><th scope="row">{}{}</th>{}</tr>', lines),
    )


def _on(address: str, day: date, status: Status | None = None) -> str:
    """The list of accounts on a day, of one status or all."""
    narrowed = urlencode({"au": day} | ({"statut": status.value} if status else {}))
    return f"{address}{'&' if '?' in address else '?'}{narrowed}"


@register.simple_tag
def flux_sentence(move: Number, is_coming: bool) -> str:
    """« 3 comptes Actifs sont devenus Délaissés »; is_coming: « deviendront »."""
    many = "s" if move.n > 1 else ""
    what = f"{ui.thousands(move.n)} compte{many}"
    if move.origin == Origin.ENTERED:
        return f"{what} {'sont' if many else 'est'} entré{many} au portefeuille, {_label(move.goal, many)}"
    what = f"{what} {_label(move.origin, many)}"
    if move.goal == ARCHIVED:
        return f"{what} {'ont' if many else 'a'} été archivé{many}"
    if is_coming:
        return f"{what} {'deviendront' if many else 'deviendra'} {_label(move.goal, many)}"
    return f"{what} {'sont devenus' if many else 'est devenu'} {_label(move.goal, many)}"


def _label(status: str, many: str) -> str:
    return f"{Status(status).label}{many}"
