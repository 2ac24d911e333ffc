"""« Mon compte »: outside any espace."""

import pytest
from django.core.exceptions import PermissionDenied

from crm.actor import Actor, Door
from crm.models import JournalEntry, Membership, User
from crm.roles import Role
from crm.services.person import edit_person, themselves
from tests.person import add_app, give_password, told


def test_one_changes_ones_name_everywhere(sign_in, atlas, boreal, victor):
    Membership.objects.create(user=victor.user, espace=boreal, role=Role.STANDARD)
    page = sign_in(victor).post(
        "/mon-compte/", {"first_name": " Victor-Marie ", "last_name": "Le  Moine"}, follow=True
    )
    assert page.redirect_chain == [("/mon-compte/", 302)]
    victor.user.refresh_from_db()
    assert victor.user.get_full_name() == "Victor-Marie Le Moine"
    lines = JournalEntry.objects.filter(action="changed").order_by("chain__espace")
    assert [(line.chain.espace.name, line.user, line.payload["changes"]) for line in lines] == [
        (
            name,
            victor.user,
            {"first_name": ["Victor", "Victor-Marie"], "last_name": ["Lemoine", "Le Moine"]},
        )
        for name in ("Atlas", "Boréal")
    ]


def test_a_name_that_stays_the_same_is_told_to_nobody(sign_in, atlas, victor):
    sign_in(victor).post("/mon-compte/", {"first_name": "Victor", "last_name": "Lemoine"})
    assert told(atlas, "changed") == []


def test_a_name_that_lacks_is_refused_by_the_field_and_what_was_typed_kept(sign_in, atlas, victor):
    page = sign_in(victor).post("/mon-compte/", {"first_name": "Vic", "last_name": " "})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["last_name"])
    assert 'value="Vic"' in page.content.decode()
    assert told(atlas, "changed") == []


def test_nobody_changes_the_name_of_somebody_else(victor, sara):
    with pytest.raises(PermissionDenied):
        edit_person(by=themselves(victor.user), user=sara.user, first_name="S", last_name="N")
    sara.user.refresh_from_db()
    assert sara.user.get_full_name() == "Sara Nguyen"


def test_a_superuser_and_the_system_may(victor):
    root = User.objects.create_superuser("racine@vigie.fr")
    edit_person(by=Actor(door=Door.ADMIN, user=root), user=victor.user, first_name="V", last_name="L")
    person = edit_person(by=Actor(door=Door.COMMAND), user=victor.user, first_name="Victor", last_name="L")
    assert person.get_full_name() == "Victor L"


def test_it_leads_back_to_ones_espaces_and_is_led_to_by_ones_name(sign_in, atlas, boreal, victor):
    client = sign_in(victor)
    assert 'class="me-name" href="/mon-compte/"' in client.get("/e/atlas/comptes/").content.decode()
    Membership.objects.create(user=victor.user, espace=boreal, role=Role.STANDARD)
    page = client.get("/mon-compte/").content.decode()
    assert [name in page for name in ('href="/e/atlas/"', 'href="/e/boreal/"')] == [True, True]


def test_espaces_that_one_may_not_enter_are_not_shown(sign_in, atlas, boreal, victor):
    Membership.objects.create(user=victor.user, espace=boreal, role=Role.STANDARD, is_active=False)
    assert "Boréal" not in sign_in(victor).get("/mon-compte/").content.decode()


def test_somebody_without_an_espace_has_an_account_too(client, db):
    root = User.objects.create_superuser("racine@vigie.fr")
    client.force_login(root, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/mon-compte/").status_code == 200


def test_it_says_how_one_is_protected(sign_in, victor):
    client = sign_in(victor)
    assert "Inactive" in client.get("/mon-compte/").content.decode()
    add_app(victor.user)
    page = client.get("/mon-compte/").content.decode()
    assert [words in page for words in ("Active", "Ajoutée le 31 mai 2025", "10 codes restants")] == [
        True
    ] * 3


@pytest.mark.parametrize("devices", (1, 3))
def test_my_account_query_count(sign_in, client, victor, devices, django_assert_num_queries):
    give_password(victor)
    for _ in range(devices):
        client.__class__().post("/connexion/", {"login": "victor@atlas.fr", "password": "tour-de-guet-12"})
    client = sign_in(victor)
    # The session, the person, their espaces, the address asked for, the factors, the devices, their sessions.
    with django_assert_num_queries(7):
        client.get("/mon-compte/")


def test_a_visitor_is_sent_to_sign_in(client, db):
    assert client.get("/mon-compte/").url == "/connexion/?next=/mon-compte/"
