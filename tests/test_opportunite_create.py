from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Account, Opportunite
from tests.business import opportunite, said, status_of
from tests.conftest import TODAY

NEW = "/e/atlas/opportunites/nouvelle/"
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def typed(account):
    """What one types in the form, for an account that nobody works with any more."""
    return {
        "account": account("LCL", created_on=LONG_AGO).pk,
        "name": "Refonte",
        "step": "Proposition",
        "opened_on": "2025-05-20",
        "expected_close_on": "30/09/2025",
        "amount": "12 500,50 €",
        "probability": "40",
    }


def test_opportunite_create_by_avance(sign_in, victor, typed):
    response = sign_in(victor).post(NEW, typed | {"owner": victor.pk}, follow=True)
    created = Opportunite.objects.get()
    assert response.redirect_chain == [(f"/e/atlas/opportunites/{created.pk}/", 302)]
    assert (created.name, created.step, created.stage) == ("Refonte", "Proposition", "en_cours")
    assert (created.opened_on, created.expected_close_on) == (date(2025, 5, 20), date(2025, 9, 30))
    assert (created.amount, created.probability, created.owner) == (Decimal("12500.50"), 40, victor)
    assert said(response) == [
        "L'opportunité « Refonte » est créée. LCL est maintenant Prospect (Inactif jusqu'ici)."
    ]
    assert status_of(created.account) == "prospect"


def test_opportunite_form_starts_with_today_the_first_step_and_oneself(sign_in, victor, account):
    lcl = account("LCL")
    form = sign_in(victor).get(NEW, {"compte": lcl.pk}).context["form"]
    assert form["account"].value() == str(lcl.pk)
    assert (form["opened_on"].value(), form["step"].value()) == (TODAY, "Qualification")
    assert form["owner"].value() == victor.pk


def test_opportunite_create_refused_to_standard(sign_in, sara, typed):
    client = sign_in(sara)
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, typed).status_code == 403
    assert Opportunite.objects.count() == 0


def test_opportunite_create_does_not_exist_for_strangers(client, sign_in, otto, typed):
    assert client.get(NEW).status_code == 302
    assert sign_in(otto).post(NEW, typed).status_code == 404
    assert Opportunite.objects.count() == 0


def test_opportunite_create_does_not_know_the_accounts_of_another_espace(sign_in, otto, typed):
    response = sign_in(otto).post("/e/boreal/opportunites/nouvelle/", typed)
    assert response.status_code == 422
    assert response.context["form"].errors == {"account": ["Ce choix n'existe pas, ou plus."]}
    assert Opportunite.objects.count() == 0


def test_opportunite_create_keeps_what_was_typed_and_says_what_is_wrong(sign_in, victor, typed):
    wrong = typed | {"name": "", "probability": "140", "opened_on": "hier"}
    response = sign_in(victor).post(NEW, wrong)
    form = response.context["form"]
    assert response.status_code == 422
    assert sorted(form.errors) == ["name", "opened_on", "probability"]
    assert {name: form[name].value() for name in wrong} == {name: str(value) for name, value in wrong.items()}
    assert form["account"].as_widget().count("selected>LCL</option>") == 1


def test_opportunite_create_with_a_new_account_in_one_step(sign_in, victor, typed):
    new = {
        "account": "",
        "compte-name": "Arval  Service",
        "compte-type": "client",
        "compte-website": "arval.fr",
    }
    sign_in(victor).post(NEW, typed | new)
    created = Opportunite.objects.get()
    assert (created.account.name, created.account.type) == ("Arval Service", "client")
    assert (created.account.website, created.account.created_on) == ("https://arval.fr", TODAY)


def test_a_new_account_that_repeats_one_is_saved_with_a_word_about_it(sign_in, victor, typed):
    new = {"account": "", "compte-name": "LCL SA", "compte-type": "client"}
    response = sign_in(victor).post(NEW, typed | new, follow=True)
    lcl = Account.objects.get(name="LCL")
    assert Opportunite.objects.get().account.name == "LCL SA"
    assert said(response)[1:] == [
        f'Le compte LCL SA ressemble à <a href="/e/atlas/comptes/{lcl.pk}/">LCL</a>.'
    ]


