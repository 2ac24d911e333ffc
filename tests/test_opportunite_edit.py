from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Opportunite
from accounts.services.opportunite import close_opportunite, edit_opportunite
from crm.actor import Actor
from tests.business import affaire, opportunite, said, status_of
from tests.conftest import TODAY


@pytest.fixture
def row(victor, account):
    return opportunite(victor, account("LCL", created_on=date(2020, 1, 1)), amount=12_000)


def address(row) -> str:
    return f"/e/atlas/opportunites/{row.pk}/modifier/"


def typed(row, **changes) -> dict:
    return {
        "account": row.account_id,
        "name": row.name,
        "step": row.step,
        "opened_on": row.opened_on.isoformat(),
        "amount": "12 000",
        "version": row.version,
    } | changes


def test_opportunite_edit_by_avance(sign_in, victor, row):
    response = sign_in(victor).post(
        address(row), typed(row, name="Refonte du portail", amount="15000"), follow=True
    )
    row.refresh_from_db()
    assert (row.name, row.amount, row.version) == ("Refonte du portail", Decimal(15_000), 2)
    assert said(response) == ["L'opportunité « Refonte du portail » est enregistrée. LCL reste Prospect."]


def test_opportunite_edit_shows_what_the_row_holds(sign_in, victor, row):
    form = sign_in(victor).get(address(row)).context["form"]
    assert form["account"].value() == row.account_id
    assert 'value="12\xa0000"' in form["amount"].as_widget()
    assert "closed_on" not in form.fields


def test_opportunite_edit_refused_to_standard_and_to_strangers(client, sign_in, sara, otto, row):
    assert client.get(address(row)).status_code == 302
    assert sign_in(sara).post(address(row), typed(row, name="Autre")).status_code == 403
    assert sign_in(otto).post(address(row), typed(row, name="Autre")).status_code == 404
    otto_here = f"/e/boreal/opportunites/{row.pk}/modifier/"
    assert sign_in(otto).post(otto_here, typed(row, name="Autre")).status_code == 404
    assert Opportunite.objects.get().name == "Refonte"


def test_moving_an_opportunite_changes_both_accounts(sign_in, victor, row, account):
    arval = account("Arval", created_on=date(2020, 1, 1))
    moved = typed(row, account=arval.pk)
    html = sign_in(victor).post(f"/e/atlas/opportunites/et-si/?opportunite={row.pk}", moved).content.decode()
    assert "Arval deviendra Prospect (Inactif aujourd&#x27;hui)." in html
    assert "LCL deviendra Inactif (Prospect aujourd&#x27;hui)." in html
    sign_in(victor).post(address(row), moved)
    assert (status_of(row.account), status_of(arval)) == ("inactif", "prospect")


def test_an_affaire_born_of_it_keeps_an_opportunite_at_its_account(sign_in, victor, row, account):
    affaire(victor, row.account, "Audit", opportunite=row.pk)
    response = sign_in(victor).post(address(row), typed(row, account=account("Arval").pk))
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "account": ["L'affaire « Audit », née de cette opportunité, est à un autre compte."]
    }


def test_a_closed_opportunite_shows_its_date_and_reason_to_correct(sign_in, victor, row):
    close_opportunite(
        by=Actor.of(victor),
        opportunite=row,
        stage="perdue",
        closed_on=TODAY,
        today=TODAY,
        lost_reason="Prix",
    )
    row.refresh_from_db()
    client = sign_in(victor)
    client.post(address(row), typed(row, opened_on="2024-10-01", closed_on="2024-12-31", lost_reason="Délai"))
    row.refresh_from_db()
    assert (row.closed_on, row.lost_reason) == (date(2024, 12, 31), "Délai")
    assert status_of(row.account) == "delaisse"
    response = client.post(address(row), typed(row, closed_on="2025-06-01", lost_reason=""))
    assert response.context["form"].errors == {"closed_on": ["La clôture ne peut pas être dans le futur."]}


def test_a_step_that_the_espace_no_longer_has_stays(sign_in, victor, row):
    edit_opportunite(by=Actor.of(victor), opportunite=row, today=TODAY, step="Ancienne étape")
    row.refresh_from_db()
    sign_in(victor).post(address(row), typed(row, name="Autre"))
    row.refresh_from_db()
    assert (row.name, row.step) == ("Autre", "Ancienne étape")
