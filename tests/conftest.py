"""The cast: in Atlas, amina (Administrateur), victor (Avancé), sara (Standard); otto works only in Boréal."""

import gc
from datetime import date

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.services import counts
from accounts.services.account import create_account
from crm import net
from crm.actor import Actor
from crm.models import Espace
from crm.roles import Role
from crm.services.espace import create_espace
from crm.services.member import add_member
from tests.pictures import png
from tests.web import Web, company, web_of

TODAY = date(2025, 5, 31)  # the day of the boundary table: three months before it is a clamped 28 February


def pytest_collection_finish():
    """What is imported stays: looking through it for what to free took a twelfth of the tests' time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """PostgreSQL is to plan without statistics: it would take them between two tests, of empty tables."""
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(
                    f"ALTER TABLE {connection.ops.quote_name(table)} SET (autovacuum_enabled = false)"
                )


@pytest.fixture(autouse=True)
def _plain_settings(settings):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_AUTOREFRESH = True  # otherwise each test's client reads all the static files again
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _pages_wait_for_their_counts(monkeypatch):
    """However slow the machine is just then."""
    monkeypatch.setattr(counts, "LONG_S", 3600)


@pytest.fixture(autouse=True)
def _nobody_is_contacted(monkeypatch):
    """Tests bring a web of their own (tests/web.py), or have none."""

    def nobody(host, port, seconds):
        raise OSError(f"a test would have contacted {host}")

    monkeypatch.setattr(net, "connect_publicly", nobody)


@pytest.fixture
def web(db, monkeypatch) -> Web:
    """A web of our own in the place of the public one: http://arval.fr has a logo and tells its name."""
    cache.clear()  # it holds how many sites a member has had looked at
    with web_of({"arval.fr": company(png((180, 180)), name="Arval")}) as web:
        monkeypatch.setattr(net, "connect_publicly", web.connect)
        yield web


@pytest.fixture
def today() -> date:
    """A fixed day; the clock stands at noon of it, in Paris."""
    with time_machine.travel("2025-05-31T10:00:00+00:00", tick=False):
        yield TODAY


@pytest.fixture
def atlas(db, today) -> Espace:
    return create_espace(name="Atlas")


@pytest.fixture
def boreal(db, today) -> Espace:
    return create_espace(name="Boréal")


@pytest.fixture
def amina(atlas):
    return add_member(
        espace=atlas, email="amina@atlas.fr", role=Role.ADMINISTRATEUR, first_name="Amina", last_name="Haddad"
    )


@pytest.fixture
def victor(atlas):
    return add_member(
        espace=atlas, email="victor@atlas.fr", role=Role.AVANCE, first_name="Victor", last_name="Lemoine"
    )


@pytest.fixture
def sara(atlas):
    return add_member(
        espace=atlas, email="sara@atlas.fr", role=Role.STANDARD, first_name="Sara", last_name="Nguyen"
    )


@pytest.fixture
def otto(boreal):
    return add_member(
        espace=boreal, email="otto@boreal.fr", role=Role.ADMINISTRATEUR, first_name="Otto", last_name="Berg"
    )


@pytest.fixture
def sign_in(client: Client):
    """Sign a member in: `sign_in(victor)` returns the client."""

    def as_member(member) -> Client:
        client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_member


@pytest.fixture
def account(atlas, victor, today):
    """Make an account of Atlas: `account("Arval", type="client", parent=bnp)`."""

    def make(name, *, type="client", parent=None, **values):
        return create_account(
            by=Actor.of(victor),
            espace=atlas,
            today=today,
            name=name,
            type=type,
            parent=parent and parent.pk,
            **values,
        )

    return make
