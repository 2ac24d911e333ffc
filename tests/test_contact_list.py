from datetime import date

import pytest

from accounts.services.contact import edit_contact
from crm.actor import Actor
from tests.business import contact
from tests.conftest import TODAY

LIST = "/e/atlas/contacts/"


@pytest.fixture
def people(victor, account) -> dict:
    """Two people at LCL, one of whom left, and one at Arval."""
    lcl = account("LCL")
    rows = {
        "anne": contact(victor, lcl, "Zola", first_name="Anne", email="anne.z@lcl.fr", is_main=True),
        "gone": contact(victor, lcl, "Éluard", first_name="Paul", job_title="Acheteur"),
        "jean": contact(victor, account("Arval"), "Moulin", first_name="Jean", phone="01 99 00 12 34"),
    }
    edit_contact(by=Actor.of(victor), contact=rows["gone"], today=TODAY, left_on=date(2025, 3, 2))
    return rows


def names(response) -> list[str]:
    return [str(row) for row in response.context["rows"]]


def test_contact_list_shows_those_who_are_there_by_last_name(sign_in, sara, people):
    response = sign_in(sara).get(LIST)
    assert response.status_code == 200
    assert names(response) == ["Jean Moulin", "Anne Zola"]
    assert [(tab.label, tab.count) for tab in response.context["listing"].tabs] == [
        ("En poste", 2),
        ("Partis", 1),
        ("Tous", 3),
    ]
    html = response.content.decode()
    assert 'href="mailto:anne.z@lcl.fr"' in html
    assert 'href="tel:0199001234"' in html


@pytest.mark.parametrize(
    "parameters, expected",
    [
        ({"etat": "parti"}, ["Paul Éluard"]),
        ({"etat": "toutes"}, ["Paul Éluard", "Jean Moulin", "Anne Zola"]),
        ({"etat": "toutes", "tri": "-nom"}, ["Anne Zola", "Jean Moulin", "Paul Éluard"]),
        ({"etat": "toutes", "tri": "compte"}, ["Jean Moulin", "Anne Zola", "Paul Éluard"]),
        ({"etat": "toutes", "tri": "depart"}, ["Paul Éluard", "Anne Zola", "Jean Moulin"]),
        ({"etat": "toutes", "q": "paul ELUARD"}, ["Paul Éluard"]),
        ({"q": "zola anne"}, ["Anne Zola"]),
        ({"q": "anne.z@lcl"}, ["Anne Zola"]),
        ({"q": "arval"}, ["Jean Moulin"]),
    ],
)
def test_contact_list_filters_and_sorts(sign_in, sara, people, parameters, expected):
    assert names(sign_in(sara).get(LIST, parameters)) == expected


def test_contact_list_of_an_account(sign_in, sara, people):
    response = sign_in(sara).get(LIST, {"compte": people["anne"].account_id})
    assert names(response) == ["Anne Zola"]
    assert response.context["listing"].all_states == 2


@pytest.mark.parametrize(
    "parameters, sentence",
    [
        ({"etat": "perdu"}, "Cet état n'existe pas."),
        ({"tri": "date"}, "Cet ordre n'existe pas."),
        ({"compte": "0"}, "Ce compte n'existe pas."),
        ({"page": "2"}, "Cette page n'existe pas."),
    ],
)
def test_contact_list_answers_an_invalid_value_with_a_sentence(sign_in, sara, people, parameters, sentence):
    response = sign_in(sara).get(LIST, parameters)
    assert response.context["listing"].errors == [sentence]
    assert names(response) == []


def test_contact_list_is_of_one_espace_only(client, sign_in, otto, people):
    assert client.get(LIST).status_code == 302
    assert sign_in(otto).get(LIST).status_code == 404
    assert names(sign_in(otto).get("/e/boreal/contacts/")) == []


def test_empty_contact_list_offers_the_first_step(sign_in, sara):
    assert "Ajouter un premier contact" in sign_in(sara).get(LIST).content.decode()


@pytest.mark.parametrize("rows", (1, 3))
def test_contact_list_query_count(sign_in, victor, account, rows, django_assert_num_queries):
    for n in range(rows):
        contact(victor, account(f"LCL {n}"))
    client = sign_in(victor)
    client.get(LIST)  # moves the espace to today, and counts
    with django_assert_num_queries(4):
        client.get(LIST)
