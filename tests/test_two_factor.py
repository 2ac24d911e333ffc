"""A second factor: an application, passkeys, recovery codes; and espaces that require one."""

import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from crm.models import Espace, JournalEntry, Membership
from crm.services.person import has_two_factor, with_two_factor
from tests.person import (
    PASSWORD,
    SECRET,
    SoftKey,
    add_app,
    code_now,
    confirm,
    give_password,
    sign_in_by_password,
    told,
)

APP = "/mon-compte/double-authentification/application/"
CODES = "/mon-compte/double-authentification/codes/"
KEYS = "/mon-compte/double-authentification/cles/"
READ_ONLY = {CODES, f"{CODES}telecharger/"}
WRONG_CODE = "Ce code n'est pas le bon, ou ne l'est plus. Attendez le suivant."
TOO_MANY = "Trop d'essais manqués. Attendez cinq minutes avant de réessayer."
WRONG_KEY = "Cette clé d'accès n'est pas reconnue."


@pytest.fixture(autouse=True)
def _no_try_yet(db):
    cache.clear()


@pytest.fixture
def at_home(sign_in, victor):
    """Victor, signed in, who has just told his password again."""
    give_password(victor)
    client = sign_in(victor)
    confirm(client)
    return client


def all_that_is_stored() -> str:
    """Every text of the tables where a secret could be."""
    with connection.cursor() as cursor:
        tables = ("mfa_authenticator", "crm_journalentry", "django_session", "account_emailaddress")
        rows = [cursor.execute(f"SELECT * FROM {table}") and cursor.fetchall() for table in tables]
    return str(rows)


# The application.


def test_an_application_is_added_and_its_recovery_codes_shown(at_home, atlas, victor):
    secret = at_home.get(APP).context["form"].secret
    response = at_home.post(APP, {"code": code_now(secret)})
    assert response.url == CODES
    assert len(at_home.get(CODES).context["unused_codes"]) == 10
    assert has_two_factor(victor.user)
    assert told(atlas, "changed") == [("changed", "Victor Lemoine", "Application d'authentification ajoutée")]


def test_no_secret_is_stored_in_clear(at_home, victor):
    secret = at_home.get(APP).context["form"].secret
    at_home.post(APP, {"code": code_now(secret)})
    codes = at_home.get(CODES).context["unused_codes"]
    stored = all_that_is_stored()
    assert '"secret"' in stored
    assert [text for text in (secret, *codes) if text in stored] == []


def test_a_wrong_code_adds_nothing(at_home, atlas, victor):
    at_home.get(APP)
    response = at_home.post(APP, {"code": "000000"})
    assert response.context["form"].errors == {"code": [WRONG_CODE]}
    assert (has_two_factor(victor.user), told(atlas, "changed")) == (False, [])


def test_an_application_signs_in_with_the_password(client, atlas, victor):
    email = give_password(victor)
    add_app(victor.user)
    asked = sign_in_by_password(client, email)
    assert asked.url == "/connexion/code/"
    assert client.get("/e/atlas/comptes/").status_code == 302  # the password alone lets nobody in
    assert client.post("/connexion/code/", {"code": code_now()}).url == "/"
    assert client.get("/e/atlas/comptes/").status_code == 200
    words = "Par mot de passe et application d'authentification"
    assert told(atlas, "signed_in") == [("signed_in", "Victor Lemoine", words)]


def test_a_second_factor_leads_to_the_page_asked_for(client, victor):
    give_password(victor)
    add_app(victor.user)
    client.post("/connexion/?next=/e/atlas/affaires/", {"login": "victor@atlas.fr", "password": PASSWORD})
    assert client.post("/connexion/code/", {"code": code_now()}).url == "/e/atlas/affaires/"


