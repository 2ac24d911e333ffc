"""The page « Aujourd'hui » as its address asks for it: whose work, and the filters of the portfolio."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django import forms
from django.http import QueryDict
from django.utils.http import urlencode

from accounts.choices import Status
from accounts.forms.filters import MYSELF
from accounts.forms.portfolio import Portfolio, sentences
from accounts.services import counts
from accounts.services.today import Found, Work, done_on, work_of
from crm.models import Membership

TEAM = "equipe"
WHOSE = [(MYSELF, "Moi"), (TEAM, "Toute l'équipe")]


class TodayForm(forms.Form):
    qui = forms.ChoiceField(
        choices=WHOSE,
        required=False,
        error_messages={"invalid_choice": "« qui » vaut moi ou equipe."},
    )


@dataclass(frozen=True)
class Linked:
    """A count, and the query of the list of exactly these rows."""

    n: int
    query: str


@dataclass(frozen=True)
class Trend:
    """A status, its accounts today and on an earlier day, and how much their count has changed."""

    status: str
    now: Linked
    before: Linked

    @property
    def difference(self) -> int:
        return self.now.n - self.before.n

    @property
    def fewer(self) -> int:
        return -self.difference


class TodayPage(Portfolio):
    """What to do, and the portfolio. Its numbers are not asked for when there are errors.

    At most three queries for Portfolio, two a source of work (accounts.services.today), one for what was
    done, one for the portfolio. Sources are asked for twice when a member has nothing to do. None for sources
    and portfolio when nobody has written since they were last asked.
    """

    def __init__(self, data: QueryDict, *, member: Membership, today: date):
        super().__init__(data, member=member, today=today)
        self.form = TodayForm(self.data)
        self.form.full_clean()
        self.errors = [*sentences(self.form.errors), *self.errors]
        self.yesterday = today - timedelta(days=1)

    @cached_property
    def _mine(self) -> Work:
        return self._work_of(self.member)

    def _work_of(self, member: Membership | None) -> Work:
        """What work_of() finds, looked for once between two writes of the espace."""
        question = ("work", self.espace.status_day, self.today, member and member.pk)
        work = counts.known(self.espace, question)
        if work is None:
            found = work_of(self.espace, self.today, member)
            work = counts.keep(self.espace, self.espace.digest, question, found)
        return work

    @property
    def is_handed_to_team(self) -> bool:
        """Whether the team's work stands in for a member's, who has none and asked for nobody's."""
        return not self.form.cleaned_data["qui"] and not self._mine.found

    @property
    def is_mine(self) -> bool:
        return self.form.cleaned_data["qui"] != TEAM and not self.is_handed_to_team

    @property
    def whose(self) -> list[tuple[str, str, bool]]:
        """Value, label, and whether it is the one on show."""
        return [(value, label, (value == MYSELF) == self.is_mine) for value, label in WHOSE]

    @cached_property
    def work(self) -> Work:
        return self._mine if self.is_mine else self._work_of(None)

    @property
    def sources(self) -> list[tuple[Found, str]]:
        """Each source that has something, and the query of its list."""
        return [(found, self._of_whom(found.source.query)) for found in self.work.found]

    @cached_property
    def done_yesterday(self) -> Linked:
        n = done_on(self.espace, self.yesterday, self.member if self.is_mine else None)
        return Linked(n, self._of_whom({"etat": "faites", "le": self.yesterday.isoformat()}))

    @property
    def trends(self) -> list[Trend]:
        now, before = self.counted[self.today], self.counted[self.change_since]
        return [
            Trend(
                status.value,
                self._count(now[status], statut=status.value),
                self._count(before[status], statut=status.value, au=self.change_since),
            )
            for status in Status
        ]

    def _of_whom(self, query: dict[str, str]) -> str:
        return urlencode(query | ({"responsable": MYSELF} if self.is_mine else {}))

    def _count(self, n: int, **parameters) -> Linked:
        return Linked(n, urlencode(self.kept | parameters, doseq=True))
