"""The fil of an account: all that happened there, in time order, from several sources."""

from datetime import UTC, date, datetime

import pytest

from accounts.services.affaire import cancel_affaire
from accounts.services.fil import SOURCES, fil_of
from accounts.services.relance import do_relance
from crm.actor import Actor
from tests.business import affaire, contact, note, opportunite, relance
from tests.conftest import TODAY


@pytest.fixture
def lcl(account, victor):
    """In the portfolio since 2024, with a piece of business of each kind."""
    lcl = account("LCL", created_on=date(2024, 1, 15))
    opened = {"opened_on": date(2024, 6, 1)}
    won, lost = {"stage": "gagnee", "amount": 32_000}, {"stage": "perdue", "lost_reason": "Prix"}
    opportunite(victor, lcl, "Gagnée", closed_on=date(2024, 9, 2), **won, **opened)
    opportunite(victor, lcl, "Perdue", closed_on=date(2024, 9, 3), **lost, **opened)
    opportunite(victor, lcl, "Ouverte", opened_on=date(2025, 5, 10))
    affaire(victor, lcl, "Audit", date(2024, 9, 16), ends_on=date(2025, 1, 31))
    affaire(victor, lcl, "À venir", date(2025, 7, 1))
    stopped = affaire(victor, lcl, "Arrêtée", date(2024, 10, 1))
    cancel_affaire(by=Actor.of(victor), affaire=stopped, cancelled_on=date(2024, 11, 4))
    return lcl


def fil_page(lcl) -> str:
    return f"/e/atlas/comptes/{lcl.pk}/fil/"


def shown(entries) -> list[tuple]:
    """Day, and the sentence or the statuses of each entry."""
    return [
        (
            f"{entry.at:%d/%m/%y}",
            entry.sentence.replace("{row}", f"« {entry.row} »")
            or getattr(entry.row, "text", None)
            or f"{entry.row.former} → {entry.row.status}",
        )
        for entry in entries
    ]


def test_fil_tells_what_happened_the_latest_first_and_what_comes(sign_in, sara, victor, lcl):
    note(victor, lcl, "Vu hier.", happened_at=datetime(2025, 5, 30, 7, 30, tzinfo=UTC))
    page = sign_in(sara).get(fil_page(lcl))
    fil = page.context["fil"]
    assert shown(fil.coming) == [("01/07/25", "prospect → actif")]
    assert shown(fil.entries) == [
        ("30/05/25", "Vu hier."),
        ("10/05/25", "delaisse → prospect"),
        ("01/05/25", "actif → delaisse"),
        ("31/01/25", "L'affaire « Audit » se termine."),
        ("04/11/24", "L'affaire « Arrêtée » est annulée."),
        ("01/10/24", "L'affaire « Arrêtée » commence."),
        ("16/09/24", "prospect → actif"),
        ("16/09/24", "L'affaire « Audit » commence."),
        ("03/09/24", "L'opportunité « Perdue » est perdue."),
        ("02/09/24", "L'opportunité « Gagnée » est gagnée."),
        ("01/06/24", "delaisse → prospect"),
        ("15/04/24", "prospect → delaisse"),
        ("15/01/24", "None → prospect"),
        ("15/01/24", "Le compte « LCL » entre au portefeuille."),
    ]
    html = page.content.decode()
    assert html.index('class="future"') < html.index('class="fil-today"') < html.index("Vu hier.")


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["notes"], ["Vu hier."]),
        (
            ["opportunites", "notes"],
            ["Vu hier.", "L'opportunité « Perdue » est perdue.", "L'opportunité « Gagnée » est gagnée."],
        ),
    ],
)
def test_fil_is_filtered_by_kind(sign_in, sara, victor, lcl, kinds, expected):
    note(victor, lcl)
    fil = sign_in(sara).get(fil_page(lcl), {"genre": kinds}).context["fil"]
    assert [text for _, text in shown(fil.entries)] == expected
    assert fil.coming == []


def test_relance_that_is_done_is_told_with_its_outcome(sign_in, sara, victor, lcl, today):
    do_relance(by=Actor.of(victor), relance=relance(victor, lcl), today=today, outcome="Rappeler en juin.")
    relance(victor, lcl, "Encore à faire")
    (entry,) = sign_in(sara).get(fil_page(lcl), {"genre": "relances"}).context["fil"].entries
    assert shown([entry]) == [("31/05/25", "La relance « Rappeler » est faite.")]
    assert entry.detail == "Rappeler en juin."


