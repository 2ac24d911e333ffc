from datetime import date

import pytest

from accounts.services.opportunite import close_opportunite
from crm.actor import Actor
from tests.business import opportunite
from tests.conftest import TODAY

LIST = "/e/atlas/opportunites/"


def names(response) -> list[str]:
    return [row.name for row in response.context["rows"]]


def tabs(response) -> dict[str, int]:
    return {tab.label: tab.count for tab in response.context["listing"].tabs}


def close(by, row, stage, closed_on=TODAY):
    close_opportunite(by=Actor.of(by), opportunite=row, stage=stage, closed_on=closed_on, today=TODAY)


def test_opportunite_list_shows_the_open_ones_the_nearest_closing_first(sign_in, sara, victor, account):
    lcl = account("LCL")
    opportunite(victor, lcl, "Data", expected_close_on=date(2025, 8, 1), amount=12_000)
    opportunite(victor, lcl, "Refonte", expected_close_on=date(2025, 6, 12), amount=30_000)
    opportunite(victor, lcl, "Sans date")
    response = sign_in(sara).get(LIST)
    assert response.status_code == 200
    assert names(response) == ["Refonte", "Data", "Sans date"]
    assert response.context["listing"].amount == 42_000


def test_opportunite_list_tabs_count_each_stage(sign_in, victor, account):
    lcl = account("LCL")
    for name, stage in (("A", "gagnee"), ("B", "perdue"), ("C", "perdue"), ("D", "abandonnee")):
        close(victor, opportunite(victor, lcl, name), stage)
    opportunite(victor, lcl, "E")
    response = sign_in(victor).get(LIST, {"etat": "perdue", "tri": "nom"})
    assert names(response) == ["B", "C"]
    assert tabs(response) == {"En cours": 1, "Gagnées": 1, "Perdues": 2, "Abandonnées": 1, "Toutes": 5}


def test_opportunite_list_finds_by_name_or_account_whatever_the_accents(sign_in, victor, account):
    opportunite(victor, account("Œuvres du Rhône"), "Portail")
    opportunite(victor, account("LCL"), "Étude")
    client = sign_in(victor)
    assert names(client.get(LIST, {"q": "oeuvres RHONE"})) == ["Portail"]
    assert names(client.get(LIST, {"q": "etude"})) == ["Étude"]


def test_opportunite_list_filters_by_account_and_says_so(sign_in, victor, account):
    lcl, arval = account("LCL"), account("Arval")
    opportunite(victor, lcl, "Une")
    opportunite(victor, arval, "Autre")
    response = sign_in(victor).get(LIST, {"compte": lcl.pk})
    assert names(response) == ["Une"]
    assert "Retirer le filtre Compte" in response.content.decode()


def test_opportunite_list_filters_by_owner(sign_in, victor, sara, account):
    lcl = account("LCL")
    opportunite(victor, lcl, "À moi", owner=victor.pk)
    opportunite(victor, lcl, "À Sara", owner=sara.pk)
    opportunite(victor, lcl, "À personne")
    client = sign_in(victor)
    assert names(client.get(LIST, {"responsable": "moi"})) == ["À moi"]
    assert names(client.get(LIST, {"responsable": "aucun"})) == ["À personne"]
    both = client.get(LIST, {"responsable": ["moi", sara.pk], "tri": "nom"})
    assert names(both) == ["À moi", "À Sara"]


def test_opportunite_list_filters_by_step_and_counts_the_others(sign_in, victor, account):
    lcl = account("LCL")
    opportunite(victor, lcl, "A", step="Proposition")
    opportunite(victor, lcl, "B", step="Négociation")
    response = sign_in(victor).get(LIST, {"etape": "Proposition"})
    assert names(response) == ["A"]
    assert [(step.label, step.count) for step in response.context["listing"].step_choices] == [
        ("Qualification", 0),
        ("Proposition", 1),
        ("Négociation", 1),
    ]


def test_opportunite_list_flags_ghosts_and_keeps_them_alone(sign_in, victor, account):
    lcl = account("LCL")
    opportunite(victor, lcl, "Fantôme", opened_on=date(2025, 1, 2), expected_close_on=date(2025, 5, 30))
    opportunite(victor, lcl, "Pour aujourd'hui", expected_close_on=TODAY)
    close(victor, opportunite(victor, lcl, "Close", expected_close_on=date(2025, 5, 1)), "perdue")
    client = sign_in(victor)
    everything = client.get(LIST)
    assert everything.context["listing"].ghost_count == 1
    assert everything.content.decode().count("fantôme, prévue hier") == 1
    assert names(client.get(LIST, {"fantomes": 1})) == ["Fantôme"]


