"""Relances as a calendar that others read. Pure. Source: RFC 5545."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from accounts.models import Relance

LINE_OCTETS = 75
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def calendar(name: str, relances: Iterable[tuple[Relance, str]], *, now: datetime) -> bytes:
    """A calendar of all-day events, one a relance, each with the address of its page.

    now: aware. Relances come with account, contact and espace.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Vigie//Relances//FR",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        *(line for relance, address in relances for line in _event(relance, address, now)),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _event(relance: Relance, address: str, now: datetime) -> Iterator[str]:
    about = [relance.get_kind_display(), str(relance.contact or ""), address]
    yield "BEGIN:VEVENT"
    yield f"UID:relance-{relance.pk}@{relance.espace.slug}.vigie"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{relance.due_on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{relance.due_on + timedelta(days=1):%Y%m%d}"
    yield f"SEQUENCE:{relance.version - 1}"
    yield "SUMMARY:" + _text(f"{relance.account} : {relance}")
    yield "DESCRIPTION:" + _text("\n".join(filter(None, about)))
    yield f"URL:{address}"
    yield "CLASS:PRIVATE"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(value: str) -> str:
    return value.translate(ESCAPED)


def _folded(line: str) -> bytes:
    """A line, cut so that none is longer than 75 octets, nor any character cut in two."""
    parts, part = [], b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > LINE_OCTETS:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