def test_relance_that_closed_itself_is_told_as_nobody_s_work(sign_in, sara, victor, account):
    forgotten = account("EDF", created_on=date(2025, 1, 15))
    relance(victor, forgotten)
    opportunite(victor, forgotten, "Refonte")
    (entry,) = sign_in(sara).get(fil_page(forgotten), {"genre": "relances"}).context["fil"].entries
    assert shown([entry]) == [("31/05/25", "La relance « Rappeler » se clôt d'elle-même.")]
    assert entry.detail == "Close d'elle-même : l'opportunité « Refonte » est arrivée."


def test_fil_of_another_day_ends_there(sign_in, sara, victor, lcl):
    note(victor, lcl)
    page = sign_in(sara).get(fil_page(lcl), {"au": "2024-09-02"})
    fil = page.context["fil"]
    assert shown(fil.entries)[0] == ("02/09/24", "L'opportunité « Gagnée » est gagnée.")
    assert [text for _, text in shown(fil.coming)][-1] == "prospect → actif"
    assert "Écrire la note" not in page.content.decode()


def test_pages_of_a_fil_together_are_the_whole_fil(victor, lcl):
    """Whatever falls on the same day, or at its very start."""
    for minute in (0, 0, 30):  # from midnight on in Paris, of the day on which Audit ended
        note(victor, lcl, "Nuit", happened_at=datetime(2025, 1, 30, 23, minute, tzinfo=UTC))
    affaire(victor, lcl, "Jumelle", date(2024, 9, 16), ends_on=date(2025, 1, 31))
    whole = shown(fil_of(lcl, on=TODAY, kinds=[], size=100).entries)
    assert len(whole) == 18  # 13 of the fixture, 3 notes, 2 of the twin
    for size in (1, 2, 5):
        pages, after = [], None
        while True:
            fil = fil_of(lcl, on=TODAY, kinds=[], size=size, after=after)
            pages += shown(fil.entries)
            after = fil.older
            if after is None:
                break
        assert pages == whole


def test_fil_leads_to_older_entries_and_back(sign_in, sara, victor, lcl):
    for n in range(31):
        note(victor, lcl, f"Note {n}", happened_at=datetime(2025, 5, 29, 7, n, tzinfo=UTC))
    client = sign_in(sara)
    first = client.get(fil_page(lcl), {"genre": "notes"})
    assert len(first.context["fil"].entries) == 30
    older = client.get(fil_page(lcl), {"genre": "notes", "suite": str(first.context["fil"].older)})
    assert shown(older.context["fil"].entries) == [("29/05/25", "Note 0")]
    assert 'rel="next"' not in older.content.decode()
    assert 'href="?genre=notes">Le plus récent' in older.content.decode()


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"genre": "factures"}, "Ce genre n'existe pas."),
        ({"suite": "hier"}, "Cette suite n'existe pas."),
        ({"suite": "99999999999999999999_1_1"}, "Cette suite n'existe pas."),
    ],
)
def test_fil_answers_an_invalid_value_with_a_sentence(sign_in, sara, lcl, parameters, sentence):
    response = sign_in(sara).get(fil_page(lcl), parameters)
    assert response.context["listing"].errors == [sentence]
    assert response.context["fil"].entries == []


def test_account_page_fetches_its_fil_and_links_to_it(sign_in, sara, victor, lcl):
    client = sign_in(sara)
    html = client.get(f"/e/atlas/comptes/{lcl.pk}/").content.decode()
    assert f'hx-get="{fil_page(lcl)}"' in html
    assert f'href="{fil_page(lcl)}"' in html
    fragment = client.get(fil_page(lcl), headers={"HX-Request": "true"})
    assert len(fragment.context["fil"].entries) == 10
    assert fragment.content.decode().strip().startswith('<ol class="fil">')
    assert f'href="{fil_page(lcl)}">Voir tout le fil</a>' in fragment.content.decode()


def test_fil_of_other_espace_is_not_found(client, sign_in, otto, lcl):
    assert client.get(fil_page(lcl)).status_code == 302
    assert sign_in(otto).get(fil_page(lcl)).status_code == 404
    assert sign_in(otto).get(f"/e/boreal/comptes/{lcl.pk}/fil/").status_code == 404


@pytest.mark.parametrize("rows", (1, 3))
def test_fil_takes_a_query_a_source(sign_in, victor, lcl, rows, django_assert_num_queries):
    for n in range(rows):
        who = contact(victor, lcl, f"Contact {n}")
        note(victor, lcl, contact=who.pk)
    client = sign_in(victor)
    client.get(fil_page(lcl))  # moves the espace to today
    with django_assert_num_queries(4 + len(SOURCES) + 1):  # session, user, member, account; what comes
        client.get(fil_page(lcl))
