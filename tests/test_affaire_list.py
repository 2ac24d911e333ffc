from datetime import date

import pytest

from accounts.services.affaire import cancel_affaire
from accounts.templatetags.trade import affaire_state
from crm.actor import Actor
from tests.business import affaire, projet
from tests.conftest import TODAY

LIST = "/e/atlas/affaires/"
TAB_OF_PILL = {"En cours": "en_cours", "À venir": "a_venir", "Terminée": "terminee", "Annulée": "annulee"}


def names(response) -> list[str]:
    return [row.name for row in response.context["rows"]]


@pytest.fixture
def one_of_each(victor, account):
    """Affaires on both sides of each limit between two states."""
    lcl = account("LCL")
    affaire(victor, lcl, "Sans fin", date(2025, 5, 31), amount=100)
    affaire(victor, lcl, "Dernier jour", date(2025, 1, 1), ends_on=date(2025, 5, 31), amount=10)
    affaire(victor, lcl, "Finie hier", date(2025, 1, 1), ends_on=date(2025, 5, 30))
    affaire(victor, lcl, "Commence demain", date(2025, 6, 1))
    for name, starts_on in (("Annulée en route", date(2025, 5, 1)), ("Annulée avant", date(2025, 7, 1))):
        row = affaire(victor, lcl, name, starts_on)
        cancel_affaire(by=Actor.of(victor), affaire=row, cancelled_on=TODAY)
    return lcl


def test_affaire_list_shows_the_running_ones_the_nearest_end_first(sign_in, sara, one_of_each):
    response = sign_in(sara).get(LIST)
    assert response.status_code == 200
    assert names(response) == ["Dernier jour", "Sans fin"]
    assert response.context["listing"].amount == 110


@pytest.mark.parametrize(
    "state, expected",
    [
        ("en_cours", ["Dernier jour", "Sans fin"]),
        ("a_venir", ["Commence demain"]),
        ("terminee", ["Finie hier"]),
        ("annulee", ["Annulée avant", "Annulée en route"]),
    ],
)
def test_affaire_list_tab_holds_the_affaires_of_its_pill(sign_in, victor, one_of_each, state, expected):
    response = sign_in(victor).get(LIST, {"etat": state, "tri": "nom"})
    assert names(response) == expected
    assert {TAB_OF_PILL[affaire_state(row, TODAY)[0]] for row in response.context["rows"]} == {state}


def test_affaire_list_tabs_count_what_they_open(sign_in, victor, one_of_each):
    response = sign_in(victor).get(LIST, {"etat": "toutes"})
    assert [(tab.label, tab.count) for tab in response.context["listing"].tabs] == [
        ("En cours", 2),
        ("À venir", 1),
        ("Terminées", 1),
        ("Annulées", 2),
        ("Toutes", 6),
    ]
    assert len(names(response)) == 6


def test_affaire_list_filters_by_account_projet_owner_and_text(sign_in, victor, account):
    lcl, arval = account("LCL"), account("Arval")
    portail = projet(victor, lcl)
    affaire(victor, lcl, "Dans le projet", projet=portail.pk, owner=victor.pk)
    affaire(victor, arval, "Ailleurs")
    client = sign_in(victor)
    assert names(client.get(LIST, {"compte": arval.pk})) == ["Ailleurs"]
    assert names(client.get(LIST, {"projet": portail.pk})) == ["Dans le projet"]
    assert names(client.get(LIST, {"responsable": "aucun"})) == ["Ailleurs"]
    assert names(client.get(LIST, {"q": "ârv"})) == ["Ailleurs"]


@pytest.mark.parametrize(
    "order, expected",
    [
        ("nom", ["A", "B", "C"]),
        ("-compte", ["C", "A", "B"]),
        ("date", ["C", "A", "B"]),
        ("-fin", ["C", "A", "B"]),
        ("-montant", ["B", "A", "C"]),
    ],
)
def test_affaire_list_sorts_with_the_unknown_last(sign_in, victor, account, order, expected):
    arval, lcl = account("Arval"), account("LCL")
    affaire(victor, lcl, "A", date(2025, 2, 1), ends_on=date(2025, 7, 1), amount=10)
    affaire(victor, arval, "B", date(2025, 3, 1), amount=20)
    affaire(victor, lcl, "C", date(2025, 1, 1), ends_on=date(2025, 8, 1))
    assert names(sign_in(victor).get(LIST, {"tri": order})) == expected


@pytest.mark.parametrize(
    "parameters, sentence",
    [
        ({"etat": "zut"}, "Cet état n'existe pas."),
        ({"projet": "zut"}, "Ce projet n'existe pas."),
        ({"projet": "999999"}, "Ce projet n'existe pas."),
        ({"tri": "ouverture"}, "Cet ordre n'existe pas."),
    ],
)
def test_affaire_list_answers_an_invalid_value_with_a_sentence(
    sign_in, victor, one_of_each, parameters, sentence
):
    response = sign_in(victor).get(LIST, parameters)
    assert response.context["listing"].errors == [sentence]
    assert names(response) == []


def test_affaire_list_is_of_one_espace_only(client, sign_in, otto, one_of_each):
    assert client.get(LIST).status_code == 302
    assert sign_in(otto).get(LIST).status_code == 404
    foreign = {"etat": "toutes", "compte": one_of_each.pk}
    assert sign_in(otto).get("/e/boreal/affaires/", foreign).context["listing"].errors == [
        "Ce compte n'existe pas."
    ]
    assert names(sign_in(otto).get("/e/boreal/affaires/", {"etat": "toutes"})) == []


def test_affaire_list_shows_the_creation_button_to_those_who_may(sign_in, victor, sara):
    assert "/affaires/nouvelle/" in sign_in(victor).get(LIST).content.decode()
    assert "/affaires/nouvelle/" not in sign_in(sara).get(LIST).content.decode()


@pytest.mark.parametrize("rows", (1, 3))
def test_affaire_list_query_count(sign_in, victor, sara, account, rows, django_assert_num_queries):
    for n in range(rows):
        lcl = account(f"LCL {n}")
        portail = projet(victor, lcl)
        affaire(victor, lcl, f"Audit {n}", projet=portail.pk, owner=sara.pk)
    client, filtered = sign_in(victor), {"compte": lcl.pk, "projet": portail.pk, "responsable": sara.pk}
    client.get(LIST)  # moves the espace to today, and counts
    with django_assert_num_queries(5):
        client.get(LIST)
    with django_assert_num_queries(8):
        client.get(LIST, filtered)
