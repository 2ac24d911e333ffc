"""Creating and editing a projet, and its page."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Account, Projet
from accounts.services.affaire import cancel_affaire
from crm.actor import Actor
from tests.business import affaire, projet, said
from tests.conftest import TODAY

NEW = "/e/atlas/projets/nouveau/"


@pytest.fixture
def typed(account):
    return {"account": account("LCL").pk, "name": "Portail", "code": "P-12", "description": "Sur trois ans."}


def test_projet_create_by_avance(sign_in, victor, typed):
    response = sign_in(victor).post(NEW, typed | {"owner": victor.pk}, follow=True)
    created = Projet.objects.get()
    assert response.redirect_chain == [(f"/e/atlas/projets/{created.pk}/", 302)]
    assert (created.name, created.code, created.description) == ("Portail", "P-12", "Sur trois ans.")
    assert (created.account_id, created.owner) == (typed["account"], victor)
    assert said(response) == ["Le projet « Portail » est créé."]


def test_projet_create_refused_to_standard_and_to_strangers(client, sign_in, sara, otto, typed):
    assert client.post(NEW, typed).status_code == 302
    assert sign_in(sara).get(NEW).status_code == 403
    assert sign_in(sara).post(NEW, typed).status_code == 403
    assert sign_in(otto).post(NEW, typed).status_code == 404
    assert Projet.objects.count() == 0


def test_projet_create_keeps_what_was_typed(sign_in, victor, typed):
    response = sign_in(victor).post(NEW, typed | {"name": ""})
    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == {"name": ["Ce champ est obligatoire."]}
    assert (form["code"].value(), form["description"].value()) == ("P-12", "Sur trois ans.")


def test_projet_create_with_a_new_account_in_one_step(sign_in, victor, typed):
    new = {"account": "", "compte-name": "Arval", "compte-type": "client"}
    client = sign_in(victor)
    refused = client.post(NEW, typed | new | {"code": "x" * 31})
    assert sorted(refused.context["form"].errors) == ["code"]
    assert not Account.objects.filter(name="Arval").exists()
    client.post(NEW, typed | new)
    assert Projet.objects.get().account.name == "Arval"


def test_projet_edit_by_avance(sign_in, victor, typed, account):
    row = projet(victor, account("Arval"))
    sign_in(victor).post(f"/e/atlas/projets/{row.pk}/modifier/", typed | {"version": 1})
    row.refresh_from_db()
    assert (row.account.name, row.name, row.code, row.version) == ("LCL", "Portail", "P-12", 2)


def test_projet_edit_refused_to_standard_and_to_strangers(
    client, sign_in, sara, victor, otto, typed, account
):
    row = projet(victor, account("Arval"))
    edit = f"/e/atlas/projets/{row.pk}/modifier/"
    assert client.post(edit, typed).status_code == 302
    assert sign_in(sara).post(edit, typed).status_code == 403
    assert sign_in(otto).post(edit, typed).status_code == 404
    assert sign_in(otto).post(f"/e/boreal/projets/{row.pk}/modifier/", typed).status_code == 404
    assert Projet.objects.get().version == 1


def test_projet_keeps_its_affaires_below_its_account(sign_in, victor, typed, account):
    arval = account("Arval")
    row = projet(victor, arval)
    affaire(victor, arval, "Audit", projet=row.pk)
    response = sign_in(victor).post(f"/e/atlas/projets/{row.pk}/modifier/", typed | {"version": 1})
    assert response.context["form"].errors == {
        "account": ["L'affaire « Audit » de ce projet n'est ni à ce compte ni au-dessous."]
    }


def test_projet_page_totals_its_affaires(sign_in, sara, victor, account):
    groupe = account("BNP Paribas", type="groupe")
    cetelem = account("Cetelem", parent=groupe)
    row = projet(victor, groupe)
    affaire(victor, groupe, "Close", date(2025, 1, 1), ends_on=date(2025, 5, 30), projet=row.pk, amount=10)
    affaire(victor, cetelem, "En cours", projet=row.pk, amount=20)
    never = affaire(victor, cetelem, "Jamais", date(2025, 7, 1), projet=row.pk, amount=40)
    cancel_affaire(by=Actor.of(victor), affaire=never, cancelled_on=TODAY)
    response = sign_in(sara).get(f"/e/atlas/projets/{row.pk}/")
    assert [found.name for found in response.context["affaires"]] == ["Jamais", "En cours", "Close"]
    assert response.context["totals"] == {
        "signed": 2,
        "signed_amount": Decimal(30),
        "running": 1,
        "running_amount": Decimal(20),
    }


def test_projet_page_offers_its_actions_to_those_who_may(sign_in, victor, sara, account):
    page = f"/e/atlas/projets/{projet(victor, account('LCL')).pk}/"
    for action in (f'"{page}modifier/"', "/affaires/nouvelle/?projet="):
        assert action in sign_in(victor).get(page).content.decode()
        assert action not in sign_in(sara).get(page).content.decode()


def test_projet_of_other_espace_is_not_found(client, sign_in, victor, otto, account):
    row = projet(victor, account("LCL"))
    assert client.get(f"/e/atlas/projets/{row.pk}/").status_code == 302
    assert sign_in(otto).get(f"/e/atlas/projets/{row.pk}/").status_code == 404
    assert sign_in(otto).get(f"/e/boreal/projets/{row.pk}/").status_code == 404


@pytest.mark.parametrize("rows", (1, 3))
def test_projet_page_query_count(sign_in, victor, account, rows, django_assert_num_queries):
    lcl = account("LCL")
    page = f"/e/atlas/projets/{projet(victor, lcl).pk}/"
    for n in range(rows):
        affaire(victor, lcl, f"Audit {n}", projet=Projet.objects.get().pk)
    client = sign_in(victor)
    client.get(page)  # moves the espace to today
    with django_assert_num_queries(11):
        client.get(page)
