"""A person's data: exported as JSON, erased everywhere, while the journal's chain still holds."""

import json
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import serializers
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Account, Affaire, Contact, TrashedRow
from accounts.services.account import edit_account
from accounts.services.affaire import create_affaire
from accounts.services.contact import create_contact, edit_contact
from accounts.services.personal.erasing import erase_contact, erase_member
from accounts.services.personal.exporting import export_contact, export_member
from accounts.services.personal.finding import contact_of
from accounts.services.trash import restore, trash
from crm.actor import SYSTEM, Actor
from crm.journal import faults
from crm.models import Invitation, JournalChain, JournalEntry, Membership, User
from crm.roles import Role
from crm.services.member import add_member

TODAY = date(2025, 5, 31)
CANARIES = ("Canarine", "Serinette", "Oiselière", "canari@serin.fr", "0123456789", "01 23 45 67 89")


def stored_text() -> str:
    """Everything that the database holds, as people wrote it."""
    rows = [row for model in apps.get_models() for row in model._base_manager.order_by("pk")]
    return json.dumps(json.loads(serializers.serialize("json", rows)), ensure_ascii=False).casefold()


def canaries_left() -> list[str]:
    text = stored_text()
    return [canary for canary in CANARIES if canary.casefold() in text]


def broken_chains() -> list[str]:
    return [fault for chain in JournalChain.objects.all() for fault in faults(chain)]


@pytest.fixture
def bnp(account) -> Account:
    return account("BNP Paribas", description="Voir Canarine Serinette, ou Mme Serinette au 01.23.45.67.89")


@pytest.fixture
def contact(atlas, victor, bnp) -> Contact:
    by = Actor.of(victor)
    contact = create_contact(
        by=by,
        espace=atlas,
        account=bnp.pk,
        first_name="Canarine",
        last_name="Serinette",
        job_title="Oiselière",
        email="canari@serin.fr",
        phone="01 23 45 67 89",
    )
    create_affaire(by=by, espace=atlas, account=bnp.pk, name="Mission Serinette", starts_on=TODAY)
    return edit_contact(by=by, contact=contact, today=date(2025, 5, 31), job_title="Oiselière en chef")


def test_contact_is_erased_everywhere_and_the_chain_still_holds(amina, contact, bnp, account):
    other = account("LCL", description="Écrire à CANARI@serin.fr")
    assert canaries_left() != []
    erasure = erase_contact(by=Actor.of(amina), contact=contact)
    assert canaries_left() == []
    assert broken_chains() == []
    assert not Contact.objects.exists()
    bnp.refresh_from_db()
    other.refresh_from_db()
    assert bnp.description == "Voir [effacé], ou Mme [effacé] au [effacé]"
    assert other.description == "Écrire à [effacé]"
    assert Affaire.objects.get().name == "Mission [effacé]"
    assert erasure.done[0] == "Sa fiche de contact est supprimée."
    assert erasure.done[1] == "Autres fiches où ce qui le nomme est masqué : 3."
    assert any("journal" in sentence for sentence in erasure.kept)
    assert erasure.to_read == []


def test_lines_about_an_erased_contact_still_tell_who_did_what_and_when(amina, victor, contact):
    erase_contact(by=Actor.of(amina), contact=contact)
    created, changed, purged = JournalEntry.objects.filter(model="contact").order_by("seq")
    assert (created.action, created.user, created.payload["changes"]["last_name"]) == (
        "created",
        victor.user,
        [None, "[effacé]"],
    )
    assert changed.payload == {
        "label": "[effacé]",
        "changes": {"job_title": ["[effacé]", "[effacé]"]},
    }
    assert (purged.action, purged.user) == ("purged", amina.user)
    assert JournalEntry.objects.filter(action="erased", user=amina.user).count() == 1


def test_last_name_alone_elsewhere_is_left_to_be_read(amina, contact, account):
    fanciers = account("Serinette et Fils")
    erasure = erase_contact(by=Actor.of(amina), contact=contact)
    fanciers.refresh_from_db()
    assert fanciers.name == "Serinette et Fils"
    assert erasure.to_read == [fanciers]
    assert erasure.kept[-1].startswith("Ces fiches citent son seul nom de famille")


