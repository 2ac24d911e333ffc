"""Aujourd'hui in a real browser: what there is to do is done and put off from it, whatever one works with."""

from datetime import date

import pytest
from playwright.sync_api import expect

from accounts.models import Relance
from tests.business import relance

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def late(account, sara):
    return relance(sara, account("LCL", created_on=date(2025, 1, 15)), "Rappeler Mme Roux", date(2025, 6, 2))


def test_a_relance_is_put_off_and_done_where_one_arrives(page, axe, late, sara):
    Relance.objects.update(due_on=date(2025, 5, 28))
    opened = page("/e/atlas/", member=sara)
    todo = opened.get_by_role("region", name="À faire")
    expect(todo.get_by_text("en retard de 3 j")).to_be_visible()
    assert axe(opened) == ""
    todo.get_by_role("link", name="Reporter Rappeler Mme Roux, LCL").press("Enter")
    dialog = opened.get_by_role("dialog")
    dialog.get_by_label("Demain").check()
    dialog.get_by_role("button", name="Reporter").click()
    opened.wait_for_url("**/e/atlas/")
    expect(todo.get_by_text("Rappeler Mme Roux")).to_have_count(0)
    assert Relance.objects.get().due_on == date(2025, 6, 1)
    opened.get_by_role("button", name="Annuler").click()
    opened.goto("/e/atlas/")
    todo.get_by_role("link", name="Faire Rappeler Mme Roux, LCL").press("Enter")
    dialog.get_by_label("Ce qui s'est dit").fill("Un projet en septembre")
    dialog.get_by_role("button", name="C'est fait").click()
    expect(opened.get_by_text("« Rappeler Mme Roux » est faite.")).to_be_visible()
    opened.wait_for_url("**/e/atlas/")
    assert Relance.objects.get().outcome == "Un projet en septembre"


def test_without_javascript_an_account_that_is_newly_delaisse_is_relanced(page, account, sara):
    lcl = account("LCL", created_on=date(2025, 2, 20))
    opened = page("/e/atlas/?qui=equipe", member=sara, javascript=False)
    opened.get_by_role("link", name="Relancer LCL").click()
    opened.get_by_label("Demain").check()
    opened.get_by_role("button", name="Planifier").click()
    assert Relance.objects.values_list("account", "due_on", "assignee").get() == (
        lcl.pk,
        date(2025, 6, 1),
        sara.pk,
    )
    opened.goto("/e/atlas/")
    expect(opened.get_by_role("link", name="Relancer LCL")).to_have_count(0)
