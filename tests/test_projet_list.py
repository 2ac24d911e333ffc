from datetime import date
from decimal import Decimal

import pytest

from accounts.services.affaire import cancel_affaire
from crm.actor import Actor
from tests.business import affaire, projet
from tests.conftest import TODAY

LIST = "/e/atlas/projets/"


def names(response) -> list[str]:
    return [row.name for row in response.context["rows"]]


def test_projet_list_shows_each_with_its_affaires_and_what_was_signed(sign_in, sara, victor, account):
    lcl = account("LCL")
    portail = projet(victor, lcl, "Portail")
    projet(victor, lcl, "Data")
    affaire(victor, lcl, projet=portail.pk, amount=30_000)
    affaire(victor, lcl, projet=portail.pk, amount=12_000)
    never = affaire(victor, lcl, projet=portail.pk, amount=99_000, starts_on=date(2025, 7, 1))
    cancel_affaire(by=Actor.of(victor), affaire=never, cancelled_on=TODAY)
    response = sign_in(sara).get(LIST)
    assert response.status_code == 200
    assert [(row.name, row.affaires_count, row.affaires_total) for row in response.context["rows"]] == [
        ("Data", 0, None),
        ("Portail", 3, Decimal(42_000)),
    ]


def test_projet_list_number_of_affaires_opens_exactly_them(sign_in, victor, account):
    lcl = account("LCL")
    portail = projet(victor, lcl)
    affaire(victor, lcl, "Finie", date(2024, 1, 1), ends_on=date(2024, 2, 1), projet=portail.pk)
    affaire(victor, lcl, "Hors projet")
    client = sign_in(victor)
    link = f"/e/atlas/affaires/?projet={portail.pk}&amp;etat=toutes"
    assert f'href="{link}"' in client.get(LIST).content.decode()
    assert names(client.get(link.replace("&amp;", "&"))) == ["Finie"]


@pytest.mark.parametrize(
    "parameters, expected",
    [
        ({"q": "PORTAIL"}, ["Portail"]),
        ({"q": "arval"}, ["Flotte"]),
        ({"responsable": "moi"}, ["Portail"]),
        ({"tri": "-nom"}, ["Portail", "Flotte"]),
        ({"tri": "-montant"}, ["Flotte", "Portail"]),
        ({"tri": "affaires"}, ["Portail", "Flotte"]),
    ],
)
def test_projet_list_filters_and_sorts(sign_in, victor, account, parameters, expected):
    arval = account("Arval")
    projet(victor, account("LCL"), "Portail", owner=victor.pk)
    affaire(victor, arval, projet=projet(victor, arval, "Flotte").pk, amount=10)
    assert names(sign_in(victor).get(LIST, parameters)) == expected


@pytest.mark.parametrize(
    "parameters, sentence",
    [
        ({"tri": "date"}, "Cet ordre n'existe pas."),
        ({"compte": "0"}, "Ce compte n'existe pas."),
        ({"page": "2"}, "Cette page n'existe pas."),
    ],
)
def test_projet_list_answers_an_invalid_value_with_a_sentence(sign_in, victor, account, parameters, sentence):
    projet(victor, account("LCL"))
    response = sign_in(victor).get(LIST, parameters)
    assert response.context["listing"].errors == [sentence]
    assert names(response) == []


def test_projet_list_is_of_one_espace_only(client, sign_in, victor, otto, account):
    projet(victor, account("LCL"))
    assert client.get(LIST).status_code == 302
    assert sign_in(otto).get(LIST).status_code == 404
    assert names(sign_in(otto).get("/e/boreal/projets/")) == []


def test_projet_list_shows_the_creation_button_to_those_who_may(sign_in, victor, sara):
    assert "/projets/nouveau/" in sign_in(victor).get(LIST).content.decode()
    assert "/projets/nouveau/" not in sign_in(sara).get(LIST).content.decode()


@pytest.mark.parametrize("rows", (1, 3))
def test_projet_list_query_count(sign_in, victor, account, rows, django_assert_num_queries):
    for n in range(rows):
        lcl = account(f"LCL {n}")
        affaire(victor, lcl, projet=projet(victor, lcl, owner=victor.pk).pk)
    client = sign_in(victor)
    client.get(LIST)  # moves the espace to today, and counts
    with django_assert_num_queries(5):
        client.get(LIST)
