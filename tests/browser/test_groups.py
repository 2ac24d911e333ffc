"""Walks through a group: an account is moved in its tree, by keyboard alone and without JavaScript."""

import pytest
from playwright.sync_api import expect

from accounts.models import Account

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bnp(account) -> Account:
    """BNP Paribas › Arval › Arval Fleet, and AXA."""
    group = account("BNP Paribas", type="groupe")
    account("Arval Fleet", parent=account("Arval", parent=group))
    account("AXA", type="groupe")
    return group


def parent_of(name: str) -> str:
    return Account.objects.get(name=name).parent.name


def press_until(opened, name: str) -> None:
    """Move the focus by Tab to the control of that name."""
    for _ in range(60):
        opened.keyboard.press("Tab")
        if opened.evaluate("document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(f"« {name} » is never reached")


def test_an_account_is_moved_by_keyboard_alone_and_the_move_undone(page, axe, victor, bnp):
    opened = page(f"/e/atlas/comptes/{bnp.pk}/groupe/", member=victor)
    opened.get_by_role("button", name="Actions sur Arval Fleet").focus()
    opened.keyboard.press("Enter")
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    dialog = opened.get_by_role("dialog", name="Déplacer Arval Fleet")
    expect(dialog).to_be_visible()
    assert axe(opened) == ""
    parent = dialog.get_by_role("combobox", name="Nouveau compte parent")
    parent.focus()
    parent.press_sequentially("axa")
    expect(dialog.get_by_role("option", name="AXA")).to_be_visible()
    parent.press("Enter")
    expect(parent).to_have_value("AXA")
    press_until(opened, "Déplacer")
    opened.keyboard.press("Enter")
    expect(opened.get_by_text("« Arval Fleet » est maintenant sous « AXA ».")).to_be_visible()
    expect(opened.get_by_role("heading", name="BNP Paribas")).to_be_visible()
    assert parent_of("Arval Fleet") == "AXA"

    press_until(opened, "Annuler")
    opened.keyboard.press("Enter")
    expect(opened.get_by_text("« Arval Fleet » est maintenant sous « Arval ».")).to_be_visible()
    assert parent_of("Arval Fleet") == "Arval"


def test_a_cycle_is_refused_in_the_dialog_with_its_path(page, axe, victor, bnp):
    opened = page(f"/e/atlas/comptes/{bnp.pk}/groupe/", member=victor)
    opened.get_by_role("button", name="Actions sur BNP Paribas").click()
    opened.get_by_role("link", name="Déplacer").last.click()
    dialog = opened.get_by_role("dialog", name="Déplacer BNP Paribas")
    parent = dialog.get_by_role("combobox", name="Nouveau compte parent")
    parent.press_sequentially("fleet")
    dialog.get_by_role("option", name="Arval Fleet").click()
    dialog.get_by_role("button", name="Déplacer").click()
    path = "BNP Paribas › Arval › Arval Fleet › BNP Paribas"
    expect(dialog.locator(".error")).to_contain_text(path)
    assert axe(opened) == ""


def test_without_javascript_an_account_is_moved(page, victor, bnp):
    opened = page(f"/e/atlas/comptes/{bnp.pk}/groupe/", member=victor, javascript=False)
    opened.get_by_role("button", name="Actions sur Arval Fleet").click()
    opened.locator(":popover-open").get_by_role("link", name="Déplacer").click()
    opened.locator("[name=parent_q]").fill("axa")
    opened.locator("[name=chercher][value=parent]").click()
    opened.locator("[name=parent]").select_option(label="AXA")
    opened.get_by_role("button", name="Déplacer").click()
    expect(opened.get_by_role("heading", name="AXA", exact=True)).to_be_visible()
    assert parent_of("Arval Fleet") == "AXA"
