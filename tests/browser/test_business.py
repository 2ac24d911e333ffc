"""A salesperson's walk from a lead to signed work, in a real browser."""

import pytest
from playwright.sync_api import expect

from accounts.models import Account, Affaire, Opportunite
from accounts.services.opportunite import create_opportunite
from crm.actor import Actor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(atlas, victor, account, today):
    """An open opportunité of Natixis, an account that is Prospect by it."""
    natixis = account("Natixis", created_on=today.replace(year=2020))
    return create_opportunite(
        by=Actor.of(victor),
        espace=atlas,
        today=today,
        account=natixis.pk,
        name="Migration cloud",
        amount=32000,
    )


def test_a_lead_for_an_unknown_company_is_created_with_its_account(page, atlas, victor):
    opened = page("/e/atlas/opportunites/", member=victor)
    opened.keyboard.press("c")
    opened.wait_for_url("**/opportunites/nouvelle/")
    company = opened.get_by_role("combobox", name="Compte", exact=False).first
    company.press_sequentially("Mistral AI")
    opened.get_by_role("option", name="Créer « Mistral AI »").click()
    expect(opened.locator("[name=compte-name]")).to_have_value("Mistral AI")
    opened.locator("[name=compte-type]").select_option("partenaire")
    opened.locator("[name=name]").fill("Partenariat IA")
    opened.locator("[name=amount]").fill("12 500,50 €")
    opened.locator("[name=amount]").press("Tab")
    expect(opened.locator("#et-si")).to_contain_text("Mistral AI sera Prospect")
    opened.get_by_role("button", name="Créer l'opportunité").click()

    expect(opened.get_by_role("heading", name="Partenariat IA")).to_be_visible()
    created = Opportunite.objects.get()
    assert (created.account.name, created.account.type) == ("Mistral AI", "partenaire")
    assert str(created.amount) == "12500.50"


def test_a_lead_is_won_into_an_affaire_in_one_step_and_reopened(page, atlas, victor, lead):
    opened = page(f"/e/atlas/opportunites/{lead.pk}/", member=victor)
    opened.get_by_role("link", name="Clore").click()
    opened.get_by_label("Perdue").check()
    expect(opened.locator("[name=affaire_name]")).to_be_hidden()
    opened.get_by_label("Gagnée").check()
    expect(opened.locator("[name=affaire_name]")).to_have_value("Migration cloud")
    expect(opened.locator("#et-si")).to_contain_text("Natixis deviendra Actif (Prospect aujourd'hui)")
    opened.get_by_role("button", name="Clore l'opportunité").click()
    expect(opened.get_by_text("Natixis est maintenant Actif")).to_be_visible()
    affaire = Affaire.objects.get()
    assert (affaire.opportunite, affaire.account, affaire.amount) == (lead, lead.account, 32000)
    assert Account.objects.get().today_status == "actif"

    opened.goto(f"/e/atlas/opportunites/{lead.pk}/")
    opened.get_by_role("button", name="Rouvrir").click()
    expect(opened.get_by_role("link", name="Clore")).to_be_visible()
    lead.refresh_from_db()
    assert (lead.stage, lead.closed_on) == ("en_cours", None)


def test_without_javascript_a_lead_is_created_looked_at_and_lost(page, atlas, victor, account):
    account("Natixis")
    opened = page("/e/atlas/opportunites/nouvelle/", member=victor, javascript=False)
    opened.locator("[name=account_q]").fill("nati")
    opened.locator("[name=chercher][value=account]").click()
    opened.locator("[name=account]").select_option(label="Natixis")
    opened.locator("[name=name]").fill("Audit")
    opened.get_by_role("button", name="Et si ?").click()
    expect(opened.locator("#et-si")).to_contain_text("Natixis restera Prospect")
    assert Opportunite.objects.count() == 0
    opened.get_by_role("button", name="Créer l'opportunité").click()

    opened.get_by_role("link", name="Clore").click()
    opened.get_by_label("Perdue").check()
    opened.locator("[name=lost_reason]").fill("Trop cher")
    opened.get_by_role("button", name="Clore l'opportunité").click()
    assert Opportunite.objects.values_list("stage", "lost_reason").get() == ("perdue", "Trop cher")


def test_an_affaire_is_cancelled_and_taken_up_again(page, atlas, victor, account):
    account("Natixis")
    opened = page("/e/atlas/affaires/nouvelle/", member=victor)
    company = opened.get_by_role("combobox", name="Compte", exact=False).first
    company.press_sequentially("nati")
    expect(opened.get_by_role("option", name="Natixis").first).to_be_visible()
    company.press("Enter")
    opened.locator("[name=name]").fill("TMA")
    opened.locator("[name=starts_on]").fill("2025-05-01")
    opened.keyboard.press("Control+Enter")
    expect(opened.get_by_role("heading", name="TMA")).to_be_visible()
    assert Account.objects.get().today_status == "actif"

    opened.get_by_role("link", name="Annuler").click()
    opened.locator("[name=cancelled_on]").fill("2025-04-30")
    opened.locator("[name=cancelled_on]").press("Tab")
    expect(opened.locator("#et-si")).to_contain_text("Natixis deviendra Prospect")
    opened.locator("form .btn.primary").click()
    expect(opened.get_by_role("button", name="Reprendre")).to_be_visible()
    assert Account.objects.get().today_status == "prospect"
    opened.get_by_role("button", name="Reprendre").click()
    expect(opened.get_by_role("link", name="Annuler")).to_be_visible()
    assert Account.objects.get().today_status == "actif"
