"""The Corbeille while others write: every row is in one place, and trees and statuses are right."""

from datetime import timedelta
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Account, Affaire, StatusPeriod, TrashedRow
from accounts.services.account import create_account, move_account
from accounts.services.affaire import create_affaire, edit_affaire
from accounts.services.status import rebuild
from accounts.services.trash import purge_due, restore, trash
from accounts.services.tree import broken_trees, places
from crm.actor import Actor, Door
from crm.journal import faults
from crm.models import JournalChain, JournalEntry
from tests.business import affaire
from tests.conftest import TODAY
from tests.together import busy, together

SECONDS = 10

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]


def refused(action):
    """Whether a service refuses to do it."""
    try:
        action()
    except ValidationError:
        return True
    return False


def test_eight_writers_who_delete_restore_and_move_break_no_tree(atlas, boreal, amina, otto):
    """Four in each of two espaces, on whatever account they meet, in its table or in the Corbeille."""

    def writer(member, seed):
        random, by, espace = Random(seed), Actor.of(member, Door.API), member.espace

        def one_of(rows):
            pk = random.choice([None, *rows.values_list("pk", flat=True)])
            return rows.filter(pk=pk).first()

        def create():
            parent = one_of(espace.accounts)
            account = create_account(
                by=by,
                espace=espace,
                today=TODAY,
                name=f"Compte {random.randrange(10**6)}",
                type="client",
                parent=parent and parent.pk,
            )
            create_affaire(by=by, espace=espace, account=account.pk, name="Mission", starts_on=TODAY)

        def move():
            if moved := one_of(espace.accounts):
                parent = one_of(espace.accounts)
                move_account(by=by, account=moved, parent=parent and parent.pk)

        def delete():
            if row := one_of(espace.accounts) or one_of(espace.affaires):
                trash(by=by, row=row, now=timezone.now())

        def come_back():
            if trashed := one_of(espace.trash.defer("rows")):
                restore(by=by, trashed=trashed)

        return [create, delete, move, come_back, delete, come_back]

    done = busy(*(writer(member, seed) for seed in range(4) for member in (amina, otto)), seconds=SECONDS)

    assert min(done[name] for name in ("create", "move", "delete", "come_back", "refused")) > 10, done
    roots = Account.objects.filter(parent=None).count()
    assert broken_trees() == ([], roots)
    parent_of = dict(Account.objects.values_list("pk", "parent"))
    assert len(places(parent_of)) == len(parent_of)
    kept = {
        (row["model"], int(row["values"]["id"]))
        for rows in TrashedRow.objects.values_list("rows", flat=True)
        for row in rows
    }
    assert not kept & {("account", pk) for pk in parent_of}
    created = JournalEntry.objects.filter(model="account", action="created").count()
    assert len(parent_of) + sum(model == "account" for model, _ in kept) == created
    for espace in (atlas, boreal):
        assert rebuild(espace=espace) == []
        assert list(faults(JournalChain.objects.get(espace=espace))) == []
    assert set(StatusPeriod.objects.values_list("account", flat=True)) == set(parent_of)


def test_of_many_who_delete_the_same_account_at_once_one_does(amina, account):
    arval = account("Arval")
    attempts = [lambda: refused(lambda: trash(by=Actor.of(amina), row=arval, now=timezone.now()))] * 8
    assert sorted(together(*attempts)) == [False] + [True] * 7
    assert (Account.objects.count(), TrashedRow.objects.count()) == (0, 1)


def test_of_many_who_restore_the_same_account_at_once_one_does(amina, account):
    trashed = trash(by=Actor.of(amina), row=account("Arval"), now=timezone.now())
    attempts = [lambda: refused(lambda: restore(by=Actor.of(amina), trashed=trashed))] * 8
    assert sorted(together(*attempts)) == [False] + [True] * 7
    assert (Account.objects.count(), TrashedRow.objects.count()) == (1, 0)


def test_affaire_edited_while_its_account_is_deleted_is_saved_or_refused_whole(amina, victor, account):
    for _ in range(10):
        arval = account("Arval")
        mission = affaire(victor, arval)
        edit_refused, trashed = together(
            lambda m=mission: refused(lambda: edit_affaire(by=Actor.of(victor), affaire=m, name="Mission 2")),
            lambda a=arval: trash(by=Actor.of(amina), row=a, now=timezone.now()),
        )
        assert not Affaire.objects.exists()
        restore(by=Actor.of(amina), trashed=trashed)
        mission.refresh_from_db()
        assert mission.name == ("Audit" if edit_refused else "Mission 2")
        trash(by=Actor.of(amina), row=arval, now=timezone.now())


def test_row_restored_while_workers_purge_is_back_or_gone_never_both(amina, account):
    long_after = timezone.now() + timedelta(days=31)
    for _ in range(10):
        before = Account.objects.count()
        trashed = trash(by=Actor.of(amina), row=account("Arval"), now=timezone.now())
        is_refused, *purged = together(
            lambda t=trashed: refused(lambda: restore(by=Actor.of(amina), trashed=t)),
            lambda: purge_due(now=long_after),
            lambda: purge_due(now=long_after),
        )
        assert sum(purged) == is_refused
        assert Account.objects.count() == before + (not is_refused)
        assert not TrashedRow.objects.exists()
