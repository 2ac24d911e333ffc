from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Affaire, Opportunite
from accounts.services.opportunite import close_opportunite
from crm.actor import Actor
from tests.business import opportunite, said, status_of
from tests.conftest import TODAY


@pytest.fixture
def row(victor, account):
    lcl = account("LCL", created_on=date(2020, 1, 1))
    return opportunite(victor, lcl, opened_on=date(2024, 10, 1), amount=12_000, owner=victor.pk)


def address(row, verb="clore") -> str:
    return f"/e/atlas/opportunites/{row.pk}/{verb}/"


def won(row, **changes) -> dict:
    return {
        "stage": "gagnee",
        "closed_on": "2025-05-31",
        "makes_affaire": "on",
        "affaire_name": "Refonte",
        "affaire_starts_on": "2025-05-31",
        "affaire_ends_on": "2025-08-31",
        "affaire_amount": "12 000",
        "version": row.version,
    } | changes


def lost(row, **changes) -> dict:
    return {"stage": "perdue", "closed_on": "2025-05-31", "version": row.version} | changes


def test_a_won_opportunite_makes_its_affaire_in_one_step(sign_in, victor, row):
    response = sign_in(victor).post(address(row), won(row), follow=True)
    row.refresh_from_db()
    made = Affaire.objects.get()
    assert response.redirect_chain == [(f"/e/atlas/opportunites/{row.pk}/", 302)]
    assert (row.stage, row.closed_on) == ("gagnee", TODAY)
    assert (made.name, made.account, made.opportunite, made.owner) == ("Refonte", row.account, row, victor)
    assert (made.starts_on, made.ends_on, made.amount) == (TODAY, date(2025, 8, 31), Decimal(12_000))
    assert status_of(row.account) == "actif"
    assert said(response) == [
        "L'opportunité « Refonte » est gagnée. L'affaire « Refonte » est créée. "
        "LCL est maintenant Actif (Prospect jusqu'ici), et deviendra Délaissé le 1er décembre 2025."
    ]


def test_the_closing_page_is_filled_with_what_is_known(sign_in, victor, row):
    form = sign_in(victor).get(address(row)).context["form"]
    assert form["stage"].value() is None
    assert (form["closed_on"].value(), form["makes_affaire"].value()) == (TODAY, True)
    assert (form["affaire_name"].value(), form["affaire_starts_on"].value()) == ("Refonte", TODAY)
    assert form["affaire_amount"].value() == "12\xa0000"


def test_a_won_opportunite_may_do_without_an_affaire(sign_in, victor, row):
    sign_in(victor).post(address(row), won(row, makes_affaire=""))
    assert Opportunite.objects.get().stage == "gagnee"
    assert Affaire.objects.count() == 0
    assert status_of(row.account) == "prospect"


@pytest.mark.parametrize("stage", ("perdue", "abandonnee"))
def test_a_lost_or_abandoned_opportunite_keeps_its_reason_and_makes_no_affaire(sign_in, victor, row, stage):
    sign_in(victor).post(
        address(row), won(row, stage=stage, closed_on="2025-02-27", lost_reason="Prix", affaire_starts_on="?")
    )
    row.refresh_from_db()
    assert (row.stage, row.closed_on, row.lost_reason) == (stage, date(2025, 2, 27), "Prix")
    assert Affaire.objects.count() == 0
    assert status_of(row.account) == "delaisse"


@pytest.mark.parametrize(
    "changes, errors",
    [
        ({"stage": ""}, {"stage": ["Ce champ est obligatoire."]}),
        ({"closed_on": "2025-06-01"}, {"closed_on": ["La clôture ne peut pas être dans le futur."]}),
        ({"closed_on": "2024-09-30"}, {"closed_on": ["La clôture ne peut pas précéder l'ouverture."]}),
        ({"affaire_name": ""}, {"affaire_name": ["Ce champ est obligatoire."]}),
        ({"affaire_starts_on": ""}, {"affaire_starts_on": ["Ce champ est obligatoire."]}),
        ({"affaire_ends_on": "2025-05-30"}, {"affaire_ends_on": ["La fin ne peut pas précéder le début."]}),
    ],
)
def test_a_refused_closing_saves_nothing_and_keeps_what_was_typed(sign_in, victor, row, changes, errors):
    response = sign_in(victor).post(address(row), won(row, **changes))
    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == errors
    for name, value in (won(row) | changes).items():
        assert form[name].value() == (True if value == "on" else str(value))
    assert Opportunite.objects.get().stage == "en_cours"
    assert Affaire.objects.count() == 0


