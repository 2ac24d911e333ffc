"""kill -9 on the real processes: first that the checks can fail, then twenty kills (`make kills N=500`)."""

import os
import subprocess
import sys
from datetime import date

import pytest
from django.db import connection, models

from accounts.models import Account, Affaire, StatusPeriod
from accounts.services.account import edit_account
from accounts.services.affaire import create_affaire
from accounts.services.importing import import_accounts
from crm.actor import Actor
from crm.models import JournalEntry
from tests.kills import checks
from tests.kills.browser import forms_of
from tests.kills.people import Ledger
from tests.serving import ROOT, url_of

TODAY = date(2025, 5, 31)
ROWS = 3  # of an import


@pytest.fixture
def arval(atlas, victor, account):
    """Arval, renamed once, with an affaire, and an import of three rows beside it."""
    by = Actor.of(victor)
    arval = account("Arval", type="groupe", tags=["Clé"])
    edit_account(by=by, account=arval, today=TODAY, name="Arval SA")
    create_affaire(by=by, espace=atlas, account=arval.pk, name="Audit", starts_on=TODAY)
    names = [f"Import 1 n° {n};client;;" for n in range(ROWS)]
    content = "\n".join(["nom;type;site_web;compte_parent;tags", *(f"{name};Lot" for name in names)])
    import_accounts(by=by, espace=atlas, content=content.encode(), today=TODAY)
    return Account.objects.get(pk=arval.pk)


@pytest.fixture
def ledger(arval):
    """What was acknowledged of them."""
    ledger = Ledger()
    for name in ("Arval", "Arval SA"):
        ledger.try_name("account", name)
    ledger.try_name("affaire", "Audit")
    ledger.created("account", arval.pk, name="Arval")
    ledger.trying("account", arval.pk, name="Arval SA")
    ledger.changed("account", arval.pk, name="Arval SA")
    ledger.created("affaire", Affaire.objects.get().pk, name="Audit")
    return ledger


def everything(ledger: Ledger) -> list[str]:
    return [
        *checks.lost(ledger),
        *checks.lost_imports({1}, ROWS),
        *checks.doubles(ledger),
        *checks.partial(ROWS),
    ]


def test_nothing_is_found_when_nothing_is_wrong(ledger):
    assert everything(ledger) == []


def test_acknowledged_row_that_is_gone_is_found(ledger):
    pk = Affaire.objects.get().pk
    Affaire.objects.all().delete()
    found = everything(ledger)
    assert f"affaire {pk}: acknowledged, and not there" in found
    assert f"affaire {pk}: lines of the journal (1, 0), expected (0, 0)" in found


def test_acknowledged_edit_that_is_gone_is_found(ledger, arval):
    Account.objects.filter(pk=arval.pk).update(name="Arval", name_fold="arval")
    assert everything(ledger) == [f"account {arval.pk}: name is 'Arval', promised ['Arval SA']"]


def test_edit_that_was_cut_off_may_have_been_done_or_not(ledger, arval):
    ledger.trying("account", arval.pk, name="Arval France")
    assert everything(ledger) == []
    Account.objects.filter(pk=arval.pk).update(name="Arval France", name_fold="arval france")
    assert everything(ledger) == []


def test_creation_sent_twice_that_made_two_rows_is_found(ledger, account):
    account("Arval SA")
    assert everything(ledger) == ["account « Arval SA »: 2 rows"]


def test_import_that_is_not_whole_is_found(ledger, arval, atlas):
    gone = atlas.accounts.get(name="Import 1 n° 1")
    Account.objects.filter(pk=gone.pk).delete()
    found = everything(ledger)
    assert found[:2] == ["import 1: acknowledged, and 2 rows of 3", "import 1: 2 rows of 3"]
    assert list(checks.lost_imports({1, 2}, ROWS))[1:] == ["import 2: acknowledged, and not there"]


def test_row_without_its_line_in_the_journal_is_found(ledger, arval):
    lines = models.QuerySet(JournalEntry).filter(model="account", row_id=arval.pk, action="changed")
    lines.delete()
    found = everything(ledger)
    assert found[0] == f"account {arval.pk}: lines of the journal (1, 0), expected (1, 1)"
    assert "manque" in " ".join(found[1:])


def test_row_without_its_timeline_is_found(ledger, arval):
    StatusPeriod.objects.filter(account=arval).delete()
    assert everything(ledger) == [
        f"account {arval.pk}: no timeline",
        f"account {arval.pk}: its status was wrong",
    ]


def test_wrong_status_is_found(ledger, arval):
    Account.objects.filter(pk=arval.pk).update(today_status="delaisse")
    assert everything(ledger) == [f"account {arval.pk}: its status was wrong"]


def test_row_without_its_place_in_the_tree_is_found(ledger, arval):
    Account.objects.filter(pk=arval.pk).update(rght=7)
    assert everything(ledger) == [f"tree {arval.tree_id}: broken"]


@pytest.mark.django_db(transaction=True)
def test_row_that_refers_to_nothing_is_found(ledger, arval):
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL refuses such a row")
    with connection.constraint_checks_disabled():
        Affaire.objects.update(owner=4242)
    assert "foreign keys" in " ".join(everything(ledger))
    Affaire.objects.update(owner=None)


def test_forms_are_read_as_a_browser_sends_them():
    page = """<form><input name=q></form><form method=post><input type=hidden name=cle value="a&amp;b">
    <input name=name value=Arval><input type=checkbox name=no><input type=checkbox name=yes checked>
    <select name=type><option value="">-<option value=client selected>Client</select>
    <select name=owner><option value="">Personne</option><option value=3>Sara</option></select>
    <textarea name=description>Deux\nlignes</textarea><input type=submit name=go value=go></form>"""
    empty, form = forms_of(page)
    assert empty == {"q": ""}
    assert form == {
        "cle": "a&b",
        "name": "Arval",
        "yes": "",
        "type": "client",
        "owner": "",
        "description": "Deux\nlignes",
    }


@pytest.mark.serial
def test_twenty_kills_lose_nothing_and_leave_nothing_partial():
    done = subprocess.run(
        [sys.executable, "-m", "tests.kills", "--kills", "20"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url_of(connection, "postgres")},
        capture_output=True,
        text=True,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stderr
