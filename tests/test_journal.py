"""What the journal tells of each change: who, when, through which door, before and after; and of refusals."""

import logging
from datetime import UTC, date, datetime
from io import StringIO
from threading import Event

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction

from accounts.models import Account
from accounts.services.account import create_account, edit_account
from accounts.services.importing import import_accounts
from accounts.services.trash import purge_due, trash
from crm.actor import Actor, Door
from crm.journal import Action, faults
from crm.models import Espace, JournalChain, JournalEntry
from crm.roles import Role, who_can
from crm.services.member import add_member, change_role
from tests.together import together

NOON = datetime(2025, 5, 31, 10, tzinfo=UTC)


def last_line(espace: Espace) -> JournalEntry:
    return JournalEntry.objects.filter(chain__espace=espace).select_related("user").latest("seq")


def told(entry: JournalEntry) -> tuple:
    return entry.user, entry.door, entry.action, entry.model, entry.payload.get("changes")


# A change, by each door.


def test_creation_by_a_page_is_told_with_all_that_was_set(sign_in, atlas, victor):
    values = {"name": "Arval", "type": "client", "created_on": "2025-05-31", "website": "arval.fr"}
    sign_in(victor).post("/e/atlas/comptes/nouveau/", values)
    entry = last_line(atlas)
    assert told(entry) == (
        victor.user,
        "page",
        "created",
        "account",
        {
            "name": [None, "Arval"],
            "type": [None, "client"],
            "created_on": [None, "2025-05-31"],
            "website": [None, "https://arval.fr"],
        },
    )
    assert (entry.at, entry.payload["label"]) == (NOON, "Arval")
    assert (entry.row_id, entry.version) == (Account.objects.get().pk, 1)


def test_edit_by_a_page_is_told_before_and_after(sign_in, atlas, victor, account):
    arval = account("Arval", tags=["Banque"])
    values = {"name": "Arval SA", "type": "client", "tags": "Mobilité", "version": "1"}
    sign_in(victor).post(f"/e/atlas/comptes/{arval.pk}/modifier/", values)
    entry = last_line(atlas)
    changes = {"name": ["Arval", "Arval SA"], "tags": [["Banque"], ["Mobilité"]]}
    assert told(entry) == (victor.user, "page", "changed", "account", changes)
    assert entry.version == 2


def test_edit_that_changes_nothing_is_not_told(atlas, victor, account):
    arval = account("Arval")
    before = atlas.journal.length
    edit_account(by=Actor.of(victor), account=arval, today=date(2025, 5, 31), name="Arval")
    atlas.journal.refresh_from_db()
    assert atlas.journal.length == before


def test_edit_by_the_admin_is_told(sign_in, atlas, amina, account):
    arval = account("Arval")
    values = {"name": "Arval SA", "type": "client", "created_on": "31/05/2025", "seen_version": "1"}
    sign_in(amina).post(f"/admin/accounts/account/{arval.pk}/change/", values)
    changes = {"name": ["Arval", "Arval SA"]}
    assert told(last_line(atlas)) == (amina.user, "admin", "changed", "account", changes)


FILE = b"nom;type;site_web;compte_parent;tags\nNatixis;client;;;Banque\n"


def test_import_is_told(atlas, victor, today):
    import_accounts(by=Actor.of(victor, Door.IMPORT), espace=atlas, content=FILE, today=today)
    lines = list(JournalEntry.objects.filter(door="import").order_by("seq"))
    assert [(line.model, line.payload["label"]) for line in lines] == [
        ("tag", "Banque"),
        ("account", "Natixis"),
    ]


def test_import_by_the_command_is_told(atlas, tmp_path):
    file = tmp_path / "comptes.csv"
    file.write_bytes(FILE)
    call_command("import_accounts", str(file), "--espace", "atlas", stdout=StringIO())
    changes = {
        "name": [None, "Natixis"],
        "type": [None, "client"],
        "tags": [None, ["Banque"]],
        "created_on": [None, "2025-05-31"],
    }
    assert told(last_line(atlas)) == (None, "command", "created", "account", changes)


def test_espace_created_by_the_command_is_told_in_its_own_journal(db, today):
    call_command("create_espace", "Cap Ouest", "--admin", "nour@cap.fr", stdout=StringIO())
    lines = JournalEntry.objects.filter(chain__espace__slug="cap-ouest").order_by("seq")
    assert [(line.model, line.door, line.user) for line in lines] == [
        ("espace", "command", None),
        ("user", "command", None),
        ("membership", "command", None),
    ]


def test_purge_by_the_worker_is_told(atlas, victor, amina, account):
    arval = account("Arval")
    trash(by=Actor.of(amina), row=arval, now=NOON)
    purge_due(now=datetime(2025, 7, 1, tzinfo=UTC))
    entry = last_line(atlas)
    assert told(entry)[:4] == (None, "worker", "purged", "account")
    assert (entry.row_id, entry.payload["label"]) == (arval.pk, "Arval")


