"""SQLite is told once a day how its values are spread; PostgreSQL sees to it by itself."""

import pytest
from django.db import connection

from crm import upkeep


@pytest.fixture(autouse=True)
def _just_started(monkeypatch):
    monkeypatch.setattr(upkeep, "_next", 0.0)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's alone")
def test_statistics_are_refreshed_at_the_start_and_then_not_at_once(account):
    account("Arval")
    assert [upkeep.refresh_statistics(), upkeep.refresh_statistics()] == [1, 0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE idx = 'account_list'")
        assert cursor.fetchone() == (1,)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's alone")
def test_postgresql_is_left_alone(db):
    assert upkeep.refresh_statistics() == 0
