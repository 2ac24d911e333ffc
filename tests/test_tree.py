"""The tree of accounts: `parent` is the truth, and mptt's columns follow it, whoever writes meanwhile."""

from datetime import date
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.choices import AccountType
from accounts.models import Account
from accounts.services.account import create_account, edit_account, move_account
from accounts.services.trash import trash
from accounts.services.tree import Place, broken_trees, places, repair_tree
from crm.actor import Actor, Door
from tests.together import busy

TODAY = date(2025, 5, 31)
SECONDS = 10


def outline(account: Account) -> list[str]:
    """The tree of an account, one line each, indented by depth, as mptt's columns tell it."""
    tree = account.get_root().get_descendants(include_self=True).order_by("lft")
    return [". " * node.level + node.name for node in tree]


@pytest.fixture
def bnp(account) -> Account:
    """BNP Paribas › Personal Finance › Cetelem, and BNP Paribas › Arval."""
    group = account("BNP Paribas", type="groupe")
    finance = account("Personal Finance", parent=group)
    account("Cetelem", parent=finance)
    account("Arval", parent=group)
    return Account.objects.get(pk=group.pk)


def named(name: str) -> Account:
    return Account.objects.get(name=name)


def test_accounts_are_filed_under_their_parents(bnp):
    assert outline(bnp) == ["BNP Paribas", ". Personal Finance", ". . Cetelem", ". Arval"]
    assert broken_trees() == ([], 1)


def test_move_takes_along_all_that_is_below(bnp, amina):
    move_account(by=Actor.of(amina), account=named("Personal Finance"), parent=named("Arval").pk)
    assert outline(bnp) == ["BNP Paribas", ". Arval", ". . Personal Finance", ". . . Cetelem"]
    assert broken_trees() == ([], 1)


def test_move_between_trees(bnp, account, amina):
    axa = account("AXA", type="groupe")
    move_account(by=Actor.of(amina), account=named("Personal Finance"), parent=axa.pk)
    assert outline(named("AXA")) == ["AXA", ". Personal Finance", ". . Cetelem"]
    assert outline(named("BNP Paribas")) == ["BNP Paribas", ". Arval"]
    assert broken_trees() == ([], 2)


def test_move_to_the_top_makes_a_new_tree_and_shifts_no_other(bnp, account, amina):
    account("AXA")
    others = Account.objects.exclude(name__in=["Personal Finance", "Cetelem", "Arval"])
    before = list(others.values("pk", "tree_id", "lft").order_by("pk"))
    move_account(by=Actor.of(amina), account=named("Personal Finance"), parent=None)
    assert outline(named("Cetelem")) == ["Personal Finance", ". Cetelem"]
    assert list(others.values("pk", "tree_id", "lft").order_by("pk")) == before
    assert broken_trees() == ([], 3)


def test_move_below_itself_is_refused_with_the_path(bnp, amina):
    with pytest.raises(ValidationError) as refusal:
        move_account(by=Actor.of(amina), account=bnp, parent=named("Cetelem").pk)
    path = "BNP Paribas › Personal Finance › Cetelem › BNP Paribas"
    assert refusal.value.message_dict == {
        "parent": [f"Un compte ne peut pas être placé sous lui-même : {path}."]
    }
    assert outline(bnp) == ["BNP Paribas", ". Personal Finance", ". . Cetelem", ". Arval"]


def test_move_under_itself_is_refused_with_the_path(bnp, amina):
    with pytest.raises(ValidationError) as refusal:
        move_account(by=Actor.of(amina), account=bnp, parent=bnp.pk)
    assert refusal.value.message_dict == {
        "parent": ["Un compte ne peut pas être placé sous lui-même : BNP Paribas › BNP Paribas."]
    }


def test_move_under_an_account_of_another_espace_is_as_under_none_that_exists(bnp, amina, otto, boreal):
    theirs = create_account(by=Actor.of(otto), espace=boreal, today=TODAY, name="Secret", type="groupe")
    refusals = []
    for parent in (theirs.pk, 999_999):
        with pytest.raises(ValidationError) as refusal:
            move_account(by=Actor.of(amina), account=named("Arval"), parent=parent)
        refusals.append(refusal.value.message_dict)
    assert refusals == [{"parent": ["Ce choix n'existe pas : compte inconnu."]}] * 2


