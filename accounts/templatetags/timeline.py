"""The bar of an account's statuses, drawn as an SVG."""

from datetime import date, timedelta

from django import template

from accounts.services.timeline import Period
from accounts.templatetags.trade import STATUS_TONES
from crm.markup import format_html, format_html_join
from crm.templatetags import ui

register = template.Library()

LABEL_ROOM = 12  # per cent of the width that a written day takes
PAST_DAYS, FUTURE_DAYS = 24 * 30, 12 * 30  # the stretch of the timeline around the day shown


@register.simple_tag
def timeline(periods: list[Period], day: date) -> str:
    """The bar of an account's statuses: past, the day shown, and what comes if nothing happens.

    An SVG whose x are percentages, so that it stretches and its words do not.
    """
    first = max(periods[0].starts_on, day - timedelta(days=PAST_DAYS))
    last = max(day, periods[-1].starts_on)
    last = min(max(last + timedelta(days=60), day + timedelta(days=120)), day + timedelta(days=FUTURE_DAYS))
    length = max((last - first).days, 1)

    def x(of: date) -> float:
        return round(100 * (min(max(of, first), last) - first).days / length, 2)

    shown = [p for p in periods if p.starts_on < last and (p.ends_before is None or p.ends_before > first)]
    bars = []
    for period in shown:
        end = period.ends_before or last
        tone = STATUS_TONES[period.status]
        for start, stop, future in _cut(max(period.starts_on, first), min(end, last), day):
            bars.append((tone, " future" if future else "", x(start), max(x(stop) - x(start) - 0.2, 0.2)))
    turns = [p.starts_on for p in shown if first < p.starts_on < last]
    return format_html(
        '<svg class="timeline" height="46" role="img" aria-label="{}">{}'
        '<line class="today" x1="{}%" x2="{}%" y1="10" y2="28"/>'
        '<text class="today-label" x="{}%" y="6" text-anchor="{}">{}</text>{}</svg>',
        _in_words(shown),
        format_html_join("", '<rect class="tone-{}{}" x="{}%" y="14" width="{}%" height="10" rx="2"/>', bars),
        x(day),
        x(day),
        x(day),
        "middle" if LABEL_ROOM < x(day) < 100 - LABEL_ROOM else "start" if x(day) <= LABEL_ROOM else "end",
        ui.day_short(day),
        format_html_join(
            "", '<text class="{}" x="{}%" y="42" text-anchor="{}">{}</text>', _labels(first, last, turns, x)
        ),
    )


def _cut(start: date, stop: date, day: date) -> list[tuple[date, date, bool]]:
    """A stretch, cut in two at the day shown."""
    if stop <= day:
        return [(start, stop, False)]
    if start >= day:
        return [(start, stop, True)]
    return [(start, day, False), (day, stop, True)]


def _labels(first: date, last: date, turns: list[date], x) -> list[tuple]:
    """The days written under the bar: its ends, and the changes that have room."""
    kept, room = [(0.0, "start", first)], 1.5 * LABEL_ROOM  # beside one that is written from its day on
    for turn in turns:
        if room <= x(turn) <= 100 - 1.5 * LABEL_ROOM:
            room = x(turn) + LABEL_ROOM
            kept.append((x(turn), "middle", turn))
    kept.append((100.0, "end", last))
    return [
        ("minor" if anchor == "middle" else "", position, anchor, ui.day_short(of))
        for position, anchor, of in kept
    ]


def _in_words(periods: list[Period]) -> str:
    return ", puis ".join(f"{p.status.label} à partir du {ui.day(p.starts_on)}" for p in periods)
