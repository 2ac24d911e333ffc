"""« Et si ? » in a sentence. Today is 31 May 2025."""

from datetime import date, timedelta

import pytest

from accounts.services.forecast import Forecast
from accounts.services.timeline import Facts, Span, periods

TODAY = date(2025, 5, 31)
LONG_AGO = date(2020, 1, 1)
STALE = Span(date(2024, 1, 1), date(2025, 1, 31))  # Délaissé until 31 July 2025
RUNNING = Span(date(2025, 5, 1))


def forecast(before: Facts | None, after: Facts) -> Forecast:
    return Forecast("Natixis", periods(before) if before else [], periods(after), TODAY)


def affaires(*spans: Span) -> Facts:
    return Facts(LONG_AGO, spans)


def test_a_better_status_says_the_present_one_and_what_follows():
    found = forecast(affaires(STALE), affaires(STALE, Span(date(2025, 5, 1), date(2025, 6, 30))))
    assert found.sentence() == (
        "Natixis deviendra Actif (Délaissé aujourd'hui), puis Délaissé le 1er octobre 2025."
    )


def test_once_saved_the_sentence_is_in_the_present():
    found = forecast(affaires(STALE), affaires(STALE, Span(date(2025, 5, 1), date(2025, 6, 30))))
    assert found.sentence(saved=True) == (
        "Natixis est maintenant Actif (Délaissé jusqu'ici), et deviendra Délaissé le 1er octobre 2025."
    )


@pytest.mark.parametrize(
    "before, after, sentence",
    [
        (affaires(RUNNING), affaires(RUNNING), "Natixis restera Actif."),
        (affaires(), affaires(RUNNING), "Natixis deviendra Actif (Inactif aujourd'hui)."),
        (affaires(RUNNING), affaires(), "Natixis deviendra Inactif (Actif aujourd'hui)."),
        (
            affaires(),
            affaires(Span(date(2026, 1, 1))),
            "Natixis deviendra Actif le 1er janvier 2026 (Inactif jusque-là).",
        ),
        (
            affaires(Span(date(2025, 1, 1), date(2025, 5, 31))),
            affaires(Span(date(2025, 1, 1), date(2025, 6, 30))),
            "Natixis restera Actif, puis Délaissé le 1er octobre 2025 au lieu du 1er septembre 2025.",
        ),
        (
            affaires(Span(date(2025, 1, 1), date(2025, 5, 31))),
            affaires(RUNNING),
            "Natixis restera Actif, sans changement prévu.",
        ),
        (None, Facts(TODAY), "Natixis sera Prospect, puis Délaissé le 31 août 2025."),
        (None, Facts(TODAY, (RUNNING,)), "Natixis sera Actif."),
        (None, Facts(TODAY + timedelta(days=1)), "Natixis deviendra Prospect le 1er juin 2025."),
    ],
)
def test_each_case_has_its_sentence(before, after, sentence):
    assert forecast(before, after).sentence() == sentence
