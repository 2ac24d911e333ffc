"""One truth: database, list, tabs, badge and explanation say what the rules, read literally, say."""

import re
from collections import Counter
from datetime import date, timedelta
from itertools import product
from random import Random

import pytest

from accounts.choices import Status
from accounts.models import Account
from accounts.services.account import edit_account
from accounts.services.status import rebuild, tick
from crm.actor import Actor
from tests.business import account_of
from tests.reading import EDGES, Reading, random_history, read

TODAY = date(2025, 5, 31)
DAY = timedelta(days=1)
ACCOUNTS = 45  # fewer than a page of the list, so that one page holds them all
BADGE = re.compile(r'</h1><span class="pill[^"]*">(?:<span[^>]*></span>)?([^<]+)<')
DAYS = sorted({*EDGES, *(day - DAY for day in EDGES), *(date(2024, 1, 15) + n * 37 * DAY for n in range(25))})


@pytest.fixture
def portfolio(request, victor) -> dict[str, dict[date, Reading]]:
    """Accounts of random histories; what each one is on each day, by name."""
    random = Random(getattr(request, "param", 1))
    histories = {f"Compte {n}": random_history(random, today=TODAY) for n in range(ACCOUNTS)}
    for name, history in histories.items():
        account_of(victor, history, name)
    return {name: read(history) for name, history in histories.items()}


def expected(portfolio, day: date) -> dict[str, Reading]:
    return {name: readings[day] for name, readings in portfolio.items() if day in readings}


def counted(readings: dict[str, Reading]) -> dict[str, int]:
    return {status.value: 0 for status in Status} | Counter(r.status.value for r in readings.values())


def found(accounts, day: date) -> dict[str, Reading]:
    return {
        row.name: Reading(Status(row.status), row.status_since, row.status_until)
        for row in accounts.with_status(on=day)
    }


def test_portfolio_is_worth_the_name(portfolio):
    """Every status on most days, accounts that do not exist yet, changes of all kinds."""
    seen = Counter(reading.status for day in DAYS for reading in expected(portfolio, day).values())
    assert min(seen[status] for status in Status) > 50
    assert len(expected(portfolio, DAYS[0])) < len(expected(portfolio, TODAY)) == ACCOUNTS


@pytest.mark.parametrize("portfolio", [1, 2, 3], indirect=True)
def test_with_status_and_status_counts_on_any_day(portfolio, atlas):
    for day in DAYS:
        truth = expected(portfolio, day)
        for accounts in (Account.objects, atlas.accounts):
            assert found(accounts, day) == truth, day
            assert accounts.status_counts(on=day) == counted(truth), day


def test_with_status_on_the_day_that_the_accounts_hold(portfolio, atlas):
    """Read from the today_* columns, which a tick has moved to that day, be it later or earlier."""
    for day in [*DAYS[::4], *reversed(DAYS[::5])]:
        tick(espace=atlas, today=day)
        atlas.refresh_from_db()
        assert atlas.status_day == day
        assert found(atlas.accounts, day) == expected(portfolio, day), day


def test_archived_are_counted_until_the_day_they_were(portfolio, atlas, victor):
    archived_on = date(2025, 3, 1)
    for account in atlas.accounts.order_by("pk")[:9]:
        edit_account(by=Actor.of(victor), account=account, today=TODAY, archived_on=archived_on)
    kept = {name: readings for name, readings in portfolio.items() if int(name.split()[1]) >= 9}
    assert atlas.accounts.status_counts(on=archived_on - DAY) == counted(
        expected(portfolio, archived_on - DAY)
    )
    assert atlas.accounts.status_counts(on=archived_on) == counted(expected(kept, archived_on))


def test_nothing_differs_when_all_is_computed_again(portfolio, atlas):
    assert rebuild(espace=atlas) == []


def test_list_its_tabs_and_next_statuses_on_any_day(portfolio, sign_in, victor):
    client = sign_in(victor)
    for day in [TODAY, *DAYS[5::9]]:
        truth = expected(portfolio, day)
        page = client.get("/e/atlas/comptes/", {"au": day.isoformat()})
        rows = {
            row.name: Reading(Status(row.status), row.status_since, row.status_until)
            for row in page.context["rows"]
        }
        assert rows == truth, day
        following = {
            name: portfolio[name][r.until].status.value if r.until else None for name, r in truth.items()
        }
        assert {row.name: row.next_status for row in page.context["rows"]} == following, day
        assert {tab.value: tab.count for tab in page.context["facets"].statut} == counted(truth), day
        for status in Status:
            filtered = client.get("/e/atlas/comptes/", {"au": day.isoformat(), "statut": status.value})
            names = sorted(row.name for row in filtered.context["rows"])
            assert names == sorted(name for name, r in truth.items() if r.status == status), (day, status)


def test_badge_explanation_and_bascule_of_the_page_on_any_day(portfolio, sign_in, victor, atlas):
    client = sign_in(victor)
    for account, day in product(atlas.accounts.order_by("pk")[::3], [TODAY, *DAYS[7::15]]):
        page = client.get(f"/e/atlas/comptes/{account.pk}/", {"au": day.isoformat()})
        explanation = page.context["portrait"].explanation
        badge = BADGE.search(page.content.decode())
        if day not in portfolio[account.name]:
            assert (explanation, badge) == (None, None)
            continue
        truth = portfolio[account.name][day]
        period = explanation.period
        assert badge[1] == truth.status.label
        assert Reading(period.status, period.starts_on, period.ends_before) == truth
        assert explanation.reason.status == truth.status
        better = [status for status in Status if status.rank < truth.status.rank]
        assert list(dict.fromkeys(missed.status for missed in explanation.why_not_better)) == better
        assert (explanation.next_period and explanation.next_period.starts_on) == truth.until
