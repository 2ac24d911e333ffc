"""A salesperson's relances in a real browser: by keyboard alone, in a dialog, and without JavaScript."""

from datetime import date

import pytest
from playwright.sync_api import expect

from accounts.models import Relance
from tests.business import contact, relance

FOCUSED = """() => {
  const focused = document.activeElement.closest("a, button, label");
  return focused ? `${focused.textContent.trim()} ${focused.title}` : "";
}"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lcl(account):
    """An account that is Délaissé until 16 July."""
    return account("LCL", created_on=date(2025, 1, 15))


def stored() -> tuple:
    return Relance.objects.values_list("subject", "due_on", "done_on", "cancelled_on").get()


def press_until(opened, name: str, key: str = "Tab") -> None:
    """Move the focus by keyboard to the control of that name."""
    for _ in range(60):
        focused = opened.evaluate(FOCUSED)
        if name in focused:
            return
        opened.keyboard.press(key)
    raise AssertionError(f"« {name} » is never reached: {focused}")


def test_relance_is_planned_put_off_and_done_by_keyboard_alone(page, axe, lcl, sara):
    opened = page(f"/e/atlas/comptes/{lcl.pk}/", member=sara)
    press_until(opened, "Planifier une relance")
    opened.keyboard.press("Enter")
    dialog = opened.get_by_role("dialog")
    expect(dialog.get_by_label("Objet")).to_be_focused()
    assert axe(opened) == ""
    opened.keyboard.press("Control+a")
    opened.keyboard.type("Prendre des nouvelles")
    opened.keyboard.press("Tab")
    opened.keyboard.press("ArrowUp")  # from « Dans 7 j » to « Lundi »
    opened.keyboard.press("Enter")
    expect(opened.get_by_text("« Prendre des nouvelles » est prévue le 2 juin 2025.")).to_be_visible()
    assert stored() == ("Prendre des nouvelles", date(2025, 6, 2), None, None)

    opened.wait_for_load_state()  # the scripts that listen come last
    opened.keyboard.press("g")
    opened.keyboard.press("r")
    opened.wait_for_url("**/relances/")
    press_until(opened, "Reporter")
    opened.keyboard.press("Enter")
    expect(dialog.get_by_label("Dans 7 j")).to_be_focused()
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("Enter")
    expect(opened.get_by_text("est reportée au 15 juillet 2025.")).to_be_visible()

    press_until(opened, "Faire")
    opened.keyboard.press("Enter")
    expect(dialog.get_by_label("Ce qui s'est dit")).to_be_focused()
    opened.keyboard.type("Un projet en septembre")
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    expect(opened.get_by_text("« Prendre des nouvelles » est faite.")).to_be_visible()
    assert Relance.objects.values_list("done_on", "outcome").get() == (
        date(2025, 5, 31),
        "Un projet en septembre",
    )


@pytest.mark.parametrize("javascript", [True, False])
def test_new_relance_offers_the_contacts_and_the_bascule_of_the_account_once_chosen(
    page, axe, lcl, victor, javascript
):
    contact(victor, lcl, "Roux")
    opened = page("/e/atlas/relances/", member=victor, javascript=javascript)
    opened.get_by_role("link", name="Nouvelle relance").click()
    if javascript:
        opened.get_by_label("Objet").fill("Prendre des nouvelles")
        opened.get_by_role("combobox", name="Compte").fill("lc")
        opened.get_by_role("option", name="LCL").click()
        expect(opened.get_by_label("Objet")).to_be_focused()
        assert axe(opened) == ""
    else:
        opened.get_by_label("Objet").fill("Prendre des nouvelles")
        opened.get_by_label("Chercher dans cette liste").first.fill("lcl")
        opened.get_by_role("button", name="Chercher", exact=True).first.click()
        opened.get_by_label("Compte").select_option(label="LCL")
        opened.get_by_role("button", name="Continuer avec ce compte").click()
    opened.get_by_label("Avant la bascule").check()
    opened.get_by_label("Contact").select_option(label="Roux")
    if javascript:
        opened.get_by_label("Objet").press("Enter")
    else:
        opened.get_by_role("button", name="Planifier").click()
    expect(opened.get_by_text("« Prendre des nouvelles » est prévue le 15 juillet 2025.")).to_be_visible()
    assert Relance.objects.get().contact.last_name == "Roux"


def test_dialog_says_what_is_wrong_closes_and_shows_no_other_relance(page, lcl, victor):
    first, _ = relance(victor, lcl, "Première"), relance(victor, lcl, "Seconde", date(2025, 6, 6))
    opened = page("/e/atlas/relances/", member=victor)
    dialog = opened.get_by_role("dialog")
    opened.get_by_role("link", name="Faire Première").click()
    expect(dialog.get_by_text("Première")).to_be_visible()
    dialog.get_by_label("Planifier la relance suivante").check()
    dialog.get_by_label("Objet").fill("")
    dialog.get_by_role("button", name="C'est fait").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Une erreur est à corriger")
    opened.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    opened.get_by_role("link", name="Faire Seconde").click()
    expect(dialog.get_by_text("Seconde")).to_be_visible()
    expect(dialog.get_by_text("Première")).to_have_count(0)
    dialog.get_by_role("button", name="C'est fait").click()
    expect(opened.get_by_text("« Seconde » est faite.")).to_be_visible()
    assert list(Relance.objects.open()) == [first]
    opened.get_by_role("button", name="Annuler").click()
    expect(opened.get_by_text("« Seconde » est de nouveau à faire.")).to_be_visible()
    assert Relance.objects.open().count() == 2


def test_without_javascript_a_relance_is_planned_put_off_and_done(page, lcl, sara):
    opened = page(f"/e/atlas/comptes/{lcl.pk}/", member=sara, javascript=False)
    opened.get_by_role("link", name="Planifier une relance").click()
    opened.get_by_label("Un autre jour").check()
    opened.get_by_label("Le jour").fill("2025-06-20")
    opened.get_by_role("button", name="Planifier").click()
    assert stored() == ("Reprendre contact", date(2025, 6, 20), None, None)
    opened.goto("/e/atlas/relances/")
    opened.get_by_role("link", name="Reporter").click()
    opened.get_by_label("Demain").check()
    opened.get_by_role("button", name="Reporter").click()
    opened.get_by_role("link", name="Faire", exact=True).click()
    opened.get_by_label("Ce qui s'est dit").fill("Rappeler en septembre")
    opened.get_by_role("button", name="C'est fait").click()
    assert stored() == ("Reprendre contact", date(2025, 6, 1), date(2025, 5, 31), None)


@pytest.mark.parametrize("javascript", [True, False])
def test_accounts_ticked_in_the_list_are_relanced_together(page, account, victor, javascript):
    for name in "ABC":
        account(name, created_on=date(2025, 1, 15))
    opened = page("/e/atlas/comptes/?statut=delaisse", member=victor, javascript=javascript)
    for name in "AC":
        opened.get_by_label(f"Choisir {name}").check()
    opened.locator("#choix button.chosen").click()
    opened.get_by_role("button", name="Planifier 2 relances").click()
    expect(opened.get_by_text("2 relances sont prévues")).to_be_visible()
    assert sorted(Relance.objects.values_list("account__name", flat=True)) == ["A", "C"]
