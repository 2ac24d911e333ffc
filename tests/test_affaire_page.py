from datetime import date

import pytest

from accounts.services.affaire import cancel_affaire
from crm.actor import Actor
from tests.business import affaire, opportunite, projet
from tests.conftest import TODAY


@pytest.fixture
def row(victor, account):
    lcl = account("LCL", created_on=date(2020, 1, 1))
    origin, portail = opportunite(victor, lcl, "Piste"), projet(victor, lcl)
    return affaire(victor, lcl, opportunite=origin.pk, projet=portail.pk, amount=48_000)


def address(row) -> str:
    return f"/e/atlas/affaires/{row.pk}/"


def offered(client, row) -> list[str]:
    html = client.get(address(row)).content.decode()
    return [
        verb
        for verb in ("modifier", "terminer", "annuler", "reprendre")
        if f'"{address(row)}{verb}/"' in html
    ]


def test_affaire_page_links_its_account_projet_and_origin(sign_in, sara, row):
    response = sign_in(sara).get(address(row))
    html = response.content.decode()
    explanation = response.context["explanation"]
    assert (explanation.period.status, explanation.reason.row) == ("actif", row)
    for link in (
        f"comptes/{row.account_id}/",
        f"projets/{row.projet_id}/",
        f"opportunites/{row.opportunite_id}/",
    ):
        assert f'href="/e/atlas/{link}"' in html


def test_affaire_page_says_that_work_for_oneself_is_not_billable(sign_in, victor, row, account):
    internal = affaire(victor, account("Atlas", type="interne"))
    client = sign_in(victor)
    assert "Non facturable" in client.get(address(internal)).content.decode()
    assert "Non facturable" not in client.get(address(row)).content.decode()


def test_affaire_page_says_when_a_cancellation_makes_it_count_for_nothing(sign_in, victor, row):
    sentence = "elle ne compte pour rien"
    client = sign_in(victor)
    cancel_affaire(by=Actor.of(victor), affaire=row, cancelled_on=row.starts_on)
    assert sentence not in client.get(address(row)).content.decode()
    cancel_affaire(by=Actor.of(victor), affaire=row, cancelled_on=date(2025, 4, 30))
    assert sentence in client.get(address(row)).content.decode()


def test_affaire_page_offers_what_can_be_done(sign_in, victor, row, account):
    lcl = row.account
    coming = affaire(victor, lcl, starts_on=date(2025, 6, 1))
    ended = affaire(victor, lcl, ends_on=date(2025, 5, 30))
    cancelled = affaire(victor, lcl)
    cancel_affaire(by=Actor.of(victor), affaire=cancelled, cancelled_on=TODAY)
    client = sign_in(victor)
    assert offered(client, row) == ["modifier", "terminer", "annuler"]
    assert offered(client, coming) == ["modifier", "annuler"]
    assert offered(client, ended) == ["modifier"]
    assert offered(client, cancelled) == ["modifier", "reprendre"]


def test_affaire_page_offers_nothing_to_standard(sign_in, sara, row):
    assert offered(sign_in(sara), row) == []


def test_affaire_of_other_espace_is_not_found(client, sign_in, otto, row):
    assert client.get(address(row)).status_code == 302
    assert sign_in(otto).get(address(row)).status_code == 404
    assert sign_in(otto).get(f"/e/boreal/affaires/{row.pk}/").status_code == 404


@pytest.mark.parametrize("rows", (1, 3))
def test_affaire_page_query_count(sign_in, victor, row, rows, django_assert_num_queries):
    for n in range(rows):
        affaire(victor, row.account, f"Audit {n}")
    client = sign_in(victor)
    client.get(address(row))  # moves the espace to today
    with django_assert_num_queries(8):
        client.get(address(row))