def test_a_chosen_account_wins_over_a_new_one_left_unfinished(sign_in, victor, typed):
    sign_in(victor).post(NEW, typed | {"compte-name": "Arval", "compte-website": "pas un site"})
    assert Opportunite.objects.get().account_id == typed["account"]
    assert not Account.objects.filter(name="Arval").exists()


@pytest.mark.parametrize(
    "wrong, errors",
    [
        ({"compte-type": ""}, ["compte-type"]),
        ({"compte-website": "pas un site", "name": ""}, ["compte-website", "name"]),
        ({"compte-name": "x" * 201, "opened_on": ""}, ["compte-name", "opened_on"]),
    ],
)
def test_neither_the_account_nor_the_opportunite_is_saved_when_one_is_refused(
    sign_in, victor, typed, wrong, errors
):
    new = {"account": "", "compte-name": "Arval", "compte-type": "client"}
    response = sign_in(victor).post(NEW, typed | new | wrong)
    assert response.status_code == 422
    assert sorted(response.context["form"].errors) == errors
    assert 'id="nouveau-compte" open' in response.content.decode()
    assert list(Account.objects.values_list("name", flat=True)) == ["LCL"]
    assert Opportunite.objects.count() == 0


def test_a_refusal_of_the_service_undoes_the_new_account(sign_in, victor, typed, sara):
    sara.is_active = False
    sara.save()
    new = {"account": "", "compte-name": "Arval", "compte-type": "client", "owner": sara.pk}
    response = sign_in(victor).post(NEW, typed | new)
    assert response.context["form"].errors == {"owner": ["Sara Nguyen n'est plus membre actif de l'espace."]}
    assert list(Account.objects.values_list("name", flat=True)) == ["LCL"]


def test_without_javascript_the_picker_searches_and_keeps_what_was_typed(sign_in, victor, typed, account):
    account("Arval")
    looking = typed | {"account": "", "account_q": "arv", "compte-name": "Peut-être", "chercher": "account"}
    response = sign_in(victor).post(NEW, looking)
    form = response.context["form"]
    assert response.status_code == 200
    assert form["account"].as_widget().count(">Arval</option>") == 1
    assert (form["name"].value(), form["compte-name"].value()) == ("Refonte", "Peut-être")
    assert Opportunite.objects.count() == 0


def test_without_javascript_a_button_says_what_the_status_becomes_and_saves_nothing(sign_in, victor, typed):
    response = sign_in(victor).post(NEW, typed | {"et_si": "1"})
    assert response.status_code == 200
    assert "LCL deviendra Prospect (Inactif aujourd&#x27;hui)." in response.content.decode()
    assert Opportunite.objects.count() == 0


def test_what_if_says_what_is_then_saved(sign_in, victor, typed):
    client = sign_in(victor)
    html = client.post("/e/atlas/opportunites/et-si/", typed).content.decode()
    assert "LCL deviendra Prospect (Inactif aujourd&#x27;hui)." in html
    assert Opportunite.objects.count() == 0
    client.post(NEW, typed)
    assert status_of(Account.objects.get()) == "prospect"


def test_what_if_of_a_new_account_and_of_too_little(sign_in, victor, typed):
    client = sign_in(victor)
    new = {"account": "", "compte-name": "Arval"}
    html = client.post("/e/atlas/opportunites/et-si/", typed | new).content.decode()
    assert "Arval sera Prospect." in html
    html = client.post("/e/atlas/opportunites/et-si/", {"name": "Refonte"}).content.decode()
    assert "Choisissez un compte pour voir ce que devient son statut." in html


def test_what_if_is_refused_to_standard_and_to_strangers(client, sign_in, sara, otto, victor, typed):
    assert client.post("/e/atlas/opportunites/et-si/", typed).status_code == 302
    assert sign_in(sara).post("/e/atlas/opportunites/et-si/", typed).status_code == 403
    assert sign_in(otto).post("/e/atlas/opportunites/et-si/", typed).status_code == 404
    assert sign_in(victor).get("/e/atlas/opportunites/et-si/").status_code == 405


def test_what_if_does_not_know_the_rows_of_another_espace(sign_in, victor, otto, typed, account):
    row = opportunite(victor, account("Arval"))
    client = sign_in(otto)
    for wrong in (f"opportunite={row.pk}", "opportunite=zut", "geste=zut"):
        assert client.post(f"/e/boreal/opportunites/et-si/?{wrong}", typed).status_code == 404
