from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Account, Affaire
from tests.business import opportunite, projet, said, status_of

NEW = "/e/atlas/affaires/nouvelle/"
WHAT_IF = "/e/atlas/affaires/et-si/"
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def typed(account):
    """What one types in the form, for an account that nobody works with any more."""
    return {
        "account": account("LCL", created_on=LONG_AGO).pk,
        "name": "Audit",
        "starts_on": "2025-05-01",
        "ends_on": "2025-07-31",
        "amount": "48 000",
    }


def test_affaire_create_by_avance(sign_in, victor, typed):
    lcl = Account.objects.get()
    portail, lead = projet(victor, lcl), opportunite(victor, lcl)
    typed |= {"projet": portail.pk, "opportunite": lead.pk, "owner": victor.pk}
    response = sign_in(victor).post(NEW, typed, follow=True)
    created = Affaire.objects.get()
    assert response.redirect_chain == [(f"/e/atlas/affaires/{created.pk}/", 302)]
    assert (created.account, created.projet, created.opportunite) == (lcl, portail, lead)
    assert (created.starts_on, created.ends_on) == (date(2025, 5, 1), date(2025, 7, 31))
    assert (created.amount, created.owner) == (Decimal(48_000), victor)
    assert said(response) == [
        "L'affaire « Audit » est créée. LCL est maintenant Actif (Prospect jusqu'ici), "
        "et deviendra Prospect le 1er novembre 2025."
    ]


def test_affaire_form_starts_from_the_projet_one_comes_from(sign_in, victor, account):
    portail = projet(victor, account("LCL"))
    form = sign_in(victor).get(NEW, {"projet": portail.pk}).context["form"]
    assert (form["projet"].value(), form["account"].value()) == (portail.pk, portail.account_id)
    assert form["owner"].value() == victor.pk


def test_affaire_form_does_not_start_from_a_row_of_another_espace(sign_in, victor, otto, account):
    portail = projet(victor, account("LCL"))
    client = sign_in(otto)
    for wrong in ({"projet": portail.pk}, {"opportunite": 1}, {"projet": "zut"}):
        assert client.get("/e/boreal/affaires/nouvelle/", wrong).status_code == 404


def test_affaire_create_refused_to_standard_and_to_strangers(client, sign_in, sara, otto, typed):
    assert client.post(NEW, typed).status_code == 302
    assert sign_in(sara).get(NEW).status_code == 403
    assert sign_in(sara).post(NEW, typed).status_code == 403
    assert sign_in(otto).post(NEW, typed).status_code == 404
    assert Affaire.objects.count() == 0


def test_affaire_create_keeps_what_was_typed_and_says_what_is_wrong(sign_in, victor, typed):
    wrong = typed | {"account": "", "ends_on": "2025-04-30", "amount": "beaucoup"}
    response = sign_in(victor).post(NEW, wrong)
    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == {
        "account": ["Ce champ est obligatoire."],
        "ends_on": ["La fin ne peut pas précéder le début."],
        "amount": ["Écrivez un montant en euros, par exemple 12 500."],
    }
    assert {name: form[name].value() for name in wrong} == {name: str(value) for name, value in wrong.items()}


def test_affaire_create_puts_a_refusal_of_the_service_by_its_field(sign_in, victor, typed, account):
    elsewhere = projet(victor, account("Arval"), "Flotte")
    response = sign_in(victor).post(NEW, typed | {"projet": elsewhere.pk})
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "projet": ["Le projet « Flotte » n'est ni à ce compte ni à un compte au-dessus."]
    }


def test_affaire_create_in_the_projet_of_the_group(sign_in, victor, account):
    groupe = account("BNP Paribas", type="groupe")
    cetelem = account("Cetelem", parent=groupe)
    programme = projet(victor, groupe, "Programme")
    sign_in(victor).post(
        NEW, {"account": cetelem.pk, "projet": programme.pk, "name": "Lot 1", "starts_on": "2025-05-01"}
    )
    assert Affaire.objects.get().projet == programme


