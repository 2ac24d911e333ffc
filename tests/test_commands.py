"""The commands of an administrator of the machine: create_espace, rebuild, tree_check."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Account, StatusPeriod
from accounts.services.affaire import create_affaire
from accounts.services.status import tick
from accounts.services.tree import broken_trees
from crm.actor import Actor
from crm.models import Espace, Membership, User
from crm.roles import Role


def run(*arguments, **options) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_create_espace_with_a_new_administrateur(db, monkeypatch):
    monkeypatch.setenv("PORT", "8123")
    said = run("create_espace", "Cap Ouest", admin="Nour@Cap.fr", first_name="Nour", last_name="Saïdi")
    espace, member = Espace.objects.get(), Membership.objects.get()
    assert (espace.name, espace.slug, espace.timezone) == ("Cap Ouest", "cap-ouest", "Europe/Paris")
    assert (member.espace, member.role, str(member)) == (espace, Role.ADMINISTRATEUR, "Nour Saïdi")
    first, second = said.splitlines()
    assert first == "Espace « Cap Ouest » créé : http://localhost:8123/e/cap-ouest/"
    password = second.split()[6]
    assert second == f"Administrateur : nour@cap.fr, mot de passe {password} (il ne sera plus affiché)."
    assert Client().login(username="nour@cap.fr", password=password)


def test_create_espace_for_a_known_person_keeps_their_password(atlas, amina):
    before = User.objects.values().get(pk=amina.user_id)
    said = run("create_espace", "Zénith", slug="z", timezone="Indian/Reunion", admin="amina@atlas.fr")
    assert said.splitlines()[1] == "Administrateur : amina@atlas.fr, avec son mot de passe actuel."
    assert User.objects.values().get(pk=amina.user_id) == before
    assert Espace.objects.get(slug="z").timezone == "Indian/Reunion"
    assert amina.user.memberships.count() == 2


@pytest.mark.parametrize(
    ("options", "sentence"),
    (
        ({"slug": "atlas"}, "Adresse : "),
        ({"slug": "pas bon"}, "Adresse : "),
        ({"timezone": "Paris"}, "Fuseau horaire : Le fuseau horaire « Paris » est inconnu"),
        ({"admin": "pas une adresse"}, "Adresse e-mail : "),
        ({"name": "  "}, "Nom : "),
        ({"name": "x" * 121}, "Nom : "),
        ({"first_name": "x" * 151}, "Prénom : "),
    ),
)
def test_create_espace_says_what_is_wrong_and_creates_nothing(atlas, options, sentence):
    options = {"admin": "nour@cap.fr", "name": "Cap Ouest"} | options
    with pytest.raises(CommandError) as refusal:
        run("create_espace", options.pop("name"), **options)
    assert str(refusal.value).startswith(sentence)
    assert (Espace.objects.count(), User.objects.count()) == (1, 0)


@pytest.fixture
def statuses(atlas, victor, account, today):
    """Atlas with five accounts whose statuses are those of today; returns what is stored of them."""
    tick(espace=atlas, today=today)
    for n in range(5):
        account(f"Compte {n}", created_on=date(2020, 1, 1))
    create_affaire(
        by=Actor.of(victor),
        espace=atlas,
        account=atlas.accounts.get(name="Compte 1").pk,
        name="TMA",
        starts_on=date(2025, 1, 1),
    )

    def stored():
        columns = ("name", "today_status", "today_since", "today_until")
        periods = StatusPeriod.objects.values_list("account__name", "status", "starts_on", "ends_before")
        return set(atlas.accounts.values_list(*columns)), set(periods)

    return stored


def test_rebuild_finds_nothing_to_correct(atlas, boreal, statuses):
    assert run("rebuild").splitlines() == [
        "Atlas (atlas) : tous les statuts étaient justes.",
        "Boréal (boreal) : tous les statuts étaient justes.",
    ]


def test_rebuild_corrects_what_was_tampered_with(atlas, boreal, statuses):
    right = statuses()
    accounts = atlas.accounts.order_by("name")
    StatusPeriod.objects.filter(account=accounts[0]).delete()
    StatusPeriod.objects.filter(account=accounts[1], status="actif").update(status="prospect")
    Account.objects.filter(pk=accounts[2].pk).update(today_status="actif", today_until=date(2099, 1, 1))
    Account.objects.filter(pk=accounts[3].pk).update(today_status=None, today_since=None)
    assert run("rebuild", espace="boreal") == "Boréal (boreal) : tous les statuts étaient justes.\n"
    assert statuses() != right
    said = run("rebuild", espace="atlas")
    assert (
        said
        == "Atlas (atlas) : 4 comptes corrigés : « Compte 0 », « Compte 1 », « Compte 2 », « Compte 3 ».\n"
    )
    assert statuses() == right


def test_rebuild_names_twenty_accounts_at_most(atlas, account):
    for n in range(23):
        account(f"Compte {n:02}")
    StatusPeriod.objects.all().delete()
    said = run("rebuild")
    assert said.startswith("Atlas (atlas) : 23 comptes corrigés : « Compte 00 », ")
    assert said.endswith("« Compte 19 » et 3 de plus.\n")


def test_rebuild_of_an_unknown_espace(atlas):
    with pytest.raises(CommandError) as refusal:
        run("rebuild", espace="zenith")
    assert str(refusal.value) == "L'espace « zenith » n'existe pas. Espaces : atlas."


@pytest.fixture
def trees(account):
    bnp = account("BNP Paribas", type="groupe")
    cardif = account("Cardif", parent=bnp)
    account("Cardif Lyon", parent=cardif)
    account("EDF", type="groupe")
    return bnp


def test_tree_check_finds_nothing(trees):
    assert run("tree_check") == "Arbres vérifiés : 2. Tous sont justes.\n"


def test_tree_check_names_broken_trees_and_fails(trees):
    Account.objects.filter(name="Cardif").update(rght=9)
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("tree_check", stdout=out)
    assert out.getvalue() == f"Arbre {trees.tree_id} abîmé : « BNP Paribas », espace atlas, 3 comptes.\n"
    assert str(refusal.value) == "Arbres abîmés : 1 sur 2. --repair les répare."


def test_tree_check_repairs(trees):
    Account.objects.filter(name="Cardif").update(rght=9)
    said = run("tree_check", repair=True).splitlines()
    assert said[1:] == ["Arbres réparés : 1, restés abîmés : 0.", "Arbres vérifiés : 2. Tous sont justes."]
    assert broken_trees() == ([], 2)
    trees.refresh_from_db()
    assert [a.name for a in trees.get_descendants().order_by("lft")] == ["Cardif", "Cardif Lyon"]


def test_tree_check_cannot_repair_a_cycle_and_says_so(trees):
    lyon = Account.objects.get(name="Cardif Lyon")
    Account.objects.filter(name="BNP Paribas").update(parent=lyon)
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("tree_check", repair=True, stdout=out, stderr=out)
    assert f"« Cardif » (compte {lyon.parent_id}) est placé sous lui-même" in out.getvalue()
    assert str(refusal.value) == f"Arbres encore abîmés : {trees.tree_id}."
