from datetime import date

import pytest

from accounts.services.opportunite import close_opportunite
from crm.actor import Actor
from tests.business import affaire, opportunite
from tests.conftest import TODAY


@pytest.fixture
def row(victor, account):
    return opportunite(
        victor, account("LCL", created_on=date(2020, 1, 1)), amount=12_000, opened_on=date(2025, 4, 1)
    )


def address(row) -> str:
    return f"/e/atlas/opportunites/{row.pk}/"


def close(by, row, stage):
    close_opportunite(by=Actor.of(by), opportunite=row, stage=stage, closed_on=TODAY, today=TODAY)


def test_opportunite_page_shows_the_account_and_what_keeps_its_status(sign_in, sara, row):
    response = sign_in(sara).get(address(row))
    html = response.content.decode()
    explanation = response.context["explanation"]
    assert response.status_code == 200
    assert (explanation.period.status, explanation.reason.row) == ("prospect", row)
    assert html.count(f'href="/e/atlas/comptes/{row.account_id}/"') == 3
    assert "le 1er avril 2025 (il y a 60 j)" in html


def test_opportunite_page_shows_the_affaires_born_of_it(sign_in, victor, row):
    born = affaire(victor, row.account, "Audit né", opportunite=row.pk)
    affaire(victor, row.account, "Audit étranger")
    assert sign_in(victor).get(address(row)).context["affaires"] == [born]


def test_opportunite_page_warns_of_a_ghost_closing(sign_in, victor, account):
    lcl = account("LCL")
    ghost = opportunite(victor, lcl, opened_on=date(2025, 1, 2), expected_close_on=date(2025, 5, 30))
    due_today = opportunite(victor, lcl, expected_close_on=TODAY)
    client = sign_in(victor)
    assert "Clôture fantôme" in client.get(address(ghost)).content.decode()
    assert "Clôture fantôme" not in client.get(address(due_today)).content.decode()


def test_opportunite_page_offers_its_actions_to_those_who_may(sign_in, victor, sara, row):
    actions = ["modifier", "clore", "rouvrir"]

    def offered(member):
        html = sign_in(member).get(address(row)).content.decode()
        return [action for action in actions if f'"{address(row)}{action}/"' in html]

    assert offered(victor) == ["modifier", "clore"]
    assert offered(sara) == []
    close(victor, row, "gagnee")
    assert offered(victor) == ["modifier", "rouvrir"]
    assert offered(sara) == []


def test_a_won_opportunite_offers_an_affaire_filled_with_what_it_knows(sign_in, victor, row):
    close(victor, row, "gagnee")
    client = sign_in(victor)
    offer = f"/e/atlas/affaires/nouvelle/?opportunite={row.pk}"
    assert f'href="{offer}"' in client.get(address(row)).content.decode()
    form = client.get(offer).context["form"]
    assert [form[name].value() for name in ("account", "opportunite", "name", "amount")] == [
        row.account_id,
        row.pk,
        "Refonte",
        "12\xa0000",
    ]


def test_opportunite_of_other_espace_is_not_found(client, sign_in, otto, row):
    assert client.get(address(row)).status_code == 302
    assert sign_in(otto).get(address(row)).status_code == 404
    assert sign_in(otto).get(f"/e/boreal/opportunites/{row.pk}/").status_code == 404


@pytest.mark.parametrize("rows", (1, 3))
def test_opportunite_page_query_count(sign_in, victor, row, rows, django_assert_num_queries):
    for n in range(rows):
        affaire(victor, row.account, f"Audit {n}", opportunite=row.pk)
    client = sign_in(victor)
    client.get(address(row))  # moves the espace to today
    with django_assert_num_queries(11):
        client.get(address(row))
