"""A portfolio of any size, written many rows at a time, as the services would leave it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from django.db import transaction
from django.db.models import Max

from accounts.choices import CLOSED_STAGES, AccountType, Stage
from accounts.models import Account, AccountTag, Affaire, Contact, Opportunite, Projet, StatusPeriod, Tag
from accounts.services.status import facts_from, tick, today_columns
from accounts.services.timeline import periods
from accounts.services.tree import Place, places
from crm.actor import SYSTEM
from crm.journal import Action, Line, differences, record
from crm.models import Espace, Membership

BATCH = 5_000  # accounts written in one transaction, and in memory together
LARGE = 500  # accounts of the largest group
DEEP = 12  # levels of the deepest
TAGS = 40
TRADES = (
    "Banque",
    "Mutuelle",
    "Assurances",
    "Énergies",
    "Transports",
    "Hôpital",
    "Travaux",
    "Éditions",
    "Télécoms",
    "Logiciels",
    "Pharma",
    "Céréales",
    "Brasserie",
    "Chantiers",
    "Immobilière",
    "Conseil",
)
PLACES = (
    "de Lyon",
    "de l'Île-de-France",
    "du Rhône",
    "de Nîmes",
    "d'Angoulême",
    "des Vosges",
    "de Besançon",
    "du Finistère",
    "de Bretagne",
    "d'Alsace",
    "de Saint-Étienne",
    "du Limousin",
    "des Alpes",
    "de Provence",
    "du Nord",
    "de la Loire",
    "de Mâcon",
    "de Gascogne",
    "du Béarn",
    "des Landes",
)


@dataclass
class Written:
    """Rows that are written together."""

    accounts: list[Account] = field(default_factory=list)
    links: list[AccountTag] = field(default_factory=list)
    projets: list[Projet] = field(default_factory=list)
    affaires: list[Affaire] = field(default_factory=list)
    opportunites: list[Opportunite] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    periods: list[StatusPeriod] = field(default_factory=list)

    def write(self, espace: Espace) -> None:
        lines = [Line(Action.CREATED, a, differences({}, _told(a))) for a in self.accounts]
        with transaction.atomic():
            for rows in vars(self).values():
                if rows:
                    type(rows[0]).objects.bulk_create(rows)
            record(by=SYSTEM, espace=espace, lines=lines)


def _told(account: Account) -> dict:
    return {"name": account.name, "type": account.type, "created_on": account.created_on.isoformat()}


def fill(espace: Espace, size: int, *, today: date, random: Random) -> None:
    """Give an espace `size` accounts: groups, one large and one deep, their business, tags and contacts."""
    tick(espace=espace, today=today)
    maker = Maker(espace, today, random)
    for batch in _batches(families(size, random)):
        rows = Written()
        for tree_id, family in zip(Account.objects.next_tree_ids(len(batch)), batch, strict=True):
            maker.add(rows, family, tree_id)
        rows.write(espace)


def _batches(families: Iterable[list]) -> Iterator[list[list]]:
    batch, accounts = [], 0
    for family in families:
        batch.append(family)
        accounts += len(family)
        if accounts >= BATCH:
            yield batch
            batch, accounts = [], 0
    yield batch


def families(size: int, random: Random) -> Iterator[list[int | None]]:
    """Trees that hold `size` accounts in all: the rank of each account's parent, None for the first."""
    large = min(LARGE, size // 4)
    yield [None, *((n - 1) // 8 for n in range(1, large))]
    yield [None, *range(DEEP - 1)]
    left = size - large - DEEP
    while left > 0:
        members = min(left, random.randint(2, 12) if random.random() < 0.1 else 1)
        yield [None, *(random.randrange(n) if random.random() < 0.2 else 0 for n in range(1, members))]
        left -= members


class Maker:
    """Makes accounts with all that hangs on them; nothing is written."""

    def __init__(self, espace: Espace, today: date, random: Random):
        self.espace, self.today, self.random = espace, today, random
        self.owners = [*Membership.objects.filter(espace=espace).order_by("pk"), None]
        self.tags = [Tag(espace=espace, name=f"Étiquette {n}", slug=f"etiquette-{n}") for n in range(TAGS)]
        Tag.objects.bulk_create(self.tags)
        self.account_ids, self.projet_ids = _ids_after_last(Account), _ids_after_last(Projet)

    def add(self, rows: Written, family: list[int | None], tree_id: int) -> None:
        pks = [next(self.account_ids) for _ in family]
        above = {pk: None if rank is None else pks[rank] for pk, rank in zip(pks, family, strict=True)}
        for pk, place in places(above).items():
            account = self._account(pk, above[pk], tree_id, place)
            self._add_business(rows, account)
            rows.accounts.append(account)
            tags = self.random.sample(self.tags, self.random.choice((0, 1, 1, 2, 3)))
            rows.links += [AccountTag(content_object=account, tag=tag) for tag in tags]

    def _account(self, pk: int, parent: int | None, tree_id: int, place: Place) -> Account:
        random = self.random
        is_groupe = place.rght > place.lft + 1
        usual = random.choices(AccountType.values, (75, 10, 3, 2, 10))[0]
        return Account(
            pk=pk,
            espace=self.espace,
            name=f"{random.choice(TRADES)} {random.choice(PLACES)} {pk}",
            type=AccountType.GROUPE if is_groupe else usual,
            website=f"https://www.societe-{pk}.fr" if random.random() < 0.6 else "",
            owner=random.choice(self.owners),
            created_on=self._day(8 * 365, 0),
            description="Rencontrés au salon, à revoir au printemps." if random.random() < 0.2 else "",
            archived_on=self._day(400, 1) if random.random() < 0.02 else None,
            do_not_follow_up=random.random() < 0.03,
            parent_id=parent,
            tree_id=tree_id,
            lft=place.lft,
            rght=place.rght,
            level=place.level,
        )

    def _add_business(self, rows: Written, account: Account) -> None:
        random = self.random
        common = {"espace": self.espace, "account": account, "owner": account.owner}
        projet = None
        if random.random() < 0.1:
            projet = Projet(pk=next(self.projet_ids), name=f"Refonte {account.pk}", **common)
            rows.projets.append(projet)
        affaires = [self._affaire(common, projet) for _ in range(random.choice((0, 0, 1, 1, 2, 3)))]
        opportunites = [self._opportunite(common) for _ in range(random.choice((0, 0, 0, 1, 1, 3)))]
        rows.affaires += affaires
        rows.opportunites += opportunites
        if random.random() < 0.6:
            person = {"first_name": "Camille", "last_name": f"Morel {account.pk}", "is_main": True}
            rows.contacts.append(Contact(espace=self.espace, account=account, **person))
        timeline = periods(facts_from(account.created_on, affaires, opportunites))
        account.today_status, account.today_since, account.today_until = today_columns(timeline, self.today)
        rows.periods += [
            StatusPeriod(
                account=account,
                espace=self.espace,
                status=period.status,
                starts_on=period.starts_on,
                ends_before=period.ends_before,
            )
            for period in timeline
        ]

    def _affaire(self, common: dict, projet: Projet | None) -> Affaire:
        starts_on = self._day(5 * 365, -60)
        lasts = timedelta(self.random.randint(5, 400))
        return Affaire(
            name=f"Mission {self.random.randint(1, 9999)}",
            projet=projet,
            starts_on=starts_on,
            ends_on=None if self.random.random() < 0.05 else starts_on + lasts,
            cancelled_on=starts_on + lasts // 2 if self.random.random() < 0.03 else None,
            amount=self._amount(),
            **common,
        )

    def _opportunite(self, common: dict) -> Opportunite:
        opened_on = self._day(3 * 365, 0)
        closed_on = opened_on + timedelta(self.random.randint(5, 300))
        is_open = closed_on > self.today
        return Opportunite(
            name=f"Appel d'offres {self.random.randint(1, 9999)}",
            stage=Stage.EN_COURS if is_open else self.random.choice(CLOSED_STAGES),
            step=self.random.choice(self.espace.steps) if is_open else "",
            opened_on=opened_on,
            expected_close_on=closed_on + timedelta(self.random.randint(-60, 60)),
            closed_on=None if is_open else closed_on,
            amount=self._amount(),
            probability=50,
            **common,
        )

    def _day(self, from_days_ago: int, to_days_ago: int) -> date:
        return self.today - timedelta(self.random.randint(to_days_ago, from_days_ago))

    def _amount(self) -> Decimal:
        return Decimal(self.random.randint(5, 300) * 1000)


def _ids_after_last(model) -> Iterator[int]:
    return count((model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1)
