"""The worker's searches together: how many at once, what a crash leaves, how fast they go."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Account, LogoSearch
from accounts.services.account import create_account
from accounts.services.logo import searching
from crm import net
from crm.actor import Actor
from tests.conftest import TODAY
from tests.pictures import png
from tests.serving import ROOT, url_of
from tests.web import company, web_of

SITE = company(png((180, 180)))


def round_on(web, later: timedelta = timedelta(), *, now: datetime | None = None) -> int:
    get = partial(net.fetch, connect=web.connect)
    return searching.search_due(now=(now or timezone.now()) + later, get=get)


def test_four_sites_are_searched_at_once(account):
    for n in range(8):
        account(f"Compte {n}", website=f"http://site{n}.fr")
    with web_of({f"site{n}.fr": SITE for n in range(8)}, delay_s=0.1) as web:
        assert round_on(web) == 8
    assert web.in_flight_max == 4


@pytest.mark.django_db(transaction=True)
def test_workers_together_have_four_searches_in_flight(account, monkeypatch):
    are_enough = searching._are_enough

    def counted_slowly():
        enough = are_enough()
        time.sleep(0.02)  # for the others to count the same
        return enough

    monkeypatch.setattr(searching, "_are_enough", counted_slowly)
    for n in range(12):
        account(f"Compte {n}", website=f"http://site{n}.fr")
    now = timezone.now()

    def claimed(worker: int) -> int:
        try:
            return len(list(searching._claimed(now)))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as workers:
        assert sum(workers.map(claimed, range(6))) == 4
    assert LogoSearch.objects.filter(claimed_until__isnull=False).count() == 4


def test_one_host_is_asked_by_one_search_at_a_time(account):
    for n in range(3):
        account(f"Compte {n}", website="http://arval.fr")
    with web_of({"arval.fr": SITE}, delay_s=0.05) as web:
        while round_on(web):
            pass
    assert web.in_flight_max == 1
    assert not Account.objects.filter(logo="").exists()


def test_espace_with_many_accounts_keeps_no_other_waiting(account, otto, boreal, monkeypatch):
    monkeypatch.setattr(searching, "IN_A_ROW", 2)
    monkeypatch.setattr(searching, "IN_FLIGHT", 6)
    for n in range(5):
        account(f"Compte {n}", website=f"http://site{n}.fr")
    create_account(
        by=Actor.of(otto), espace=boreal, today=TODAY, name="Arval", type="client", website="http://arval.fr"
    )
    names = [search.account.name for search in searching._claimed(timezone.now())]
    assert names == ["Compte 0", "Compte 1", "Arval", "Compte 2", "Compte 3", "Compte 4"]


def test_search_of_a_worker_that_died_is_taken_up_when_its_claim_runs_out(account):
    account("Arval", website="http://arval.fr")
    now = timezone.now()
    assert next(searching._claimed(now)).account.name == "Arval"
    with web_of({"arval.fr": SITE}) as web:
        assert round_on(web) == 0
        assert round_on(web, searching.CLAIM + timedelta(seconds=1)) == 1
    assert Account.objects.get().logo != ""


def test_site_that_breaks_our_code_keeps_no_other_from_its_logo(account, monkeypatch):
    account("Autre", website="http://autre.fr")
    account("Arval", website="http://arval.fr")
    find = searching.find

    def breaks(website, **how):
        if "autre" in website:
            raise ZeroDivisionError
        return find(website, **how)

    monkeypatch.setattr(searching, "find", breaks)
    with web_of({"arval.fr": SITE}) as web:
        assert round_on(web) == 2
    assert {a.name: bool(a.logo) for a in Account.objects.all()} == {"Arval": True, "Autre": False}
    assert LogoSearch.objects.get(account__name="Autre").failures == 1


def test_full_disk_loses_nothing(account, monkeypatch):
    account("Arval", website="http://arval.fr")
    with web_of({"arval.fr": SITE}) as web:
        with monkeypatch.context() as full:
            full.setattr(searching.files, "write", _no_space)
            assert round_on(web) == 1
        assert Account.objects.get().logo == ""
        assert round_on(web, timedelta(hours=2)) == 1
    assert Account.objects.get().logo != ""


def _no_space(*args):
    raise OSError(28, "No space left on device")


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_logo_comes_all_the_same_after_the_worker_is_killed_in_the_middle(account, tmp_path):
    arval = account("Arval", website="http://arval.fr")
    LogoSearch.objects.update(due_at=timezone.now())
    with web_of({"arval.fr": SITE}, delay_s=2) as web:
        environment = os.environ | {
            "DATABASE_URL": url_of(connection, connection.settings_dict["NAME"]),
            "MEDIA_ROOT": str(tmp_path),
        }
        searching_it = [sys.executable, "-m", "tests.searching", str(web.port)]
        worker = subprocess.Popen(searching_it, cwd=ROOT, env=environment)
        while not web.asked:
            assert worker.poll() is None
            time.sleep(0.02)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        left = LogoSearch.objects.get(account=arval)
        assert left.claimed_host == "arval.fr"
        web.delay_s = 0
        assert round_on(web, now=left.claimed_until) == 0
        assert round_on(web, timedelta(seconds=1), now=left.claimed_until) == 1
    arval.refresh_from_db()
    assert arval.logo != ""


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_two_hundred_sites_go_at_ten_a_second(account, monkeypatch):
    """Each 20 ms away; the slowest in twenty takes less than 2.5 s."""
    for n in range(200):
        account(f"Compte {n}", website=f"http://site{n}.fr")
    took_s, find = [], searching.find

    def timed(*args, **how):
        began = time.monotonic()
        try:
            return find(*args, **how)
        finally:
            took_s.append(time.monotonic() - began)

    monkeypatch.setattr(searching, "find", timed)
    sites = {f"site{n}.fr": company(png((180, 180), (n, 99, 255 - n, 255))) for n in range(200)}
    with web_of(sites, delay_s=0.02) as web:
        began = time.monotonic()
        while round_on(web):
            pass
        rate = 200 / (time.monotonic() - began)
    assert not Account.objects.filter(logo="").exists()
    assert sorted(took_s)[190] < 2.5
    assert rate >= 10, f"{rate:.1f} a second"