def test_delete_closes_the_gap(bnp, amina):
    trash(by=Actor.of(amina), row=named("Cetelem"), now=timezone.now())
    assert outline(bnp) == ["BNP Paribas", ". Personal Finance", ". Arval"]
    assert broken_trees() == ([], 1)


def test_change_of_an_account_that_was_deleted_meanwhile_is_refused(bnp, amina):
    cetelem = named("Cetelem")
    trash(by=Actor.of(amina), row=cetelem, now=timezone.now())
    for change in (
        lambda: move_account(by=Actor.of(amina), account=cetelem, parent=None),
        lambda: edit_account(by=Actor.of(amina), account=cetelem, today=TODAY, name="Cetelem SA"),
        lambda: trash(by=Actor.of(amina), row=cetelem, now=timezone.now()),
    ):
        with pytest.raises(ValidationError) as refusal:
            change()
        assert refusal.value.messages == ["« Cetelem » a été supprimé entre-temps."]


def test_places_are_numbered_in_preorder():
    assert places({"bnp": None, "finance": "bnp", "cetelem": "finance", "arval": "bnp"}) == {
        "bnp": Place("bnp", 1, 8, 0),
        "finance": Place("bnp", 2, 5, 1),
        "cetelem": Place("bnp", 3, 4, 2),
        "arval": Place("bnp", 6, 7, 1),
    }


def test_places_leave_out_a_cycle_and_what_hangs_from_it():
    assert places({"a": "b", "b": "a", "c": "a", "d": None}) == {"d": Place("d", 1, 2, 0)}


@pytest.mark.parametrize(
    "damage",
    [
        {"lft": 40},
        {"rght": 1},
        {"level": 7},
        {"parent": None},
        {"tree_id": 500_000},
    ],
    ids=str,
)
def test_broken_tree_is_seen_and_repaired_from_the_parents(bnp, account, damage):
    account("AXA")
    Account.objects.filter(name="Personal Finance").update(**damage)
    broken, _ = broken_trees()
    assert broken != []
    for tree_id in broken:
        assert repair_tree(tree_id) == []
    assert broken_trees()[0] == []
    parents = {node.name: node.parent and node.parent.name for node in Account.objects.all()}
    stored = {
        node.name: next((up.name for up in node.get_ancestors(ascending=True)), None)
        for node in Account.objects.all()
    }
    assert stored == parents


def test_repair_names_the_accounts_of_a_cycle(bnp):
    Account.objects.filter(pk=bnp.pk).update(parent=named("Personal Finance"))
    (tree_id,), _ = broken_trees()
    assert {node.name for node in repair_tree(tree_id)} == {
        "BNP Paribas",
        "Personal Finance",
        "Cetelem",
        "Arval",
    }


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_the_same_time_break_no_tree(atlas, boreal, amina, otto):
    """Four in each of two espaces, creating, moving and deleting whatever they meet."""

    def writer(member, seed):
        random, by, mine = Random(seed), Actor.of(member, Door.API), member.espace.accounts

        def somebody() -> Account | None:
            pk = random.choice([None, *mine.values_list("pk", flat=True)])
            return mine.filter(pk=pk).first()

        def create():
            parent = somebody()
            create_account(
                by=by,
                espace=member.espace,
                today=TODAY,
                name=f"Compte {random.randrange(10**6)}",
                type=random.choice(AccountType.values),
                parent=parent and parent.pk,
            )

        def move():
            if moved := somebody():
                parent = somebody()
                move_account(by=by, account=moved, parent=parent and parent.pk)

        def delete():
            if deleted := somebody():
                trash(by=by, row=deleted, now=timezone.now())

        return [create, move, create, move, delete]

    done = busy(*(writer(member, seed) for seed in range(4) for member in (amina, otto)), seconds=SECONDS)

    assert min(done["create"], done["move"], done["delete"], done["refused"]) > 10, done
    roots = Account.objects.filter(parent=None).count()
    assert broken_trees() == ([], roots)
    parent_of = dict(Account.objects.values_list("pk", "parent"))
    assert len(places(parent_of)) == len(parent_of)  # no account on a cycle, or below one
