"""« Rechercher »: what one may do and the rows that one looks for, from any page."""

import pytest

from accounts.services.account import archive_account
from accounts.services.affaire import create_affaire
from accounts.services.contact import create_contact
from accounts.services.opportunite import create_opportunite
from accounts.services.projet import create_projet
from crm.actor import Actor

ADDRESS = "/e/atlas/recherche/"
IN_THE_DIALOG = {"HX-Request": "true"}


def found(client, typed: str) -> dict[str, list[str]]:
    groups = client.get(ADDRESS, {"q": typed}).context["groups"]
    return {title: [str(row) for row in rows] for title, rows in groups}


@pytest.fixture
def business(atlas, victor, account, today):
    """An account, and one row of each kind that is called after it."""
    by, arval = Actor.of(victor), account("Arval", website="arval.fr")
    create_affaire(by=by, espace=atlas, account=arval.pk, name="Audit d'Arval", starts_on=today)
    create_opportunite(by=by, espace=atlas, today=today, account=arval.pk, name="Refonte Arval")
    create_projet(by=by, espace=atlas, account=arval.pk, name="Programme Arval")
    create_contact(by=by, espace=atlas, account=arval.pk, first_name="Léa", last_name="Arvaldi")
    return arval


def test_rows_of_every_kind_are_found_by_what_is_typed(sign_in, sara, business):
    assert found(sign_in(sara), "ARVÀL") == {
        "Comptes": ["Arval"],
        "Contacts": ["Léa Arvaldi"],
        "Opportunités": ["Refonte Arval"],
        "Affaires": ["Audit d'Arval"],
        "Projets": ["Programme Arval"],
    }


def test_each_leads_to_its_page_with_the_mark_of_its_account(sign_in, sara, business):
    html = sign_in(sara).get(ADDRESS, {"q": "arval"}).content.decode()
    assert f'href="/e/atlas/comptes/{business.pk}/"' in html
    assert html.count(">AR</span>") == 5


def test_account_is_found_by_its_website(sign_in, sara, business):
    assert found(sign_in(sara), "arval.fr") == {"Comptes": ["Arval"]}


def test_at_most_five_of_a_kind_are_shown_those_that_begin_so_first(sign_in, sara, account):
    for name in ("Groupe Colas", "Colas 1", "Colas 2", "Colas 3", "Colas 4", "Colas 5"):
        account(name)
    assert found(sign_in(sara), "colas") == {"Comptes": [f"Colas {n}" for n in range(1, 6)]}


def test_archived_account_is_left_out_as_in_the_list(sign_in, sara, amina, business, today):
    archive_account(by=Actor.of(amina), account=business, today=today)
    assert "Comptes" not in found(sign_in(sara), "arval")


def test_rows_of_another_espace_are_not_found(sign_in, otto, boreal, business):
    groups = sign_in(otto).get("/e/boreal/recherche/", {"q": "arval"}).context["groups"]
    assert groups == []


@pytest.mark.parametrize("typed", ("", "   ", "\0", "a" * 5000, "%_'\"<script>", "l'été"))
def test_anything_may_be_typed(sign_in, sara, typed):
    assert sign_in(sara).get(ADDRESS, {"q": typed}).status_code == 200


def test_actions_are_those_that_one_may_do(sign_in, sara, victor):
    def labels(member, typed=""):
        context = sign_in(member).get(ADDRESS, {"q": typed}).context
        return [action.label for action, _ in context["actions"]]

    assert labels(sara)[:4] == ["Nouvelle relance", "Nouveau contact", "Aujourd'hui", "Comptes"]
    assert labels(victor)[:2] == ["Nouveau compte", "Nouvelle opportunité"]
    assert labels(victor, "nouv opp") == ["Nouvelle opportunité"]
    assert labels(victor, "journal") == []


def test_what_is_not_found_may_be_created_by_those_who_may(sign_in, victor, sara):
    offer = "/e/atlas/comptes/nouveau/?name=L%27Or%C3%A9al"
    assert offer in sign_in(victor).get(ADDRESS, {"q": "L'Oréal"}).content.decode()
    html = sign_in(sara).get(ADDRESS, {"q": "L'Oréal"}).content.decode()
    assert offer not in html
    assert "Rien ne s'appelle « L&#x27;Oréal »." in html


def test_dialog_gets_the_results_alone_as_options(sign_in, sara, business):
    html = sign_in(sara).get(ADDRESS, {"q": "arval"}, headers=IN_THE_DIALOG).content.decode()
    assert "<html" not in html
    assert html.count('role="option"') == 5


def test_query_count(sign_in, sara, business, django_assert_num_queries):
    client = sign_in(sara)
    client.get(ADDRESS, {"q": "arval"})
    with django_assert_num_queries(8):  # three for who asks, one for each kind
        client.get(ADDRESS, {"q": "arval"})
