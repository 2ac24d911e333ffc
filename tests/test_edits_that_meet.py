"""What a save makes of a row that others changed since its form was opened, through the services."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Account, Affaire, Opportunite
from accounts.services.account import edit_account, move_account
from accounts.services.affaire import edit_affaire, end_affaire
from accounts.services.opportunite import close_opportunite, edit_opportunite
from accounts.services.trash import restore, trash
from crm.actor import Actor
from crm.journal import redact
from crm.merging import STALE, Stale
from crm.models import JournalEntry
from tests.business import affaire, opportunite
from tests.conftest import TODAY


@pytest.fixture
def arval(account) -> Account:
    return account("Arval", phone="01", tags=["Banque", "Clé"])


@pytest.fixture
def amina_edits(amina):
    """What amina saves meanwhile."""
    return lambda row, **values: edit_account(by=Actor.of(amina), account=row, today=TODAY, **values)


@pytest.fixture
def victor_edits(victor):
    """What victor saves, from a form that he opened at version 1."""
    return lambda row, version=1, **values: edit_account(
        by=Actor.of(victor), account=row, today=TODAY, version=version, **values
    )


def conflicts_of(write) -> dict:
    with pytest.raises(Stale) as refusal:
        write()
    return refusal.value.meeting.conflicts


def stored(row: Account, *columns) -> tuple:
    row = Account.objects.get(pk=row.pk)
    return tuple(getattr(row, column) for column in columns)


def tags_of(row: Account) -> list[str]:
    return sorted(map(str, Account.objects.get(pk=row.pk).tags.all()))


def test_changes_to_different_fields_are_both_kept(amina_edits, victor_edits, arval):
    amina_edits(arval, phone="02")
    victor_edits(arval, phone="01", city="Lyon")
    assert stored(arval, "phone", "city", "version") == ("02", "Lyon", 3)


def test_changes_to_the_same_field_are_refused_and_the_first_stays(amina_edits, victor_edits, arval):
    amina_edits(arval, phone="02")
    with pytest.raises(Stale) as refusal:
        victor_edits(arval, phone="03", city="Lyon")
    assert refusal.value.message_dict == {"__all__": [STALE]}
    assert refusal.value.meeting.conflicts == {"phone": "02"}
    assert refusal.value.meeting.row.version == 2
    assert stored(arval, "phone", "city", "version") == ("02", "", 2)


def test_conflict_tells_what_the_form_left_as_it_was(amina_edits, victor_edits, arval):
    amina_edits(arval, phone="02", city="Lyon", country="France", tags=["Banque"])
    with pytest.raises(Stale) as refusal:
        victor_edits(arval, phone="03", city="", street="Rue", tags=["Banque", "Clé", "Auto"])
    assert refusal.value.meeting.merged == {"city": "Lyon", "tags": ["Banque", "Auto"]}


def test_equal_changes_are_one(amina_edits, victor_edits, arval):
    amina_edits(arval, phone="02")
    victor_edits(arval, phone="02")
    assert stored(arval, "phone", "version") == ("02", 2)


def test_emptying_what_somebody_changed_is_a_choice(amina_edits, victor_edits, arval):
    amina_edits(arval, phone="02")
    assert conflicts_of(lambda: victor_edits(arval, phone="")) == {"phone": "02"}


def test_changing_what_somebody_emptied_is_a_choice(amina_edits, victor_edits, arval):
    amina_edits(arval, phone="")
    assert conflicts_of(lambda: victor_edits(arval, phone="03")) == {"phone": ""}


def test_last_of_several_changes_is_the_one_to_choose_about(amina_edits, victor_edits, arval):
    for phone in ("02", "03", "04"):
        amina_edits(arval, phone=phone)
    assert conflicts_of(lambda: victor_edits(arval, phone="03")) == {"phone": "04"}
    victor_edits(arval, version=4, phone="05")
    assert stored(arval, "phone", "version") == ("05", 5)


def test_what_was_changed_and_changed_back_is_no_change(amina_edits, victor_edits, arval):
    amina_edits(arval, phone="02")
    amina_edits(arval, phone="01")
    victor_edits(arval, phone="03")
    assert stored(arval, "phone", "version") == ("03", 4)


def test_a_change_that_the_form_knows_nothing_of_stays(amina, victor_edits, account, arval):
    axa = account("AXA", type="groupe")
    move_account(by=Actor.of(amina), account=arval, parent=axa.pk)
    victor_edits(arval, phone="03")
    assert stored(arval, "parent", "phone", "version") == (axa, "03", 3)


def test_without_a_version_what_is_said_is_done(amina_edits, victor_edits, arval):
    amina_edits(arval, phone="02")
    victor_edits(arval, version=None, phone="03")
    assert stored(arval, "phone") == ("03",)


@pytest.mark.parametrize(
    ("theirs", "mine", "both"),
    [
        (["Banque", "Clé", "Auto"], ["Banque", "Clé", "Luxe"], ["Auto", "Banque", "Clé", "Luxe"]),
        (["Banque"], ["Banque", "Clé", "Luxe"], ["Banque", "Luxe"]),
        (["Banque", "Clé", "Auto"], ["Banque"], ["Auto", "Banque"]),
        (["Banque"], ["Clé"], []),
        (["Auto"], ["Clé", "Banque"], ["Auto"]),
        (["Banque", "Clé", "Auto"], ["Banque", "Clé", "AUTO"], ["Auto", "Banque", "Clé"]),
    ],
)
def test_both_people_s_tags_are_added_and_removed(amina_edits, victor_edits, arval, theirs, mine, both):
    amina_edits(arval, tags=theirs)
    victor_edits(arval, tags=mine)
    assert tags_of(arval) == both


# The kinds of values.


@pytest.mark.parametrize(
    ("column", "theirs", "mine", "told"),
    [
        ("amount", Decimal("10.50"), Decimal("12"), "10.50"),
        ("amount", Decimal("10.50"), None, "10.50"),
        ("probability", 40, 60, 40),
        ("opened_on", date(2025, 1, 2), date(2025, 1, 3), "2025-01-02"),
        ("expected_close_on", None, date(2025, 7, 1), None),
        ("step", "Négociation", "Proposition", "Négociation"),
    ],
)
def test_values_of_every_kind_are_compared(amina, victor, account, column, theirs, mine, told):
    row = opportunite(victor, account("LCL"), expected_close_on=date(2025, 6, 30), amount=Decimal(10))
    before, values = getattr(row, column), {"opportunite": row, "today": TODAY}
    edit_opportunite(by=Actor.of(amina), **values, **{column: theirs})

    def save(value):
        edit_opportunite(by=Actor.of(victor), **values, version=1, **{column: value})

    assert conflicts_of(lambda: save(mine)) == {column: told}
    for same in (before, theirs):
        save(same)
    assert getattr(Opportunite.objects.get(), column) == theirs


def test_an_amount_is_the_same_however_it_is_written(amina, victor, account):
    row = opportunite(victor, account("LCL"), amount=12_000)
    edit_opportunite(by=Actor.of(amina), opportunite=row, today=TODAY, amount=Decimal("13000.00"))
    by_victor = {"by": Actor.of(victor), "opportunite": row, "today": TODAY, "version": 1}
    for amount in (12_000, Decimal("12000.0"), "13000"):
        edit_opportunite(**by_victor, amount=amount)
    assert Opportunite.objects.get().amount == 13_000


def test_yes_or_no_and_people_are_compared(amina_edits, victor_edits, amina, victor, arval):
    amina_edits(arval, do_not_follow_up=True, owner=amina.pk)
    assert conflicts_of(lambda: victor_edits(arval, do_not_follow_up=True, owner=victor.pk)) == {
        "owner": amina.pk
    }
    victor_edits(arval, do_not_follow_up=False, owner=None)
    assert stored(arval, "do_not_follow_up", "owner") == (True, amina)


# What the journal does not tell.


def test_where_a_version_has_no_line_every_difference_is_a_choice(amina_edits, victor_edits, arval):
    amina_edits(arval, phone="02")
    Account.objects.filter(pk=arval.pk).update(version=3)
    assert conflicts_of(lambda: victor_edits(arval, phone="01", city="Lyon", name="Arval")) == {
        "phone": "02",
        "city": "",
    }


def test_where_a_line_was_redacted_every_difference_is_a_choice(amina, amina_edits, victor_edits, arval):
    amina_edits(arval, phone="02")
    amina_edits(arval, city="Lyon")
    line = JournalEntry.objects.get(row_id=arval.pk, model="account", version=2)
    redact(by=Actor.of(amina), espace=arval.espace, payloads={line.pk: {"label": "…"}}, words="")
    assert conflicts_of(lambda: victor_edits(arval, phone="01", city="", name="Arval")) == {
        "phone": "02",
        "city": "Lyon",
    }


def test_a_version_that_was_never_reached_makes_every_difference_a_choice(victor_edits, arval):
    assert conflicts_of(lambda: victor_edits(arval, version=7, phone="02")) == {"phone": "01"}


def test_a_row_out_of_the_corbeille_meets_forms_that_were_opened_before(amina, victor_edits, arval):
    trashed = trash(by=Actor.of(amina), row=arval, now=timezone.now())
    restore(by=Actor.of(amina), trashed=trashed)
    assert conflicts_of(lambda: victor_edits(arval, phone="02", city="")) == {"phone": "01"}


# What is merged must still be right.


def test_dates_that_are_wrong_once_merged_are_refused_by_the_field(amina, victor, account):
    row = affaire(victor, account("LCL"), starts_on=date(2025, 1, 1), ends_on=date(2025, 6, 30))
    edit_affaire(by=Actor.of(amina), affaire=row, starts_on=date(2025, 5, 1))
    with pytest.raises(ValidationError) as refusal:
        edit_affaire(
            by=Actor.of(victor),
            affaire=row,
            version=1,
            starts_on=date(2025, 1, 1),
            ends_on=date(2025, 3, 31),
        )
    assert refusal.value.message_dict == {"ends_on": ["La fin ne peut pas précéder le début."]}
    assert Affaire.objects.values_list("starts_on", "ends_on", "version").get() == (
        date(2025, 5, 1),
        date(2025, 6, 30),
        2,
    )


def test_closing_before_an_opening_moved_meanwhile_is_refused_by_the_field(amina, victor, account):
    row = opportunite(victor, account("LCL"), opened_on=date(2025, 1, 1))
    edit_opportunite(by=Actor.of(amina), opportunite=row, today=TODAY, opened_on=date(2025, 5, 1))
    values = {"stage": "perdue", "closed_on": date(2025, 4, 1), "today": TODAY, "version": 1}
    with pytest.raises(ValidationError) as refusal:
        close_opportunite(by=Actor.of(victor), opportunite=row, **values)
    assert refusal.value.message_dict == {"closed_on": ["La clôture ne peut pas précéder l'ouverture."]}


def test_an_end_that_is_meant_is_never_taken_for_one_left_as_it_was(amina, victor, account):
    row = affaire(victor, account("LCL"), starts_on=date(2025, 1, 1), ends_on=TODAY)
    edit_affaire(by=Actor.of(amina), affaire=row, ends_on=TODAY + timedelta(days=60))
    by_victor = {"by": Actor.of(victor), "affaire": row, "version": 1, "ends_on": TODAY}
    edit_affaire(**by_victor)
    assert Affaire.objects.get().ends_on == TODAY + timedelta(days=60)
    assert conflicts_of(lambda: end_affaire(**by_victor)) == {"ends_on": "2025-07-30"}