def test_affaire_create_with_a_new_account_in_one_step(sign_in, victor, typed):
    new = {"account": "", "compte-name": "Arval", "compte-type": "client", "compte-website": "arval.fr"}
    response = sign_in(victor).post(NEW, typed | new, follow=True)
    created = Affaire.objects.get()
    assert (created.account.name, created.account.owner) == ("Arval", victor)
    assert said(response) == [
        "L'affaire « Audit » est créée. Arval est Actif, et deviendra Délaissé le 1er novembre 2025."
    ]
    assert status_of(created.account) == "actif"


def test_neither_the_account_nor_the_affaire_is_saved_when_both_are_refused(sign_in, victor, typed):
    new = {"account": "", "compte-name": "Arval", "compte-type": "", "compte-website": "pas un site"}
    response = sign_in(victor).post(NEW, typed | new | {"ends_on": "2025-04-30"})
    assert response.status_code == 422
    assert sorted(response.context["form"].errors) == ["compte-type", "compte-website", "ends_on"]
    assert list(Account.objects.values_list("name", flat=True)) == ["LCL"]
    assert Affaire.objects.count() == 0


def test_a_refusal_of_the_affaire_undoes_the_new_account(sign_in, victor, typed):
    lead = opportunite(victor, Account.objects.get())
    new = {"account": "", "compte-name": "Arval", "compte-type": "client", "opportunite": lead.pk}
    response = sign_in(victor).post(NEW, typed | new)
    assert response.context["form"].errors == {
        "opportunite": ["L'opportunité « Refonte » est à un autre compte."]
    }
    assert list(Account.objects.values_list("name", flat=True)) == ["LCL"]


def test_an_account_left_unchosen_is_asked_for(sign_in, victor, typed):
    response = sign_in(victor).post(NEW, typed | {"account": "", "compte-type": "client"})
    assert response.context["form"].errors == {"account": ["Ce champ est obligatoire."]}


@pytest.mark.parametrize(
    "dates, sentence, status",
    [
        (
            {"starts_on": "2025-05-01", "ends_on": ""},
            "LCL deviendra Actif (Inactif aujourd&#x27;hui).",
            "actif",
        ),
        (
            {"starts_on": "2026-01-01", "ends_on": ""},
            "LCL deviendra Actif le 1er janvier 2026 (Inactif jusque-là).",
            "inactif",
        ),
        (
            {"starts_on": "2024-06-01", "ends_on": "2025-02-27"},
            "LCL deviendra Délaissé (Inactif aujourd&#x27;hui), puis Inactif le 28 août 2025.",
            "delaisse",
        ),
    ],
)
def test_what_if_says_what_is_then_saved(sign_in, victor, typed, dates, sentence, status):
    client = sign_in(victor)
    assert sentence in client.post(WHAT_IF, typed | dates).content.decode()
    assert sentence in client.post(NEW, typed | dates | {"et_si": "1"}).content.decode()
    assert Affaire.objects.count() == 0
    client.post(NEW, typed | dates)
    assert status_of(Account.objects.get()) == status


@pytest.mark.parametrize("missing", ({"starts_on": ""}, {"account": ""}, {"ends_on": "2025-04-30"}))
def test_what_if_asks_for_what_it_needs(sign_in, victor, typed, missing):
    html = sign_in(victor).post(WHAT_IF, typed | missing).content.decode()
    assert "Choisissez un compte et un début pour voir ce que devient son statut." in html


def test_what_if_says_that_work_for_oneself_is_not_billable(sign_in, victor, typed, account):
    interne = account("Atlas", type="interne")
    client = sign_in(victor)
    sentence = "Compte Interne : l'affaire n'est pas facturable."
    assert sentence in client.post(WHAT_IF, typed | {"account": interne.pk}).content.decode()
    assert sentence not in client.post(WHAT_IF, typed).content.decode()


def test_what_if_refused_to_standard_and_to_strangers(client, sign_in, sara, otto, typed):
    assert client.post(WHAT_IF, typed).status_code == 302
    assert sign_in(sara).post(WHAT_IF, typed).status_code == 403
    assert sign_in(otto).post(WHAT_IF, typed).status_code == 404
