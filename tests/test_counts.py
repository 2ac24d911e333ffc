"""What was counted is known as long as nobody writes in the espace, and never wrong."""

from collections import OrderedDict
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from accounts.services import counts
from accounts.services.account import archive_account, edit_account, unarchive_account
from accounts.services.affaire import create_affaire
from accounts.services.status import rebuild, tick
from accounts.services.trash import restore, trash
from accounts.services.tree import repair_tree
from crm.actor import Actor
from crm.models import JournalChain, JournalEntry
from crm.services.espace import edit_espace

OLD = date(2020, 1, 1)


@pytest.fixture
def tabs(sign_in, atlas, amina):
    """What the tabs count: `tabs("type=client")` returns the counts of the four statuses, best first."""

    def counted(query=""):
        response = sign_in(amina).get(f"{reverse('comptes', args=[atlas.slug])}?{query}")
        return [choice.count for choice in response.context["facets"].statut]

    return counted


@pytest.fixture
def counting(sign_in, atlas):
    """How many statements count accounts when a member opens the list."""

    def statements(member, query=""):
        client = sign_in(member)
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{reverse('comptes', args=[member.espace.slug])}?{query}")
        return sum("COUNT(" in each["sql"] for each in captured)

    return statements


def test_same_question_is_counted_once(counting, account, amina, victor):
    account("Arval")
    counting(amina)  # the first request of the day also moves the stored statuses
    assert [counting(amina), counting(victor), counting(amina, "statut=actif&type=client&tri=-nom")] == [
        0,
        0,
        0,
    ]
    assert [counting(amina, "q=arval"), counting(amina, "q=arval")] == [1, 0]


def test_mine_are_counted_for_each_member(counting, tabs, account, amina, victor):
    account("Arval", owner=amina.pk, created_on=OLD)
    tabs()
    assert [counting(amina, "responsable=moi"), counting(victor, "responsable=moi")] == [1, 1]
    assert tabs("responsable=moi") == [0, 0, 0, 1]


def test_write_in_another_espace_forgets_nothing(counting, account, amina, otto, boreal):
    account("Arval")
    counting(amina)
    edit_espace(by=Actor.of(otto), espace=boreal, name="Boréal SA")
    assert counting(amina) == 0


def test_each_write_is_counted_at_once(tabs, account, atlas, amina, today):
    by = Actor.of(amina)
    arval = account("Arval", created_on=OLD)
    assert tabs() == [0, 0, 0, 1]
    create_affaire(by=by, espace=atlas, account=arval.pk, name="Audit", starts_on=today)
    assert tabs() == [1, 0, 0, 0]
    arval = archive_account(by=by, account=arval, today=today)
    assert tabs() == [0, 0, 0, 0]
    arval = unarchive_account(by=by, account=arval)
    assert tabs("type=groupe") == [0, 0, 0, 0]
    arval = edit_account(by=by, account=arval, today=today, type="groupe")
    assert tabs("type=groupe") == [1, 0, 0, 0]
    trashed = trash(by=by, row=arval, now=timezone.now())
    assert tabs() == [0, 0, 0, 0]
    restore(by=by, trashed=trashed)
    assert tabs() == [1, 0, 0, 0]


def test_another_day_is_counted_anew(tabs, account, atlas, today):
    account("Arval", created_on=today)
    assert tabs() == [0, 1, 0, 0]
    with time_machine.travel(datetime(2026, 5, 31, 10, tzinfo=UTC), tick=False):
        assert tabs() == [0, 0, 0, 1]
    assert tabs() == [0, 1, 0, 0]


def test_what_was_repaired_is_counted_anew(tabs, account, atlas, today):
    bnp = account("BNP Paribas", type="groupe", created_on=OLD)
    arval = account("Arval", parent=bnp, created_on=OLD)
    tick(espace=atlas, today=today)
    Account.objects.filter(pk=arval.pk).update(today_status="actif", lft=7, rght=8)
    assert tabs() == [1, 0, 0, 1]
    assert tabs(f"groupe={bnp.pk}") == [0, 0, 0, 1]
    assert rebuild(espace=atlas) == [arval.pk]
    assert tabs() == [0, 0, 0, 2]
    assert repair_tree(arval.tree_id) == []
    assert tabs(f"groupe={bnp.pk}") == [0, 0, 0, 2]


