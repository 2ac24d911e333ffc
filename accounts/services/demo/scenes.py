"""The accounts of the demo whose story is written: the group to look at first, each boundary, each curiosity.

Boundaries: README, « Les statuts ».
"""

from collections.abc import Callable
from datetime import date, timedelta

from accounts.choices import Stage
from accounts.services.demo.stories import Story, Storyteller
from accounts.services.timeline import DAY, RECENT_MONTHS, months_before

LONG_AGO_DAYS = 1500
PROGRAMME = (
    "Programme accessibilité numérique"  # the projet of BNP Paribas that its filiales' affaires follow
)
PROGRAMME_ACCOUNTS = ("BNP Paribas Personal Finance", "BNP Paribas Cardif", "Hello bank!")


def _ended(t: Storyteller, on: date, *, started_before_days: int = 200, **flags) -> Story:
    affaire = t.affaire(on - timedelta(days=started_before_days), on)
    return Story(t.ago(LONG_AGO_DAYS), [affaire], [t.won(affaire)], flags)


def _lost(t: Storyteller, on: date) -> Story:
    return Story(t.ago(LONG_AGO_DAYS), [], [t.closed(on, Stage.PERDUE)])


def _falls_in(t: Storyteller, days: int) -> Story:
    """Actif, about `days` before it becomes Délaissé."""
    return _ended(t, months_before(t.today + timedelta(days=days), RECENT_MONTHS) - DAY)


def _running(t: Storyteller) -> Story:
    affaire = t.affaire(t.ago(410), name="TMA portail agents", amount=900_000)
    return Story(t.ago(LONG_AGO_DAYS), [affaire], [t.won(affaire), t.lead(t.ago(30))])


def _starts_on(t: Storyteller, day: date, *, ended_on: date | None = None) -> Story:
    """Work signed, that has not begun."""
    story = _ended(t, ended_on) if ended_on else Story(t.ago(LONG_AGO_DAYS))
    coming = t.affaire(day, day + timedelta(days=240))
    coming.starts_on = day  # exactly, were it a Sunday
    story.affaires.append(coming)
    return story


def _cancelled_before_start(t: Storyteller) -> Story:
    opportunite = t.closed(t.ago(70), Stage.GAGNEE)
    affaire = t.affaire(
        t.ago(40), t.today + timedelta(days=150), cancelled_on=t.ago(50), opportunite=opportunite
    )
    return Story(t.ago(LONG_AGO_DAYS), [affaire], [opportunite])


def _cancelled_under_way(t: Storyteller) -> Story:
    cancelled_on = t.m3 - timedelta(days=20)
    affaire = t.affaire(
        cancelled_on - timedelta(days=90), t.today + timedelta(days=60), cancelled_on=cancelled_on
    )
    return Story(t.ago(LONG_AGO_DAYS), [affaire], [t.won(affaire)])


def _won_without_affaire(t: Storyteller) -> Story:
    return Story(t.ago(LONG_AGO_DAYS), [], [t.closed(t.ago(30), Stage.GAGNEE)])


def _ghost(t: Storyteller) -> Story:
    """An opportunité still open long after it should have closed."""
    return Story(t.ago(LONG_AGO_DAYS), [], [t.lead(t.ago(290), expected_close_on=t.ago(170))])


def _client_again(t: Storyteller, created_on: date) -> Story:
    """A former client that came in lately: its affaire is older than its account."""
    ended_on = months_before(t.today, 16)
    return Story(created_on, [t.affaire(ended_on - timedelta(days=150), ended_on)])


def _internal(t: Storyteller, name: str, *, ended_on: date | None = None) -> Story:
    """An activity of ours, which nobody pays for."""
    affaire = t.affaire(t.ago(500), ended_on, name=name, amount=None)
    return Story(t.ago(LONG_AGO_DAYS), [affaire])


SCENES: dict[str, Callable[[Storyteller], Story]] = {
    "BNP Paribas": lambda t: _lost(t, t.m3 - timedelta(days=25)),
    "BNP Paribas Personal Finance": _running,
    "BNP Paribas Cardif": lambda t: _ended(t, t.m3 - timedelta(days=12)),
    "Arval": lambda t: Story(
        t.ago(LONG_AGO_DAYS), [], [t.lead(t.ago(45), step="Négociation", probability=75)]
    ),
    "BNP Paribas Real Estate": lambda t: _ended(t, months_before(t.today, 14)),
    "Hello bank!": lambda t: _falls_in(t, 5),
    # Each side of each boundary
    "Allianz France": lambda t: _ended(t, t.m3),
    "CNP Assurances": lambda t: _ended(t, t.m3 - DAY),
    "Groupama": lambda t: _ended(t, t.m6),
    "MAIF": lambda t: _ended(t, t.m6 - DAY),
    "Alstom": lambda t: _lost(t, t.m3),
    "Legrand": lambda t: _lost(t, t.m3 - DAY),
    "Hermès": lambda t: _lost(t, t.m6),
    "L'Oréal": lambda t: _lost(t, t.m6 - DAY),
    "Doctolib": lambda t: Story(t.m3 + DAY),
    "Edenred": lambda t: Story(t.m3),
    "Servier": lambda t: Story(t.m6),
    "Ipsen": lambda t: Story(t.m6 - DAY),
    # Coming changes
    "Safran": lambda t: _falls_in(t, 20),
    "Valeo": lambda t: _falls_in(t, 60),
    "Naval Group": lambda t: _starts_on(t, t.today + DAY),
    "Métropole de Lyon": lambda t: _starts_on(
        t, t.today + timedelta(days=21), ended_on=t.m3 - timedelta(days=15)
    ),
    # Our own activities
    "Avant-vente": lambda t: _internal(t, "Réponses aux appels d'offres"),
    "Formation interne": lambda t: _internal(t, "Académie technique", ended_on=t.ago(40)),
    "Recherche et développement": lambda t: _internal(t, "Veille et prototypes"),
    "Intercontrat": lambda t: Story(t.ago(LONG_AGO_DAYS)),
    # Curiosities
    "Danone": _cancelled_before_start,
    "Accor": _cancelled_under_way,
    "Decathlon": _won_without_affaire,
    "Sodexo": _ghost,
    "Région Bretagne": lambda t: _client_again(t, t.m3 + timedelta(days=25)),
    "Canal+": lambda t: _client_again(t, t.m6 + timedelta(days=40)),
    "Lapeyre": lambda t: _ended(
        t,
        t.m3 - timedelta(days=30),
        do_not_follow_up=True,
        do_not_follow_up_reason="Achats gelés jusqu'au prochain exercice",
        do_not_follow_up_until=t.today + timedelta(days=120),
    ),
    "Suez": lambda t: _ended(
        t,
        t.m3 - timedelta(days=45),
        do_not_follow_up=True,
        do_not_follow_up_reason="Suivi par notre partenaire intégrateur",
    ),
    "Vivendi": lambda t: _ended(t, months_before(t.today, 20)),
}
