"""The rules of the README read literally, day by day: what engine, database and pages must say."""

import calendar
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from random import Random

from accounts.choices import Status


@dataclass(frozen=True)
class Work:
    """An affaire, as people type it."""

    starts_on: date
    ends_on: date | None = None
    cancelled_on: date | None = None

    def end(self) -> date | None:
        """Its last day: the earlier of its end and its cancellation; None while it is running."""
        if self.ends_on and self.cancelled_on:
            return min(self.ends_on, self.cancelled_on)
        return self.ends_on or self.cancelled_on

    def counts(self) -> bool:
        return not (self.cancelled_on and self.cancelled_on < self.starts_on)


@dataclass(frozen=True)
class Lead:
    """An opportunité: closed_on is its actual closing, None while it is open."""

    opened_on: date
    closed_on: date | None = None


@dataclass(frozen=True)
class History:
    created_on: date
    affaires: tuple[Work, ...] = ()
    opportunites: tuple[Lead, ...] = ()


def months_earlier(day: date, months: int) -> date:
    """The day that many months earlier, clamped to the month's last day."""
    year, month = day.year, day.month - months
    while month < 1:
        year, month = year - 1, month + 12
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def status_of(history: History, day: date) -> Status | None:
    """The first rule that matches wins; None before the account exists."""
    m3, m6 = months_earlier(day, 3), months_earlier(day, 6)
    affaires = [a for a in history.affaires if a.counts() and a.starts_on <= day]
    opportunites = [o for o in history.opportunites if o.opened_on <= day]
    created_on = history.created_on if history.created_on <= day else None
    if not affaires and not opportunites and created_on is None:
        return None

    if any(a.end() is None or a.end() > day or a.end() >= m3 for a in affaires):
        return Status.ACTIF

    if any(o.closed_on is None or o.closed_on > day or o.closed_on >= m3 for o in opportunites):
        return Status.PROSPECT
    if created_on is not None and created_on > m3:
        return Status.PROSPECT

    if any(m6 <= a.end() < m3 for a in affaires) or any(m6 <= o.closed_on < m3 for o in opportunites):
        return Status.DELAISSE
    if not affaires and not opportunites and m6 <= created_on <= m3:
        return Status.DELAISSE

    return Status.INACTIF


# Month ends, leap days and their neighbours, where months of different lengths meet.
EDGES = [
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2024, 5, 31),
    date(2024, 8, 29),
    date(2024, 8, 31),
    date(2024, 11, 30),
    date(2025, 2, 28),
    date(2025, 3, 1),
    date(2025, 5, 29),
]

# Every random history begins after the first of these days and changes no more before the last.
FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2027, 6, 1)


def random_history(random: Random, *, today: date) -> History:
    """A history as it may be recorded on a day: starts and ends may be later, creations and closings not."""

    def some_day(last: date = date.max) -> date:
        day = random.choice(EDGES) if random.random() < 0.4 else _shift(EDGES[0], random.randrange(0, 640))
        return min(day, last)

    def after(day: date, chance_of_none: float) -> date | None:
        return None if random.random() < chance_of_none else _shift(day, random.choice((0, 1, 20, 90, 250)))

    affaires = []
    for _ in range(random.choice((0, 0, 1, 1, 2, 3))):
        starts_on = some_day()
        cancelled_on = random.choice((None, None, None, _shift(starts_on, -10), _shift(starts_on, 45)))
        affaires.append(Work(starts_on, after(starts_on, 0.3), cancelled_on))
    opportunites = []
    for _ in range(random.choice((0, 0, 1, 2))):
        opened_on = some_day()
        closed_on = after(opened_on, 0.4)
        opportunites.append(Lead(opened_on, closed_on if closed_on and closed_on <= today else None))
    return History(some_day(today), tuple(affaires), tuple(opportunites))


def _shift(day: date, days: int) -> date:
    return date.fromordinal(day.toordinal() + days)


@dataclass(frozen=True)
class Reading:
    """What a history is on a day: its status, the first day of it, and the first one after it (or None)."""

    status: Status
    since: date
    until: date | None


def read(history: History) -> dict[date, Reading]:
    """A history read day by day over the years around EDGES; the days before it begins are not there."""
    days = [_shift(FIRST_DAY, n) for n in range((LAST_DAY - FIRST_DAY).days)]
    found = {}
    for status, run in groupby(days, key=lambda day: status_of(history, day)):
        if status is not None:
            run = list(run)
            until = _shift(run[-1], 1)
            reading = Reading(status, run[0], until if until < LAST_DAY else None)
            found |= dict.fromkeys(run, reading)
    return found
