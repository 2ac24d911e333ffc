"""The demo espace: real companies (facts), and business invented around them to show every status."""

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

from django.core.exceptions import ValidationError

from accounts.choices import AccountType, Status
from accounts.models import Account, Affaire, Contact, Note, Opportunite, Projet, Relance, SavedView
from accounts.services.account import edit_account
from accounts.services.demo.contacts import contacts_of
from accounts.services.demo.notes import notes_of
from accounts.services.demo.projets import projets_of
from accounts.services.demo.relances import relances_of
from accounts.services.demo.scenes import SCENES
from accounts.services.demo.stories import Story, Storyteller
from accounts.services.demo.views import views_of
from accounts.services.importing import import_accounts
from accounts.services.relance.reason import reasons_of
from accounts.services.status import refresh, tick
from crm.actor import Actor
from crm.models import Espace, Membership
from crm.roles import AVANCE_AND_ABOVE, Role
from crm.writing import Writing, writing

COMPANIES = Path(__file__).with_name("comptes_reels.csv")

# Percentage of each status by type, for the accounts whose story is not written.
SHARES = {
    AccountType.CLIENT: (39, 24, 20, 17),
    AccountType.GROUPE: (34, 26, 20, 20),
    AccountType.PARTENAIRE: (36, 30, 14, 20),
    AccountType.CONCURRENT: (10, 20, 15, 55),
}


def fill_demo(*, by: Actor, espace: Espace, today: date, seed: int) -> dict[str, int]:
    """Fill an empty espace with the companies and their business; returns how many rows of each kind it has.

    Owners are the members who may create accounts. The same seed on the same day gives the same rows.
    Raises ValidationError when the espace has accounts. Side effects: the espace's status day, and all its
    Account, Tag, Projet, Affaire, Opportunite, Contact, Note, Relance, SavedView and StatusPeriod rows.
    """
    tick(espace=espace, today=today)
    with writing(by, "account.import", espace.pk) as write:
        espace = write.espace
        if espace.accounts.exists():
            raise ValidationError(f"L'espace « {espace} » a déjà des comptes : rien n'a été changé.")
        rng = Random(seed)
        companies = list(csv.DictReader(io.StringIO(COMPANIES.read_text(encoding="utf-8")), delimiter=";"))
        stories = _stories(companies, Storyteller(rng, today))
        _create_accounts(companies, stories, by=by, espace=espace, rng=rng, today=today)
        accounts = list(espace.accounts.select_related("owner__user").order_by("name_fold"))
        for account in accounts:
            _adopt(stories[account.name], account)
        teller = Storyteller(rng, today)
        contacts = _write(accounts, stories, write, teller)
        refresh(account_ids=[account.pk for account in accounts], espace=espace)
        _write_relances(write, stories, contacts, teller)
        write.add_all(views_of(espace, _sellers(espace)))
        models = (Account, Projet, Affaire, Opportunite, Contact, Note, Relance, SavedView)
        return {model._meta.model_name: model.objects.filter(espace=espace).count() for model in models}


def _stories(companies: list[dict], teller: Storyteller) -> dict[str, Story]:
    """A story for each company, by name."""
    stories = {}
    unwritten = Counter(row["type"] for row in companies if row["nom"] not in SCENES)
    decks = {kind.label: _deck(kind, unwritten[kind.label], teller.rng) for kind in SHARES}
    for row in companies:
        name = row["nom"]
        teller.begin(row["tags"].split(", "))
        stories[name] = SCENES[name](teller) if name in SCENES else teller.story(decks[row["type"]].pop())
    return stories


def _deck(kind: AccountType, n: int, rng: Random) -> list[Status]:
    """n statuses in the shares of a type, shuffled. Drawing each would miss some."""
    cards = [status for status, share in zip(Status, SHARES[kind], strict=True) for _ in range(share)]
    deck = [cards[(2 * i + 1) * len(cards) // (2 * n)] for i in range(n)]
    rng.shuffle(deck)
    return deck


def _create_accounts(companies, stories, *, by: Actor, espace: Espace, rng: Random, today: date) -> None:
    owners = [m.user.email for m in _sellers(espace)]
    content = io.StringIO()
    writer = csv.writer(content, delimiter=";")
    writer.writerow([*companies[0], "cree_le", "responsable"])
    for row in companies:
        owner = rng.choice(owners) if owners and rng.randrange(100) < 92 else ""
        writer.writerow([*row.values(), stories[row["nom"]].created_on, owner])
    import_accounts(by=by, espace=espace, content=content.getvalue().encode(), today=today)
    for name, story in stories.items():
        if story.flags:
            flagged = espace.accounts.get(name=name)
            edit_account(by=by, account=flagged, today=today, **story.flags)


def _sellers(espace: Espace) -> list[Membership]:
    members = Membership.objects.filter(espace=espace, is_active=True, role__in=AVANCE_AND_ABOVE)
    return list(members.select_related("user").order_by("user__email"))


def _adopt(story: Story, account: Account) -> None:
    for row in (*story.affaires, *story.opportunites):
        row.account, row.espace_id, row.owner_id = account, account.espace_id, account.owner_id


def _write(
    accounts: list[Account], stories: dict[str, Story], write: Writing, teller: Storyteller
) -> list[Contact]:
    projets = projets_of(accounts, stories, teller.rng)
    contacts = [contact for account in accounts for contact in contacts_of(account, teller)]
    write.add_all(projets)
    write.add_all([o for account in accounts for o in stories[account.name].opportunites])
    write.add_all([a for account in accounts for a in stories[account.name].affaires])
    write.add_all(contacts)
    write.add_all(notes_of(accounts, contacts, teller))
    return contacts


def _write_relances(
    write: Writing, stories: dict[str, Story], contacts: list[Contact], teller: Storyteller
) -> None:
    rows = write.espace.accounts.with_status(teller.today).select_related("owner__user")
    accounts = list(rows.order_by("name_fold"))
    reasons = reasons_of(write.espace, [account.pk for account in accounts], teller.today)
    members = sorted(
        write.espace.memberships.filter(is_active=True).select_related("user"),
        key=lambda member: (member.role == Role.STANDARD, member.user.email),
    )
    standards = [member for member in members if member.role == Role.STANDARD]
    write.add_all(relances_of(accounts, stories, contacts, reasons, [*members[:1], *standards], teller))
