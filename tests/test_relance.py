"""Relances: planned, done, put off, cancelled; and closed by themselves once their reason has gone."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Account, Relance
from accounts.services.account import archive_account, edit_account
from accounts.services.affaire import edit_affaire, resume_affaire
from accounts.services.contact import create_contact, edit_contact
from accounts.services.handover import hand_over, owned_by
from accounts.services.opportunite import close_opportunite, edit_opportunite, reopen_opportunite
from accounts.services.relance import (
    cancel_relance,
    do_relance,
    edit_relance,
    plan_relance,
    postpone_relance,
    reopen_relance,
)
from accounts.services.relance.days import offered, offered_to_many, working_day_before
from accounts.services.relance.many import AT_MOST, LeftOut, plan_relances
from accounts.services.trash import restore, trash
from crm.actor import Actor
from crm.roles import who_can
from crm.services.member import disable_member
from tests.business import affaire, opportunite, relance, status_of
from tests.conftest import TODAY
from tests.journal import length, told

NOW = datetime(2025, 5, 31, 10, tzinfo=UTC)
FORGOTTEN = date(2025, 1, 15)  # an account that came in then is Délaissé, until 16 July


@pytest.fixture
def lcl(account):
    """An account that is Délaissé."""
    return account("LCL", created_on=FORGOTTEN)


def stored(row: Relance) -> Relance:
    return Relance.objects.select_related("account", "assignee__user").get(pk=row.pk)


def refusal_of(write) -> dict:
    with pytest.raises(ValidationError) as refused:
        write()
    return refused.value.update_error_dict({})


def test_relance_is_planned_for_oneself_and_remembers_what_called_for_it(sara, lcl):
    planned = relance(sara, lcl, "  Reprendre   contact ")
    assert (planned.subject, planned.kind, planned.due_on) == ("Reprendre contact", "appel", date(2025, 6, 5))
    assert (planned.assignee, planned.is_open) == (sara, True)
    assert (planned.cause, planned.cause_until) == ("delaisse", date(2025, 7, 16))
    assert status_of(lcl) == "delaisse"


@pytest.mark.parametrize(
    ("business", "cause"),
    [
        ({}, ("inactif", None)),
        ({"ends_on": date(2025, 3, 10)}, ("actif", date(2025, 6, 11))),
        ({"ends_on": None}, ("", None)),
    ],
)
def test_cause_is_the_status_that_is_bad_or_about_to_be_lost(victor, account, business, cause):
    arval = account("Arval", created_on=date(2020, 1, 1))
    if business:
        affaire(victor, arval, starts_on=date(2025, 1, 2), **business)
    planned = relance(victor, arval)
    assert (planned.cause, planned.cause_until) == cause


def test_relance_is_done_with_its_outcome_and_the_next_one_in_the_same_write(sara, atlas, lcl):
    contact = create_contact(by=Actor.of(sara), espace=atlas, account=lcl.pk, last_name="Roux")
    planned, before = relance(sara, lcl, contact=contact.pk), length(atlas)
    following = {"subject": "Envoyer l'offre", "due_on": date(2025, 6, 12), "kind": "email"}
    after = do_relance(
        by=Actor.of(sara), relance=planned, today=TODAY, outcome="Intéressé", following=following
    )
    assert (stored(planned).done_on, stored(planned).outcome) == (TODAY, "Intéressé")
    assert (after.subject, after.kind, after.contact, after.assignee) == (
        "Envoyer l'offre",
        "email",
        contact,
        sara,
    )
    assert [line[:4] for line in told(atlas, before)] == [
        ("Sara", "changed", "relance", "Rappeler"),
        ("Sara", "created", "relance", "Envoyer l'offre"),
    ]


def test_nothing_is_done_when_the_next_one_is_refused(sara, lcl):
    planned = relance(sara, lcl)
    yesterday = {"subject": "Encore", "due_on": date(2025, 5, 30)}
    call = {"by": Actor.of(sara), "relance": planned, "today": TODAY}
    assert refusal_of(lambda: do_relance(**call, following=yesterday)).keys() == {"due_on"}
    assert stored(planned).is_open


def test_relance_is_put_off_cancelled_and_taken_up_again(sara, lcl):
    planned, by = relance(sara, lcl), Actor.of(sara)
    postpone_relance(by=by, relance=planned, today=TODAY, due_on=date(2025, 6, 30))
    assert stored(planned).due_on == date(2025, 6, 30)
    cancel_relance(by=by, relance=planned, today=TODAY, outcome="Racheté")
    assert (stored(planned).cancelled_on, stored(planned).outcome) == (TODAY, "Racheté")
    reopen_relance(by=by, relance=planned)
    assert (stored(planned).is_open, stored(planned).outcome) == (True, "")


@pytest.mark.parametrize("close", [do_relance, cancel_relance])
def test_what_is_no_longer_to_be_done_is_not_done_again(sara, lcl, close):
    planned, by = relance(sara, lcl), Actor.of(sara)
    close(by=by, relance=planned, today=TODAY)
    word = "faite" if close is do_relance else "annulée"
    for again in (do_relance, cancel_relance):
        with pytest.raises(ValidationError, match=f"{word} : rétablissez-la d'abord"):
            again(by=by, relance=planned, today=TODAY)
    with pytest.raises(ValidationError, match=word):
        postpone_relance(by=by, relance=planned, today=TODAY, due_on=TODAY)


def test_relance_is_both_done_and_cancelled_never(victor, lcl):
    planned = relance(victor, lcl)
    call = {"by": Actor.of(victor), "relance": planned, "today": TODAY}
    refused = refusal_of(lambda: edit_relance(**call, done_on=TODAY, cancelled_on=TODAY))
    assert refused["cancelled_on"][0].messages == ["Une relance est faite ou annulée, pas les deux."]


def test_a_day_that_is_past_is_refused_but_kept_where_it_was(victor, lcl):
    planned, by, yesterday = relance(victor, lcl), Actor.of(victor), date(2025, 5, 30)
    call = {"by": by, "relance": planned, "today": TODAY}
    for write in (
        lambda: relance(victor, lcl, due_on=yesterday),
        lambda: postpone_relance(**call, due_on=yesterday),
        lambda: edit_relance(**call, due_on=yesterday),
    ):
        assert refusal_of(write).keys() == {"due_on"}
    later = {"by": by, "relance": planned, "today": date(2025, 6, 20)}
    assert edit_relance(**later, due_on=planned.due_on, subject="Écrire").subject == "Écrire"


def test_contact_and_opportunite_are_of_the_relances_account(victor, account, lcl):
    arval, by = account("Arval"), Actor.of(victor)
    theirs = {
        "contact": create_contact(by=by, espace=lcl.espace, account=arval.pk, last_name="Roux").pk,
        "opportunite": opportunite(victor, arval).pk,
    }
    planned = relance(victor, lcl)
    for name, pk in theirs.items():
        for write in (
            lambda name=name, pk=pk: relance(victor, lcl, **{name: pk}),
            lambda name=name, pk=pk: edit_relance(by=by, relance=planned, today=TODAY, **{name: pk}),
        ):
            assert refusal_of(write).keys() == {name}


# Whose they are.


def test_standard_plans_and_does_only_their_own(sara, victor, lcl):
    by, theirs = Actor.of(sara), relance(victor, lcl)
    plan = {"by": by, "espace": lcl.espace, "today": TODAY, "account": lcl.pk, "subject": "A"}
    own = relance(sara, lcl)
    for write in (
        lambda: plan_relance(**plan, due_on=TODAY, assignee=victor.pk),
        lambda: do_relance(by=by, relance=theirs, today=TODAY),
        lambda: cancel_relance(by=by, relance=theirs, today=TODAY),
        lambda: postpone_relance(by=by, relance=theirs, today=TODAY, due_on=TODAY),
        lambda: edit_relance(by=by, relance=theirs, today=TODAY, subject="B"),
        lambda: edit_relance(by=by, relance=own, today=TODAY, assignee=victor.pk),
        lambda: reopen_relance(by=by, relance=theirs),
        lambda: trash(by=by, row=theirs, now=NOW),
    ):
        with pytest.raises(PermissionDenied, match=who_can("relance.assign")):
            write()
    assert [stored(theirs).version, stored(own).version, Relance.objects.count()] == [1, 1, 2]


def test_avance_plans_for_others_and_touches_theirs(sara, victor, lcl):
    planned = relance(victor, lcl, assignee=sara.pk)
    assert planned.assignee == sara
    do_relance(by=Actor.of(victor), relance=planned, today=TODAY, outcome="Faite pour elle")
    assert stored(planned).done_on == TODAY


def test_a_member_who_left_is_given_no_relance(amina, sara, lcl):
    disable_member(by=Actor.of(amina), member=sara)
    assert refusal_of(lambda: relance(amina, lcl, assignee=sara.pk)).keys() == {"assignee"}


def test_own_relance_goes_to_the_corbeille_and_comes_back(sara, victor, lcl):
    planned = relance(sara, lcl)
    trashed = trash(by=Actor.of(sara), row=planned, now=NOW)
    assert Relance.objects.count() == 0
    assert restore(by=Actor.of(victor), trashed=trashed).row == planned
    assert stored(planned).assignee == sara


def test_relances_of_who_leaves_are_taken_over_but_those_done(amina, sara, victor, lcl):
    to_do, done = relance(sara, lcl), relance(sara, lcl, "Faite")
    do_relance(by=Actor.of(sara), relance=done, today=TODAY)
    assert owned_by(sara) == {Relance: 1}
    assert hand_over(by=Actor.of(amina), giver=sara, taker=victor.pk) == 1
    assert [stored(row).assignee for row in (to_do, done)] == [victor, sara]


# Closing by themselves.


def by_an_opportunite(victor, lcl):
    opportunite(victor, lcl, "Refonte")


def by_a_won_opportunite(victor, lcl):
    elsewhere = opportunite(victor, lcl, "Refonte")
    planned = Relance.objects.get()
    reopen_relance(by=Actor.of(victor), relance=planned)
    won = {"stage": "gagnee", "affaire": {"name": "Chantier", "starts_on": TODAY}}
    close_opportunite(by=Actor.of(victor), opportunite=elsewhere, closed_on=TODAY, today=TODAY, **won)


def by_an_affaire(victor, lcl):
    affaire(victor, lcl, "Chantier")


def by_one_moved_here(victor, lcl):
    other = Account.objects.get(name="Arval")
    moved = opportunite(victor, other, "Refonte")
    edit_opportunite(by=Actor.of(victor), opportunite=moved, today=TODAY, account=lcl.pk)


def by_one_out_of_the_corbeille(victor, lcl):
    by = Actor.of(victor)
    old = opportunite(victor, lcl, "Refonte")
    reopen_relance(by=by, relance=Relance.objects.get())
    restore(by=by, trashed=trash(by=by, row=old, now=NOW))


@pytest.mark.parametrize(
    ("door", "name"),
    [
        (by_an_opportunite, "l'opportunité « Refonte »"),
        (by_a_won_opportunite, "l'affaire « Chantier »"),
        (by_an_affaire, "l'affaire « Chantier »"),
        (by_one_moved_here, "l'opportunité « Refonte »"),
        (by_one_out_of_the_corbeille, "l'opportunité « Refonte »"),
    ],
)
def test_relance_closes_itself_when_business_comes_and_says_why(atlas, victor, account, lcl, door, name):
    account("Arval")
    planned, before = relance(victor, lcl), length(atlas)
    door(victor, lcl)
    closed = stored(planned)
    assert (closed.done_on, closed.outcome) == (TODAY, f"Close d'elle-même : {name} est arrivée.")
    assert closed.closed_itself
    assert ("Victor", "changed", "relance", "Rappeler") in [line[:4] for line in told(atlas, before)]


ENDED = {"starts_on": date(2024, 1, 2), "ends_on": date(2024, 12, 31)}
RECENT = {"starts_on": date(2024, 1, 2), "ends_on": date(2025, 5, 1)}
RUNNING = {"starts_on": date(2025, 5, 1), "ends_on": date(2025, 6, 20)}
CANCELLED = {"starts_on": date(2025, 6, 2), "cancelled_on": date(2025, 5, 1)}


@pytest.mark.parametrize(
    ("former", "changes"),
    [
        (ENDED, {"ends_on": None}),
        (RECENT, {"ends_on": date(2025, 9, 30)}),
        (RUNNING, {"ends_on": None}),
        (CANCELLED, {"starts_on": date(2025, 4, 1), "cancelled_on": date(2025, 4, 20)}),
    ],
)
def test_relance_closes_itself_when_an_affaire_runs_again(victor, lcl, former, changes):
    run = affaire(victor, lcl, "Chantier", **former)
    planned = relance(victor, lcl)
    assert stored(planned).cause
    edit_affaire(by=Actor.of(victor), affaire=run, **changes)
    assert stored(planned).outcome == "Close d'elle-même : l'affaire « Chantier » a repris."


def test_relance_closes_itself_when_an_affaire_is_resumed_or_an_opportunite_opened_again(victor, lcl):
    by = Actor.of(victor)
    run = affaire(victor, lcl, "Chantier", **CANCELLED)
    lost = opportunite(
        victor, lcl, "Refonte", opened_on=date(2025, 1, 2), stage="perdue", closed_on=date(2025, 1, 20)
    )
    first, second = relance(victor, lcl), relance(victor, lcl)
    Relance.objects.filter(pk=second.pk).update(done_on=TODAY)
    resume_affaire(by=by, affaire=run)
    assert stored(first).outcome == "Close d'elle-même : l'affaire « Chantier » a repris."
    reopen_relance(by=by, relance=second)
    reopen_opportunite(by=by, opportunite=lost, today=TODAY)
    assert stored(second).outcome == "Close d'elle-même : l'opportunité « Refonte » a repris."


@pytest.mark.parametrize("changes", [{"name": "Autre"}, {"ends_on": date(2025, 6, 10)}, {"amount": 5}])
def test_relance_stays_when_an_affaire_changes_and_counts_for_no_more(victor, lcl, changes):
    run = affaire(victor, lcl, **RUNNING)
    planned = relance(victor, lcl)
    edit_affaire(by=Actor.of(victor), affaire=run, **changes)
    assert (stored(planned).cause, stored(planned).is_open) == ("actif", True)


def test_relance_about_an_opportunite_stays_until_that_one_is_closed(victor, lcl):
    lead, by = opportunite(victor, lcl, "Refonte"), Actor.of(victor)
    about, other = relance(victor, lcl, opportunite=lead.pk), relance(victor, lcl)
    Relance.objects.update(cause="delaisse")
    opportunite(victor, lcl, "Audit")
    affaire(victor, lcl, "Conseil")
    assert (stored(about).is_open, stored(other).is_open) == (True, False)
    won = {"stage": "gagnee", "affaire": {"name": "Chantier", "starts_on": TODAY}}
    close_opportunite(by=by, opportunite=lead, closed_on=TODAY, today=TODAY, **won)
    assert stored(about).outcome == "Close d'elle-même : l'affaire « Chantier » est arrivée."


def test_relance_that_closed_itself_is_taken_up_again_and_done_by_somebody(victor, lcl):
    planned, by = relance(victor, lcl), Actor.of(victor)
    opportunite(victor, lcl)
    with pytest.raises(ValidationError, match="s'est close d'elle-même : rétablissez-la d'abord"):
        do_relance(by=by, relance=planned, today=TODAY)
    reopen_relance(by=by, relance=planned)
    assert (stored(planned).is_open, stored(planned).closed_itself) == (True, False)
    do_relance(by=by, relance=planned, today=TODAY)
    assert (stored(planned).done_on, stored(planned).closed_itself) == (TODAY, False)


def test_relance_closes_itself_by_the_forms_and_django_admin(sign_in, amina, lcl):
    client = sign_in(amina)
    new = {"opened_on": "2025-05-31", "step": "Qualification"}
    by_admin = {"espace": lcl.espace_id, "stage": "en_cours", "seen_version": "1"}
    doors = [
        ("/e/atlas/opportunites/nouvelle/", new | {"name": "Par page"}),
        ("/e/atlas/affaires/nouvelle/", {"name": "Signée", "starts_on": "2025-05-31"}),
        ("/admin/accounts/opportunite/add/", by_admin | {"name": "Par admin"}),
    ]
    for address, values in doors:
        planned = relance(amina, lcl)
        Relance.objects.filter(pk=planned.pk).update(cause="delaisse")  # which the first one ends
        client.post(address, values | {"account": lcl.pk})
        assert values["name"] in stored(planned).outcome, address


def test_relance_without_cause_stays_when_business_comes(victor, account):
    arval = account("Arval")
    affaire(victor, arval)
    planned = relance(victor, arval)
    opportunite(victor, arval)
    assert stored(planned).is_open


@pytest.mark.parametrize(
    "old",
    [
        {"starts_on": date(2024, 1, 2), "ends_on": date(2025, 2, 27)},
        {"starts_on": date(2025, 6, 2), "cancelled_on": date(2025, 5, 1)},
    ],
)
def test_relance_stays_when_business_comes_that_changes_nothing(victor, lcl, old):
    planned = relance(victor, lcl)
    affaire(victor, lcl, **old)
    assert stored(planned).is_open


def test_relance_of_another_account_stays(victor, account, lcl):
    planned = relance(victor, lcl)
    opportunite(victor, account("Arval"))
    assert stored(planned).is_open


def test_account_that_comes_back_whole_closes_nothing(amina, victor, lcl):
    opportunite(victor, lcl)
    planned = relance(victor, lcl)
    Relance.objects.update(cause="delaisse")
    trashed = trash(by=Actor.of(amina), row=lcl, now=NOW)
    restore(by=Actor.of(amina), trashed=trashed)
    assert stored(planned).is_open


def test_relance_follows_its_opportunite_and_leaves_a_contact_that_moves(victor, account, lcl):
    by, arval = Actor.of(victor), account("Arval")
    contact = create_contact(by=by, espace=lcl.espace, account=lcl.pk, last_name="Roux")
    about = relance(victor, lcl, opportunite=opportunite(victor, lcl).pk, contact=contact.pk)
    with_contact = relance(victor, lcl, contact=contact.pk)
    edit_opportunite(by=by, opportunite=about.opportunite, today=TODAY, account=arval.pk)
    edit_contact(by=by, contact=contact, today=TODAY, account=arval.pk)
    assert (stored(about).account, stored(about).contact) == (arval, None)
    assert (stored(with_contact).account, stored(with_contact).contact) == (lcl, None)


# Many at once.


def test_one_relance_an_account_is_planned_for_the_owner_of_each(victor, sara, account, lcl):
    arval, natixis = account("Arval", owner=sara.pk), account("Natixis")
    already = relance(victor, lcl)
    planned = plan_relances(
        by=Actor.of(victor),
        espace=lcl.espace,
        today=TODAY,
        accounts=[arval.pk, natixis.pk, lcl.pk],
        subject="Campagne",
        due_on=date(2025, 6, 2),
    )
    assert (len(planned.relances), planned.left_out) == (2, {LeftOut.PLANNED: [lcl]})
    rows = Relance.objects.exclude(pk=already.pk).order_by("account__name_fold")
    assert [(row.account, row.assignee, row.subject) for row in rows] == [
        (arval, sara, "Campagne"),
        (natixis, victor, "Campagne"),
    ]


@pytest.mark.parametrize(("until", "left_out"), [(None, True), (TODAY, True), (date(2025, 5, 30), False)])
def test_many_relances_leave_out_the_archived_and_those_not_to_be_followed_up(
    amina, account, lcl, until, left_out
):
    by, (arval, natixis) = Actor.of(amina), (account("Arval"), account("Natixis"))
    edit_account(by=by, account=arval, today=TODAY, do_not_follow_up=True, do_not_follow_up_until=until)
    archive_account(by=by, account=natixis, today=TODAY)
    ids = [arval.pk, natixis.pk, lcl.pk]
    call = {"by": by, "espace": lcl.espace, "today": TODAY, "accounts": ids, "subject": "A"}
    planned = plan_relances(**call, due_on=TODAY)
    silenced = {LeftOut.SILENCED: [arval]} if left_out else {}
    assert planned.left_out == silenced | {LeftOut.ARCHIVED: [natixis]}
    assert {row.account for row in planned.relances} == ({lcl} if left_out else {lcl, arval})
    assert Relance.objects.count() == len(planned.relances)


def test_many_relances_are_refused_to_standard(sara, lcl):
    call = {"by": Actor.of(sara), "espace": lcl.espace, "today": TODAY, "accounts": [lcl.pk]}
    with pytest.raises(PermissionDenied, match=who_can("relance.assign")):
        plan_relances(**call, subject="A", due_on=TODAY)


def test_many_relances_are_all_planned_or_none(victor, otto, lcl):
    call = {"by": Actor.of(victor), "espace": lcl.espace, "today": TODAY, "subject": "A"}
    for wrong in (
        {"accounts": [lcl.pk, 990_001], "due_on": TODAY},
        {"accounts": range(AT_MOST + 1), "due_on": TODAY},
        {"accounts": [lcl.pk], "due_on": date(2025, 5, 30)},
        {"accounts": [lcl.pk], "due_on": TODAY, "assignee": otto.pk},
        {"accounts": [lcl.pk], "due_on": TODAY, "kind": "fax"},
    ):
        refusal_of(lambda wrong=wrong: plan_relances(**call, **wrong))
    assert Relance.objects.count() == 0


@pytest.mark.parametrize("rows", (2, 30))
def test_many_relances_take_as_many_queries_as_few(victor, account, rows, django_assert_max_num_queries):
    ids = [account(f"Compte {n}", created_on=FORGOTTEN).pk for n in range(rows)]
    call = {"by": Actor.of(victor), "espace": victor.espace, "today": TODAY, "accounts": ids}
    with django_assert_max_num_queries(15):
        assert len(plan_relances(**call, subject="A", due_on=TODAY).relances) == rows


# The worklist.


def test_account_with_a_relance_planned_is_no_longer_to_follow_up(victor, lcl):
    def worklist():
        return list(victor.espace.accounts.with_status(TODAY).to_follow_up(TODAY))

    assert worklist() == [lcl]
    planned = relance(victor, lcl)
    assert worklist() == []
    do_relance(by=Actor.of(victor), relance=planned, today=TODAY)
    assert worklist() == [lcl]


# The days that are offered.


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2025, 6, 4), date(2025, 6, 3)),  # Wednesday
        (date(2025, 6, 2), date(2025, 5, 30)),  # Monday
        (date(2025, 6, 1), date(2025, 5, 30)),  # Sunday
        (date(2025, 5, 31), date(2025, 5, 30)),  # Saturday
    ],
)
def test_last_working_day_before_a_day(day, last):
    assert working_day_before(day) == last


def test_days_offered_leave_out_a_bascule_that_is_too_near():
    today = date(2025, 6, 2)  # a Monday
    found = {choice.code: choice.day for choice in offered(today, delay_days=7, before=date(2025, 6, 16))}
    assert found == {
        "demain": date(2025, 6, 3),
        "lundi": date(2025, 6, 9),
        "delai": date(2025, 6, 9),
        "bascule": date(2025, 6, 13),
        "autre": None,
    }
    assert "bascule" not in [choice.code for choice in offered(today, delay_days=7, before=today)]
    assert "bascule" not in [choice.code for choice in offered(today, delay_days=7, before=None)]


@pytest.mark.parametrize(
    ("before", "label"),
    [
        ([None, date(2025, 6, 2)], None),  # neither has one, or a day left before it
        ([date(2025, 6, 16), date(2025, 7, 16)], "Avant la bascule de chacun"),
        ([date(2025, 6, 16), None], "Avant la bascule de chacun, sinon dans 7\xa0j"),
    ],
)
def test_days_offered_to_many_say_what_becomes_of_those_without_bascule(before, label):
    choices = {c.code: c.label for c in offered_to_many(date(2025, 6, 2), delay_days=7, before=before)}
    assert choices.get("bascule") == label
    assert list(choices)[-1] == "autre"
