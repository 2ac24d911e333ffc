"""The palette: from the keyboard to a page, wherever one is."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_account_is_found_and_opened_by_keyboard_alone(page, axe, victor, account):
    account("Arval", website="arval.fr")
    ayvens = account("Ayvens")
    opened = page("/e/atlas/projets/", member=victor)
    opened.keyboard.press("Control+k")
    palette = opened.get_by_role("dialog", name="Rechercher partout")
    expect(palette.get_by_role("option", name="Nouveau compte")).to_have_attribute("aria-selected", "true")
    assert axe(opened) == ""
    opened.keyboard.type("a")
    expect(palette.get_by_role("option", name="Arval")).to_be_visible()
    opened.keyboard.press("ArrowUp")  # across groups, from the first to the last
    expect(palette.get_by_role("option", name="Créer le compte « a »")).to_have_attribute(
        "aria-selected", "true"
    )
    opened.keyboard.type("y")
    chosen = palette.get_by_role("option", name="Ayvens")
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(palette.get_by_role("combobox")).to_have_attribute(
        "aria-activedescendant", chosen.get_attribute("id")
    )
    assert axe(opened) == ""
    opened.keyboard.press("Enter")
    opened.wait_for_url(f"**/e/atlas/comptes/{ayvens.pk}/")


def test_escape_closes_it_and_gives_the_page_back(page, victor):
    opened = page("/e/atlas/comptes/", member=victor)
    opened.get_by_role("link", name="Rechercher").click()
    palette = opened.get_by_role("dialog", name="Rechercher partout")
    expect(palette).to_be_visible()
    opened.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    opened.keyboard.press("c")
    opened.wait_for_url("**/comptes/nouveau/")


def test_it_is_a_page_without_javascript(page, sara, account):
    arval = account("Arval")
    opened = page("/e/atlas/comptes/", member=sara, javascript=False)
    opened.get_by_role("link", name="Rechercher").click()
    opened.get_by_role("textbox", name="Un nom, un site web, une action").fill("arv")
    opened.get_by_role("button", name="Rechercher").click()
    opened.get_by_role("link", name="Arval").click()
    opened.wait_for_url(f"**/e/atlas/comptes/{arval.pk}/")
