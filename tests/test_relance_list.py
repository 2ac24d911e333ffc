from datetime import date

import pytest

from accounts.models import Relance
from accounts.services.relance import cancel_relance, do_relance
from crm.actor import Actor
from tests.business import opportunite, relance
from tests.conftest import TODAY

LIST = "/e/atlas/relances/"


@pytest.fixture
def rows(victor, sara, account) -> None:
    """Relances of each state. TODAY is a Saturday: the week is from 26 May to 1 June."""
    lcl, arval = account("LCL"), account("Arval")
    relance(victor, lcl, "Demain", date(2025, 6, 1))
    relance(victor, lcl, "Plus tard", date(2025, 6, 20), kind="email")
    relance(victor, arval, "À Sara", date(2025, 6, 2), assignee=sara.pk)
    for subject, due_on, member in (("Vieille", "2025-05-20", victor), ("Lundi", "2025-05-26", sara)):
        relance(victor, arval, subject, assignee=member.pk)
        Relance.objects.filter(subject=subject).update(due_on=due_on)
    done, dropped = relance(victor, lcl, "Faite"), relance(victor, lcl, "Annulée")
    do_relance(by=Actor.of(victor), relance=done, today=TODAY, outcome="Bien")
    cancel_relance(by=Actor.of(victor), relance=dropped, today=TODAY)


def names(response) -> list[str]:
    return [row.subject for row in response.context["rows"]]


def test_list_shows_ones_own_the_most_urgent_first(sign_in, victor, rows):
    assert names(sign_in(victor).get(LIST)) == ["Vieille", "Demain", "Plus tard"]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("miennes", ["Vieille", "Demain", "Plus tard"]),
        ("retard", ["Vieille", "Lundi"]),
        ("semaine", ["Lundi", "Demain"]),
        ("equipe", ["Vieille", "Lundi", "Demain", "À Sara", "Plus tard"]),
        ("faites", ["Faite"]),
        ("toutes", ["Plus tard", "Annulée", "Faite", "À Sara", "Demain", "Lundi", "Vieille"]),
    ],
)
def test_each_tab_opens_exactly_the_rows_that_it_counts(sign_in, victor, rows, state, expected):
    response = sign_in(victor).get(LIST, {"etat": state})
    assert names(response) == expected
    counts = {tab.value: tab.count for tab in response.context["listing"].tabs}
    assert counts == {"miennes": 3, "retard": 2, "semaine": 2, "equipe": 5, "faites": 1, "toutes": 7}


@pytest.mark.parametrize("query", ["", "genre=email", "responsable=moi", "q=arval", "compte"])
def test_counts_honour_the_other_filters(sign_in, victor, sara, rows, query):
    client = sign_in(victor)
    if query == "compte":
        query = f"compte={Relance.objects.get(subject='Vieille').account_id}"
    tabs = client.get(f"{LIST}?{query}").context["listing"].tabs
    for tab in tabs:
        assert len(names(client.get(f"{LIST}?{query}&etat={tab.value}"))) == tab.count, tab.label


def test_a_relance_that_closed_itself_is_not_among_those_done(sign_in, victor, rows):
    closed = Relance.objects.get(subject="Plus tard")
    Relance.objects.filter(pk=closed.pk).update(cause="inactif")
    opportunite(victor, closed.account)
    client = sign_in(victor)
    assert names(client.get(LIST, {"etat": "faites"})) == ["Faite"]
    page = client.get(LIST, {"etat": "toutes", "q": "tard"})
    assert names(page) == ["Plus tard"]
    assert "close aujourd&#x27;hui" in page.content.decode()
    assert ">Close</span>" in page.content.decode()


def test_list_is_narrowed_by_account_member_kind_and_words(sign_in, victor, sara, rows):
    client = sign_in(victor)
    found = {
        query: sorted(names(client.get(f"{LIST}?etat=equipe&{query}")))
        for query in (f"responsable={sara.pk}", "genre=email", "q=arval", "q=tard")
    }
    assert list(found.values()) == [
        ["Lundi", "À Sara"],
        ["Plus tard"],
        ["Lundi", "Vieille", "À Sara"],
        ["Plus tard"],
    ]


def test_what_is_late_says_so_in_words(sign_in, victor, rows):
    page = sign_in(victor).get(LIST, {"etat": "retard"}).content.decode()
    assert [f"en retard de {n} j" in page for n in (11, 5)] == [True, True]


def test_standard_has_buttons_on_their_own_only(sign_in, victor, sara, rows):
    own, other = Relance.objects.get(subject="Lundi"), Relance.objects.get(subject="Vieille")
    for member, expected in ((sara, [True, False]), (victor, [True, True])):
        page = sign_in(member).get(LIST, {"etat": "retard"}).content.decode()
        assert [f"/relances/{row.pk}/faire/" in page for row in (own, other)] == expected


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"etat": "zut"}, "Cet état n'existe pas."),
        ({"genre": "zut"}, "Ce genre de relance n'existe pas."),
        ({"compte": "999999"}, "Ce compte n'existe pas."),
        ({"responsable": "aucun"}, "Ce responsable n'existe pas."),
        ({"tri": "montant"}, "Cet ordre n'existe pas."),
        ({"page": "2"}, "Cette page n'existe pas."),
    ],
)
def test_an_invalid_value_gives_a_sentence_and_no_rows(sign_in, victor, rows, parameters, sentence):
    response = sign_in(victor).get(LIST, parameters)
    assert (response.status_code, response.context["listing"].errors) == (200, [sentence])
    assert names(response) == []


@pytest.mark.parametrize("count", (1, 3))
def test_list_query_count(sign_in, victor, account, count, django_assert_num_queries):
    for n in range(count):
        relance(victor, account(f"Compte {n}"))
    client = sign_in(victor)
    client.get(LIST)
    relance(victor, account("Autre"), due_on=date(2025, 6, 2))  # forgets the counts
    with django_assert_num_queries(6):
        client.get(LIST)
    with django_assert_num_queries(5):
        client.get(LIST)


def test_list_of_another_espace_is_not_found(sign_in, otto, rows):
    assert sign_in(otto).get(LIST).status_code == 404
