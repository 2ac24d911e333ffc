"""What was done, as people look it up: on the page of a row, then in the espace's journal."""

from datetime import date

import pytest
from playwright.sync_api import expect

from accounts.services.account import edit_account
from crm.actor import Actor, Door

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = date(2025, 5, 31)


@pytest.fixture
def arval(account, amina, victor):
    arval = account("Arval", tags=["Banque"])
    text = "Le comité de pilotage se tient le premier mardi du mois.\n" * 3
    edit_account(by=Actor.of(victor), account=arval, today=TODAY, description=text, tags=["Mobilité"])
    edit_account(by=Actor.of(amina, Door.ADMIN), account=arval, today=TODAY, owner=victor.pk)
    return arval


def test_history_of_an_account_is_read_from_its_page(page, axe, arval, sara):
    opened = page(f"/e/atlas/comptes/{arval.pk}/", member=sara)
    panel = opened.get_by_role("region", name="Historique")
    expect(panel.get_by_role("listitem").first).to_contain_text("Amina Haddad a modifié le compte")
    expect(panel.get_by_role("listitem").first).to_contain_text("Victor Lemoine")
    assert axe(opened) == ""

    panel.get_by_role("link", name="Tout l'historique").click()
    opened.wait_for_url(f"**/comptes/{arval.pk}/historique/")
    expect(opened.get_by_role("heading", name="31 mai 2025")).to_be_visible()
    whole = opened.get_by_role("paragraph").filter(has_text="premier mardi").first
    expect(whole).to_be_hidden()
    opened.locator(".whole summary").click()
    expect(whole).to_be_visible()
    opened.get_by_text("valeurs").click()
    expect(opened.get_by_text("Entré au portefeuille le")).to_be_visible()
    assert axe(opened) == ""


def test_journal_is_narrowed_by_its_menus_and_widened_again(page, axe, arval, amina, victor):
    opened = page("/e/atlas/comptes/", member=amina)
    opened.get_by_role("link", name="Journal").click()
    lines = opened.locator(".history > li")
    expect(lines.first).to_contain_text("Amina Haddad a modifié le compte Arval")
    everything = lines.count()

    opened.get_by_role("button", name="Qui").click()
    opened.get_by_role("link", name="Victor Lemoine").click()
    opened.get_by_role("button", name="Action").click()
    opened.get_by_role("link", name="Modification").click()
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text("ajouté : Mobilité")
    assert opened.url.endswith(f"/e/atlas/journal/?qui={victor.pk}&action=changed")

    opened.get_by_role("button", name="Période").click()
    opened.get_by_label("Du", exact=True).fill("2025-06-01")
    opened.get_by_role("button", name="Filtrer").click()
    expect(opened.get_by_role("heading", name="Aucune ligne ne correspond")).to_be_visible()
    assert axe(opened) == ""
    opened.get_by_role("link", name="Retirer les filtres").click()
    expect(lines).to_have_count(everything)


def test_journal_needs_no_javascript(page, arval, amina, victor):
    opened = page(f"/e/atlas/journal/?qui={victor.pk}", member=amina, javascript=False)
    expect(opened.locator(".history > li").first).to_contain_text("Victor Lemoine a modifié le compte Arval")
    opened.get_by_role("link", name="Retirer le filtre Qui").click()
    expect(opened.locator(".history > li").first).to_contain_text("Amina Haddad")
