"""« Pourquoi ce statut ? » agrees with the rules, and says by how many days each better status was missed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.choices import Status
from accounts.services.explanation import explain
from accounts.services.timeline import Facts, Span, status_on

D = date(2025, 5, 31)  # three months before is 28 February, six months before 30 November
LONG_AGO = date(2020, 1, 1)
SPACE = "\u00a0"

CASES = {
    "running without end": (
        Facts(LONG_AGO, affaires=(Span(date(2025, 1, 6)),)),
        "car l'affaire {row} est en cours depuis le 6 janvier 2025.",
        [],
    ),
    "running until": (
        Facts(LONG_AGO, affaires=(Span(date(2025, 1, 6), date(2025, 7, 1)),)),
        "car l'affaire {row} est en cours jusqu'au 1er juillet 2025.",
        [],
    ),
    "ended at the limit": (
        Facts(LONG_AGO, affaires=(Span(LONG_AGO, date(2025, 2, 28)),)),
        f"car l'affaire {{row}} s'est terminée le 28 février 2025, il y a moins de 3{SPACE}mois.",
        [],
    ),
    "open opportunité": (
        Facts(LONG_AGO, opportunites=(Span(date(2025, 4, 1)),)),
        "car l'opportunité {row} est en cours depuis le 1er avril 2025.",
        [(Status.ACTIF, "aucune affaire n'a été signée.", None)],
    ),
    "new account": (
        Facts(date(2025, 3, 1)),
        f"car le compte est entré au portefeuille le 1er mars 2025, il y a moins de 3{SPACE}mois.",
        [(Status.ACTIF, "aucune affaire n'a été signée.", None)],
    ),
    "a day too early": (
        Facts(LONG_AGO, affaires=(Span(LONG_AGO, date(2025, 2, 27)),)),
        "car l'affaire {row} s'est terminée le 27 février 2025, "
        f"il y a plus de 3{SPACE}mois et moins de 6.",
        [
            (
                Status.ACTIF,
                "l'affaire {row} s'est terminée le 27 février 2025, 1 jour trop tôt : "
                "il fallait le 28 février 2025 ou après.",
                1,
            ),
            (Status.PROSPECT, "aucune opportunité n'a été ouverte.", None),
            (
                Status.PROSPECT,
                "le compte est entré au portefeuille le 1er janvier 2020, 1886 jours trop tôt : "
                "il fallait après le 28 février 2025.",
                1886,
            ),
        ],
    ),
    "forgotten": (
        Facts(date(2024, 11, 29)),
        "car il n'a ni affaire ni opportunité, et le compte est entré au portefeuille "
        f"le 29 novembre 2024, il y a plus de 6{SPACE}mois.",
        [
            (Status.ACTIF, "aucune affaire n'a été signée.", None),
            (Status.PROSPECT, "aucune opportunité n'a été ouverte.", None),
            (
                Status.PROSPECT,
                "le compte est entré au portefeuille le 29 novembre 2024, 92 jours trop tôt : "
                "il fallait après le 28 février 2025.",
                92,
            ),
            (
                Status.DELAISSE,
                "le compte est entré au portefeuille le 29 novembre 2024, 1 jour trop tôt : "
                "il fallait le 30 novembre 2024 ou après.",
                1,
            ),
        ],
    ),
    "signed for later": (
        Facts(LONG_AGO, affaires=(Span(date(2025, 6, 1)),)),
        "car il n'a ni affaire ni opportunité, et le compte est entré au portefeuille "
        f"le 1er janvier 2020, il y a plus de 6{SPACE}mois.",
        [(Status.ACTIF, "l'affaire {row} ne commence que le 1er juin 2025, dans 1 jour.", 1)],
    ),
}


@pytest.mark.parametrize(("facts", "sentence", "missed"), CASES.values(), ids=CASES)
def test_explanation(facts, sentence, missed):
    explanation = explain(facts, D)
    assert explanation.reason.sentence == sentence
    found = [(reason.status, reason.sentence, reason.missing_days) for reason in explanation.why_not_better]
    assert found[: len(missed)] == missed


def test_before_it_exists_an_account_has_no_explanation():
    assert explain(Facts(date(2025, 6, 1)), D) is None


def test_the_evidence_is_the_record_that_keeps_the_status_the_longest():
    ended, running = Span(LONG_AGO, date(2025, 5, 1), "ended"), Span(LONG_AGO, date(2025, 9, 1), "running")
    assert explain(Facts(LONG_AGO, affaires=(ended, running)), D).reason.row == "running"


def test_what_comes_next_is_told():
    explanation = explain(Facts(LONG_AGO, affaires=(Span(LONG_AGO, date(2025, 2, 28)),)), D)
    assert (explanation.next_period.status, explanation.next_period.starts_on) == (
        Status.DELAISSE,
        date(2025, 6, 1),
    )


days = st.dates(date(2024, 8, 1), date(2025, 8, 31))
ended_spans = st.builds(
    lambda start, length: Span(start, start + timedelta(days=length), object()), days, st.integers(0, 200)
)


@settings(max_examples=300, deadline=None)
@given(
    st.builds(
        Facts,
        days,
        st.lists(ended_spans, max_size=2).map(tuple),
        st.lists(ended_spans, max_size=2).map(tuple),
    )
)
def test_moved_later_by_the_missing_days_the_evidence_would_have_been_enough(facts):
    explanation = explain(facts, D)
    status = status_on(D, facts)[0]
    assert (explanation and explanation.period.status) == status
    for reason in explanation.why_not_better if explanation else []:
        if reason.missing_days is None or "ne commence que" in reason.sentence:
            continue
        for days_later, enough in ((reason.missing_days, True), (reason.missing_days - 1, False)):
            moved = _moved(facts, reason.row, timedelta(days=days_later))
            reached = status_on(D, moved)[0].rank <= reason.status.rank
            assert reached == enough, (reason, days_later)


def _moved(facts: Facts, row: object, by: timedelta) -> Facts:
    """The facts had this evidence (a span's end, or the entry into the portfolio) come later."""
    if row is None:
        return replace(facts, created_on=facts.created_on + by)

    def later(spans):
        return tuple(replace(s, ends_on=s.ends_on + by) if s.row is row else s for s in spans)

    return replace(facts, affaires=later(facts.affaires), opportunites=later(facts.opportunites))
