"""Who may do what: every address (read from the URL resolver) by every kind of visitor, every service."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Account, Affaire, Contact, Opportunite, Projet, Relance, SavedView
from accounts.services import importing
from accounts.services.account import create_account
from accounts.services.status import tick
from crm.actor import Actor, Door
from crm.models import Membership, User
from crm.roles import RIGHTS, Role, who_can
from tests.business import own_view, relance
from tests.isolation.addresses import ADDRESSES, address, required_right
from tests.isolation.state import stored
from tests.service_calls import TODAY, Example, examples

STANDARD, AVANCE, ADMINISTRATEUR = Role


def visit(client, espace: str, rows: dict, routes=ADDRESSES) -> dict[str, list]:
    """What GET and POST answer on each address, by route."""
    found = {}
    for route in routes:
        path = address(route, espace, rows)
        found[route] = [client.get(path), client.post(path)]
    return found


def statuses(visited: dict[str, list]) -> dict[str, tuple[int, int]]:
    return {route: (got.status_code, posted.status_code) for route, (got, posted) in visited.items()}


# Addresses.


def test_every_address_says_which_right_it_takes():
    assert {route for route in ADDRESSES if required_right(route) not in RIGHTS} == set()


# What every member opens, and what an Avancé opens besides. All the rest is for Administrateurs alone.
SEEN = {
    *("espace", "recherche", "flux", "groupes", "groupe"),
    *("comptes", "compte", "compte_choix", "compte_historique"),
    *("projets", "projet", "projet_choix", "projet_historique"),
    *("affaires", "affaire", "affaire_historique"),
    *("opportunites", "opportunite", "opportunite_choix", "opportunite_historique"),
    "opportunites_tableau",
    *("contacts", "contact", "contact_historique", "contact_nouveau"),
    *("note", "note_nouvelle", "note_modifier", "note_supprimer", "note_historique", "compte_fil"),
    *("relances", "relance", "relance_nouvelle", "relance_modifier", "relance_supprimer"),
    *("relance_faire", "relance_reporter", "relance_annuler", "relance_retablir", "relance_historique"),
    *("relances_agenda", "relances_agenda_fermer"),
    *("resume", "resume_exemple"),
    *("membre_choix", "tag_choix"),
    *("logo", "compte_logo_attente"),
    *("vues", "vue_nouvelle", "vue_modifier", "vue_enregistrer", "vue_deplacer", "vue_supprimer"),
}
WRITTEN = {
    *("compte_nouveau", "compte_apercu", "compte_modifier", "compte_archiver", "compte_desarchiver"),
    *("compte_deplacer", "compte_remettre"),
    *("compte_logo", "compte_logo_apercu", "compte_logo_actualiser", "compte_logo_retirer"),
    *("projet_nouveau", "projet_modifier", "projet_supprimer"),
    *("affaire_nouvelle", "affaire_et_si", "affaire_modifier", "affaire_supprimer"),
    *("affaire_terminer", "affaire_annuler", "affaire_reprendre"),
    *("opportunite_nouvelle", "opportunite_et_si", "opportunite_modifier", "opportunite_supprimer"),
    *("opportunite_clore", "opportunite_rouvrir", "opportunite_deplacer"),
    *("contact_modifier", "contact_supprimer"),
    *("corbeille", "corbeille_restaurer"),
    *("relances_planifier", "relances_retirer"),
}


@pytest.mark.parametrize(("role", "names"), [(STANDARD, SEEN), (AVANCE, SEEN | WRITTEN)])
def test_what_a_role_opens_is_named_here(role, names):
    """So that a view which asks for another right than before is seen, though the table is right."""
    assert {ADDRESSES[route].name for route in ADDRESSES if role in RIGHTS[required_right(route)]} == names


@pytest.mark.parametrize("espace", ("atlas", "nulle-part"))
def test_anonymous_is_sent_to_sign_in_whether_the_espace_exists_or_not(client, rows, espace):
    before = stored()
    for route, responses in visit(client, espace, rows).items():
        sign_in_page = f"/connexion/?next={address(route, espace, rows)}"
        assert [(r.status_code, r.url) for r in responses] == [(302, sign_in_page)] * 2
    assert stored() == before


@pytest.mark.parametrize("espace", ("atlas", "nulle-part"))
@pytest.mark.parametrize("email", ("otto@boreal.fr", "victor@atlas.fr", "racine@vigie.fr"))
def test_espace_does_not_exist_for_strangers(client, rows, otto, victor, email, espace):
    """The Administrateur of another espace, a member who was disabled, a superuser without membership."""
    User.objects.create_superuser("racine@vigie.fr")
    Membership.objects.filter(pk=victor.pk).update(is_active=False)
    stranger = User.objects.get(email=email)
    client.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")
    before = stored()
    assert statuses(visit(client, espace, rows)) == dict.fromkeys(ADDRESSES, (404, 404))
    assert stored() == before


@pytest.mark.parametrize("name", ("sara", "victor"))
def test_role_without_the_right_is_refused_and_told_who_can(request, sign_in, rows, name):
    member = request.getfixturevalue(name)
    refused = [route for route in ADDRESSES if member.role not in RIGHTS[required_right(route)]]
    client = sign_in(member)
    before = stored()
    for route, responses in visit(client, "atlas", rows, refused).items():
        for response in responses:
            assert response.status_code == 403, route
            assert who_can(required_right(route)) in response.content.decode()
    assert stored() == before


@pytest.mark.parametrize("name", ("sara", "victor", "amina"))
def test_role_with_the_right_is_let_in(request, sign_in, rows, name):
    member = request.getfixturevalue(name)
    let_in = [route for route in ADDRESSES if member.role in RIGHTS[required_right(route)]]
    # One's own: others' take relance.assign, or are seen by nobody else.
    rows = rows | {Relance: relance(member, rows[Account]), SavedView: own_view(member)}
    client, visited = sign_in(member), {}
    for route in let_in:
        with transaction.atomic():  # undone, since some delete the rows that the next ones are about
            visited |= visit(client, "atlas", rows, [route])
            transaction.set_rollback(True)
    found = statuses(visited)
    assert {got for got, _ in found.values()} <= {200, 302, 405}, found
    assert {posted for _, posted in found.values()} <= {200, 302, 405, 422}, found


def test_row_of_another_espace_does_not_exist(sign_in, rows, twins, amina):
    with_row = [route for route in ADDRESSES if "<int:pk>" in route]
    client = sign_in(amina)
    before = stored()
    found = statuses(visit(client, "atlas", twins, with_row))
    assert {posted for _, posted in found.values()} == {404}, found
    assert {got for got, _ in found.values()} == {404, 405}, found  # 405 for what only POST does, to any row
    assert stored() == before


@pytest.mark.parametrize(
    ("page", "parameter", "model"),
    [
        ("comptes/apercu", "compte", Account),
        ("affaires/nouvelle", "projet", Projet),
        ("affaires/nouvelle", "opportunite", Opportunite),
        ("affaires/et-si", "affaire", Affaire),
        ("opportunites/et-si", "opportunite", Opportunite),
        ("notes/nouvelle", "compte", Account),
        ("notes/nouvelle", "contact", Contact),
        ("notes/nouvelle", "opportunite", Opportunite),
        ("relances/nouvelle", "compte", Account),
        ("relances/nouvelle", "opportunite", Opportunite),
        ("comptes/{account}/remettre", "parent", Account),
    ],
)
def test_row_of_another_espace_does_not_exist_for_an_address_that_names_it(
    sign_in, rows, twins, amina, page, parameter, model
):
    client = sign_in(amina)

    def statuses_of(row) -> set[int]:
        address = f"/e/atlas/{page.format(account=rows[Account].pk)}/?{parameter}={row.pk}"
        return {client.get(address).status_code, client.post(address).status_code} - {405}

    assert statuses_of(rows[model]) <= {200, 302, 422}
    assert statuses_of(twins[model]) == {404}


def test_member_of_two_espaces_has_in_each_the_role_of_that_espace(sign_in, rows, twins, boreal, sara):
    Membership.objects.create(user=sara.user, espace=boreal, role=AVANCE)
    client = sign_in(sara)
    assert client.get("/e/atlas/comptes/nouveau/").status_code == 403
    assert client.get("/e/boreal/comptes/nouveau/").status_code == 200


# Creating an account: doors and roles.


def by_form(client, member, rows):
    values = {"name": "Natixis", "type": "client", "created_on": "2025-05-31"}
    return client.post("/e/atlas/comptes/nouveau/", values)


def with_an_affaire(client, member, rows):
    values = {"name": "Mission", "starts_on": "2025-05-31"}
    return client.post(
        "/e/atlas/affaires/nouvelle/", values | {"compte-name": "Natixis", "compte-type": "client"}
    )


def with_an_opportunite(client, member, rows):
    values = {"name": "Audit", "opened_on": "2025-05-31", "step": "Qualification"}
    return client.post(
        "/e/atlas/opportunites/nouvelle/", values | {"compte-name": "Natixis", "compte-type": "client"}
    )


def with_a_projet(client, member, rows):
    values = {"name": "Refonte", "compte-name": "Natixis", "compte-type": "client"}
    return client.post("/e/atlas/projets/nouveau/", values)


def by_admin(client, member, rows):
    values = {"espace": member.espace_id, "name": "Natixis", "type": "client"}
    return client.post("/admin/accounts/account/add/", values, follow=True)


def by_service(client, member, rows):
    for door in Door:
        create_account(
            by=Actor.of(member, door), espace=member.espace, today=TODAY, name="Natixis", type="client"
        )


def by_import(client, member, rows):
    importing.import_accounts(
        by=Actor.of(member, Door.IMPORT),
        espace=member.espace,
        content=b"nom;type;site_web;compte_parent;tags\nNatixis;client;;;\n",
        today=TODAY,
    )


@pytest.mark.parametrize(
    ("door", "role", "opens"),
    [
        (by_form, STANDARD, False),
        (by_form, AVANCE, True),
        (by_form, ADMINISTRATEUR, True),
        (with_an_affaire, STANDARD, False),
        (with_an_affaire, AVANCE, True),
        (with_an_affaire, ADMINISTRATEUR, True),
        (with_an_opportunite, STANDARD, False),
        (with_an_opportunite, AVANCE, True),
        (with_an_opportunite, ADMINISTRATEUR, True),
        (with_a_projet, STANDARD, False),
        (with_a_projet, AVANCE, True),
        (with_a_projet, ADMINISTRATEUR, True),
        (by_admin, STANDARD, False),
        (by_admin, AVANCE, False),
        (by_admin, ADMINISTRATEUR, True),
        (by_service, STANDARD, False),
        (by_service, AVANCE, True),
        (by_service, ADMINISTRATEUR, True),
        (by_import, STANDARD, False),
        (by_import, AVANCE, True),
        (by_import, ADMINISTRATEUR, True),
    ],
)
def test_account_is_created_through_a_door_by_those_who_may(
    sign_in, rows, sara, victor, amina, door, role, opens
):
    member = {STANDARD: sara, AVANCE: victor, ADMINISTRATEUR: amina}[role]
    client = sign_in(member)
    client.raise_request_exception = False
    try:
        response = door(client, member, rows)
    except PermissionDenied:
        response = None
    assert Account.objects.filter(name="Natixis").exists() == opens
    if response is not None and not opens:
        assert response.status_code == 403


# Services, which ask the right again.


ASKED = {name: example for name, example in examples().items() if example.roles is not None}
of_each = pytest.mark.parametrize("example", ASKED.values(), ids=ASKED)


def allowed(example: Example, by: Actor, rows: dict) -> bool:
    """Whether a service does as it is asked; what it did is undone."""
    with transaction.atomic():
        try:
            example.call(by, example.prepared(rows))
        except PermissionDenied:
            return False
        finally:
            transaction.set_rollback(True)
    return True


@of_each
def test_service_asks_the_right_again(rows, sara, victor, amina, otto, example):
    assert not allowed(example, Actor.of(otto, Door.API), rows)  # Administrateur, but of Boréal
    for member in (sara, victor, amina):
        by = Actor.of(member, Door.API)
        assert allowed(example, by, rows) == (member.role in example.roles), member.role
        member.is_active = False
        assert not allowed(example, by, rows)


@of_each
@pytest.mark.parametrize(("is_superuser", "may"), [(True, True), (False, False)])
def test_without_membership_only_a_superuser_may(rows, example, is_superuser, may):
    user = User.objects.create_user("racine@vigie.fr", is_superuser=is_superuser)
    assert allowed(example, Actor(door=Door.ADMIN, user=user), rows) == may


@of_each
def test_system_itself_may(rows, example):
    assert allowed(example, Actor(door=Door.COMMAND), rows)


# Mass assignment.

SMUGGLED = {
    "id": "4242",
    "pk": "4242",
    "version": "1",
    "today_status": "inactif",
    "today_since": "1999-01-01",
    "today_until": "1999-01-02",
    "name_fold": "zzz",
    "domain": "zzz.fr",
    "tree_id": "1",
    "lft": "9",
    "rght": "1",
    "level": "5",
    "archived_on": "2020-01-01",
}


def stored_of(account: Account) -> dict:
    account = Account.objects.get(pk=account.pk)
    return {name: getattr(account, name) for name in ["espace", *SMUGGLED]}


def test_fields_that_no_form_has_change_nothing_on_creation(sign_in, victor, boreal, rows, account):
    like = account("Natixis")
    smuggled = SMUGGLED | {"espace": boreal.pk, "espace_id": boreal.pk}
    values = {"name": "Natixis", "type": "client", "created_on": "2025-05-31"}
    sign_in(victor).post("/e/atlas/comptes/nouveau/", smuggled | values)
    created = Account.objects.exclude(pk=like.pk).get(name="Natixis")
    own = {name: getattr(created, name) for name in ("id", "pk", "tree_id")}
    assert created.pk != 4242
    assert stored_of(created) == stored_of(like) | own


def test_fields_that_no_form_has_change_nothing_on_edit(sign_in, victor, boreal, account):
    natixis = account("Natixis")
    tick(espace=natixis.espace, today=TODAY)
    before = stored_of(natixis)
    values = {"name": "Natixis", "type": "client", "espace": boreal.pk, "espace_id": boreal.pk}
    sign_in(victor).post(f"/e/atlas/comptes/{natixis.pk}/modifier/", SMUGGLED | values)
    assert stored_of(natixis) == before
    sign_in(victor).post(f"/e/atlas/comptes/{natixis.pk}/modifier/", SMUGGLED | values | {"phone": "01"})
    assert stored_of(natixis) == before | {"version": 2}


def test_created_on_is_not_changed_by_an_avance(sign_in, victor, account):
    natixis = account("Natixis")
    values = {"name": "Natixis SA", "type": "client", "created_on": "2020-01-01", "version": "1"}
    sign_in(victor).post(f"/e/atlas/comptes/{natixis.pk}/modifier/", values)
    natixis.refresh_from_db()
    assert (natixis.name, natixis.created_on) == ("Natixis SA", TODAY)
