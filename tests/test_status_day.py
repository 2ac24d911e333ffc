"""Days go by, and nobody writes anything: each day's statuses are right, with or without a nightly job."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest
import time_machine
from django.core.management import call_command
from django.db import connections, transaction

from accounts.models import Account
from accounts.services.affaire import create_affaire
from accounts.services.status import tick, tick_due
from crm.actor import Actor
from crm.models import Espace
from crm.services.espace import edit_espace

TODAY = date(2025, 5, 31)
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def portfolio(atlas, victor, account):
    """Four accounts that change by themselves; the espace holds the statuses of 31 May 2025."""
    by = Actor.of(victor)
    arval = account("Arval", created_on=LONG_AGO)
    natixis = account("Natixis", created_on=LONG_AGO)
    account("LCL", created_on=date(2025, 2, 28))
    account("Cetelem")
    mission = {"by": by, "espace": atlas, "name": "Mission"}
    create_affaire(**mission, account=arval.pk, starts_on=LONG_AGO, ends_on=date(2025, 2, 28))
    create_affaire(**mission, account=natixis.pk, starts_on=date(2025, 6, 10))
    tick(espace=atlas, today=TODAY)


# What each one is from a day on.
STATUSES = {
    date(2025, 5, 31): {"Arval": "actif", "Natixis": "inactif", "LCL": "delaisse", "Cetelem": "prospect"},
    date(2025, 6, 1): {"Arval": "delaisse", "Natixis": "inactif", "LCL": "delaisse", "Cetelem": "prospect"},
    date(2025, 6, 10): {"Arval": "delaisse", "Natixis": "actif", "LCL": "delaisse", "Cetelem": "prospect"},
    date(2025, 8, 31): {"Arval": "delaisse", "Natixis": "actif", "LCL": "delaisse", "Cetelem": "delaisse"},
    date(2025, 9, 1): {"Arval": "inactif", "Natixis": "actif", "LCL": "inactif", "Cetelem": "delaisse"},
    date(2025, 12, 1): {"Arval": "inactif", "Natixis": "actif", "LCL": "inactif", "Cetelem": "inactif"},
}
# Each of those days, its eve, and a Sunday years later.
DAYS = sorted({*STATUSES, *(day - timedelta(days=1) for day in STATUSES if day > TODAY), date(2031, 6, 1)})


def expected(day: date) -> dict[str, str]:
    return next(statuses for start, statuses in reversed(STATUSES.items()) if start <= day)


def noon(day: date) -> str:
    return f"{day}T10:00:00+00:00"


def shown(client, espace="atlas") -> dict[str, str]:
    """The statuses that the list shows, as of the clock."""
    return {row.name: row.status for row in client.get(f"/e/{espace}/comptes/").context["rows"]}


def held() -> dict[str, str]:
    """The statuses that the accounts hold, and that only a tick moves."""
    return dict(Account.objects.values_list("name", "today_status"))


def status_day(espace: Espace) -> date:
    return Espace.objects.get(pk=espace.pk).status_day


def test_list_is_right_each_day_and_its_first_request_moves_the_statuses(portfolio, sign_in, victor, atlas):
    for day in DAYS:
        with time_machine.travel(noon(day), tick=False):
            assert shown(sign_in(victor)) == expected(day), day
            assert (status_day(atlas), held()) == (day, expected(day))


@pytest.mark.django_db(transaction=True)  # the worker closes its connection between two steps
def test_worker_moves_the_statuses_each_day(portfolio, atlas):
    for day in DAYS:
        with time_machine.travel(noon(day), tick=False):
            call_command("work", "--once")
            assert (status_day(atlas), held()) == (day, expected(day))
            atlas.refresh_from_db()
            found = atlas.accounts.with_status(on=day).values_list("name", "status")
            assert dict(found) == expected(day)


def test_worker_says_how_many_accounts_have_moved(portfolio):
    assert tick_due(now=datetime(2025, 5, 31, 21, 59, tzinfo=UTC)) == 0
    assert tick_due(now=datetime(2025, 5, 31, 22, 0, tzinfo=UTC)) == 1  # midnight in Paris
    assert tick_due(now=datetime(2025, 9, 1, 10, 0, tzinfo=UTC)) == 4


def test_reads_are_right_each_day_without_any_tick(portfolio, atlas):
    for day in DAYS:
        assert dict(Account.objects.with_status(on=day).values_list("name", "status")) == expected(day)
        assert dict(atlas.accounts.with_status(on=day).values_list("name", "status")) == expected(day)
    assert (status_day(atlas), held()) == (TODAY, expected(TODAY))


def test_second_request_of_the_day_writes_nothing(portfolio, sign_in, victor, django_assert_max_num_queries):
    with time_machine.travel(noon(date(2025, 6, 1)), tick=False):
        client = sign_in(victor)
        shown(client)
        with django_assert_max_num_queries(8) as queries:
            shown(client)
    assert [q["sql"] for q in queries if not q["sql"].startswith(("SELECT", "(SELECT"))] == []


def test_midnight_is_that_of_the_espace(portfolio, sign_in, victor, otto, boreal):
    """At 00:30 on 1 June in Paris, it is still 31 May in Montréal."""
    edit_espace(by=Actor.of(otto), espace=boreal, name="Boréal", timezone="America/Montreal", steps=["Offre"])
    with time_machine.travel("2025-05-31T22:30:00+00:00", tick=False):
        shown(sign_in(victor), "atlas")
        shown(sign_in(otto), "boreal")
    assert (Espace.objects.get(slug="atlas").status_day, Espace.objects.get(slug="boreal").status_day) == (
        date(2025, 6, 1),
        date(2025, 5, 31),
    )


def test_time_zone_that_moves_back_brings_back_the_statuses_of_the_eve(
    portfolio, sign_in, amina, atlas, account
):
    with time_machine.travel("2025-05-31T22:30:00+00:00", tick=False):
        client = sign_in(amina)
        assert shown(client) == expected(date(2025, 6, 1))
        values = {"name": "Atlas", "type": "client", "created_on": "2025-06-01"}
        client.post("/e/atlas/comptes/nouveau/", values)
        assert shown(client)["Atlas"] == "prospect"

        edit_espace(
            by=Actor.of(amina), espace=atlas, name="Atlas", timezone="America/Montreal", steps=["Offre"]
        )
        assert shown(client) == expected(TODAY)  # and an account created « tomorrow » does not exist yet
        assert (status_day(atlas), held()) == (TODAY, expected(TODAY) | {"Atlas": None})

    with time_machine.travel("2025-06-01T10:00:00+00:00", tick=False):
        assert shown(client) == expected(date(2025, 6, 1)) | {"Atlas": "prospect"}


# While somebody else is writing.


@contextmanager
def somebody_writing(espace: Espace) -> Iterator[None]:
    """Another connection is in the midst of a write in the espace, and holds its lock."""
    locked, release = Event(), Event()

    def write():
        try:
            with transaction.atomic():
                Espace.objects.select_for_update(no_key=True).get(pk=espace.pk)
                locked.set()
                release.wait(timeout=60)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(write)
        assert locked.wait(timeout=10)
        try:
            yield
        finally:
            release.set()
        written.result()


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_request_that_cannot_have_the_lock_leaves_the_tick_and_is_right_and_fast(
    portfolio, sign_in, victor, atlas
):
    client = sign_in(victor)
    assert shown(client) == expected(TODAY)  # and every template is loaded
    tomorrow = date(2025, 6, 1)
    with time_machine.travel(noon(tomorrow), tick=False):
        with somebody_writing(atlas):
            begun = time.monotonic()
            assert shown(client) == expected(tomorrow)
            assert time.monotonic() - begun < 2  # seconds
            assert (status_day(atlas), held()) == (TODAY, expected(TODAY))
        assert shown(client) == expected(tomorrow)
        assert (status_day(atlas), held()) == (tomorrow, expected(tomorrow))


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_worker_that_cannot_have_the_lock_goes_on_and_comes_back(portfolio, atlas, boreal):
    now = datetime(2025, 6, 1, 10, tzinfo=UTC)
    with somebody_writing(atlas):
        begun = time.monotonic()
        assert tick_due(now=now) == 0
        assert time.monotonic() - begun < 2  # seconds
    assert tick_due(now=now) == 1
    assert (status_day(atlas), status_day(boreal)) == (now.date(), now.date())
    assert held() == expected(now.date())
