"""A Standard adds a contact and writes a note, in a real browser, with JavaScript and without."""

import pytest
from playwright.sync_api import expect

from accounts.models import Contact, Note

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("javascript", (True, False))
def test_a_standard_adds_a_contact_and_writes_a_note(page, sara, account, javascript):
    lcl = account("LCL")
    opened = page(f"/e/atlas/comptes/{lcl.pk}/", member=sara, javascript=javascript)
    opened.get_by_role("link", name="Ajouter un contact").click()
    opened.get_by_label("Prénom").fill("Claire")
    opened.locator("[name=last_name]").fill("Morel")
    opened.locator("[name=phone]").fill("01 99 00 12 34")
    opened.get_by_label("Contact principal du compte").check()
    opened.get_by_role("button", name="Ajouter le contact").click()
    expect(opened.get_by_role("heading", name="Claire Morel")).to_be_visible()
    assert Contact.objects.values_list("account__name", "is_main").get() == ("LCL", True)

    opened.locator("#notes [name=text]").fill("Appel de Claire.\nElle rappelle en juin.")
    opened.get_by_role("button", name="Écrire la note").click()
    expect(opened.locator("#notes .prose")).to_have_text("Appel de Claire.\nElle rappelle en juin.")
    assert Note.objects.get().author == sara

    opened.locator("#notes").get_by_role("link", name="Modifier la note").click()
    opened.locator("[name=text]").fill("Elle rappelle en juillet.")
    opened.get_by_role("button", name="Enregistrer").click()
    expect(opened.locator("#notes .prose")).to_have_text("Elle rappelle en juillet.")

    opened.goto(f"/e/atlas/comptes/{lcl.pk}/")
    opened.get_by_role("link", name="Tout le fil").click()
    expect(opened.locator(".fil .prose")).to_have_text("Elle rappelle en juillet.")
    expect(opened.locator(".fil")).to_contain_text("Le compte LCL entre au portefeuille.")
    opened.get_by_role("link", name="Notes").click()
    expect(opened.locator(".fil > li")).to_have_count(1)


def test_the_account_page_brings_its_fil_after_it(page, axe, sara, account):
    lcl = account("LCL")
    opened = page(f"/e/atlas/comptes/{lcl.pk}/", member=sara)
    expect(opened.locator("#notes .fil .future")).to_have_count(2)
    opened.locator("#notes [name=text]").fill("Vu au salon.")
    opened.get_by_role("button", name="Écrire la note").click()
    expect(opened.locator("#notes .fil .prose")).to_have_text("Vu au salon.")
    assert axe(opened) == ""