@pytest.mark.parametrize("with_account", (False, True))
def test_contact_in_the_corbeille_is_erased_from_it(amina, atlas, contact, bnp, with_account):
    by = Actor.of(amina)
    trash(by=by, row=bnp if with_account else contact, now=timezone.now())
    erase_contact(by=by, contact=contact_of(atlas, contact.pk))
    assert canaries_left() == []
    assert broken_chains() == []
    if with_account:
        restore(by=by, trashed=TrashedRow.objects.get())
        assert Account.objects.get().description == "Voir [effacé], ou Mme [effacé] au [effacé]"
    assert not TrashedRow.objects.exists()
    assert not Contact.objects.exists()


def test_address_of_the_person_on_another_contact_is_emptied(amina, atlas, contact, account):
    lcl = account("LCL")
    twin = create_contact(
        by=Actor.of(amina), espace=atlas, account=lcl.pk, last_name="Martin", email="canari@serin.fr"
    )
    erase_contact(by=Actor.of(amina), contact=contact)
    twin.refresh_from_db()
    assert (twin.last_name, twin.email) == ("Martin", "")


def test_other_people_and_other_espaces_keep_their_data(amina, otto, boreal, contact, account):
    account("LCL", description="Alice Martin, alice@lcl.fr")
    before = Account.objects.get(name="LCL").description
    by, volière = Actor.of(otto), create_account_in(otto).pk
    values = {"espace": boreal, "account": volière, "first_name": "Canarine", "last_name": "Serinette"}
    theirs, trashed = (create_contact(by=by, **values) for _ in range(2))
    trash(by=by, row=trashed, now=timezone.now())
    erase_contact(by=Actor.of(amina), contact=contact)
    theirs.refresh_from_db()
    assert str(theirs) == "Canarine Serinette"
    assert TrashedRow.objects.get().name == "Canarine Serinette"
    assert JournalEntry.objects.filter(chain__espace=boreal, payload__label="Canarine Serinette").count() == 3
    line = JournalEntry.objects.get(action="erased").payload
    assert line["words"] == f"{len(line['changes']['lines'][1])} lignes"
    assert Account.objects.get(name="LCL").description == before


def create_account_in(member) -> Account:
    return Account.objects.create(espace=member.espace, name="Volière", type="client")


@pytest.fixture
def leaver(atlas, amina) -> Membership:
    return add_member(
        espace=atlas,
        email="canari@serin.fr",
        role=Role.AVANCE,
        first_name="Canarine",
        last_name="Serinette",
        password="oiselière-42",
    )


def test_member_is_erased_with_their_way_in_and_their_rows_stay(amina, leaver, account, client):
    EmailAddress.objects.create(user=leaver.user, email="canari@serin.fr", primary=True, verified=True)
    Invitation.objects.create(
        espace=leaver.espace, email="canari@serin.fr", role=Role.AVANCE, sent_at=timezone.now()
    )
    bnp = account("BNP Paribas", owner=leaver.pk, description="Suivi par Canarine Serinette")
    assert (
        client.post("/connexion/", {"login": "canari@serin.fr", "password": "oiselière-42"}).status_code
        == 302
    )
    erasure = erase_member(by=Actor.of(amina), member=leaver, now=timezone.now())
    assert canaries_left() == []
    assert broken_chains() == []
    bnp.refresh_from_db()
    assert (str(bnp.owner), bnp.description) == ("Personne effacée", "Suivi par [effacé]")
    user = User.objects.get(pk=leaver.user_id)
    assert (user.email, user.is_active, user.has_usable_password()) == (
        f"efface-{user.pk}@vigie.invalid",
        False,
        False,
    )
    assert not Session.objects.exists()
    assert client.get("/e/atlas/comptes/").status_code == 302
    assert "Son compte de connexion, ses appareils et ses clés sont supprimés." in erasure.done


