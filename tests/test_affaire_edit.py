"""Editing, ending, cancelling and resuming an affaire."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Affaire
from accounts.services.affaire import cancel_affaire, edit_affaire
from crm.actor import Actor
from tests.business import affaire, said, status_of
from tests.conftest import TODAY


@pytest.fixture
def row(victor, account):
    return affaire(victor, account("LCL", created_on=date(2020, 1, 1)), "Audit", date(2024, 6, 1))


def address(row, verb="modifier") -> str:
    return f"/e/atlas/affaires/{row.pk}/{verb}/"


def what_if(row, verb) -> str:
    return f"/e/atlas/affaires/et-si/?affaire={row.pk}&geste={verb}"


def typed(row, **changes) -> dict:
    return {
        "account": row.account_id,
        "name": row.name,
        "starts_on": row.starts_on.isoformat(),
        "version": row.version,
    } | changes


def cancel(by, row, cancelled_on):
    cancel_affaire(by=Actor.of(by), affaire=row, cancelled_on=cancelled_on)
    row.refresh_from_db()


def test_affaire_edit_by_avance(sign_in, victor, row):
    response = sign_in(victor).post(
        address(row), typed(row, name="Audit 2", ends_on="2024-12-31", amount="9 800"), follow=True
    )
    row.refresh_from_db()
    assert (row.name, row.ends_on, row.amount) == ("Audit 2", date(2024, 12, 31), Decimal(9_800))
    assert said(response) == [
        "L'affaire « Audit 2 » est enregistrée. "
        "LCL est maintenant Délaissé (Actif jusqu'ici), et deviendra Inactif le 1er juillet 2025."
    ]
    assert status_of(row.account) == "delaisse"


def test_moving_an_affaire_changes_both_accounts(sign_in, victor, row, account):
    arval = account("Arval", created_on=date(2020, 1, 1))
    moved = typed(row, account=arval.pk)
    html = sign_in(victor).post(what_if(row, "modifier"), moved).content.decode()
    assert "Arval deviendra Actif (Inactif aujourd&#x27;hui)." in html
    assert "LCL deviendra Inactif (Actif aujourd&#x27;hui)." in html
    sign_in(victor).post(address(row), moved)
    assert (status_of(row.account), status_of(arval)) == ("inactif", "actif")


def test_a_cancelled_affaire_shows_its_date_to_correct(sign_in, victor, row):
    cancel(victor, row, TODAY)
    client = sign_in(victor)
    refused = client.post(address(row), typed(row, cancelled_on="2025-06-01"))
    assert sorted(refused.context["form"].errors) == ["cancelled_on"]
    client.post(address(row), typed(row, cancelled_on="2025-02-27"))
    assert Affaire.objects.get().cancelled_on == date(2025, 2, 27)
    assert status_of(row.account) == "delaisse"


def test_affaire_is_ended_today_by_default(sign_in, victor, row):
    client = sign_in(victor)
    form = client.get(address(row, "terminer")).context["form"]
    assert form["ends_on"].value() == TODAY
    response = client.post(address(row, "terminer"), {"ends_on": "2025-05-31", "version": 1}, follow=True)
    assert Affaire.objects.get().ends_on == TODAY
    assert said(response) == [
        "La fin de l'affaire « Audit » est enregistrée. "
        "LCL reste Actif, et deviendra Délaissé le 1er septembre 2025."
    ]


def test_affaire_cannot_end_before_it_starts(sign_in, victor, row):
    response = sign_in(victor).post(address(row, "terminer"), {"ends_on": "2024-05-31", "version": 1})
    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == {"ends_on": ["La fin ne peut pas précéder le début."]}
    assert form["ends_on"].value() == "2024-05-31"
    assert Affaire.objects.get().ends_on is None


@pytest.mark.parametrize("verb, column", (("terminer", "ends_on"), ("annuler", "cancelled_on")))
def test_a_step_of_an_affaire_renamed_meanwhile_keeps_both(sign_in, victor, row, verb, column):
    edit_affaire(by=Actor.of(victor), affaire=row, name="Audit 2")
    sign_in(victor).post(address(row, verb), {column: "2025-05-31", "version": 1})
    assert Affaire.objects.values_list("name", column).get() == ("Audit 2", TODAY)


def test_affaire_cancelled_before_its_start_counts_for_nothing(sign_in, victor, row):
    client = sign_in(victor)
    page = client.get(address(row, "annuler"))
    assert "Annulée avant son début, le 1er juin 2024, elle ne compte pour rien" in page.content.decode()
    response = client.post(address(row, "annuler"), {"cancelled_on": "2024-05-31", "version": 1}, follow=True)
    assert Affaire.objects.get().cancelled_on == date(2024, 5, 31)
    assert status_of(row.account) == "inactif"
    assert said(response) == [
        "L'affaire « Audit » est annulée. LCL est maintenant Inactif (Actif jusqu'ici)."
    ]


def test_affaire_cancelled_on_its_way_ends_then(sign_in, victor, row):
    sign_in(victor).post(address(row, "annuler"), {"cancelled_on": "2025-02-27", "version": 1})
    assert status_of(row.account) == "delaisse"


def test_affaire_is_not_cancelled_in_the_future(sign_in, victor, row):
    response = sign_in(victor).post(address(row, "annuler"), {"cancelled_on": "2025-06-01", "version": 1})
    assert response.context["form"].errors == {
        "cancelled_on": [
            "Une annulation ne peut pas être dans le futur. Si l'affaire s'arrête plus tard, changez sa fin."
        ]
    }
    assert Affaire.objects.get().cancelled_on is None


def test_a_cancelled_affaire_is_neither_cancelled_again_nor_ended(sign_in, victor, row):
    cancel(victor, row, date(2025, 5, 1))
    client = sign_in(victor)
    again = client.post(address(row, "annuler"), {"cancelled_on": "2025-05-31", "version": 2}, follow=True)
    assert said(again) == ["Cette affaire est déjà annulée."]
    ended = client.post(address(row, "terminer"), {"ends_on": "2025-05-31", "version": 2}, follow=True)
    assert said(ended) == ["Cette affaire est annulée : reprenez-la d'abord."]
    row.refresh_from_db()
    assert (row.cancelled_on, row.ends_on) == (date(2025, 5, 1), None)


def test_a_cancelled_affaire_is_resumed(sign_in, victor, row):
    cancel(victor, row, date(2024, 5, 31))
    response = sign_in(victor).post(address(row, "reprendre"), follow=True)
    assert Affaire.objects.get().cancelled_on is None
    assert status_of(row.account) == "actif"
    assert said(response) == [
        "L'affaire « Audit » est reprise. LCL est maintenant Actif (Inactif jusqu'ici)."
    ]


def test_an_affaire_that_goes_on_is_not_resumed(sign_in, victor, row):
    response = sign_in(victor).post(address(row, "reprendre"), follow=True)
    assert said(response) == ["Cette affaire n'est pas annulée."]
    assert Affaire.objects.get().version == 1


@pytest.mark.parametrize("verb", ("modifier", "terminer", "annuler", "reprendre"))
def test_changes_refused_to_standard_and_to_strangers(client, sign_in, sara, otto, row, verb):
    values = typed(row, name="Autre", ends_on="2025-05-31", cancelled_on="2025-05-31")
    assert client.post(address(row, verb), values).status_code == 302
    assert sign_in(sara).post(address(row, verb), values).status_code == 403
    assert sign_in(otto).post(address(row, verb), values).status_code == 404
    assert sign_in(otto).post(f"/e/boreal/affaires/{row.pk}/{verb}/", values).status_code == 404
    assert Affaire.objects.get().version == 1


@pytest.mark.parametrize(
    "verb, values, sentence, status",
    [
        (
            "terminer",
            {"ends_on": "2025-02-27"},
            "LCL deviendra Délaissé (Actif aujourd&#x27;hui), puis Inactif le 28 août 2025.",
            "delaisse",
        ),
        (
            "annuler",
            {"cancelled_on": "2024-05-31"},
            "LCL deviendra Inactif (Actif aujourd&#x27;hui).",
            "inactif",
        ),
        (
            "modifier",
            {"ends_on": "2025-05-31"},
            "LCL restera Actif, puis Délaissé le 1er septembre 2025.",
            "actif",
        ),
    ],
)
def test_what_if_says_what_is_then_saved(sign_in, victor, row, verb, values, sentence, status):
    client, values = sign_in(victor), typed(row, **values)
    assert sentence in client.post(what_if(row, verb), values).content.decode()
    assert sentence in client.post(address(row, verb), values | {"et_si": "1"}).content.decode()
    assert Affaire.objects.get().version == 1
    client.post(address(row, verb), values)
    assert status_of(row.account) == status
