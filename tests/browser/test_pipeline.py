"""The board of opportunités in a real browser: by keyboard alone, by dragging, and without JavaScript."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.test_relances import press_until
from tests.business import opportunite

BOARD = "/e/atlas/opportunites/tableau/"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def row(victor, account):
    return opportunite(victor, account("LCL", created_on=date(2020, 1, 1)), "Refonte", amount=10_000)


def stored(row) -> tuple:
    row.refresh_from_db()
    return row.step, row.stage, row.lost_reason


def test_opportunite_is_moved_then_closed_by_keyboard_alone(page, axe, row, victor):
    opened = page(f"{BOARD}?q=ref", member=victor)
    press_until(opened, "Déplacer ou clore « Refonte »")
    opened.keyboard.press("Enter")
    press_until(opened, "Négociation")
    opened.keyboard.press("Enter")
    expect(opened.get_by_text("« Refonte » est à l'étape « Négociation ».")).to_be_visible()
    expect(opened.get_by_role("link", name="Refonte")).to_be_focused()
    assert stored(row) == ("Négociation", "en_cours", "")
    assert axe(opened) == ""

    press_until(opened, "Déplacer ou clore « Refonte »")
    opened.keyboard.press("Enter")
    press_until(opened, "Gagnée")
    opened.keyboard.press("Enter")
    dialog = opened.get_by_role("dialog")
    expect(dialog.get_by_label("Date de clôture")).to_be_focused()
    assert axe(opened) == ""
    press_until(opened, "Revenir")
    opened.keyboard.press("Enter")
    expect(dialog).not_to_be_visible()
    assert stored(row) == ("Négociation", "en_cours", "")

    press_until(opened, "Déplacer ou clore « Refonte »")
    opened.keyboard.press("Enter")
    press_until(opened, "Perdue")
    opened.keyboard.press("Enter")
    expect(dialog.get_by_label("Perdue")).to_be_checked()
    expect(dialog.get_by_label("Date de clôture")).to_be_focused()  # then the form listens
    dialog.get_by_label("Raison").focus()
    opened.keyboard.type("Prix")
    opened.keyboard.press("Enter")
    expect(opened.get_by_text("L'opportunité « Refonte » est perdue.")).to_be_visible()
    assert stored(row) == ("Négociation", "perdue", "Prix")
    assert opened.url.endswith(f"{BOARD}?q=ref")


def test_card_is_dragged_to_a_step_and_brought_back(page, row, victor):
    opened = page(BOARD, member=victor)
    opened.wait_for_load_state()  # the scripts that listen come last
    opened.locator(".pipeline-card").drag_to(opened.get_by_role("heading", name="Proposition"))
    expect(opened.get_by_text("« Refonte » est à l'étape « Proposition ».")).to_be_visible()
    assert stored(row) == ("Proposition", "en_cours", "")
    opened.get_by_role("button", name="Annuler").click()
    expect(opened.get_by_text("« Refonte » est à l'étape « Qualification ».")).to_be_visible()
    assert stored(row) == ("Qualification", "en_cours", "")


def test_opportunite_is_moved_and_closed_without_javascript(page, row, victor):
    opened = page(BOARD, member=victor, javascript=False)
    menu = opened.get_by_role("button", name="Déplacer ou clore « Refonte »")
    menu.click()
    opened.get_by_role("button", name="Proposition").click()
    expect(opened.get_by_text("« Refonte » est à l'étape « Proposition ».")).to_be_visible()
    menu.click()
    opened.get_by_role("link", name="Abandonnée").click()
    opened.get_by_label("Raison").fill("Budget reporté")
    opened.get_by_role("button", name="Clore l'opportunité").click()
    expect(opened.get_by_text("L'opportunité « Refonte » est abandonnée.")).to_be_visible()
    assert stored(row) == ("Proposition", "abandonnee", "Budget reporté")
