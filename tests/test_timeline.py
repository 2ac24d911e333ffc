"""The status engine alone: pure, without database or clock, against the rules read literally."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accounts.choices import Status
from accounts.models import Affaire, Opportunite
from accounts.services.status import facts_from
from accounts.services.timeline import Facts, Period, months_before, periods, roll, status_on
from tests.reading import EDGES, History, Lead, Work, months_earlier, status_of

DAY = timedelta(days=1)
D = date(2025, 5, 31)  # three months before is a clamped 28 February
LONG_AGO = date(2020, 1, 1)


def facts_of(history: History) -> Facts:
    affaires = [
        Affaire(starts_on=a.starts_on, ends_on=a.ends_on, cancelled_on=a.cancelled_on)
        for a in history.affaires
    ]
    opportunites = [Opportunite(opened_on=o.opened_on, closed_on=o.closed_on) for o in history.opportunites]
    return facts_from(history.created_on, affaires, opportunites)


def test_timeline_of_an_account_from_its_creation_to_its_oblivion():
    history = History(
        created_on=date(2024, 1, 10),
        affaires=(Work(date(2024, 2, 1), date(2024, 5, 31)),),
        opportunites=(Lead(date(2024, 9, 15), date(2024, 11, 30)),),
    )
    assert periods(facts_of(history)) == [
        Period(Status.PROSPECT, date(2024, 1, 10), date(2024, 2, 1)),
        Period(Status.ACTIF, date(2024, 2, 1), date(2024, 9, 1)),
        Period(Status.DELAISSE, date(2024, 9, 1), date(2024, 9, 15)),
        Period(Status.PROSPECT, date(2024, 9, 15), date(2025, 3, 1)),
        Period(Status.DELAISSE, date(2025, 3, 1), date(2025, 6, 1)),
        Period(Status.INACTIF, date(2025, 6, 1), None),
    ]


def test_status_comes_with_the_day_it_ends():
    facts = facts_of(History(LONG_AGO, affaires=(Work(LONG_AGO, date(2025, 2, 28)),)))
    assert status_on(D, facts) == (Status.ACTIF, date(2025, 6, 1))


def test_before_its_first_fact_an_account_has_no_status():
    assert status_on(D, facts_of(History(created_on=date(2025, 6, 15)))) == (None, date(2025, 6, 15))


BOUNDARIES = {
    "affaire ended 2025-02-28": (History(LONG_AGO, (Work(LONG_AGO, date(2025, 2, 28)),)), Status.ACTIF),
    "affaire ended 2025-02-27": (History(LONG_AGO, (Work(LONG_AGO, date(2025, 2, 27)),)), Status.DELAISSE),
    "affaire ended 2024-11-30": (History(LONG_AGO, (Work(LONG_AGO, date(2024, 11, 30)),)), Status.DELAISSE),
    "affaire ended 2024-11-29": (History(LONG_AGO, (Work(LONG_AGO, date(2024, 11, 29)),)), Status.INACTIF),
    "opportunité lost 2025-02-28": (
        History(LONG_AGO, (), (Lead(LONG_AGO, date(2025, 2, 28)),)),
        Status.PROSPECT,
    ),
    "affaire starts 2025-06-01": (History(LONG_AGO, (Work(date(2025, 6, 1)),)), Status.INACTIF),
    "no business, created 2025-03-01": (History(date(2025, 3, 1)), Status.PROSPECT),
    "no business, created 2025-02-28": (History(date(2025, 2, 28)), Status.DELAISSE),
    "no business, created 2024-11-30": (History(date(2024, 11, 30)), Status.DELAISSE),
    "no business, created 2024-11-29": (History(date(2024, 11, 29)), Status.INACTIF),
    "created 2025-04-01, affaire ended 2024-01-31": (
        History(date(2025, 4, 1), (Work(date(2023, 1, 1), date(2024, 1, 31)),)),
        Status.PROSPECT,
    ),
    "created 2025-01-15, affaire ended 2024-01-31": (
        History(date(2025, 1, 15), (Work(date(2023, 1, 1), date(2024, 1, 31)),)),
        Status.INACTIF,
    ),
}


@pytest.mark.parametrize(("history", "status"), BOUNDARIES.values(), ids=BOUNDARIES.keys())
def test_boundary_on_31_may_2025(history, status):
    assert (status_on(D, facts_of(history))[0], status_of(history, D)) == (status, status)


def test_affaire_that_starts_tomorrow_makes_an_inactif_account_actif_tomorrow():
    facts = facts_of(History(LONG_AGO, (Work(date(2025, 6, 1)),)))
    assert status_on(D, facts) == (Status.INACTIF, date(2025, 6, 1))
    assert status_on(D + DAY, facts) == (Status.ACTIF, None)


def test_affaire_cancelled_before_its_start_counts_for_nothing():
    cancelled = Work(date(2025, 4, 1), date(2025, 12, 31), cancelled_on=date(2025, 3, 31))
    assert periods(facts_of(History(LONG_AGO, (cancelled,)))) == periods(facts_of(History(LONG_AGO)))


def test_affaire_cancelled_on_its_first_day_ends_that_day():
    cancelled = Work(date(2025, 4, 1), date(2025, 12, 31), cancelled_on=date(2025, 4, 1))
    ended = Work(date(2025, 4, 1), date(2025, 4, 1))
    assert periods(facts_of(History(LONG_AGO, (cancelled,)))) == periods(
        facts_of(History(LONG_AGO, (ended,)))
    )


def test_opportunite_open_long_after_its_expected_closing_keeps_an_account_prospect():
    ghost = Opportunite(opened_on=LONG_AGO, expected_close_on=date(2021, 1, 1))
    facts = facts_from(LONG_AGO, [], [ghost])
    assert status_on(D, facts) == (Status.PROSPECT, None)


def test_months_before_clamps_and_roll_does_not():
    assert months_before(date(2025, 5, 31), 3) == date(2025, 2, 28)
    assert months_before(date(2024, 5, 31), 3) == date(2024, 2, 29)
    assert roll(date(2024, 11, 30), 3) == date(2025, 3, 1)
    assert roll(date(2023, 11, 29), 3) == date(2024, 2, 29)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from((3, 6)))
def test_roll_gives_the_first_day_on_which_a_day_is_older_than_so_many_months(day, months):
    first = roll(day + DAY, months)
    assert months_earlier(first - DAY, months) <= day < months_earlier(first, months)
    assert months_before(first, months) == months_earlier(first, months)


def test_dates_at_the_end_of_the_calendar_are_no_error():
    facts = facts_of(History(date.max, (Work(date.max, date.max),), (Lead(date(9999, 10, 1), date.max),)))
    assert status_on(date.max, facts) == (Status.ACTIF, None)


# Random histories. Two leap days (2024-02-29 comes up often) and every month end are inside the window.
FIRST, LAST = date(2023, 8, 1), date(2025, 6, 30)
days = st.sampled_from(EDGES) | st.dates(FIRST, LAST)
lengths = st.none() | st.integers(0, 200).map(lambda n: n * DAY)


def ending(day: date, length: timedelta | None) -> date | None:
    return None if length is None else day + length


affaires = st.builds(
    lambda day, length, cancelled: Work(day, ending(day, length), ending(day, cancelled)),
    days,
    lengths,
    st.none() | st.integers(-60, 200).map(lambda n: n * DAY),
)
opportunites = st.builds(lambda day, length: Lead(day, ending(day, length)), days, lengths)
histories = st.builds(
    History,
    days,
    st.lists(affaires, max_size=3).map(tuple),
    st.lists(opportunites, max_size=3).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(histories)
@example(History(date(2024, 2, 29), (Work(date(2024, 2, 29), date(2024, 2, 29)),)))
@example(History(date(2024, 8, 31), (), (Lead(date(2024, 5, 31), date(2024, 8, 31)),)))
def test_timeline_agrees_with_the_rules_read_literally_day_by_day(history):
    facts = facts_of(history)
    timeline = periods(facts)
    day = FIRST - 3 * DAY
    while day < LAST + 420 * DAY:
        held = [period.status for period in timeline if period.holds_on(day)]
        assert held == [status for status in [status_of(history, day)] if status], day
        day += DAY


@settings(max_examples=100, deadline=None)
@given(histories, days)
def test_until_is_the_first_later_day_of_another_status(history, day):
    status, until = status_on(day, facts_of(history))
    assert status == status_of(history, day)
    horizon = LAST + 420 * DAY
    later = (day + n * DAY for n in range(1, (horizon - day).days))
    assert until == next((d for d in later if status_of(history, d) != status), None)


@settings(max_examples=300, deadline=None)
@given(histories)
def test_timeline_has_no_gap_and_no_needless_cut_and_never_ends(history):
    timeline = periods(facts_of(history))
    begun = [a.starts_on for a in history.affaires if a.counts()] + [
        o.opened_on for o in history.opportunites
    ]
    assert timeline[0].starts_on == min([history.created_on, *begun])
    assert timeline[-1].ends_before is None
    for period, following in pairwise(timeline):
        assert period.starts_on < period.ends_before == following.starts_on
        assert period.status != following.status
