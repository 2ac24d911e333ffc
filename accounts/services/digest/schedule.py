"""When summaries are due. Pure: a rhythm, a moment and a time zone in."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.choices import Rhythm

AT = time(7)
MONDAY = 0
WEEKDAYS = {Rhythm.DAILY: range(MONDAY, 5), Rhythm.WEEKLY: [MONDAY]}
BACK_DAYS = {Rhythm.DAILY: 1, Rhythm.WEEKLY: 7}  # that the first one tells
AHEAD_DAYS = {Rhythm.DAILY: 7, Rhythm.WEEKLY: 30}


def next_due(rhythm: str, now: datetime, timezone: str) -> datetime:
    """The first moment after now at which a summary is due: 7:00 there, on a day of the rhythm."""
    return next(moment for moment in _moments(rhythm, now, timezone, +1) if moment > now)


def period_of(rhythm: str, now: datetime, timezone: str) -> date:
    """The day whose summary is the present one: the last one that was due, until the next one is."""
    return next(moment for moment in _moments(rhythm, now, timezone, -1) if moment <= now).date()


def local_day(now: datetime, timezone: str) -> date:
    return now.astimezone(ZoneInfo(timezone)).date()


def _moments(rhythm: str, now: datetime, timezone: str, step: int) -> Iterator[datetime]:
    """Those at which a summary is due, from today on, forwards or backwards; more than a week's."""
    today = local_day(now, timezone)
    for n in range(9):
        day = today + step * timedelta(days=n)
        if day.weekday() in WEEKDAYS[Rhythm(rhythm)]:
            yield datetime.combine(day, AT, ZoneInfo(timezone))
