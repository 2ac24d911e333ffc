"""Two people edit the same account at the same time, in a real browser: nothing is lost."""

import pytest
from playwright.sync_api import expect

from accounts.models import Account

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("viewport", ("desktop", "phone"))
def test_a_conflict_between_two_editors_is_resolved_with_nothing_lost(
    page, axe, amina, victor, account, viewport
):
    arval = account("Arval", phone="01 00 00 00 00", tags=["mobilité"])
    address = f"/e/atlas/comptes/{arval.pk}/modifier/"
    hers = page(address, member=amina, viewport=viewport)
    his = page(address, member=victor, viewport=viewport)

    hers.get_by_label("Téléphone").fill("01 11 11 11 11")
    hers.get_by_label("Ville").fill("Lyon")
    hers.get_by_role("button", name="Enregistrer").click()
    expect(hers.get_by_text("Arval est enregistré.")).to_be_visible()

    his.get_by_label("Téléphone").fill("01 22 22 22 22")
    his.get_by_label("Description").fill("Appeler le matin.")
    his.get_by_role("button", name="Enregistrer").click()
    expect(his.get_by_role("heading", name="Amina Haddad a modifié cette fiche")).to_be_visible()
    expect(his.locator("#conflit")).to_be_focused()
    expect(his.get_by_text("Ville : repris de sa modification.")).to_be_visible()
    assert axe(his) == ""

    his.get_by_role("button", name="Enregistrer").click()
    expect(
        his.get_by_role("group", name="Téléphone").get_by_text("Choisissez l'une des deux.")
    ).to_be_visible()
    assert axe(his) == ""
    his.get_by_label("La vôtre : 01 22 22 22 22").check()
    his.get_by_role("button", name="Enregistrer").click()
    expect(his.get_by_text("Arval est enregistré.")).to_be_visible()
    assert Account.objects.values_list("phone", "city", "description").get() == (
        "01 22 22 22 22",
        "Lyon",
        "Appeler le matin.",
    )


def test_a_conflict_is_resolved_by_keyboard_alone(page, amina, victor, account):
    arval = account("Arval")
    address = f"/e/atlas/comptes/{arval.pk}/modifier/"
    his, hers = page(address, member=victor), page(address, member=amina)
    hers.get_by_label("Téléphone").fill("01 11 11 11 11")
    hers.keyboard.press("Control+Enter")
    expect(hers.get_by_text("Arval est enregistré.")).to_be_visible()

    his.get_by_label("Téléphone").fill("01 22 22 22 22")
    his.keyboard.press("Control+Enter")
    expect(his.locator("#conflit")).to_be_focused()
    his.keyboard.press("Tab")
    expect(his.get_by_label("La vôtre : 01 22 22 22 22")).to_be_focused()
    his.keyboard.press("ArrowDown")
    expect(his.get_by_label("La sienne : 01 11 11 11 11")).to_be_checked()
    his.keyboard.press("Control+Enter")
    expect(his.get_by_text("Arval est enregistré.")).to_be_visible()
    assert Account.objects.get().phone == "01 11 11 11 11"


def test_without_javascript_both_changes_are_kept_or_chosen(page, amina, victor, account):
    arval = account("Arval")
    address = f"/e/atlas/comptes/{arval.pk}/modifier/"
    his = page(address, member=victor, javascript=False)
    hers = page(address, member=amina, javascript=False)
    hers.locator("[name=phone]").fill("01 11 11 11 11")
    hers.locator("[name=name]").fill("Arval SA")
    hers.get_by_role("button", name="Enregistrer").click()

    his.locator("[name=phone]").fill("01 22 22 22 22")
    his.locator("[name=tags]").fill("mobilité")
    his.get_by_role("button", name="Enregistrer").click()
    expect(his.get_by_text("Nom : repris de sa modification.")).to_be_visible()
    his.locator("[name=phone]").fill("01 33 33 33 33")
    his.get_by_label("La vôtre : 01 22 22 22 22").check()
    his.get_by_role("button", name="Enregistrer").click()
    expect(his.get_by_text("Arval SA est enregistré.")).to_be_visible()
    row = Account.objects.get()
    assert (row.name, row.phone, [str(tag) for tag in row.tags.all()]) == (
        "Arval SA",
        "01 33 33 33 33",
        ["mobilité"],
    )


@pytest.mark.parametrize("javascript", (True, False))
def test_an_account_is_archived_and_the_message_undoes_it(page, axe, victor, account, javascript):
    arval = account("Arval")
    opened = page(f"/e/atlas/comptes/{arval.pk}/", member=victor, javascript=javascript)
    opened.get_by_role("button", name="Autres actions").click()
    opened.get_by_role("button", name="Archiver").click()
    expect(opened.get_by_text("absent des listes et des comptes à relancer")).to_be_visible()
    assert not javascript or axe(opened) == ""
    opened.locator(".toast").get_by_role("button", name="Annuler").click()
    expect(opened.get_by_text("« Arval » n'est plus archivé.")).to_be_visible()
    assert Account.objects.get().archived_on is None
