"""From a website that is typed to a logo that is seen: a walk in a real browser, on a web of our own."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Account
from accounts.services.logo.searching import search_due
from crm import net
from tests.pictures import png

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_website_is_typed_and_its_logo_is_seen_everywhere(page, axe, web, atlas, victor):
    opened = page("/e/atlas/comptes/nouveau/", member=victor)
    opened.get_by_label("Site web").fill("http://arval.fr")
    opened.get_by_label("Site web").press("Tab")
    expect(opened.get_by_text("Logo trouvé sur ce site.")).to_be_visible()
    assert axe(opened) == ""
    opened.get_by_role("button", name="Nommer le compte « Arval »").click()
    expect(opened.get_by_label("Nom")).to_have_value("Arval")
    opened.get_by_label("Type").select_option("Client")
    opened.get_by_role("button", name="Créer le compte").click()

    hero = opened.get_by_role("region", name="Compte", exact=True)
    expect(hero.locator(".logo")).to_have_text("AR")
    assert search_due(now=timezone.now() + timedelta(seconds=1), get=net.get) == 1
    expect(hero.locator("img")).to_be_visible()  # nobody asked for the page again
    assert hero.locator("img").evaluate("image => image.naturalWidth") == 128

    opened.goto("/e/atlas/comptes/")
    shown = opened.get_by_role("row").locator("img")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.naturalWidth") == 64
    opened.goto("/e/atlas/affaires/nouvelle/")
    opened.get_by_role("combobox", name="Compte").press_sequentially("arv")
    expect(opened.get_by_role("option", name="Arval").locator("img")).to_be_visible()
    assert axe(opened) == ""


def test_a_logo_is_added_by_hand_without_javascript(page, atlas, victor, account, tmp_path):
    arval = account("Arval")
    (tmp_path / "logo.png").write_bytes(png((300, 300)))
    opened = page(f"/e/atlas/comptes/{arval.pk}/", member=victor, javascript=False)
    opened.get_by_role("link", name="Logo").click()
    opened.get_by_label("Une image de votre choix").set_input_files(tmp_path / "logo.png")
    opened.get_by_role("button", name="Utiliser cette image").click()
    expect(opened.get_by_text("Ajouté à la main : aucune recherche ne le remplace.")).to_be_visible()
    expect(opened.locator(".logo-facts img")).to_be_visible()
    assert Account.objects.get().logo_by_hand
