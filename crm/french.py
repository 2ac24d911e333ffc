"""Dates and lengths of time as French writes them, for sentences made in Python and for templates alike."""

from collections.abc import Sequence
from datetime import date, datetime

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin",
    "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip


def day(value: date, months: tuple[str, ...] = MONTHS) -> str:
    """`3 juin 2027`, `1er janvier 2027`; with SHORT_MONTHS, `3 févr. 2027`."""
    number = "1er" if value.day == 1 else value.day
    return f"{number} {months[value.month - 1]} {value.year}"


def days(count: int) -> str:
    """`1 jour`, `12 jours`."""
    return f"{count} jour{'s' if abs(count) > 1 else ''}"


def time(moment: datetime, today: date) -> str:
    """`à 14 h 12`; on another day than today, `le 3 juin 2027 à 14 h 12`. Both in one time zone."""
    clock = f"à {moment.hour} h {moment.minute:02}"
    return clock if moment.date() == today else f"le {day(moment.date())} {clock}"


def listed(words: Sequence[str]) -> str:
    """`Nom`, `Nom et Ville`, `Nom, Ville et Pays`."""
    return " et ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