@pytest.mark.parametrize(("steps", "lets_in"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_one_step_around_its_own(client, victor, steps, lets_in):
    give_password(victor)
    add_app(victor.user)
    sign_in_by_password(client, "victor@atlas.fr")
    response = client.post("/connexion/code/", {"code": code_now(steps=steps)})
    assert (response.status_code == 302) == lets_in


@pytest.mark.parametrize("seconds_later", [0, 31, 59])
def test_a_code_serves_once(client, victor, time_machine, seconds_later):
    give_password(victor)
    add_app(victor.user)
    code = code_now()
    sign_in_by_password(client, "victor@atlas.fr")
    assert client.post("/connexion/code/", {"code": code}).status_code == 302
    time_machine.move_to(timezone.now() + timedelta(seconds=seconds_later))
    thief = client.__class__()
    sign_in_by_password(thief, "victor@atlas.fr")
    response = thief.post("/connexion/code/", {"code": f"{code[:3]} {code[3:]}"})
    assert response.context["form"].errors == {"code": [WRONG_CODE]}


def test_wrong_codes_are_told_and_limited(client, atlas, victor):
    give_password(victor)
    add_app(victor.user)
    sign_in_by_password(client, "victor@atlas.fr")
    answers = [client.post("/connexion/code/", {"code": "000000"}) for _ in range(6)]
    sentences = [answer.context["form"].errors["code"][0] for answer in answers]
    assert sentences == [WRONG_CODE] * 5 + [
        "Trop d'essais manqués. Attendez cinq minutes avant de réessayer."
    ]
    assert told(atlas, "sign_in_refused") == [("sign_in_refused", "Victor Lemoine", "Code faux")] * 5


def test_a_recovery_code_replaces_the_application_once(client, atlas, victor):
    give_password(victor)
    add_app(victor.user)
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    sign_in_by_password(client, "victor@atlas.fr")
    assert client.post("/connexion/code/", {"code": code}).status_code == 302
    words = "Par mot de passe et code de récupération"
    assert told(atlas, "signed_in") == [("signed_in", "Victor Lemoine", words)]
    assert "9 codes restants" in client.get("/mon-compte/").content.decode()

    cache.clear()
    again = client.__class__()
    sign_in_by_password(again, "victor@atlas.fr")
    assert again.post("/connexion/code/", {"code": code}).context["form"].errors == {"code": [WRONG_CODE]}


def test_the_code_confirms_who_one_is(at_home, victor):
    add_app(victor.user)
    assert (
        at_home.post("/mon-compte/confirmer/code/?next=/mon-compte/", {"code": code_now()}).url
        == "/mon-compte/"
    )


def test_an_application_is_removed_with_the_recovery_codes(at_home, atlas, victor):
    add_app(victor.user)
    at_home.post(f"{APP}retirer/")
    assert list(Authenticator.objects.all()) == []
    assert told(atlas, "changed") == [("changed", "Victor Lemoine", "Application d'authentification retirée")]


def test_new_recovery_codes_replace_the_former_ones(at_home, atlas, victor):
    add_app(victor.user)
    former = set(at_home.get(CODES).context["unused_codes"])
    assert at_home.post(f"{CODES}nouveaux/").url == CODES
    assert former.isdisjoint(at_home.get(CODES).context["unused_codes"])
    assert told(atlas, "changed") == [("changed", "Victor Lemoine", "Nouveaux codes de récupération")]


def test_recovery_codes_are_downloaded_as_text(at_home, victor):
    add_app(victor.user)
    response = at_home.get(f"{CODES}telecharger/")
    assert response["Content-Type"] == "text/plain"
    assert response["Content-Disposition"] == 'attachment; filename="vigie-codes-de-recuperation.txt"'
    lines = response.content.decode().split("\n")
    assert lines[0] == "Vigie : codes de récupération de victor@atlas.fr"
    assert len([line for line in lines if line.isdigit()]) == 10


@pytest.mark.parametrize(
    "address", [APP, CODES, f"{CODES}nouveaux/", f"{CODES}telecharger/", f"{KEYS}ajouter/"]
)
def test_what_protects_an_account_asks_for_the_password_again(sign_in, victor, address):
    give_password(victor)
    if address != APP:
        add_app(victor.user)
    client = sign_in(victor)
    answers = [client.get(address)] + [client.post(address)] * (address not in READ_ONLY)
    assert {answer.url.partition("?")[0] for answer in answers} == {"/mon-compte/confirmer/"}


def test_somebody_who_lost_everything_is_let_in_by_who_runs_the_installation(client, atlas, victor, capsys):
    email = give_password(victor)
    add_app(victor.user)
    call_command("remove_two_factor", "Victor@atlas.fr")
    assert capsys.readouterr().out == "Victor Lemoine se connecte maintenant avec son seul mot de passe.\n"
    words = "Double authentification retirée par qui administre l'installation"
    assert told(atlas, "changed") == [("changed", "Victor Lemoine", words)]
    assert sign_in_by_password(client, email).url == "/"


def test_removing_what_is_not_there_changes_nothing(atlas, victor, capsys):
    call_command("remove_two_factor", "victor@atlas.fr")
    assert capsys.readouterr().out == "Victor Lemoine n'a pas de double authentification.\n"
    assert told(atlas, "changed") == []
    with pytest.raises(CommandError, match="Personne n'a l'adresse"):
        call_command("remove_two_factor", "inconnu@atlas.fr")


# The key that encrypts.


def test_a_former_key_still_opens_what_it_closed(client, victor, settings):
    give_password(victor)
    add_app(victor.user)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the-new-one", [settings.SECRET_KEY]
    sign_in_by_password(client, "victor@atlas.fr")
    assert client.post("/connexion/code/", {"code": code_now()}).url == "/"


def test_a_lost_key_is_told_in_a_sentence_and_lets_nobody_in(client, victor, settings):
    give_password(victor)
    add_app(victor.user)
    settings.SECRET_KEY = "quite-another"
    sign_in_by_password(client, "victor@atlas.fr")
    response = client.post("/connexion/code/", {"code": code_now()})
    (sentence,) = response.context["form"].errors["code"]
    assert sentence.startswith("Votre double authentification n'est plus lisible")


# Passkeys.


def options_of(page) -> dict:
    return json.loads(json.dumps(page.context["js_data"], default=dict))


def add_key(client, key: SoftKey, name: str = "Téléphone"):
    page = client.get(f"{KEYS}ajouter/", secure=True)
    answer = key.create(options_of(page)["creation_options"])
    return client.post(f"{KEYS}ajouter/", {"name": name, "credential": json.dumps(answer)}, secure=True)


def sign_in_by_key(client, key: SoftKey, **values):
    page = client.get("/connexion/cle/", secure=True, headers={"accept": "application/json"})
    answer = key.get(page.json()["request_options"])
    return client.post(
        "/connexion/cle/", {"credential": json.dumps(answer), **values}, secure=True, follow=True
    )


@pytest.fixture
def key(at_home) -> SoftKey:
    """Victor's passkey."""
    key = SoftKey()
    assert add_key(at_home, key).url == CODES
    return key


def test_a_passkey_is_added_then_signs_in_without_a_password(client, atlas, key):
    page = sign_in_by_key(client.__class__(), key, next="/e/atlas/affaires/")
    assert page.redirect_chain == [("/e/atlas/affaires/", 302)]
    assert told(atlas, "changed", "signed_in") == [
        ("changed", "Victor Lemoine", "Clé d'accès ajoutée"),
        ("signed_in", "Victor Lemoine", "Par clé d'accès"),
    ]


def test_a_passkey_is_the_second_factor_of_a_password(client, atlas, key):
    elsewhere = client.__class__()
    sign_in_by_password(elsewhere, "victor@atlas.fr", secure=True)
    page = elsewhere.get("/connexion/code/", secure=True)
    answer = key.get(options_of(page)["request_options"])
    response = elsewhere.post("/connexion/code/", {"credential": json.dumps(answer)}, secure=True)
    assert response.url == "/"
    words = "Par mot de passe et clé d'accès"
    assert told(atlas, "signed_in") == [("signed_in", "Victor Lemoine", words)]


def test_a_key_that_asks_for_no_finger_face_or_pin_is_refused(at_home, victor):
    response = add_key(at_home, SoftKey(verifies=False))
    assert response.context["form"].non_field_errors() == ["La clé n'a pas pu être ajoutée : recommencez."]
    assert not has_two_factor(victor.user)


def test_the_key_of_another_site_is_refused(client, key):
    key.host = "vigie.ailleurs.fr"
    page = sign_in_by_key(client.__class__(), key)
    assert [str(message) for message in page.context["messages"]] == [WRONG_KEY]


def test_a_key_that_was_removed_no_longer_signs_in(at_home, atlas, client, key):
    pk = Authenticator.objects.get(type="webauthn").pk
    at_home.post(f"{KEYS}{pk}/retirer/", secure=True)
    page = sign_in_by_key(client.__class__(), key)
    assert page.redirect_chain == [("/connexion/", 302)]
    assert [str(message) for message in page.context["messages"]] == [WRONG_KEY]
    assert told(atlas, "changed")[-1] == ("changed", "Victor Lemoine", "Clé d'accès retirée")


def test_somebody_whose_access_is_closed_has_no_use_for_a_key(client, atlas, victor, key):
    victor.user.is_active = False
    victor.user.save()
    page = sign_in_by_key(client.__class__(), key)
    assert page.redirect_chain == [("/connexion/inactif/", 302)]
    assert told(atlas, "sign_in_refused") == [("sign_in_refused", "Victor Lemoine", "Accès désactivé")]


def test_a_key_has_a_name_that_can_change(at_home, key):
    pk = Authenticator.objects.get(type="webauthn").pk
    assert "Clé d'accès « Téléphone »" in at_home.get("/mon-compte/").content.decode()
    at_home.post(f"{KEYS}{pk}/", {"name": "Clé du bureau"})
    assert "Clé d'accès « Clé du bureau »" in at_home.get("/mon-compte/").content.decode()


def test_the_key_of_somebody_else_does_not_exist(client, sign_in, sara, key):
    pk = Authenticator.objects.get(type="webauthn").pk
    give_password(sara)
    other = client.__class__()
    sign_in_by_password(other, "sara@atlas.fr")
    confirm(other)
    for address in (f"{KEYS}{pk}/", f"{KEYS}{pk}/retirer/"):
        assert (other.get(address).status_code, other.post(address).status_code) == (404, 404)
    assert Authenticator.objects.filter(pk=pk).exists()


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "pas du JSON",
        "null",
        "1",
        '"texte"',
        "[]",
        "{}",
        '{"id": 1}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA",'
        ' "authenticatorData": "AA", "signature": "AA", "userHandle": "Wlpa"}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": []}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA",'
        ' "attestationObject": "AA"}}',
        "[" * 100_000,
    ],
)
def test_whatever_a_browser_answers_gets_a_sentence(client, at_home, victor, credential):
    add_app(victor.user)
    by_key = client.__class__()
    by_key.get("/connexion/cle/", headers={"accept": "application/json"})
    assert by_key.post("/connexion/cle/", {"credential": credential}).url == "/connexion/"
    second = client.__class__()
    sign_in_by_password(second, "victor@atlas.fr")
    response = second.post("/connexion/code/", {"credential": credential})
    assert response.status_code == 200
    assert len(response.context["webauthn_form"].errors["credential"]) == 1
    response = at_home.post(f"{KEYS}ajouter/", {"name": "Clé", "credential": credential})
    assert len(response.context["form"].errors) == 1


