"""A salesperson's walk through the accounts, in a real browser."""

import pytest
from playwright.sync_api import expect

from accounts.models import Account
from accounts.services import counts

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_account_is_created_by_keyboard_alone_under_its_group(page, atlas, victor, account):
    account("BNP Paribas", type="groupe", tags=["Banque"])
    opened = page("/e/atlas/comptes/", member=victor)
    opened.keyboard.press("c")
    opened.wait_for_url("**/comptes/nouveau/")

    opened.get_by_label("Nom").fill("Arval")
    opened.get_by_label("Type").select_option("Client")
    opened.get_by_label("Site web").fill("arval.com")
    parent = opened.get_by_role("combobox", name="Compte parent")
    parent.focus()
    parent.press_sequentially("bnp")
    expect(opened.get_by_role("option", name="BNP Paribas")).to_be_visible()
    parent.press("Enter")
    expect(parent).to_have_value("BNP Paribas")
    tags = opened.get_by_role("combobox", name="Tags")
    tags.press_sequentially("banq")
    expect(opened.get_by_role("option", name="Banque")).to_be_visible()
    tags.press("Enter")
    tags.press_sequentially("mobilité")
    expect(opened.get_by_role("option", name="mobilité")).to_be_visible()
    tags.press("Enter")
    expect(opened.locator("#apercu")).to_contain_text("Arval sera Prospect, puis Délaissé le 31 août 2025.")
    opened.keyboard.press("Control+Enter")

    expect(opened.get_by_role("heading", name="Arval")).to_be_visible()
    created = Account.objects.get(name="Arval")
    assert (created.parent.name, created.domain) == ("BNP Paribas", "arval.com")
    assert sorted(created.tags.values_list("name", flat=True)) == ["Banque", "mobilité"]


def test_a_similar_account_warns_while_one_types(page, atlas, victor, account):
    account("Société Générale", type="groupe")
    opened = page("/e/atlas/comptes/nouveau/", member=victor)
    opened.get_by_label("Nom").fill("societe generale")
    opened.get_by_label("Nom").press("Tab")
    opened.get_by_role("link", name="Créer comme filiale de Société Générale").click()
    expect(opened.get_by_label("Nom")).to_have_value("societe generale")
    expect(opened.get_by_role("combobox", name="Compte parent")).to_have_value("Société Générale")


def test_the_list_filters_as_one_types_and_keeps_its_state_in_its_address(page, atlas, victor, account):
    account("Électricité de France", tags=["énergie"])
    account("Engie", type="groupe", tags=["énergie"])
    account("LCL")
    opened = page("/e/atlas/comptes/?tag=energie", member=victor)
    expect(opened.locator("tbody tr")).to_have_count(2)
    opened.keyboard.press("/")
    opened.keyboard.type("electr")
    expect(opened.locator("tbody tr")).to_have_count(1)
    expect(opened.locator("#q")).to_be_focused()
    assert opened.url.endswith("/e/atlas/comptes/?q=electr&tag=energie")

    opened.get_by_role("button", name="Type", exact=True).click()
    opened.get_by_role("link", name="Groupe 0").click()
    expect(opened.get_by_text("Aucun compte ne correspond")).to_be_visible()
    opened.get_by_role("link", name="Retirer le filtre Tag").click()
    opened.get_by_role("link", name="Retirer le filtre Type").click()
    expect(opened.locator("tbody tr")).to_have_count(1)
    opened.go_back()
    expect(opened.get_by_text("Aucun compte ne correspond")).to_be_visible()


def test_rows_open_by_keyboard(page, atlas, victor, account):
    for name in ("Airbus", "Bouygues", "Carrefour"):
        account(name)
    opened = page("/e/atlas/comptes/", member=victor)
    for key in ("j", "j", "k", "j", "Enter"):
        opened.keyboard.press(key)
    expect(opened.get_by_role("heading", name="Bouygues")).to_be_visible()


def test_without_javascript_one_signs_in_filters_creates_and_edits(page, atlas, victor, account):
    victor.user.set_password("tour-de-guet-12")
    victor.user.save()
    account("BNP Paribas", type="groupe")
    opened = page("/", javascript=False)
    opened.get_by_label("Adresse e-mail").fill("victor@atlas.fr")
    opened.locator("[name=password]").fill("tour-de-guet-12")
    opened.get_by_role("button", name="Se connecter").click()
    opened.get_by_role("link", name="Comptes", exact=True).click()
    opened.get_by_label("Nom ou site web").fill("paribas")
    opened.get_by_role("button", name="Chercher").click()
    expect(opened.locator("tbody tr")).to_have_count(1)

    opened.goto("/e/atlas/comptes/nouveau/")
    opened.locator("[name=name]").fill("Arval")
    opened.locator("[name=type]").select_option("client")
    opened.locator("[name=parent_q]").fill("bnp")
    opened.locator("[name=chercher][value=parent]").click()
    opened.locator("[name=parent]").select_option(label="BNP Paribas")
    opened.get_by_role("button", name="Créer le compte").click()
    expect(opened.get_by_role("heading", name="Arval", exact=True)).to_be_visible()

    opened.get_by_role("link", name="Modifier").click()
    opened.locator("[name=city]").fill("Rueil-Malmaison")
    opened.get_by_role("button", name="Enregistrer").click()
    expect(opened.get_by_role("region", name="Fiche").get_by_text("Rueil-Malmaison")).to_be_visible()
    assert Account.objects.get(name="Arval").parent.name == "BNP Paribas"


def test_a_double_click_creates_one_account(page, atlas, victor):
    opened = page("/e/atlas/comptes/nouveau/", member=victor)
    opened.get_by_label("Nom").fill("Arval")
    opened.get_by_label("Type").select_option("Client")
    opened.get_by_role("button", name="Créer le compte").dblclick()
    expect(opened.get_by_role("heading", name="Arval")).to_be_visible()
    assert Account.objects.count() == 1


def test_counts_that_take_long_come_after_the_page(page, axe, atlas, victor, account, monkeypatch):
    monkeypatch.setattr(counts, "LONG_S", 0)
    address = "/e/atlas/comptes/?type=client"
    account("Airbus")
    expect(page(address, member=victor).get_by_text("1 à 1 sur 1")).to_be_visible()
    account("Bouygues")
    opened = page(member=victor)
    asked = []
    opened.on("request", lambda request: asked.append(request.headers.get("hx-target")))
    opened.goto(address)
    expect(opened.get_by_text("1 à 2 sur 2")).to_be_visible()
    expect(opened.get_by_role("link", name="Prospect 2")).to_be_visible()
    expect(opened.get_by_role("button", name="Relancer les 2 comptes du filtre")).to_be_visible()
    opened.get_by_role("button", name="Type").click()
    expect(opened.locator("#menu-type").get_by_role("link", name="Client 2")).to_be_visible()
    assert asked.count("onglets") == 1
    assert axe(opened) == ""

    account("Carrefour")
    plain = page(address, member=victor, javascript=False)
    expect(plain.get_by_text("1 à 3", exact=True)).to_be_visible()
    plain.get_by_role("link", name="Compter").click()
    expect(plain.get_by_text("1 à 3 sur 3")).to_be_visible()
