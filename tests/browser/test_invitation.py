"""A colleague is invited, comes in by the link, and leaves again, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from crm.models import Membership

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_colleague_is_invited_by_a_link_and_lands_in_the_espace(page, axe, atlas, amina):
    opened = page("/e/atlas/comptes/", member=amina)
    opened.get_by_role("link", name="Réglages", exact=True).click()
    opened.get_by_role("link", name="Membres").click()
    opened.get_by_label("Adresse e-mail").fill("lea@atlas.fr")
    opened.get_by_label("Rôle").select_option("Avancé")
    opened.get_by_role("button", name="Inviter", exact=True).click()
    link = opened.get_by_label("Lien d'invitation de lea@atlas.fr").input_value()

    theirs = page()  # another browser, where nobody is signed in
    theirs.goto(link)
    expect(theirs.get_by_role("heading", name="Rejoindre Atlas")).to_be_visible()
    assert axe(theirs) == ""
    theirs.get_by_label("Prénom").fill("Léa")
    theirs.get_by_label("Nom", exact=False).nth(1).fill("Morin")
    theirs.get_by_label("Mot de passe").fill("court")
    theirs.get_by_role("button", name="Rejoindre Atlas").click()
    expect(theirs.get_by_text("Ce mot de passe est trop court").first).to_be_visible()
    expect(theirs.get_by_label("Prénom")).to_have_value("Léa")
    theirs.get_by_label("Mot de passe").fill("tour-de-guet-12")
    theirs.get_by_role("button", name="Rejoindre Atlas").click()
    theirs.wait_for_url("**/e/atlas/")
    expect(theirs.get_by_text("Bienvenue dans l'espace « Atlas »")).to_be_visible()
    expect(theirs.get_by_role("link", name="activez la double authentification")).to_be_visible()
    assert Membership.objects.get(user__email="lea@atlas.fr").role == "avance"

    opened.goto("/e/atlas/reglages/membres/")
    expect(opened.get_by_label("Lien d'invitation de lea@atlas.fr")).to_have_count(0)
    expect(opened.get_by_role("row", name=re.compile("Léa Morin.*aujourd'hui"))).to_be_visible()


def test_a_member_disabled_while_signed_in_is_out_at_the_next_click(page, atlas, amina, victor, account):
    account("LCL", owner=victor.pk)
    theirs = page("/e/atlas/comptes/", member=victor)
    expect(theirs.get_by_role("link", name="LCL", exact=True)).to_be_visible()

    opened = page("/e/atlas/reglages/membres/", member=amina)
    opened.get_by_role("link", name="Victor Lemoine").click()
    opened.get_by_role("link", name="Désactiver").click()
    expect(opened.get_by_text("1 compte")).to_be_visible()
    picker = opened.get_by_role("combobox", name="Confier à")
    picker.press_sequentially("amin")
    opened.get_by_role("option", name="Amina Haddad").click()
    opened.get_by_role("button", name="Désactiver Victor Lemoine").click()
    expect(opened.get_by_text("n'a plus accès à l'espace. 1 fiche a changé de mains.")).to_be_visible()

    with theirs.expect_navigation() as click:
        theirs.get_by_role("link", name="LCL", exact=True).click()
    assert click.value.status == 404
    expect(theirs.get_by_role("heading", name="Rien à l'horizon")).to_be_visible()
    expect(theirs.get_by_text("LCL")).to_have_count(0)


def test_one_goes_from_an_espace_to_another_and_creates_one(page, axe, atlas, boreal, amina):
    Membership.objects.create(user=amina.user, espace=boreal, role="standard")
    opened = page("/e/atlas/comptes/", member=amina)
    opened.get_by_role("button", name="Atlas").click()
    expect(opened.get_by_role("link", name="Boréal")).to_be_visible()
    assert axe(opened) == ""
    opened.get_by_role("link", name="Boréal").click()
    opened.wait_for_url("**/e/boreal/")
    opened.get_by_role("button", name="Boréal").click()
    opened.get_by_role("link", name="Créer un espace").click()
    opened.get_by_label("Nom de l'espace").fill("Cassiopée")
    opened.get_by_role("button", name="Créer l'espace").dblclick()
    opened.wait_for_url("**/e/cassiopee/")


def test_without_javascript_one_invites_disables_and_changes_espace(page, atlas, boreal, amina, victor):
    Membership.objects.create(user=amina.user, espace=boreal, role="standard")
    opened = page("/e/atlas/reglages/membres/", member=amina, javascript=False)
    opened.locator("[name=email]").fill("lea@atlas.fr")
    opened.get_by_role("button", name="Inviter", exact=True).click()
    expect(opened.get_by_label("Lien d'invitation de lea@atlas.fr")).to_have_value(re.compile("/invitation/"))
    opened.get_by_role("link", name="Victor Lemoine").click()
    opened.get_by_role("link", name="Désactiver").click()
    opened.get_by_role("button", name="Désactiver Victor Lemoine").click()
    assert not Membership.objects.get(pk=victor.pk).is_active
    opened.get_by_role("link", name="Atlas", exact=True).click()
    opened.get_by_role("link", name="Boréal").click()
    expect(opened).to_have_url(re.compile("/e/boreal/$"))
