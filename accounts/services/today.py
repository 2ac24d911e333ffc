"""What there is to do today: whom to call, why, before when. Each source is what a list holds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, F, Model, OuterRef, QuerySet

from accounts.choices import Origin, Status
from accounts.models import Account, Affaire, Opportunite, Relance
from accounts.models.account import ABOUT_TO_LOSE_DAYS, unarchived
from accounts.models.opportunite import UNDATED, ghosts
from accounts.models.relance import DONE
from accounts.services.flux import coming_from
from crm.models import Espace, Membership

AT_MOST = 8  # things on the page
NEWLY_DAYS = 30  # how long an account is newly Délaissé


@dataclass(frozen=True)
class Source:
    """One reason to act.

    code: names its sentence and its button (templates/accounts/_today_thing.html). label: of its link.
    rows: all of them, the most urgent first. address, query: the list that opens exactly these rows, those
    of one member with `responsable=moi` besides.
    """

    code: str
    label: str
    rows: QuerySet
    address: str
    query: dict[str, str]


@dataclass(frozen=True)
class Found:
    """A source that has something; first: its AT_MOST first rows."""

    source: Source
    first: list[Model]
    total: int


@dataclass(frozen=True)
class Thing:
    code: str
    row: Account | Affaire | Opportunite | Relance


@dataclass(frozen=True)
class Work:
    """found: the sources that have something, the most urgent first."""

    found: list[Found] = field(default_factory=list)

    @property
    def things(self) -> list[Thing]:
        """At most AT_MOST, ranked.

        Sources go from what was promised to what can wait: relances overdue (the latest first), relances of
        today, accounts about to lose a status (the nearest day first), newly Délaissés, clôtures fantômes
        and opportunités without a date (the largest amount first), affaires that end (the nearest first).
        Each source has a place, so that none hides the others; the places left go to the most urgent ones.
        """
        places = {found.source.code: 1 for found in self.found}
        for found in self.found:
            left = AT_MOST - sum(places.values())
            places[found.source.code] += max(0, min(left, len(found.first) - 1))
        return [
            Thing(found.source.code, row)
            for found in self.found
            for row in found.first[: places[found.source.code]]
        ]


def work_of(espace: Espace, today: date, member: Membership | None) -> Work:
    """What a member has to do, or everybody (None): a query a source, and one more where it has many rows.

    A member's are the relances confided to them, and the accounts, opportunités and affaires that they own.
    """
    return Work([found for source in sources(espace, today, member) if (found := _found(source))])


def done_on(espace: Espace, day: date, member: Membership | None) -> int:
    """How many relances were done on a day, by a member or everybody."""
    done = espace.relances.filter(DONE, done_on=day)
    return (done.filter(assignee=member) if member else done).count()


def of_unarchived(business: QuerySet, on: date) -> QuerySet:
    """The business of accounts that are not archived; « ne pas relancer » is about the worklist alone."""
    return business.filter(Exists(Account.objects.filter(unarchived(on), pk=OuterRef("account"))))


def sources(espace: Espace, today: date, member: Membership | None) -> Iterator[Source]:
    """All the reasons to act, the most urgent first."""
    mine = {"owner": member} if member else {}
    yield from _relances(espace, today, {"assignee": member} if member else {})
    yield from _accounts(espace, today, mine)
    yield from _opportunites(espace, today, mine)
    yield Source(
        "finit",
        "Affaires à prolonger",
        of_unarchived(espace.affaires.to_extend(today), today)
        .filter(**mine)
        .select_related("account", "owner__user")
        .order_by("ends_on", "pk"),
        "affaires",
        {"a_prolonger": "1", "suivis": "1"},
    )


def _relances(espace: Espace, today: date, mine: dict) -> Iterator[Source]:
    planned = of_unarchived(espace.relances.open(), today).filter(**mine)
    planned = planned.select_related("account", "contact", "assignee__user").order_by("due_on", "pk")
    yield Source(
        "retard",
        "Relances en retard",
        planned.filter(due_on__lt=today),
        "relances",
        {"etat": "retard", "suivis": "1"},
    )
    yield Source(
        "jour",
        "Relances d'aujourd'hui",
        planned.filter(due_on=today),
        "relances",
        {"etat": "equipe", "suivis": "1", "le": today.isoformat()},
    )


def _accounts(espace: Espace, today: date, mine: dict) -> Iterator[Source]:
    worklist = espace.accounts.with_status(today).with_next_status().to_follow_up(today).filter(**mine)
    worklist = worklist.select_related("owner__user")
    yield Source(
        "bascule",
        "Sur le point de changer de statut",
        worklist.filter(status_until__lte=today + timedelta(days=ABOUT_TO_LOSE_DAYS)).order_by(
            "status_until", "name_fold", "pk"
        ),
        "comptes",
        {"a_relancer": "1", "bascule": str(ABOUT_TO_LOSE_DAYS), "tri": "bascule"},
    )
    since = today - timedelta(days=NEWLY_DAYS)
    newly = coming_from(worklist.filter(status=Status.DELAISSE), [Origin.BETTER], since)
    yield Source(
        "delaisse",
        "Nouveaux Délaissés",
        newly.order_by("-status_since", "name_fold", "pk"),
        "comptes",
        {
            "a_relancer": "1",
            "statut": Status.DELAISSE.value,
            "depuis": since.isoformat(),
            "venant": Origin.BETTER.value,
        },
    )


def _opportunites(espace: Espace, today: date, mine: dict) -> Iterator[Source]:
    leads = of_unarchived(espace.opportunites.filter(**mine), today).select_related("account", "owner__user")
    leads = leads.order_by(F("amount").desc(nulls_last=True), "pk")
    yield Source(
        "fantome",
        "Clôtures fantômes",
        leads.filter(ghosts(today)),
        "opportunites",
        {"fantomes": "1", "suivis": "1"},
    )
    yield Source(
        "sans_date",
        "Opportunités sans date",
        leads.filter(UNDATED),
        "opportunites",
        {"sans_date": "1", "suivis": "1"},
    )


def _found(source: Source) -> Found | None:
    first = list(source.rows[: AT_MOST + 1])
    if not first:
        return None
    total = len(first) if len(first) <= AT_MOST else source.rows.order_by().count()
    return Found(source, first[:AT_MOST], total)
