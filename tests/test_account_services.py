"""What the services of accounts keep true, whichever door one comes through."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.choices import AccountType
from accounts.models import Account
from accounts.services.account import create_account, edit_account, move_account
from accounts.services.affaire import create_affaire, edit_affaire
from accounts.services.projet import create_projet
from crm.actor import Actor
from crm.merging import STALE
from crm.models import Membership
from crm.roles import who_can

TODAY = date(2025, 5, 31)


def refusal_of(write) -> dict | list:
    """The sentences by which a write is refused, by field where they are about one."""
    with pytest.raises(ValidationError) as refusal:
        write()
    return refusal.value.message_dict if hasattr(refusal.value, "error_dict") else refusal.value.messages


@pytest.fixture
def edit(amina):
    """Edit an account as amina, Administrateur."""
    return lambda account, **values: edit_account(by=Actor.of(amina), account=account, today=TODAY, **values)


@pytest.fixture
def bnp(account) -> Account:
    return account("BNP Paribas", type="groupe")


@pytest.fixture
def arval(account, bnp) -> Account:
    return account("Arval", parent=bnp)


def test_account_is_created_with_defaults_for_all_but_its_name_and_type(atlas, victor):
    account = create_account(by=Actor.of(victor), espace=atlas, today=TODAY, name=" LCL  SA ", type="client")
    account = Account.objects.get(pk=account.pk)
    assert (account.name, account.name_fold, account.type) == ("LCL SA", "lcl sa", "client")
    assert (account.espace, account.created_on, account.version) == (atlas, TODAY, 1)
    assert (account.parent, account.owner, account.website, account.tags.count()) == (None, None, "", 0)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": " "}, {"name": ["Ce champ ne peut pas être vide."]}),
        (
            {"name": "x" * 201},
            {"name": ["Assurez-vous que cette valeur comporte au plus 200 caractères (actuellement 201)."]},
        ),
        ({"type": ""}, {"type": ["Ce champ ne peut pas être vide."]}),
        ({"type": "fournisseur"}, {"type": ["La valeur «\xa0'fournisseur'\xa0» n’est pas un choix valide."]}),
        ({"created_on": date(2025, 6, 1)}, {"created_on": ["Cette date est dans le futur."]}),
        ({"parent": 999_999}, {"parent": ["Ce choix n'existe pas : compte inconnu."]}),
        ({"owner": 999_999}, {"owner": ["Ce choix n'existe pas : membre inconnu."]}),
    ],
)
def test_account_refuses_what_it_cannot_be(atlas, victor, values, refusal):
    typed = {"name": "LCL", "type": "client"} | values
    assert (
        refusal_of(lambda: create_account(by=Actor.of(victor), espace=atlas, today=TODAY, **typed)) == refusal
    )
    assert not Account.objects.exists()


def test_two_accounts_may_have_the_same_name(account):
    assert account("Arval").pk != account("Arval").pk


# Type and sub-accounts.


@pytest.mark.parametrize("type", [type for type in AccountType if type != AccountType.GROUPE])
def test_groupe_with_sub_accounts_keeps_its_type_until_they_are_moved(edit, bnp, arval, account, type):
    assert refusal_of(lambda: edit(bnp, type=type)) == {
        "type": ["« BNP Paribas » a 1 sous-compte : il reste un Groupe tant qu'ils n'ont pas été déplacés."]
    }
    lcl = account("LCL", parent=bnp)
    assert refusal_of(lambda: edit(bnp, type=type)) == {
        "type": ["« BNP Paribas » a 2 sous-comptes : il reste un Groupe tant qu'ils n'ont pas été déplacés."]
    }
    edit(arval, parent=None)
    edit(lcl, parent=None)
    assert edit(bnp, type=type).type == type


def test_any_account_may_be_a_parent(edit, account):
    axa, filiale = account("AXA", type="client"), account("AXA IM")
    assert edit(filiale, parent=axa.pk).parent == axa
    assert edit(axa, type="partenaire").type == "partenaire"


def test_cycle_is_refused_with_its_path_and_nothing_else_is_saved(edit, bnp, arval):
    assert refusal_of(lambda: edit(bnp, name="BNP", tags=["Banque"], parent=arval.pk)) == {
        "parent": ["Un compte ne peut pas être placé sous lui-même : BNP Paribas › Arval › BNP Paribas."]
    }
    bnp.refresh_from_db()
    assert (bnp.name, bnp.parent, bnp.version, bnp.tags.count()) == ("BNP Paribas", None, 1, 0)


# The day of entry into the portfolio.


def test_created_on_may_be_any_past_day_at_the_creation(account):
    assert account("LCL", created_on=date(1987, 1, 1)).created_on == date(1987, 1, 1)


def test_created_on_is_changed_later_by_an_administrateur_only(account, victor, amina):
    lcl = account("LCL")
    values = {"account": lcl, "today": TODAY, "created_on": date(2024, 1, 1)}
    with pytest.raises(PermissionDenied, match=who_can("account.backdate")):
        edit_account(by=Actor.of(victor), **values)
    assert Account.objects.with_status(TODAY).get().status == "prospect"
    edit_account(by=Actor.of(amina), **values)
    assert Account.objects.with_status(TODAY).get().status == "inactif"


def test_created_on_sent_back_unchanged_by_an_avance_is_no_change(account, victor):
    lcl = account("LCL")
    edited = edit_account(by=Actor.of(victor), account=lcl, today=TODAY, name="LCL SA", created_on=TODAY)
    assert (edited.name, edited.created_on) == ("LCL SA", TODAY)


def test_created_on_is_never_in_the_future(edit, account):
    lcl = account("LCL")
    assert refusal_of(lambda: edit(lcl, created_on=date(2025, 6, 1))) == {
        "created_on": ["Cette date est dans le futur."]
    }


# Moves and projets.


@pytest.fixture
def mission(atlas, victor, bnp, arval):
    """An affaire of Arval that follows a projet of BNP Paribas, the group above it."""
    values = {"by": Actor.of(victor), "espace": atlas}
    projet = create_projet(**values, account=bnp.pk, name="Refonte")
    return create_affaire(
        **values, account=arval.pk, projet=projet.pk, name="Mission", starts_on=date(2025, 1, 1)
    )


REFUSED = {
    "parent": [
        "L'affaire « Mission » suit le projet « Refonte » du groupe actuel : "
        "détachez-la de ce projet d'abord."
    ]
}


def test_projet_of_the_group_above_keeps_an_account_there(edit, amina, account, arval, mission):
    axa = account("AXA", type="groupe")
    assert refusal_of(lambda: edit(arval, parent=axa.pk)) == REFUSED
    assert refusal_of(lambda: move_account(by=Actor.of(amina), account=arval, parent=None)) == REFUSED
    edit_affaire(by=Actor.of(amina), affaire=mission, projet=None)
    assert edit(arval, parent=axa.pk).parent == axa


def test_projet_of_the_group_above_keeps_what_is_between_there(edit, account, bnp, arval, mission):
    leasing = account("Leasing", parent=bnp)
    edit(arval, parent=leasing.pk)  # still below BNP Paribas
    assert refusal_of(lambda: edit(leasing, parent=None)) == REFUSED


def test_group_moves_with_its_projet(edit, account, bnp, arval, mission):
    holding = account("Holding", type="groupe")
    edit(bnp, parent=holding.pk)
    assert [node.name for node in Account.objects.get(pk=arval.pk).get_ancestors()] == [
        "Holding",
        "BNP Paribas",
    ]


# Edits that meet.


def test_edit_from_an_older_version_is_refused_and_nothing_is_lost(edit, arval):
    edit(arval, version=1, name="Arval SA", tags=["Mobilité"])
    assert refusal_of(lambda: edit(arval, version=1, name="Arval SAS", parent=None, tags=[])) == {
        "__all__": [STALE]
    }
    stored = Account.objects.get(pk=arval.pk)
    assert (stored.name, stored.parent.name, stored.version) == ("Arval SA", "BNP Paribas", 2)
    assert [str(tag) for tag in stored.tags.all()] == ["Mobilité"]
    edit(arval, version=2, name="Arval SAS")
    assert Account.objects.get(pk=arval.pk).name == "Arval SAS"


def test_version_rises_with_each_edit_and_no_status_raises_it(edit, arval, atlas, victor, amina):
    move_account(by=Actor.of(amina), account=arval, parent=None)
    edit(arval, phone="01 23 45 67 89")
    create_affaire(
        by=Actor.of(victor), espace=atlas, account=arval.pk, name="Mission", starts_on=date(2025, 1, 1)
    )
    assert Account.objects.get(pk=arval.pk).version == 3


# Owners.


def test_owner_who_left_cannot_be_chosen_but_may_stay(edit, account, sara):
    arval = account("Arval", owner=sara.pk)
    lcl = account("LCL")
    Membership.objects.filter(pk=sara.pk).update(is_active=False)
    assert refusal_of(lambda: edit(lcl, owner=sara.pk)) == {
        "owner": ["Sara Nguyen n'est plus membre actif de l'espace."]
    }
    assert edit(arval, name="Arval SA", owner=sara.pk).owner == sara
