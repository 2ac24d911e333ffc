"""An account deleted and restored, in a real browser."""

from datetime import date

import pytest
from playwright.sync_api import expect

from accounts.models import Account, TrashedRow
from tests.business import affaire, opportunite

pytestmark = pytest.mark.django_db(transaction=True)


def lists_arval(opened):
    return opened.locator("tbody").get_by_role("link", name="Arval", exact=True)


def test_an_account_is_deleted_and_restored_with_its_affaires_and_the_same_status(page, axe, amina, account):
    arval = account("Arval", created_on=date(2020, 1, 1))
    account("LCL")
    affaire(amina, arval, "Mission", ends_on=date(2025, 5, 20))
    affaire(amina, arval, "Ancienne", starts_on=date(2023, 1, 1), ends_on=date(2023, 6, 30))
    opportunite(amina, arval, "Refonte")
    opened = page(f"/e/atlas/comptes/{arval.pk}/", member=amina)
    expect(opened.locator(".hero .pill")).to_have_text("Actif")
    why = opened.locator(".why").inner_text()

    opened.get_by_role("button", name="Autres actions").click()
    opened.get_by_role("link", name="Supprimer").click()
    expect(opened.get_by_text("1 opportunité, 2 affaires")).to_be_visible()
    opened.get_by_role("button", name="Mettre à la Corbeille").click()
    expect(opened.get_by_text("« Arval » est dans la Corbeille pour 30 jours.")).to_be_visible()
    expect(opened.locator("tbody tr")).to_have_count(1)
    expect(lists_arval(opened)).to_have_count(0)

    opened.get_by_role("link", name="Corbeille").click()
    expect(opened.get_by_text("Compte, et 1 opportunité, 2 affaires")).to_be_visible()
    expect(opened.get_by_text("encore 30 j")).to_be_visible()
    assert axe(opened) == ""
    opened.get_by_role("button", name="Restaurer Arval").click()
    expect(opened.get_by_text("« Arval » est de retour.")).to_be_visible()
    expect(opened.locator(".hero .pill")).to_have_text("Actif")
    assert opened.locator(".why").inner_text() == why
    for name in ("Mission", "Ancienne", "Refonte"):
        expect(opened.locator(".rows").get_by_role("link", name=name)).to_be_visible()
    opened.get_by_role("link", name="Corbeille").click()
    expect(opened.get_by_text("La Corbeille est vide")).to_be_visible()
    assert axe(opened) == ""


def test_a_deletion_is_undone_from_its_message(page, amina, account):
    arval = account("Arval")
    opened = page(f"/e/atlas/comptes/{arval.pk}/supprimer/", member=amina)
    opened.get_by_role("button", name="Mettre à la Corbeille").click()
    opened.locator("#toasts").get_by_role("button", name="Annuler").click()
    expect(opened.get_by_text("« Arval » est de retour.")).to_be_visible()
    assert Account.objects.get() == arval
    assert not TrashedRow.objects.exists()


def test_an_account_is_deleted_and_restored_without_javascript(page, amina, account):
    arval = account("Arval")
    opened = page(f"/e/atlas/comptes/{arval.pk}/", member=amina, javascript=False, viewport="phone")
    opened.get_by_role("button", name="Autres actions").click()
    opened.get_by_role("link", name="Supprimer").click()
    opened.get_by_role("button", name="Mettre à la Corbeille").click()
    opened.goto("/e/atlas/corbeille/")
    opened.get_by_role("button", name="Restaurer Arval").click()
    expect(opened.get_by_role("heading", name="Arval")).to_be_visible()


def test_an_espace_is_deleted_by_its_name_and_restored(page, axe, amina, account):
    account("Arval")
    opened = page("/e/atlas/reglages/", member=amina)
    opened.get_by_role("link", name="Supprimer l'espace").click()
    expect(opened.get_by_text("1 compte, 2 membres")).to_be_visible()
    opened.get_by_label("Nom de l'espace").fill("atlas")
    opened.get_by_role("button", name="Supprimer l'espace").click()
    expect(opened.get_by_text("Écrivez le nom de l'espace, exactement : Atlas").first).to_be_visible()
    opened.get_by_label("Nom de l'espace").fill("Atlas")
    opened.get_by_role("button", name="Supprimer l'espace").click()
    expect(opened.get_by_text("définitivement dans 30 j")).to_be_visible()
    assert axe(opened) == ""
    opened.get_by_role("button", name="Restaurer Atlas").click()
    expect(opened.get_by_text("L'espace « Atlas » est de retour, tel qu'il était.")).to_be_visible()
    opened.goto("/e/atlas/comptes/")
    expect(lists_arval(opened)).to_be_visible()
