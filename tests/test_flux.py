"""Who moved between two days, and the counts over time: what the rules, read literally, say."""

from collections import Counter
from datetime import date, timedelta
from itertools import product
from random import Random

import pytest

from accounts.choices import Origin, Status
from accounts.services.account import archive_account, edit_account
from accounts.services.flux import (
    ARCHIVED,
    chart_days,
    coming_from,
    counts_over,
    flux,
)
from accounts.services.status import tick
from crm.actor import Actor
from tests.business import account_of, affaire, opportunite
from tests.reading import EDGES, History, months_earlier, random_history, status_of

TODAY = date(2025, 5, 31)
DAY = timedelta(days=1)
OLD = date(2020, 1, 1)


@pytest.fixture
def moving(account, victor, today):
    """From 1 March to 31 May 2025 two accounts fell, one rose, one entered, one was archived."""
    affaire(victor, account("Arval", created_on=OLD), starts_on=date(2024, 1, 1), ends_on=date(2025, 2, 10))
    account("LCL", created_on=date(2025, 1, 15))
    opportunite(victor, account("Natixis", created_on=OLD), opened_on=date(2025, 4, 1))
    account("EDF", created_on=date(2025, 5, 1))
    archive_account(by=Actor.of(victor), account=account("Engie", created_on=OLD), today=today)
    account("Orange", created_on=OLD)


def test_who_moved_between_two_days(moving, atlas):
    found = flux(atlas.accounts.all(), date(2025, 3, 1), TODAY)
    assert found.cells == {
        ("actif", "delaisse"): 1,
        ("prospect", "delaisse"): 1,
        ("inactif", "prospect"): 1,
        ("inactif", "inactif"): 1,
        ("inactif", ARCHIVED): 1,
        ("entree", "prospect"): 1,
    }
    names = {cell: [account.name for account in accounts] for cell, accounts in found.named.items()}
    assert names == {
        ("actif", "delaisse"): ["Arval"],
        ("prospect", "delaisse"): ["LCL"],
        ("inactif", "prospect"): ["Natixis"],
        ("inactif", ARCHIVED): ["Engie"],
        ("entree", "prospect"): ["EDF"],
    }


def test_who_will_move_if_nothing_happens(moving, atlas):
    found = flux(atlas.accounts.all(), TODAY, date(2025, 11, 30))
    assert found.cells == {
        ("delaisse", "inactif"): 2,
        ("prospect", "prospect"): 1,
        ("prospect", "inactif"): 1,
        ("inactif", "inactif"): 1,
    }


def test_counts_of_today_and_of_thirty_days_before(moving, atlas):
    before = TODAY - timedelta(days=30)
    assert counts_over(atlas.accounts.all(), [before, TODAY]) == {
        before: {"actif": 1, "prospect": 2, "delaisse": 1, "inactif": 2},
        TODAY: {"actif": 0, "prospect": 2, "delaisse": 2, "inactif": 1},
    }


def test_days_of_the_chart_are_the_firsts_of_months_and_today():
    days = chart_days(TODAY)
    assert (days[0], days[23], days[24]) == (date(2023, 6, 1), date(2025, 5, 1), TODAY)
    assert days[25:] == [date(2025, month, 1) for month in range(6, 12)]
    on_a_first = chart_days(date(2025, 1, 1))
    assert (on_a_first[0], on_a_first[23]) == (date(2023, 1, 1), date(2024, 12, 1))
    assert on_a_first[24:] == [date(2025, month, 1) for month in range(1, 8)]


# A random portfolio, against a literal reading of the rules.

STORED = 40
DAYS = sorted({*EDGES, *(TODAY + n * 30 * DAY for n in range(-12, 7))})


