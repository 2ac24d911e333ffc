"""What is measured: two espaces, their people, what is in them, and somebody who is signed in."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Account, LogoSearch
from accounts.services.account import create_account
from accounts.services.trash import trash
from crm.actor import Actor
from crm.management.espace import today_in
from crm.models import Espace, Membership
from crm.roles import Role
from crm.services.espace import create_espace
from crm.services.member import add_member
from crm.upkeep import refresh_statistics
from tests.bench.copying import continue_numbers, copy_rows
from tests.bench.portfolio import fill

MADE = 10_000  # accounts made one by one; the others are copies of them
MEMBERS = 12
TRASHED = 60  # accounts: more than a page of the Corbeille


@dataclass(frozen=True)
class Site:
    """The large espace and the small one, an Administrateur of both, and the head of the largest group."""

    espace: Espace
    small: Espace
    member: Membership
    group: Account

    def client(self) -> Client:
        """The member, signed in."""
        client = Client(HTTP_HOST="localhost")
        client.force_login(self.member.user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    def cookie(self) -> str:
        """A session of the member's, as a header's value."""
        return f"sessionid={self.client().cookies['sessionid'].value}"

    def give_websites(self, hosts: list[str], *, due_in: int) -> None:
        """Make an account for each host in the small espace, whose logo is to be searched in so many days."""
        espace, by = self.small, Actor.of(self.small.memberships.earliest("pk"))
        with transaction.atomic():
            for host in hosts:
                create_account(
                    by=by,
                    espace=espace,
                    today=today_in(espace),
                    name=host,
                    type="client",
                    website=f"http://{host}",
                )
            due = LogoSearch.objects.filter(espace=espace)
            due.update(due_at=timezone.now() + timedelta(days=due_in))


def build(size: int) -> Site:
    """Fill an empty, migrated database: an espace with about `size` accounts, and another that is smaller."""
    random = Random(1)
    copies = -(-size // MADE)
    atlas = _espace("Atlas")
    fill(atlas, size // copies, today=today_in(atlas), random=random)
    copy_rows(copies - 1)
    boreal = _espace("Boréal")
    fill(boreal, size // copies // 10, today=today_in(boreal), random=random)
    continue_numbers()
    member = atlas.memberships.select_related("user").earliest("pk")
    member.espace = atlas
    add_member(espace=boreal, email=member.user.email, role=member.role)
    _fill_the_corbeille(member)
    _settle()
    return Site(atlas, boreal, member, atlas.accounts.filter(parent=None).order_by("-rght").first())


def _espace(name: str) -> Espace:
    espace = create_espace(name=name)
    for n in range(MEMBERS):
        add_member(
            espace=espace,
            email=f"personne{n}@{espace.slug}.fr",
            role=Role.AVANCE if n else Role.ADMINISTRATEUR,
            first_name="Claude",
            last_name=f"Dubois {n}",
        )
    return espace


def _fill_the_corbeille(member: Membership) -> None:
    alone = member.espace.accounts.filter(parent=None, lft=1, rght=2).order_by("pk")
    for account in alone[:TRASHED]:
        trash(by=Actor.of(member), row=account, now=timezone.now())


def _settle() -> None:
    """As PostgreSQL's own upkeep leaves it, or SQLite's by the worker."""
    refresh_statistics()
    upkeep = "VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)"
    with connection.cursor() as cursor:
        cursor.execute(upkeep)
