"""The page « Flux » as its address asks for it: two days, the filters of the portfolio, and who moved."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django import forms
from django.http import QueryDict
from django.utils.http import urlencode

from accounts.choices import Origin, Status
from accounts.forms.base import DayField
from accounts.forms.portfolio import Portfolio, sentences
from accounts.services.flux import ARCHIVED, Flux, Mover, flux
from crm.french import day as written
from crm.models import Membership

PERIODS = [  # days around today
    *((-days, f"{days} derniers jours") for days in (30, 60, 90)),
    *((days, f"{days} prochains jours, si rien ne se passe") for days in (30, 60, 90)),
]
USUAL_DAYS = -30


class FluxForm(forms.Form):
    """The two days: so many around today, or one's own, of which the missing one is today."""

    periode = forms.TypedChoiceField(choices=PERIODS, coerce=int, required=False, empty_value=USUAL_DAYS)
    du = DayField(required=False)
    au = DayField(required=False)

    def __init__(self, data: QueryDict, *, today: date):
        self.today = today
        super().__init__(data)

    def clean(self):
        since, until = self.days
        if since > until:
            self.add_error("au", f"Le dernier jour doit suivre le {written(since)}.")

    @property
    def days(self) -> tuple[date, date]:
        first, last = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if first or last:
            return first or self.today, last or self.today
        other = self.today + timedelta(days=self.cleaned_data.get("periode", USUAL_DAYS))
        return min(other, self.today), max(other, self.today)

    @property
    def period(self) -> int | None:
        """The period on show, None for two days of one's own."""
        if self.cleaned_data.get("du") or self.cleaned_data.get("au"):
            return None
        return self.cleaned_data.get("periode", USUAL_DAYS)


@dataclass(frozen=True)
class Number:
    """A count, and the query of the list of exactly these accounts.

    trend: "up" where they have a better status than before, "down" where they have a worse one.
    named: the first ones; more: how many others.
    """

    n: int
    query: str
    trend: str = ""
    origin: str = ""
    goal: str = ""
    named: tuple[Mover, ...] = ()

    @property
    def more(self) -> int:
        return self.n - len(self.named)

    @property
    def names(self) -> str:
        """The first names, for a title."""
        shown = ", ".join(account.name for account in self.named)
        return f"{shown}…" if shown and self.more else shown


class FluxPage(Portfolio):
    """Who moved between two days, and the chart of the portfolio.

    Six queries at most: those of Portfolio, three for the table, one for the chart; none of these four when
    nobody has written since they were last asked. Its numbers are None when there are errors.
    """

    def __init__(self, data: QueryDict, *, member: Membership, today: date):
        super().__init__(data, member=member, today=today)
        self.form = FluxForm(self.data, today=today)
        self.form.full_clean()
        self.errors = [*sentences(self.form.errors), *self.errors]
        self.since, self.until = self.form.days
        self.is_coming = self.until > today

    @property
    def periods(self) -> list[tuple[int, str, bool]]:
        """Value, label, and whether it is the one on show."""
        return [(days, label, days == self.form.period) for days, label in PERIODS]

    @cached_property
    def moves(self) -> Flux:
        question = ("flux", self.since, self.until)
        return self.remembered(question, lambda accounts: flux(accounts, self.since, self.until))

    @cached_property
    def lines(self) -> list[tuple[str, list[Number | None], Number]]:
        """The table: where accounts come from, a number for each place they may go to, and their total.

        None where there can be nobody.
        """
        found = [
            (
                status.value,
                [self.cell(status.value, goal) for goal in (*Status.values, ARCHIVED)],
                self._number(self.moves.before[status], au=self.since, statut=status.value),
            )
            for status in Status
        ]
        cells = [self.cell(Origin.ENTERED.value, goal) for goal in Status.values]
        return [*found, (Origin.ENTERED.value, [*cells, None], self.entered)]

    @property
    def totals(self) -> list[Number]:
        """The last line: the counts on the last day, and how many were archived in between."""
        there = [self._number(n, au=self.until, statut=status) for status, n in self.moves.after.items()]
        return [*there, self.archived]

    @property
    def before(self) -> Number:
        return self._number(sum(self.moves.before.values()), au=self.since)

    @property
    def after(self) -> Number:
        return self._number(sum(self.moves.after.values()), au=self.until)

    @property
    def entered(self) -> Number:
        n = self.moves.count([Origin.ENTERED], Status)
        return self._number(n, **self._coming_from(Origin.ENTERED.value))

    @property
    def archived(self) -> Number:
        n = self.moves.count(Status, [ARCHIVED])
        return self._number(n, archives=1, **self._coming_from(*Status.values))

    @property
    def improved(self) -> Number:
        return self._moved(Origin.WORSE, "up")

    @property
    def worsened(self) -> Number:
        return self._moved(Origin.BETTER, "down")

    @cached_property
    def movers(self) -> list[Number]:
        """The cells where somebody moved: losses first, the largest first."""
        cells = [cell for _, cells, _ in self.lines for cell in cells if cell]
        moved = [cell for cell in cells if cell.n and cell.origin != cell.goal]
        return sorted(moved, key=lambda cell: (("down", "up", "").index(cell.trend), -cell.n))

    def cell(self, origin: str, goal: str) -> Number:
        goes = {"archives": 1} if goal == ARCHIVED else {"statut": goal}
        return Number(
            self.moves.count([origin], [goal]),
            self._query(**goes, **self._coming_from(origin)),
            _trend(origin, goal),
            origin,
            goal,
            tuple(self.moves.named.get((origin, goal), ())),
        )

    def _moved(self, origin: Origin, trend: str) -> Number:
        n = sum(n for cell, n in self.moves.cells.items() if _trend(*cell) == trend)
        return self._number(n, **self._coming_from(origin.value))

    def _coming_from(self, *origins: str) -> dict:
        return {"au": self.until, "depuis": self.since, "venant": list(origins)}

    def _number(self, n: int, **parameters) -> Number:
        return Number(n, self._query(**parameters))

    def _query(self, **parameters) -> str:
        return urlencode(self.kept | parameters, doseq=True)


def _trend(origin: str, goal: str) -> str:
    if not {origin, goal} <= set(Status.values) or origin == goal:
        return ""
    return "up" if Status(goal).rank < Status(origin).rank else "down"