@pytest.fixture(params=[1, 2, 3])
def histories(request, victor, atlas, today) -> dict[str, tuple[History, date | None]]:
    """Accounts of random histories, by name, a fifth of them archived on some day; Clients and Groupes."""
    random, by = Random(request.param), Actor.of(victor)
    found = {}
    for n in range(STORED):
        history = random_history(random, today=today)
        archived_on = random.choice(DAYS) if n % 5 == 0 else None
        row = account_of(victor, history, f"Compte {n}", ("client", "groupe")[n % 2])
        edit_account(by=by, account=row, today=today, archived_on=archived_on)
        found[row.name] = history, archived_on
    atlas.refresh_from_db()
    return found


def shown(history: History, archived_on: date | None, day: date) -> str | None:
    """The status that counts on a day; None before the account exists, and from its archiving on."""
    status = status_of(history, day)
    return status.value if status and not (archived_on and archived_on <= day) else None


def narrowed(histories: dict, atlas):
    """All the accounts, and those of one type, each with their histories."""
    yield atlas.accounts.all(), histories
    groupes = {name: of for name, of in histories.items() if int(name.split()[1]) % 2}
    yield atlas.accounts.filter(type="groupe"), groupes


def read_cells(histories: dict, since: date, until: date) -> Counter:
    cells = Counter()
    for history, archived_on in histories.values():
        before, after = shown(history, archived_on, since), shown(history, archived_on, until)
        if before or after:
            cells[before or Origin.ENTERED.value, after or ARCHIVED] += 1
    return cells


def test_flux_agrees_with_a_literal_reading(histories, atlas):
    for accounts, truth in narrowed(histories, atlas):
        for since, until in product(DAYS[::2], DAYS[1::3]):
            if since <= until:
                found = flux(accounts, since, until)
                assert found.cells == read_cells(truth, since, until), (since, until)
                assert found.before == accounts.status_counts(on=since)
                assert found.after == accounts.status_counts(on=until)


def test_flux_agrees_on_the_day_that_the_accounts_hold(histories, atlas):
    for day in DAYS[::4]:
        tick(espace=atlas, today=day)
        atlas.refresh_from_db()
        for since, until in ((day, DAYS[-1]), (DAYS[0], day), (day, day)):
            assert flux(atlas.accounts.all(), since, until).cells == read_cells(histories, since, until)


def test_counts_over_agree_with_a_literal_reading_and_status_counts(histories, atlas):
    for accounts, truth in narrowed(histories, atlas):
        counted = counts_over(accounts, DAYS)
        for day in DAYS:
            present = Counter(shown(*of, day) for of in truth.values())
            assert counted[day] == {status.value: present[status.value] for status in Status}, day
            assert counted[day] == accounts.status_counts(on=day)


def test_each_cell_s_accounts_are_those_that_come_from_there(histories, atlas):
    since, until = months_earlier(TODAY, 6), TODAY
    found = flux(atlas.accounts.all(), since, until)
    rows = atlas.accounts.with_status(until)
    for (origin, goal), n in found.cells.items():
        kept = rows.filter(archived_on__lte=until) if goal == ARCHIVED else rows.unarchived(until)
        there = coming_from(kept, [origin], since)
        assert (there if goal == ARCHIVED else there.filter(status=goal)).count() == n, (origin, goal)
    present = rows.unarchived(until)
    for origin, moved in (
        (Origin.BETTER, lambda a, b: a.rank < b.rank),
        (Origin.WORSE, lambda a, b: a.rank > b.rank),
    ):
        wanted = sum(found.count([a], [b]) for a, b in product(Status, Status) if moved(a, b))
        assert coming_from(present, [origin], since).count() == wanted


def test_query_counts_whatever_the_size(histories, atlas, django_assert_num_queries):
    for accounts in (atlas.accounts.all(), atlas.accounts.filter(type="groupe")):
        with django_assert_num_queries(3):
            flux(accounts, DAYS[0], TODAY)
        with django_assert_num_queries(1):
            counts_over(accounts, chart_days(TODAY))


def test_no_account_of_another_espace_is_counted(histories, boreal):
    assert flux(boreal.accounts.all(), DAYS[0], TODAY).cells == {}
    assert counts_over(boreal.accounts.all(), [TODAY]) == {TODAY: dict.fromkeys(Status.values, 0)}