def test_an_espace_whose_journal_is_not_begun_is_counted_too(tabs, atlas, account):
    account("Arval")
    assert tabs() == [0, 1, 0, 0]
    QuerySet(JournalEntry).filter(chain__espace=atlas)._raw_delete("default")
    JournalChain.objects.filter(espace=atlas).delete()
    assert tabs() == [0, 1, 0, 0]


def test_an_answer_takes_the_place_of_the_one_before(atlas, monkeypatch):
    monkeypatch.setattr(counts, "_kept", OrderedDict())
    counts.keep(atlas, "avant", "?", [1])
    counts.keep(atlas, atlas.digest, "?", [2])
    assert counts.known(atlas, "?") == [2]
    assert list(counts._kept) == [(atlas.pk, "?")]


def test_only_the_latest_answers_are_kept(monkeypatch, atlas):
    monkeypatch.setattr(counts, "KEPT", 2)
    monkeypatch.setattr(counts, "_kept", OrderedDict())
    for n in (1, 2):
        counts.keep(atlas, atlas.digest, n, [n])
    assert counts.known(atlas, 1) == [1]
    counts.keep(atlas, atlas.digest, 3, [3])
    assert [counts.known(atlas, n) for n in (1, 2, 3)] == [[1], None, [3]]


@pytest.fixture
def slowly(monkeypatch):
    """Counting takes longer than a page waits for, each time."""
    monkeypatch.setattr(counts, "LONG_S", 0)
    monkeypatch.setattr(counts, "_kept", OrderedDict())


def test_what_takes_long_to_count_follows_the_page_after_a_write(
    slowly, sign_in, account, amina, victor, django_assert_num_queries
):
    account("Arval", created_on=OLD)
    address, client = reverse("comptes", args=["atlas"]), sign_in(amina)
    assert "1 à 1 sur 1" in client.get(address).content.decode()  # nobody knows yet that it takes long
    account("Ayvens", created_on=OLD)

    with django_assert_num_queries(6):
        page = client.get(f"{address}?tri=-nom")
    assert [row.name for row in page.context["rows"]] == ["Ayvens", "Arval"]
    facets, text = page.context["facets"], page.content.decode()
    assert {choice.count for choice in (*facets.statut, *facets.type, *facets.bascule)} == {None}
    assert "1 à 2<" in text and 'name="tous"' not in text and "None" not in text
    assert f'hx-get="{address}?tri=-nom" hx-trigger="load"' in text

    told = client.get(f"{address}?tri=-nom", headers={"HX-Request": "true", "HX-Target": "onglets"})
    text = told.content.decode()
    assert [choice.count for choice in told.context["facets"].statut] == [0, 0, 0, 2]
    assert "1 à 2 sur 2" in text and 'hx-trigger="load"' not in text
    assert "1 à 2 sur 2" in sign_in(victor).get(address).content.decode()  # known to all from now on


def test_who_runs_no_scripts_asks_for_what_takes_long_to_count(slowly, tabs, sign_in, account, amina):
    account("Arval", created_on=OLD)
    tabs()
    account("Ayvens", created_on=OLD)
    page = sign_in(amina).get(f"{reverse('comptes', args=['atlas'])}?page=1").content.decode()
    assert '<noscript><a href="?page=1&amp;nombres=1">Compter</a></noscript>' in page
    assert tabs("page=1&nombres=1") == [0, 0, 0, 2]


def test_why_a_page_has_no_rows_is_counted_at_once(slowly, tabs, sign_in, account, amina):
    account("Arval", created_on=OLD)
    tabs(), tabs("q=ayvens")
    account("Axa", created_on=OLD)
    client, address = sign_in(amina), reverse("comptes", args=["atlas"])
    assert "Aucun compte ne correspond" in client.get(f"{address}?q=ayvens").content.decode()
    assert "Il n'y a pas de page 9" in client.get(f"{address}?page=9").content.decode()