def test_member_of_two_espaces_is_erased_from_one_and_works_on_in_the_other(
    amina, leaver, otto, boreal, sign_in, account
):
    theirs = add_member(espace=boreal, email="canari@serin.fr", role=Role.STANDARD)
    invited = {"email": "canari@serin.fr", "role": Role.STANDARD, "sent_at": timezone.now()}
    invitation = Invitation.objects.create(espace=boreal, **invited)
    erase_member(by=Actor.of(amina), member=leaver, now=timezone.now())
    invitation.refresh_from_db()
    assert invitation.email == "canari@serin.fr"
    leaver.refresh_from_db()
    assert (str(leaver), leaver.is_active) == ("Personne effacée", False)
    client = sign_in(theirs)
    assert client.get("/e/boreal/comptes/").status_code == 200
    assert client.get("/e/atlas/comptes/").status_code == 404
    in_atlas = serializers.serialize("json", JournalEntry.objects.filter(chain__espace=leaver.espace))
    assert "Serinette" not in in_atlas and "serin.fr" not in in_atlas
    erase_member(by=Actor.of(otto), member=theirs, now=timezone.now())
    assert canaries_left() == []
    assert broken_chains() == []


def test_nobody_erases_themselves_nor_the_last_administrateur(amina, victor, leaver):
    with pytest.raises(PermissionDenied):
        erase_member(by=Actor.of(amina), member=amina, now=timezone.now())
    with pytest.raises(ValidationError):
        erase_member(by=SYSTEM, member=amina, now=timezone.now())
    amina.refresh_from_db()
    assert (amina.is_active, amina.erased_at) == (True, None)


def test_export_of_a_contact_says_all_that_is_held(amina, contact):
    exported = export_contact(by=Actor.of(amina), contact=contact)
    assert exported["contact"] == {
        "prénom": "Canarine",
        "nom": "Serinette",
        "fonction": "Oiselière en chef",
        "adresse e-mail": "canari@serin.fr",
        "téléphone": "01 23 45 67 89",
        "contact principal": False,
        "parti le": None,
        "compte": "BNP Paribas",
    }
    assert [line["action"] for line in exported["journal"]] == ["created", "changed", "exported"]
    assert json.loads(json.dumps(exported)) == exported


def test_export_of_a_member_says_all_that_is_held(amina, leaver, account):
    bnp = account("BNP Paribas", owner=leaver.pk)
    edit_account(by=Actor.of(leaver), account=bnp, today=TODAY, city="Paris")
    exported = export_member(by=Actor.of(amina), member=leaver)
    assert exported["personne"]["adresse e-mail"] == "canari@serin.fr"
    assert exported["membre"] == {"rôle": "Avancé", "actif": True}
    assert exported["responsable de"]["accounts"] == [{"pk": bnp.pk, "name": "BNP Paribas"}]
    assert [line["sur"] for line in exported["journal"]["fait par cette personne"]] == [f"account {bnp.pk}"]
    assert [line["sur"] for line in exported["journal"]["à son sujet"]] == [
        f"user {leaver.user_id}",
        f"membership {leaver.pk}",
        f"membership {leaver.pk}",
    ]
    assert "password" not in json.dumps(exported["personne"])


def test_people_are_found_exported_and_erased_from_the_pages(sign_in, amina, contact):
    client = sign_in(amina)
    page = client.get("/e/atlas/reglages/personnes/?q=serin").content.decode()
    assert "Canarine Serinette" in page
    file = client.post(f"/e/atlas/reglages/personnes/contact/{contact.pk}/exporter/")
    assert file.headers["Content-Disposition"] == f'attachment; filename="contact-{contact.pk}.json"'
    assert file.json()["contact"]["nom"] == "Serinette"
    address = f"/e/atlas/reglages/personnes/contact/{contact.pk}/effacer/"
    refused = client.post(address, {"sure": ""})
    assert refused.status_code == 422
    assert refused.context["form"].errors == {"sure": ["Cochez cette case pour confirmer."]}
    page = client.post(address, {"sure": "on"}).content.decode()
    assert "Ce qui reste, et pourquoi" in page
    assert client.get(address).status_code == 404
    assert "Personne ne correspond" in client.get("/e/atlas/reglages/personnes/?q=serin").content.decode()


def test_member_is_found_and_erased_from_the_pages(sign_in, amina, leaver):
    client = sign_in(amina)
    page = client.get("/e/atlas/reglages/personnes/?q=canari@serin.fr").content.decode()
    assert "Membre Avancé" in page
    address = f"/e/atlas/reglages/personnes/membre/{leaver.pk}/effacer/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"sure": "on"}).status_code == 200
    assert client.get(address).status_code == 404
    own = client.post(f"/e/atlas/reglages/personnes/membre/{amina.pk}/effacer/", {"sure": "on"}, follow=True)
    assert "Un autre Administrateur doit effacer vos données." in own.content.decode()
