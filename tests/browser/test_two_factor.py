"""Signing in with all that it takes, in a real browser: an application, then a passkey of Chromium's own."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import expect

from tests.person import PASSWORD, SoftKey, add_app, code_now, give_password

pytestmark = pytest.mark.django_db(transaction=True)

ANYBODY = [
    "/connexion/",
    "/connexion/mot-de-passe-oublie/",
    "/connexion/mot-de-passe-oublie/envoye/",
    "/connexion/mot-de-passe-oublie/change/",
    "/connexion/mot-de-passe-oublie/1-cle/",
    "/connexion/adresse/envoyee/",
    "/connexion/adresse/cle/",
    "/connexion/inactif/",
    "/connexion/inscription/",
]
ACCOUNT = "/mon-compte/"
FACTORS = "/mon-compte/double-authentification/"


@pytest.fixture(autouse=True)
def _no_try_yet(db):
    cache.clear()


def give_key_holder(opened) -> None:
    """A device that keeps passkeys and always recognises its owner."""
    devtools = opened.context.new_cdp_session(opened)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def tell_password(opened, email: str = "victor@atlas.fr") -> None:
    opened.get_by_label("Adresse e-mail").fill(email)
    opened.get_by_label("Mot de passe").fill(PASSWORD)
    opened.get_by_role("button", name="Se connecter", exact=True).click()


def confirm(opened) -> None:
    expect(opened.get_by_role("heading", name="Confirmez que c'est vous")).to_be_visible()
    opened.get_by_label("Mot de passe").fill(PASSWORD)
    opened.get_by_role("button", name="Confirmer").click()


def sign_out(opened) -> None:
    opened.goto("/deconnexion/")
    opened.get_by_role("button", name="Se déconnecter").click()
    opened.wait_for_url("**/connexion/")


def test_an_application_is_set_up_and_then_asked_for(page, atlas, victor):
    give_password(victor)
    opened = page("/connexion/")
    tell_password(opened)
    opened.wait_for_url("**/e/atlas/")
    opened.get_by_role("link", name="Victor Lemoine").click()
    opened.get_by_role("link", name="Activer une application").click()
    confirm(opened)
    expect(opened.get_by_alt_text("Code QR à scanner")).to_be_visible()
    secret = opened.locator(".secret").inner_text()
    opened.get_by_label("Code").fill(code_now(secret))
    opened.get_by_role("button", name="Activer").click()
    expect(opened.locator(".codes li")).to_have_count(10)
    recovery_code = opened.locator(".codes li").first.inner_text()
    opened.get_by_role("link", name="Continuer").click()
    expect(opened.get_by_text("10 codes restants")).to_be_visible()

    sign_out(opened)
    tell_password(opened)
    opened.get_by_label("Code").fill("000000")
    opened.get_by_role("button", name="Se connecter").click()
    expect(opened.get_by_text("Ce code n'est pas le bon, ou ne l'est plus.").first).to_be_visible()
    opened.get_by_label("Code").fill(code_now(secret))
    opened.get_by_role("button", name="Se connecter").click()
    opened.wait_for_url("**/e/atlas/")

    sign_out(opened)
    tell_password(opened)
    opened.get_by_label("Code").fill(recovery_code)
    opened.get_by_role("button", name="Se connecter").click()
    opened.wait_for_url("**/e/atlas/")


def test_somebody_invited_sets_a_password_an_application_and_a_passkey(page, atlas, amina):
    opened = page("/e/atlas/reglages/membres/", member=amina)
    opened.get_by_label("Adresse e-mail").fill("lea@atlas.fr")
    opened.get_by_role("button", name="Inviter", exact=True).click()
    link = opened.get_by_label("Lien d'invitation de lea@atlas.fr").input_value()

    theirs = page()
    give_key_holder(theirs)
    theirs.goto(link)
    theirs.locator("[name=first_name]").fill("Léa")
    theirs.locator("[name=last_name]").fill("Morin")
    theirs.get_by_label("Mot de passe").fill(PASSWORD)
    theirs.get_by_role("button", name="Rejoindre Atlas").click()
    theirs.wait_for_url("**/e/atlas/")
    theirs.get_by_role("link", name="activez la double authentification").click()
    theirs.get_by_role("link", name="Activer une application").click()
    confirm(theirs)
    theirs.get_by_label("Code").fill(code_now(theirs.locator(".secret").inner_text()))
    theirs.get_by_role("button", name="Activer").click()
    theirs.get_by_role("link", name="Continuer").click()
    theirs.get_by_role("link", name="Ajouter une clé d'accès").click()
    theirs.get_by_role("button", name="Créer la clé").click()
    expect(theirs.get_by_text("Clé d'accès «")).to_be_visible()

    sign_out(theirs)
    theirs.get_by_role("button", name="Se connecter avec une clé d'accès").click()
    theirs.wait_for_url("**/e/atlas/")
    opened.reload()
    expect(opened.get_by_role("row", name="Léa Morin").get_by_text("Oui")).to_be_visible()


def test_a_passkey_is_added_and_signs_in_alone(page, atlas, victor):
    give_password(victor)
    opened = page(ACCOUNT, member=victor)
    give_key_holder(opened)
    opened.get_by_role("link", name="Ajouter une clé d'accès").click()
    confirm(opened)
    opened.get_by_label("Nom de la clé").fill("Ordinateur du bureau")
    opened.get_by_role("button", name="Créer la clé").click()
    expect(opened.get_by_role("heading", name="Codes de récupération")).to_be_visible()
    opened.get_by_role("link", name="Continuer").click()
    expect(opened.get_by_text("Clé d'accès « Ordinateur du bureau »")).to_be_visible()

    sign_out(opened)
    opened.goto("/connexion/?next=/mon-compte/")
    opened.get_by_role("button", name="Se connecter avec une clé d'accès").click()
    expect(opened.get_by_role("heading", name="Mon compte")).to_be_visible()
    expect(opened.get_by_text("utilisée aujourd'hui")).to_be_visible()

    opened.get_by_role("link", name="Ajouter une clé d'accès").click()
    opened.get_by_role("link", name="Avec une clé d'accès").click()
    opened.get_by_role("button", name="Utiliser ma clé d'accès").click()
    opened.get_by_role("button", name="Créer la clé").click()
    expect(opened.get_by_text("Cet appareil a déjà une clé d'accès pour votre compte.")).to_be_visible()
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_a_passkey_follows_a_password(page, atlas, victor):
    give_password(victor)
    opened = page(f"{FACTORS}cles/ajouter/", member=victor)
    give_key_holder(opened)
    confirm(opened)
    opened.get_by_role("button", name="Créer la clé").click()
    opened.wait_for_url(f"**{FACTORS}codes/")
    sign_out(opened)
    tell_password(opened)
    opened.get_by_role("button", name="Utiliser une clé d'accès").click()
    opened.wait_for_url("**/e/atlas/")


def test_a_device_without_a_passkey_says_so_and_lets_one_try_again(page, atlas, victor):
    opened = page("/connexion/")
    give_key_holder(opened)
    for _ in range(2):
        opened.get_by_role("button", name="Se connecter avec une clé d'accès").click()
        expect(opened.get_by_role("alert")).to_contain_text("La demande a été annulée")


def test_an_espace_that_requires_it_lets_in_once_it_is_set_up(page, atlas, victor):
    give_password(victor)
    atlas.requires_two_factor = True
    atlas.save()
    opened = page("/e/atlas/comptes/", member=victor)
    expect(opened.get_by_text("L'espace Atlas exige la double authentification")).to_be_visible()
    opened.get_by_role("link", name="Activer une application").click()
    confirm(opened)
    opened.get_by_label("Code").fill(code_now(opened.locator(".secret").inner_text()))
    opened.get_by_role("button", name="Activer").click()
    opened.get_by_role("link", name="Continuer").click()
    opened.get_by_role("link", name="Atlas", exact=True).click()
    opened.wait_for_url("**/e/atlas/")


def test_without_javascript_one_signs_in_with_a_code_and_passkeys_are_not_offered(page, atlas, victor):
    give_password(victor)
    add_app(victor.user)
    opened = page("/connexion/", javascript=False)
    expect(opened.get_by_role("button", name="Se connecter avec une clé d'accès")).to_be_hidden()
    tell_password(opened)
    expect(opened.get_by_role("button", name="Utiliser une clé d'accès")).to_be_hidden()
    opened.get_by_label("Code").fill(code_now())
    opened.get_by_role("button", name="Se connecter").click()
    opened.wait_for_url("**/e/atlas/")


def test_a_device_is_signed_out_from_afar(page, atlas, victor):
    give_password(victor)
    theirs = page("/connexion/")
    tell_password(theirs)
    theirs.wait_for_url("**/e/atlas/")
    elsewhere = Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Version/18.5 Safari/604.1"})
    elsewhere.post("/connexion/", {"login": "victor@atlas.fr", "password": PASSWORD})
    theirs.goto(ACCOUNT)
    theirs.get_by_role("button", name="Déconnecter Safari sur iPhone").click()
    expect(theirs.get_by_text("L'appareil est déconnecté.")).to_be_visible()
    expect(theirs.get_by_text("Safari sur iPhone")).to_have_count(0)
    assert elsewhere.get(ACCOUNT).status_code == 302


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
def test_pages_about_signing_in_are_accessible(page, axe, atlas, victor, sara, viewport):
    opened = page(viewport=viewport)
    for address in ANYBODY:
        opened.goto(address)
        assert (address, axe(opened)) == (address, "")

    give_password(victor)
    add_app(victor.user)
    credential = SoftKey(host="localhost").create({"publicKey": {"user": {"id": "MQ"}, "challenge": "YWJj"}})
    key = Authenticator.objects.create(
        user=victor.user, type="webauthn", data={"name": "Téléphone", "credential": credential}
    )
    opened.goto("/connexion/")
    tell_password(opened)
    expect(opened.get_by_role("heading", name="Double authentification")).to_be_visible()
    assert axe(opened) == ""
    opened.get_by_label("Code").fill(code_now())
    opened.get_by_role("button", name="Se connecter").click()
    opened.wait_for_url("**/e/atlas/")
    asking = ["confirmer/", "confirmer/code/", "confirmer/cle/"]
    for address in [ACCOUNT, "/deconnexion/", *(ACCOUNT + path for path in asking)]:
        opened.goto(address)
        assert (address, axe(opened)) == (address, "")
    opened.goto("/mon-compte/confirmer/?next=/mon-compte/")
    confirm(opened)
    inside = ["application/retirer/", "cles/ajouter/", f"cles/{key.pk}/", f"cles/{key.pk}/retirer/"]
    inside += ["codes/", "codes/nouveaux/"]
    for address in [
        "/mon-compte/adresse/",
        "/mon-compte/mot-de-passe/",
        *(FACTORS + path for path in inside),
    ]:
        opened.goto(address)
        assert (address, axe(opened)) == (address, "")

    give_password(sara)
    opened = page(f"{FACTORS}application/", member=sara, viewport=viewport)
    confirm(opened)
    expect(opened.get_by_alt_text("Code QR à scanner")).to_be_visible()
    assert axe(opened) == ""


def test_no_page_about_signing_in_scrolls_sideways(page, atlas, victor):
    give_password(victor)
    opened = page(viewport="narrow", member=victor)
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    opened.goto(f"{FACTORS}application/")
    confirm(opened)
    opened.get_by_label("Code").fill(code_now(opened.locator(".secret").inner_text()))
    assert opened.evaluate(wider) == 0
    opened.get_by_role("button", name="Activer").click()
    pages = [ACCOUNT, "/mon-compte/adresse/", "/mon-compte/mot-de-passe/", f"{FACTORS}codes/"]
    for address in [*pages, f"{FACTORS}cles/ajouter/"]:
        opened.goto(address)
        assert (address, opened.evaluate(wider)) == (address, 0)
