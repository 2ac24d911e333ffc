"""The days that are offered for a relance. Pure: no database, no clock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from crm import french

DAY = timedelta(days=1)
SATURDAY = 5
BASCULE, ANOTHER = "bascule", "autre"
PAST_DAY = "Ce jour est passé : choisissez aujourd'hui ou plus tard."
WEEKDAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")


@dataclass(frozen=True, slots=True)
class DayChoice:
    """code: what the form sends. day: None for the one that is typed."""

    code: str
    label: str
    day: date | None


def offered(today: date, *, delay_days: int, before: date | None) -> list[DayChoice]:
    """Demain, lundi, dans N jours, avant la bascule, un autre jour.

    before: the day of the bascule; left out when there is none, or no working day is left before it.
    """
    days = _near(today, delay_days)
    if last := last_day(before, today=today):
        days.append((BASCULE, "Avant la bascule", last))
    return [*_told(days), DayChoice(ANOTHER, "Un autre jour", None)]


def offered_to_many(today: date, *, delay_days: int, before: Collection[date | None]) -> list[DayChoice]:
    """The same for several accounts at once; the day before a bascule is then each one's own.

    before: the day of the bascule of each, None without one. The day of that choice is for those that have
    none, or no working day left before it.
    """
    days = _near(today, delay_days)
    lasts = [last_day(each, today=today) for each in before]
    choices = _told(days)
    if any(lasts):
        label = "Avant la bascule de chacun" + ("" if all(lasts) else f", sinon dans {delay_days}\u00a0j")
        choices.append(DayChoice(BASCULE, label, today + timedelta(days=delay_days)))
    return [*choices, DayChoice(ANOTHER, "Un autre jour", None)]


def last_day(bascule: date | None, *, today: date) -> date | None:
    """The last working day before a bascule; None without one, or when no such day is left."""
    last = bascule and working_day_before(bascule)
    return last if last and last >= today else None


def _near(today: date, delay_days: int) -> list[tuple[str, str, date]]:
    monday = today + timedelta(days=7 - today.weekday())
    later = today + timedelta(days=delay_days)
    days = [("demain", "Demain", today + DAY), ("lundi", "Lundi", monday)]
    return [*days, ("delai", f"Dans {delay_days}\u00a0j", later)]


def _told(days: list[tuple[str, str, date]]) -> list[DayChoice]:
    return [DayChoice(code, f"{label} ({_short(day)})", day) for code, label, day in days]


def _short(day: date) -> str:
    """`lun. 2 juin`."""
    return f"{WEEKDAYS[day.weekday()]} {french.day(day, french.SHORT_MONTHS).rpartition(' ')[0]}"


def working_day_before(day: date) -> date:
    """The last day before another that is neither a Saturday nor a Sunday."""
    day -= DAY
    return day - DAY * max(0, day.weekday() - SATURDAY + 1)
