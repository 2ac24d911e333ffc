"""When opportunités are expected to close: the terms of a forecast."""

from dataclasses import dataclass
from datetime import date, timedelta

from crm.french import MONTHS

MONTHS_AHEAD = 5
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Term:
    """Expected closings from `first` to `last`, both included, None for no limit; all None: not known."""

    label: str
    first: date | None = None
    last: date | None = None

    @property
    def is_unknown(self) -> bool:
        return self.first is None and self.last is None

    @property
    def is_overdue(self) -> bool:
        return self.first is None and self.last is not None


def terms(today: date) -> list[Term]:
    """What is overdue, the rest of this month, each of the MONTHS_AHEAD next ones, later, and not known."""
    found, first = [Term("Clôture dépassée", last=today - DAY)], today
    for _ in range(MONTHS_AHEAD + 1):
        following = (first.replace(day=1) + 31 * DAY).replace(day=1)
        found.append(Term(f"{MONTHS[first.month - 1]} {first.year}".capitalize(), first, following - DAY))
        first = following
    return [*found, Term("Plus tard", first=first), Term("Sans clôture prévue")]