# Espaces that require it.


@pytest.fixture
def strict(atlas) -> Espace:
    Espace.objects.filter(pk=atlas.pk).update(requires_two_factor=True)
    return atlas


def test_an_espace_may_require_it_and_the_page_says_which(at_home, strict, victor):
    page = at_home.get("/e/atlas/comptes/", follow=True)
    assert page.redirect_chain[-1] == ("/mon-compte/#double-authentification", 302)
    assert "L'espace Atlas exige la double authentification" in page.content.decode()

    secret = at_home.get(APP).context["form"].secret
    at_home.post(APP, {"code": code_now(secret)})
    assert at_home.get("/e/atlas/comptes/").status_code == 200
    assert "exige la double" not in at_home.get("/mon-compte/").content.decode()


def test_a_passkey_is_enough(at_home, strict, key):
    assert at_home.get("/e/atlas/comptes/").status_code == 200


def test_recovery_codes_alone_are_not_enough(sign_in, strict, victor):
    add_app(victor.user)
    Authenticator.objects.filter(type="totp").delete()
    assert sign_in(victor).get("/e/atlas/comptes/").url == "/mon-compte/double-authentification/"


def test_other_espaces_ask_for_nothing(sign_in, strict, boreal, victor):
    Membership.objects.create(user=victor.user, espace=boreal, role="standard")
    assert sign_in(victor).get("/e/boreal/comptes/").status_code == 200


