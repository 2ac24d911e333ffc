"""What happened with each account of the demo, dated from today. Rows are built, not saved."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from accounts.choices import Stage, Status
from accounts.models import Affaire, Opportunite
from accounts.services.demo.vocabulary import (
    ABANDONED_REASONS,
    AFFAIRES,
    AFFAIRES_OF,
    LOST_REASONS,
    OPPORTUNITES,
    SHORT_AFFAIRES,
    STANDING_AFFAIRES,
)
from accounts.services.timeline import DAY, RECENT_MONTHS, STALE_MONTHS, months_before

STEPS = {"Qualification": 20, "Proposition": 50, "Négociation": 75}  # probabilities, in percent
# Fewer get further, and those that did close sooner: days from today.
SHARES = (45, 33, 22)
CLOSES_IN_DAYS = {"Qualification": (40, 230), "Proposition": (15, 130), "Négociation": (4, 60)}
MONTH_DAYS = 30
SHORT_DAYS = 90


@dataclass(slots=True)
class Story:
    """An account's business and the day it came in; `flags` are other columns of the account."""

    created_on: date
    affaires: list[Affaire] = field(default_factory=list)
    opportunites: list[Opportunite] = field(default_factory=list)
    flags: dict = field(default_factory=dict)


class Storyteller:
    """Tells stories that give a status today, at random but always the same ones for one seed and one day."""

    def __init__(self, rng: Random, today: date):
        self.rng, self.today = rng, today
        self.m3 = months_before(today, RECENT_MONTHS)
        self.m6 = months_before(today, STALE_MONTHS)
        self.tags: list[str] = []  # of the account being told about
        self.told: set[str] = set()  # names of its business so far

    def begin(self, tags: list[str]) -> None:
        """Turn to another account."""
        self.tags, self.told = tags, set()

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.rng.randint(0, (last - first).days))

    def chance(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def story(self, status: Status) -> Story:
        tell = {
            Status.ACTIF: self.actif,
            Status.PROSPECT: self.prospect,
            Status.DELAISSE: self.delaisse,
            Status.INACTIF: self.inactif,
        }[status]
        return tell()

    # A piece of business

    def affaire(self, starts_on: date, ends_on: date | None = None, **values) -> Affaire:
        """An affaire that begins on a working day at the latest on `starts_on`."""
        starts_on = _working_day(starts_on)
        days = ((ends_on or self.today) - starts_on).days
        monthly = self.rng.randint(8, 16) if days < SHORT_DAYS else self.rng.randint(10, 48)
        amount = min(900, max(8, days * monthly // MONTH_DAYS))
        if ends_on is None:
            names = STANDING_AFFAIRES
        elif days < SHORT_DAYS:
            names = SHORT_AFFAIRES
        else:
            own = [name for tag in self.tags for name in AFFAIRES_OF.get(tag, ())]
            names = own if own and self.chance(50) else AFFAIRES
        name = self.unused(names).format(year=starts_on.year)
        return Affaire(
            starts_on=starts_on, ends_on=ends_on, **{"name": name, "amount": _thousands(amount)} | values
        )

    def unused(self, names) -> str:
        name = self.rng.choice([name for name in names if name not in self.told] or names)
        self.told.add(name)
        return name

    def lead(self, opened_on: date, **values) -> Opportunite:
        """An open opportunité."""
        step = self.rng.choices(list(STEPS), SHARES)[0]
        amount = _thousands(self.rng.choice((8, 15, 24, 40, 60, 85, 120, 180, 260, 400, 900)))
        is_vague = step == "Qualification" and self.chance(15)  # neither priced nor dated yet
        closes_on = self.today + timedelta(days=self.rng.randint(*CLOSES_IN_DAYS[step]))
        return Opportunite(
            **{
                "name": self.unused(OPPORTUNITES),
                "opened_on": opened_on,
                "step": step,
                "probability": STEPS[step],
                "expected_close_on": None if is_vague else closes_on,
                "amount": None if is_vague else amount,
            }
            | values
        )

    def closed(self, closed_on: date, stage: Stage | None = None, **values) -> Opportunite:
        stage = stage or self.rng.choice((Stage.PERDUE, Stage.PERDUE, Stage.ABANDONNEE))
        reasons = {Stage.PERDUE: LOST_REASONS, Stage.ABANDONNEE: ABANDONED_REASONS}.get(stage, ("",))
        return self.lead(
            closed_on - timedelta(days=self.rng.randint(25, 110)),
            stage=stage,
            closed_on=closed_on,
            expected_close_on=closed_on + timedelta(days=self.rng.randint(-20, 30)),
            lost_reason=self.rng.choice(reasons),
            **values,
        )

    def won(self, affaire: Affaire) -> Opportunite:
        """The opportunité that an affaire comes from."""
        closed_on = min(affaire.starts_on - timedelta(days=self.rng.randint(4, 40)), self.today)
        opportunite = self.closed(closed_on, Stage.GAGNEE, amount=affaire.amount)
        affaire.opportunite = opportunite
        return opportunite

    # A story for each status

    def told_of(self, affaires=(), opportunites=(), *, since: date | None = None, **flags) -> Story:
        """A story of this business and perhaps of older one; the account came in before all of it.

        since: the day the account came in, if it matters: then nothing older is added.
        """
        affaires, opportunites = list(affaires), list(opportunites)
        starts = [a.starts_on for a in affaires] + [o.opened_on for o in opportunites]
        earliest = min([*starts, self.m6]) - timedelta(days=self.rng.randint(20, 500))
        if since is None and self.chance(55):
            end = earliest + timedelta(days=self.rng.randint(0, 15))
            older = self.affaire(end - timedelta(days=self.rng.randint(40, 330)), end)
            affaires.append(older)
            earliest = older.starts_on - timedelta(days=self.rng.randint(10, 120))
            if self.chance(50):
                opportunites.append(self.won(older))
                earliest = min(earliest, opportunites[-1].opened_on)
        return Story(since or earliest, affaires, opportunites, flags)

    def actif(self) -> Story:
        kind = self.rng.choices(("dated", "open", "ended"), (60, 18, 22))[0]
        if kind == "dated":
            end = self.today + timedelta(days=self.rng.randint(6, 290))
            present = self.affaire(self.ago(self.rng.randint(15, 320)), end)
        elif kind == "open":
            present = self.affaire(self.ago(self.rng.randint(60, 640)))
        else:
            end = self.between(self.m3 + DAY, self.today - DAY)
            present = self.affaire(end - timedelta(days=self.rng.randint(40, 330)), end)
        leads = [self.won(present)] if self.chance(60) else []
        if self.chance(35):
            leads.append(self.lead(self.ago(self.rng.randint(3, 120))))
        affaires = [present]
        if self.chance(25):
            affaires.append(
                self.affaire(
                    self.ago(self.rng.randint(20, 200)),
                    self.today + timedelta(days=self.rng.randint(20, 200)),
                )
            )
        return self.told_of(affaires, leads)

    def prospect(self) -> Story:
        kind = self.rng.choices(("open", "closed", "new", "new with lead"), (48, 22, 15, 15))[0]
        if kind == "open":
            late = {"expected_close_on": self.ago(self.rng.randint(3, 90))} if self.chance(20) else {}
            return self.told_of([], [self.lead(self.ago(self.rng.randint(100 if late else 4, 170)), **late)])
        if kind == "closed":
            return self.told_of([], [self.closed(self.between(self.m3 + DAY, self.today - DAY))])
        since = self.between(self.m3 + DAY, self.today - DAY)
        leads = [self.lead(self.between(since, self.today))] if kind == "new with lead" else []
        return self.told_of([], leads, since=since)

    def delaisse(self) -> Story:
        end = self.between(self.m6, self.m3 - DAY)
        kind = self.rng.choices(("affaire", "lead", "new"), (62, 26, 12))[0]
        if kind == "affaire":
            ended = self.affaire(end - timedelta(days=self.rng.randint(40, 330)), end)
            return self.told_of([ended], [self.won(ended)] if self.chance(60) else [])
        if kind == "lead":
            return self.told_of([], [self.closed(end)])
        return self.told_of(since=end)

    def inactif(self) -> Story:
        end = self.m6 - timedelta(days=self.rng.randint(2, 600))
        kind = self.rng.choices(("affaire", "lead", "nothing"), (50, 25, 25))[0]
        if kind == "affaire":
            return self.told_of([self.affaire(end - timedelta(days=self.rng.randint(40, 330)), end)])
        if kind == "lead":
            return self.told_of([], [self.closed(end)])
        return self.told_of(since=end)


def _working_day(day: date) -> date:
    """The day, or the Friday before a week-end."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _thousands(amount: int) -> Decimal:
    return Decimal(amount * 1000)
