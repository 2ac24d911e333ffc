"""Several espaces: choosing one, going from one to another, creating one."""

import pytest

from crm.models import Espace, Membership, User
from crm.roles import Role
from crm.services.espace import create_espace
from crm.services.member import add_member
from tests.business import said
from tests.journal import told

NEW = "/espaces/nouveau/"


@pytest.fixture
def amina_twice(amina, boreal) -> Membership:
    """Amina, who is a Standard of Boréal too."""
    add_member(espace=boreal, email="amina@atlas.fr", role=Role.STANDARD)
    return amina


def names(page) -> list[str]:
    return [espace.name for espace in page.context["espaces"]]


def test_the_only_espace_is_entered_at_once(sign_in, victor):
    assert sign_in(victor).get("/").url == "/e/atlas/"


def test_espaces_are_listed_to_choose_one(sign_in, amina_twice):
    create_espace(name="Cassiopée")
    for address in ("/", "/espaces/"):
        page = sign_in(amina_twice).get(address)
        assert names(page) == ["Atlas", "Boréal"]
        assert "Cassiopée" not in page.content.decode()


def test_espaces_left_or_deleted_are_not_listed(sign_in, amina_twice, boreal, today):
    boreal.memberships.filter(user=amina_twice.user).update(is_active=False)
    client = sign_in(amina_twice)
    assert names(client.get("/espaces/")) == ["Atlas"]
    boreal.memberships.filter(user=amina_twice.user).update(is_active=True)
    Espace.objects.filter(pk=boreal.pk).update(deleted_at="2025-05-30T10:00:00Z")
    assert names(client.get("/espaces/")) == ["Atlas"]


def test_the_switcher_lists_espaces_with_the_present_one_marked(sign_in, amina_twice):
    page = sign_in(amina_twice).get("/espaces/?dans=boreal", headers={"HX-Request": "true"})
    html = page.content.decode()
    assert '<a href="/e/boreal/" aria-current="true">' in html
    assert '<a href="/e/atlas/">' in html
    assert f'href="{NEW}"' in html
    assert "<html" not in html


def test_every_page_links_to_the_switcher_without_a_query_for_it(sign_in, victor, django_assert_num_queries):
    page = sign_in(victor).get("/e/atlas/projets/")
    html = page.content.decode()
    assert 'hx-get="/espaces/?dans=atlas"' in html
    assert '<a class="side-espace no-js-only" href="/espaces/"' in html


def test_an_administrateur_creates_another_espace_and_lands_there(sign_in, amina):
    client = sign_in(amina)
    assert f'href="{NEW}"' in client.get("/espaces/").content.decode()
    response = client.post(NEW, {"name": " Atlas  Ouest "}, follow=True)
    assert response.redirect_chain[0][0] == "/e/atlas-ouest/"
    assert said(response) == ["L'espace « Atlas Ouest » est créé : vous en êtes l'administrateur."]
    created = Espace.objects.get(slug="atlas-ouest")
    assert [(str(m), m.role) for m in created.memberships.all()] == [("Amina Haddad", "administrateur")]
    assert [line[:4] for line in told(created)] == [
        ("Amina", "created", "espace", "Atlas Ouest"),
        ("Amina", "created", "membership", "Amina Haddad"),
    ]


def test_two_espaces_of_the_same_name_have_addresses_of_their_own(sign_in, amina):
    assert sign_in(amina).post(NEW, {"name": "Atlas"}).url == "/e/atlas-2/"


def test_espace_without_a_name_is_refused_by_the_field(sign_in, amina):
    response = sign_in(amina).post(NEW, {"name": " "})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["name"])
    assert Espace.objects.count() == 1


def test_others_create_no_espace(sign_in, client, sara, victor, amina, atlas):
    former = add_member(espace=atlas, email="nadia@atlas.fr", role=Role.ADMINISTRATEUR)
    Membership.objects.filter(pk=former.pk).update(is_active=False)
    assert client.get(NEW).url == f"/connexion/?next={NEW}"
    assert client.post(NEW, {"name": "Pirate"}).url == f"/connexion/?next={NEW}"
    for member in (sara, victor, former):
        theirs = sign_in(member)
        assert f'href="{NEW}"' not in theirs.get("/espaces/").content.decode()
        for response in (theirs.get(NEW), theirs.post(NEW, {"name": "Pirate"})):
            assert response.status_code == 403
            assert "Seul un membre Administrateur peut le faire." in response.content.decode()
    assert Espace.objects.count() == 1


def test_a_superuser_creates_an_espace(client, db):
    root = User.objects.create_superuser("racine@vigie.fr")
    client.force_login(root, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(NEW, {"name": "Atlas"}).url == "/e/atlas/"
    assert root.memberships.get().role == "administrateur"


@pytest.mark.parametrize("rows", (1, 3))
def test_choice_query_count(sign_in, victor, rows, django_assert_num_queries):
    for n in range(rows):
        add_member(espace=create_espace(name=f"Espace {n}"), email="victor@atlas.fr", role=Role.STANDARD)
    client = sign_in(victor)
    client.get("/espaces/")
    with django_assert_num_queries(5):  # session, user, espaces, whether one may create, deleted ones
        client.get("/espaces/")