def test_role_changed_is_told(atlas, amina, sara):
    change_role(by=Actor.of(amina), member=sara, role=Role.AVANCE)
    entry = last_line(atlas)
    changes = {"role": ["standard", "avance"]}
    assert told(entry) == (amina.user, "page", "changed", "membership", changes)
    assert (entry.row_id, entry.payload["label"]) == (sara.pk, "Sara Nguyen")


def test_what_is_rolled_back_leaves_no_line(atlas, victor, account):
    arval = account("Arval")
    before = JournalEntry.objects.count()
    with transaction.atomic():
        edit_account(by=Actor.of(victor), account=arval, today=date(2025, 5, 31), name="Arval SA")
        transaction.set_rollback(True)
    assert JournalEntry.objects.count() == before
    assert list(faults(atlas.journal)) == []


def test_secrets_are_never_in_the_journal(sign_in, atlas, amina):
    add_member(espace=atlas, email="nour@atlas.fr", role=Role.STANDARD, password="un secret bien gardé")
    lines = JournalEntry.objects.filter(chain__espace=atlas, model="user")
    assert [name for line in lines for name in line.payload["changes"] if name == "password"] == []
    assert "md5" not in str(list(lines.values("payload")))


# Refusals.


@pytest.mark.parametrize("method", ("get", "post"))
def test_refusal_is_told_with_the_address_and_the_sentence(sign_in, atlas, sara, method):
    response = getattr(sign_in(sara), method)("/e/atlas/comptes/nouveau/?name=Jeanne+Martin")
    assert response.status_code == 403
    entry = last_line(atlas)
    assert told(entry) == (sara.user, "page", "refused", "", None)
    assert entry.payload == {
        "words": f"{method.upper()} /e/atlas/comptes/nouveau/ : {who_can('account.create')}"
    }


def test_refusal_about_a_row_names_its_address(sign_in, atlas, sara, account):
    arval = account("Arval")
    sign_in(sara).post(f"/e/atlas/comptes/{arval.pk}/modifier/", {"name": "Autre"})
    assert f"POST /e/atlas/comptes/{arval.pk}/modifier/ : " in last_line(atlas).payload["words"]


def test_refusal_by_a_service_is_told_although_its_transaction_is_undone(sign_in, atlas, sara, monkeypatch):
    sign_in(sara).post("/e/atlas/affaires/nouvelle/", {"compte-name": "Natixis", "compte-type": "client"})
    assert last_line(atlas).action == Action.REFUSED
    assert Account.objects.count() == 0


def test_refusal_by_the_admin_is_told_in_each_espace_of_the_person(sign_in, atlas, boreal, sara, otto):
    add_member(espace=boreal, email="sara@atlas.fr", role=Role.AVANCE)
    assert sign_in(sara).get("/admin/", follow=True).status_code == 403
    sign_in(sara).get("/admin/accounts/account/jeanne.martin@atlas.fr/change/", follow=True)
    for espace in (atlas, boreal):
        entry = last_line(espace)
        assert told(entry)[:3] == (sara.user, "admin", "refused")
        assert entry.payload["words"].startswith("GET /admin/")
        assert "jeanne" not in str(list(espace.journal.entries.values("payload")))


@pytest.mark.parametrize("path", ("/e/atlas/comptes/4242/", "/e/boreal/comptes/", "/e/nulle-part/"))
def test_what_does_not_exist_is_no_refusal(sign_in, atlas, boreal, otto, sara, path):
    before = JournalEntry.objects.count()
    assert sign_in(sara).get(path).status_code == 404
    assert JournalEntry.objects.count() == before


def test_anonymous_visitor_leaves_no_line(client, atlas):
    before = JournalEntry.objects.count()
    client.get("/e/atlas/comptes/nouveau/")
    assert JournalEntry.objects.count() == before


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_refusal_is_answered_and_logged_when_the_journal_is_busy(sign_in, atlas, sara, caplog):
    caplog.set_level(logging.WARNING, "crm.services.refusal")
    client, answered = sign_in(sara), []
    held, answered_meanwhile = Event(), Event()

    def holding():
        with transaction.atomic():
            JournalChain.objects.select_for_update().get(espace=atlas)
            held.set()
            answered_meanwhile.wait(60)

    def refused():
        held.wait(60)
        answered.append(client.get("/e/atlas/comptes/nouveau/").status_code)
        answered_meanwhile.set()

    together(holding, refused)
    assert answered == [403]
    assert "GET /e/atlas/comptes/nouveau/" in caplog.text
    assert list(JournalEntry.objects.filter(action=Action.REFUSED)) == []


def test_services_themselves_tell_no_refusal(atlas, sara):
    """The door does: a service that refuses undoes its transaction, and the line with it."""
    before = JournalEntry.objects.count()
    with pytest.raises(PermissionDenied):
        create_account(
            by=Actor.of(sara), espace=atlas, today=date(2025, 5, 31), name="Natixis", type="client"
        )
    assert JournalEntry.objects.count() == before