def test_it_opens_nothing_to_strangers(sign_in, strict, otto):
    add_app(otto.user)
    assert sign_in(otto).get("/e/atlas/comptes/").status_code == 404


def test_django_admin_is_no_way_around(sign_in, strict, amina):
    client = sign_in(amina)
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/mon-compte/#double-authentification"
    add_app(amina.user)
    assert client.get("/admin/").status_code == 200


def test_an_espace_that_does_not_require_it_costs_no_query(sign_in, atlas, victor, django_assert_num_queries):
    client = sign_in(victor)
    client.get("/e/atlas/comptes/")
    with django_assert_num_queries(3):  # the session, the person, the member with the espace
        client.get("/e/atlas/comptes/")


def test_who_has_a_second_factor_is_known_of_all_members_in_one_query(
    victor, sara, atlas, django_assert_num_queries
):
    add_app(sara.user)
    members = atlas.memberships.annotate(has_two_factor=with_two_factor()).order_by("pk")
    with django_assert_num_queries(1):
        assert list(members.values_list("user__first_name", "has_two_factor")) == [
            ("Victor", False),
            ("Sara", True),
        ]


def test_no_line_of_the_journal_holds_a_secret(at_home, key):
    add = at_home.get(APP).context["form"].secret
    at_home.post(APP, {"code": code_now(add)})
    lines = str(list(JournalEntry.objects.values_list("payload", flat=True)))
    assert "Clé d'accès ajoutée" in lines
    assert [text for text in (SECRET, add, PASSWORD) if text in lines] == []