@pytest.mark.parametrize(
    "order, expected",
    [
        ("nom", ["A", "B", "C"]),
        ("-nom", ["C", "B", "A"]),
        ("compte", ["B", "A", "C"]),
        ("montant", ["C", "A", "B"]),
        ("-montant", ["A", "C", "B"]),
        ("date", ["B", "A", "C"]),
        ("-ouverture", ["C", "B", "A"]),
    ],
)
def test_opportunite_list_sorts_with_the_unknown_last(sign_in, victor, account, order, expected):
    arval, lcl = account("Arval"), account("LCL")
    opportunite(victor, lcl, "A", amount=20, opened_on=date(2025, 1, 1), expected_close_on=date(2025, 7, 2))
    opportunite(victor, arval, "B", opened_on=date(2025, 2, 1), expected_close_on=date(2025, 7, 1))
    opportunite(victor, lcl, "C", amount=10, opened_on=date(2025, 3, 1))
    assert names(sign_in(victor).get(LIST, {"tri": order})) == expected


@pytest.mark.parametrize(
    "parameters, sentence",
    [
        ({"etat": "zut"}, "Cet état n'existe pas."),
        ({"etape": "Zut"}, "Cette étape n'existe pas."),
        ({"compte": "zut"}, "Ce compte n'existe pas."),
        ({"compte": "999999"}, "Ce compte n'existe pas."),
        ({"compte": "9" * 30}, "Ce compte n'existe pas."),
        ({"responsable": "zut"}, "Ce responsable n'existe pas."),
        ({"tri": "zut"}, "Cet ordre n'existe pas."),
        ({"page": "zut"}, "Cette page n'existe pas."),
        ({"page": "2"}, "Cette page n'existe pas."),
        ({"fantomes": "2"}, "Le filtre des clôtures fantômes ne peut valoir que 1."),
        ({"q": "a\0b"}, "Cette recherche est trop longue, ou contient un caractère qui ne s'écrit pas."),
    ],
)
def test_opportunite_list_answers_an_invalid_value_with_a_sentence(
    sign_in, victor, account, parameters, sentence
):
    opportunite(victor, account("LCL"))
    response = sign_in(victor).get(LIST, parameters)
    assert response.status_code == 200
    assert response.context["listing"].errors == [sentence]
    assert names(response) == []


def test_opportunite_list_does_not_know_the_accounts_and_members_of_another_espace(
    sign_in, victor, otto, account
):
    opportunite(victor, account("LCL"))
    response = sign_in(victor).get(LIST, {"responsable": otto.pk})
    assert response.context["listing"].errors == ["Ce responsable n'existe pas."]
    client = sign_in(otto)
    assert names(client.get("/e/boreal/opportunites/", {"etat": "toutes"})) == []
    assert client.get(LIST).status_code == 404


def test_opportunite_list_pages_by_fifty(sign_in, victor, account):
    lcl = account("LCL")
    for n in range(51):
        opportunite(victor, lcl, f"N° {n:02}")
    client = sign_in(victor)
    first = client.get(LIST, {"tri": "nom"})
    assert (len(names(first)), first.context["listing"].next_number) == (50, 2)
    last = client.get(LIST, {"tri": "nom", "page": 2})
    assert names(last) == ["N° 50"]
    assert last.context["listing"].next_number is None


def test_opportunite_list_gives_htmx_the_results_alone(sign_in, victor, account):
    opportunite(victor, account("LCL"))
    html = sign_in(victor).get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert html.strip().startswith('<section class="results" id="results"')
    assert "Refonte" in html


def test_opportunite_list_shows_the_creation_button_to_those_who_may(sign_in, victor, sara):
    assert "/opportunites/nouvelle/" in sign_in(victor).get(LIST).content.decode()
    assert "/opportunites/nouvelle/" not in sign_in(sara).get(LIST).content.decode()


def test_opportunite_list_sends_the_anonymous_to_sign_in(client, atlas):
    response = client.get(LIST)
    assert (response.status_code, response.url) == (302, f"/connexion/?next={LIST}")


@pytest.mark.parametrize("rows", (1, 3))
def test_opportunite_list_query_count(sign_in, victor, sara, account, rows, django_assert_num_queries):
    for n in range(rows):
        opportunite(victor, account(f"Compte {n}"), owner=sara.pk)
    client, filtered = sign_in(victor), {"compte": victor.espace.accounts.first().pk, "responsable": sara.pk}
    client.get(LIST)  # moves the espace to today, and counts
    with django_assert_num_queries(5):
        client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST, filtered)
