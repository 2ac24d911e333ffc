import pytest
from django.urls import reverse

from crm.models import Espace, Membership, User
from crm.roles import Role
from crm.services.espace import create_espace
from crm.services.member import add_member

PASSWORD = "tour-de-guet-12"


@pytest.fixture
def with_password(victor):
    victor.user.set_password(PASSWORD)
    victor.user.save()
    return victor


def test_sign_in_by_e_mail_leads_to_what_there_is_to_do(client, with_password):
    response = client.post("/connexion/", {"login": "VICTOR@atlas.fr", "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == "/e/atlas/"


def test_sign_in_leads_back_to_the_page_asked_for(client, with_password):
    refused = client.get("/e/atlas/affaires/")
    assert refused.url == "/connexion/?next=/e/atlas/affaires/"
    response = client.post(refused.url, {"login": "victor@atlas.fr", "password": PASSWORD})
    assert response.url == "/e/atlas/affaires/"


@pytest.mark.parametrize("login", ["victor@atlas.fr", "personne@atlas.fr"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_sentence(client, with_password, login):
    response = client.post("/connexion/", {"login": login, "password": "faux"})
    sentence = "L’adresse e-mail ou le mot de passe sont incorrects."
    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == [sentence]


def test_sign_out(sign_in, victor):
    client = sign_in(victor)
    assert client.post("/deconnexion/").url == "/connexion/"
    assert client.get("/e/atlas/comptes/").status_code == 302


def test_nobody_signs_up(client, victor):
    client.post("/connexion/inscription/", {"email": "intrus@atlas.fr", "password1": PASSWORD})
    assert list(User.objects.values_list("email", flat=True)) == ["victor@atlas.fr"]


def test_the_choice_of_an_espace_is_skipped_when_there_is_one(sign_in, victor):
    assert sign_in(victor).get("/").url == "/e/atlas/"


def test_a_member_of_two_espaces_chooses(sign_in, victor, boreal):
    Membership.objects.create(user=victor.user, espace=boreal, role=Role.STANDARD)
    create_espace(name="Cassiopée")
    page = sign_in(victor).get("/")
    assert [espace.name for espace in page.context["espaces"]] == ["Atlas", "Boréal"]
    assert "Cassiopée" not in page.content.decode()


def test_a_disabled_member_chooses_among_none(sign_in, victor):
    Membership.objects.update(is_active=False)
    assert list(sign_in(victor).get("/").context["espaces"]) == []


def test_the_first_start_makes_the_espace_and_its_administrateur(client, db):
    assert client.get("/").url == reverse("first_start")
    response = client.post(
        reverse("first_start"),
        {
            "espace": "Atlas Conseil",
            "first_name": "Amina",
            "last_name": "Haddad",
            "email": "Amina@Atlas.fr",
            "password": PASSWORD,
        },
    )
    member = Membership.objects.get()
    assert response.url == "/e/atlas-conseil/"
    assert (member.espace.name, member.user.email, member.role) == (
        "Atlas Conseil",
        "amina@atlas.fr",
        "administrateur",
    )
    assert client.get("/e/atlas-conseil/comptes/").status_code == 200


def test_the_first_start_refuses_a_weak_password_and_makes_nothing(client, db):
    person = {
        "espace": "Atlas",
        "first_name": "A",
        "last_name": "H",
        "email": "a@atlas.fr",
        "password": "azerty",
    }
    response = client.post(reverse("first_start"), person)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["password"]
    assert (Espace.objects.count(), User.objects.count()) == (0, 0)


def test_the_first_start_is_gone_once_somebody_exists(client, victor):
    assert client.get(reverse("first_start")).url == "/"
    client.post(reverse("first_start"), {"espace": "Intrus", "email": "i@x.fr", "password": PASSWORD})
    assert Espace.objects.count() == 1


@pytest.mark.parametrize(("goal", "next_page"), [("/e/atlas/", "/e/atlas/"), ("https://ailleurs.fr/", "/")])
def test_theme_is_kept_in_a_cookie_and_leads_back(client, db, goal, next_page):
    response = client.post("/theme/", {"theme": "dark", "next": goal})
    assert response.url == next_page
    assert client.get("/connexion/").context["theme"] == "dark"
    client.post("/theme/", {"theme": "auto"})
    assert client.get("/connexion/").context["theme"] == ""


def test_espaces_of_one_name_have_their_own_addresses(db):
    assert [create_espace(name="Été & Fils").slug for _ in range(3)] == [
        "ete-fils",
        "ete-fils-2",
        "ete-fils-3",
    ]


def test_pages_tell_browsers_and_proxies_to_keep_nothing(sign_in, victor):
    headers = sign_in(victor).get("/e/atlas/comptes/").headers
    assert headers["Cache-Control"] == "no-store, private"
    assert set(headers["Content-Security-Policy"].split("; ")) == {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    }
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert (headers["Referrer-Policy"], headers["X-Frame-Options"]) == ("same-origin", "DENY")


def test_a_person_is_added_once_whatever_the_case(atlas, victor):
    with pytest.raises(Exception, match="est déjà membre de l'espace"):
        add_member(espace=atlas, email="Victor@Atlas.fr", role=Role.STANDARD)
