"""Several people (and midnight) writing at the same time: statuses stay right, tags stay single."""

import logging
import time
from datetime import date, timedelta
from random import Random

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from accounts.models import Account, Affaire, StatusPeriod, Tag
from accounts.services.account import create_account, edit_account
from accounts.services.affaire import cancel_affaire, create_affaire, edit_affaire, resume_affaire
from accounts.services.opportunite import create_opportunite
from accounts.services.status import rebuild, tick
from crm.actor import Actor
from tests.reading import History, Lead, Work, status_of
from tests.together import busy, together

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]

TODAY = date(2025, 5, 31)
TOMORROW = date(2025, 6, 1)
SECONDS = 5


def history_of(account: Account) -> History:
    return History(
        account.created_on,
        tuple(Work(a.starts_on, a.ends_on, a.cancelled_on) for a in account.affaires.all()),
        tuple(Lead(o.opened_on, o.closed_on) for o in account.opportunites.all()),
    )


def salesperson(member, seed: int):
    """What somebody does to the affaires of the accounts of their espace, again and again."""
    random, by, mine = Random(seed), Actor.of(member), member.espace

    def any_of(rows):
        pk = random.choice(rows.values_list("pk", flat=True))
        return rows.get(pk=pk)

    def some_day(after: date = TODAY - timedelta(days=250)) -> date:
        return after + timedelta(days=random.randrange(200))

    def sign():
        account = any_of(mine.accounts)
        starts_on = some_day()
        create_affaire(
            by=by,
            espace=mine,
            account=account.pk,
            name="Mission",
            starts_on=starts_on,
            ends_on=some_day(starts_on),
        )

    def extend():
        affaire = any_of(mine.affaires)
        edit_affaire(by=by, affaire=affaire, ends_on=some_day(affaire.starts_on))

    def give():
        edit_affaire(by=by, affaire=any_of(mine.affaires), account=any_of(mine.accounts).pk)

    def cancel():
        affaire = any_of(mine.affaires)
        cancel_affaire(by=by, affaire=affaire, cancelled_on=affaire.starts_on - timedelta(days=1))

    def resume():
        resume_affaire(by=by, affaire=any_of(mine.affaires))

    def sense():
        create_opportunite(
            by=by,
            espace=mine,
            today=TODAY,
            account=any_of(mine.accounts).pk,
            name="Piste",
            opened_on=some_day(),
        )

    return sign, extend, cancel, resume, give, sense


def test_two_writers_on_the_affaires_of_one_account_leave_its_status_right(atlas, victor, amina, account):
    bnp = account("BNP Paribas", created_on=date(2020, 1, 1))
    tick(espace=atlas, today=TODAY)

    done = busy(salesperson(victor, 1)[:4], salesperson(amina, 2)[:4], seconds=SECONDS)

    assert done["sign"] > 10 and done["extend"] > 10, done
    bnp = Account.objects.get(pk=bnp.pk)
    assert bnp.today_status == status_of(history_of(bnp), TODAY)
    assert rebuild(espace=atlas) == []


def test_midnight_among_writers_leaves_no_wrong_status_and_no_deadlock(atlas, victor, amina, account, caplog):
    caplog.set_level(logging.INFO, "accounts.services.status")
    for n in range(10):
        account(f"Filiale {n}", created_on=date(2020, 1, 1))

    def midnight():
        tick(espace=atlas, today=TODAY)
        tick(espace=atlas, today=TOMORROW)
        time.sleep(0.05)  # seconds; without a pause SQLite, which has one lock, would serve nobody else

    writers = [salesperson(member, seed) for seed in range(2) for member in (victor, amina)]
    done = busy(*writers, [midnight], seconds=SECONDS)

    assert done["sign"] > 10 and done["midnight"] > 10, done
    assert "deadlock" not in caplog.text
    atlas.refresh_from_db()
    stored = dict(Account.objects.values_list("name", "today_status"))
    assert stored == {
        row.name: status_of(history_of(row), atlas.status_day)
        for row in Account.objects.prefetch_related("affaires", "opportunites")
    }
    assert rebuild(espace=atlas) == []


def test_same_tag_created_fifty_times_at_once_is_one_tag(atlas, victor):
    by = Actor.of(victor)
    filiales = [
        create_account(by=by, espace=atlas, today=TODAY, name=f"Filiale {n}", type="client")
        for n in range(50)
    ]

    def label(account, n):
        edit_account(by=by, account=account, today=TODAY, tags=[("Clé", "clé", "CLE", "  cle ")[n % 4]])

    together(*(lambda row=row, n=n: label(row, n) for n, row in enumerate(filiales)))

    (tag,) = Tag.objects.all()
    assert (tag.name_fold, tag.links.count()) == ("cle", 50)


def test_fifty_accounts_created_at_once_have_their_own_trees_and_timelines(atlas, victor):
    by = Actor.of(victor)
    together(
        *(
            lambda n=n: create_account(by=by, espace=atlas, today=TODAY, name=f"Compte {n}", type="client")
            for n in range(50)
        )
    )
    assert Account.objects.values("tree_id").distinct().count() == 50
    assert StatusPeriod.objects.values("account").distinct().count() == 50


def test_one_of_two_edits_from_the_same_version_is_refused(atlas, victor, amina, account):
    bnp = account("BNP Paribas")
    affaire = create_affaire(
        by=Actor.of(victor), espace=atlas, account=bnp.pk, name="Audit", starts_on=date(2025, 1, 1)
    )

    def rename(member) -> str:
        try:
            edit_affaire(by=Actor.of(member), affaire=affaire, version=1, name=f"Audit de {member}")
        except ValidationError as refusal:
            return refusal.error_dict[NON_FIELD_ERRORS][0].code
        return "saved"

    assert sorted(together(lambda: rename(victor), lambda: rename(amina))) == ["saved", "stale"]
    assert Affaire.objects.get().version == 2