def test_a_closed_opportunite_is_not_closed_twice(sign_in, victor, row):
    client = sign_in(victor)
    client.post(address(row), lost(row))
    sentence = "Cette opportunité est déjà close : rouvrez-la d'abord."
    assert said(client.get(address(row), follow=True))[-1] == sentence
    response = client.post(address(row), lost(row, lost_reason="Prix", version=2))
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [sentence]
    assert Opportunite.objects.get().lost_reason == ""


def test_closing_refused_to_standard_and_to_strangers(client, sign_in, sara, otto, row):
    assert client.get(address(row)).status_code == 302
    assert sign_in(sara).post(address(row), lost(row)).status_code == 403
    assert sign_in(otto).post(address(row), lost(row)).status_code == 404
    assert sign_in(otto).post(f"/e/boreal/opportunites/{row.pk}/clore/", lost(row)).status_code == 404
    assert Opportunite.objects.get().stage == "en_cours"


@pytest.mark.parametrize(
    "typed, sentence, status",
    [
        (
            won,
            "LCL deviendra Actif (Prospect aujourd&#x27;hui), puis Délaissé le 1er décembre 2025.",
            "actif",
        ),
        (lost, "LCL restera Prospect, puis Délaissé le 1er septembre 2025.", "prospect"),
    ],
)
def test_what_if_of_a_closing_says_what_is_then_saved(sign_in, victor, row, typed, sentence, status):
    client = sign_in(victor)
    what_if = f"/e/atlas/opportunites/et-si/?opportunite={row.pk}&geste=clore"
    assert sentence in client.post(what_if, typed(row)).content.decode()
    assert sentence in client.post(address(row), typed(row, et_si="1")).content.decode()
    assert Opportunite.objects.get().is_open
    client.post(address(row), typed(row))
    assert status_of(row.account) == status


def test_a_closed_opportunite_is_reopened(sign_in, victor, row):
    close_opportunite(
        by=Actor.of(victor),
        opportunite=row,
        stage="perdue",
        closed_on=TODAY - timedelta(days=120),
        today=TODAY,
        lost_reason="Prix",
    )
    assert status_of(row.account) == "delaisse"
    response = sign_in(victor).post(address(row, "rouvrir"), follow=True)
    row.refresh_from_db()
    assert (row.stage, row.closed_on, row.lost_reason) == ("en_cours", None, "")
    assert status_of(row.account) == "prospect"
    assert said(response) == [
        "L'opportunité « Refonte » est rouverte. LCL est maintenant Prospect (Délaissé jusqu'ici)."
    ]


def test_an_open_opportunite_is_not_reopened(sign_in, victor, row):
    response = sign_in(victor).post(address(row, "rouvrir"), follow=True)
    assert said(response) == ["Cette opportunité est déjà en cours."]
    assert Opportunite.objects.get().version == 1


def test_reopening_refused_to_standard_to_strangers_and_to_a_link(client, sign_in, victor, sara, otto, row):
    close_opportunite(by=Actor.of(victor), opportunite=row, stage="perdue", closed_on=TODAY, today=TODAY)
    assert client.post(address(row, "rouvrir")).status_code == 302
    assert sign_in(sara).post(address(row, "rouvrir")).status_code == 403
    assert sign_in(otto).post(address(row, "rouvrir")).status_code == 404
    assert sign_in(victor).get(address(row, "rouvrir")).status_code == 405
    assert Opportunite.objects.get().stage == "perdue"
