"""How often one may try to sign in, and what is told of those who could not."""

import pytest
from django.core.cache import cache

from crm.models import JournalEntry
from tests.person import PASSWORD, give_password, sign_in_by_password, told

TOO_MANY = "Trop d'essais manqués. Attendez cinq minutes avant de réessayer."
WRONG = "L’adresse e-mail ou le mot de passe sont incorrects."


@pytest.fixture(autouse=True)
def _no_try_yet(db):
    cache.clear()


def refusal(response) -> str:
    (sentence,) = response.context["form"].non_field_errors()
    return sentence


def test_five_wrong_passwords_are_borne_and_the_sixth_try_is_refused_even_if_right(client, victor):
    email = give_password(victor)
    assert [refusal(sign_in_by_password(client, email, "faux")) for _ in range(5)] == [WRONG] * 5
    assert refusal(sign_in_by_password(client, email)) == TOO_MANY
    assert client.get("/e/atlas/comptes/").status_code == 302


def test_five_minutes_later_the_right_password_lets_in(client, victor, time_machine):
    email = give_password(victor)
    for _ in range(6):
        sign_in_by_password(client, email, "faux")
    time_machine.move_to("2025-05-31T10:05:01+00:00")
    assert sign_in_by_password(client, email).url == "/"


def test_the_limit_of_an_address_does_not_bar_another(client, victor, sara):
    give_password(victor)
    email = give_password(sara)
    for _ in range(6):
        sign_in_by_password(client, "victor@atlas.fr", "faux")
    assert sign_in_by_password(client, email).url == "/"


def test_an_unknown_address_meets_the_same_limit(client, db):
    tries = [refusal(sign_in_by_password(client, "personne@atlas.fr", "faux")) for _ in range(6)]
    assert tries == [WRONG] * 5 + [TOO_MANY]


def test_a_machine_that_tries_many_addresses_is_refused_after_ten(client, db):
    tries = [refusal(sign_in_by_password(client, f"p{n}@atlas.fr", "faux")) for n in range(11)]
    assert tries == [WRONG] * 10 + [TOO_MANY]


def test_trying_hundreds_of_addresses_does_not_wash_the_counts_away(client, victor):
    email = give_password(victor)
    for _ in range(5):
        sign_in_by_password(client, email, "faux")
    for n in range(400):
        cache.set(f"allauth:rl:{n}", [1.0], 300)
    assert refusal(sign_in_by_password(client, email)) == TOO_MANY


def from_addresses(client, forwarded: list[str]) -> list[str]:
    return [
        refusal(sign_in_by_password(client, f"p{n}@atlas.fr", "faux", headers={"x-forwarded-for": address}))
        for n, address in enumerate(forwarded)
    ]


def test_without_a_proxy_what_a_client_says_of_its_address_is_not_believed(client, db):
    assert from_addresses(client, [f"203.0.113.{n}" for n in range(11)])[-1] == TOO_MANY


def test_behind_a_proxy_each_client_has_its_own_limit_and_cannot_forge_it(client, db, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert set(from_addresses(client, [f"203.0.113.{n}" for n in range(11)])) == {WRONG}
    cache.clear()
    forged = [f"198.51.100.{n}, 203.0.113.9" for n in range(11)]  # the proxy adds what it saw at the end
    assert from_addresses(client, forged)[-1] == TOO_MANY


@pytest.mark.parametrize(
    ("address", "values", "borne"),
    [
        ("/connexion/", {"login": "victor@atlas.fr"}, 30),
        ("/connexion/cle/", {"credential": "{}"}, 10),
        ("/connexion/mot-de-passe-oublie/", {"email": "personne@atlas.fr"}, 5),
    ],
)
def test_too_many_requests_get_a_page_that_says_so(client, victor, address, values, borne):
    answers = [client.post(address, values).status_code for _ in range(borne)]
    assert 429 not in answers
    response = client.post(address, values)
    assert response.status_code == 429
    assert "<h1>Trop de demandes en peu de temps</h1>" in response.content.decode()


@pytest.mark.parametrize(
    ("address", "values", "borne"),
    [
        ("/mon-compte/confirmer/", {"password": "faux"}, 10),
        ("/mon-compte/mot-de-passe/", {"oldpassword": "faux"}, 5),
        ("/mon-compte/adresse/", {"email": "nulle-part"}, 10),
    ],
)
def test_somebody_signed_in_meets_limits_too(sign_in, victor, address, values, borne):
    give_password(victor)
    client = sign_in(victor)
    answers = [client.post(address, values).status_code for _ in range(borne + 1)]
    assert answers.index(429) == borne


# What is told.


def test_who_signs_in_is_told_in_their_espaces(client, atlas, victor):
    sign_in_by_password(client, give_password(victor))
    assert told(atlas, "signed_in", "sign_in_refused") == [
        ("signed_in", "Victor Lemoine", "Par mot de passe"),
    ]
    line = JournalEntry.objects.get(action="signed_in")
    assert (line.user, line.door, line.row_id) == (victor.user, "page", victor.user.pk)


def test_a_wrong_password_is_told_in_the_espaces_of_who_has_the_address(client, atlas, boreal, victor, otto):
    give_password(victor)
    sign_in_by_password(client, "Victor@Atlas.fr", "faux")
    assert told(atlas, "sign_in_refused") == [("sign_in_refused", "Victor Lemoine", "Mot de passe faux")]
    assert told(boreal, "sign_in_refused") == told(None, "sign_in_refused") == []
    assert JournalEntry.objects.get(action="sign_in_refused").user is None


def test_an_unknown_address_is_told_in_the_journal_of_the_house_and_not_kept(client, atlas, victor):
    sign_in_by_password(client, "canari@ailleurs.fr", "faux-canari")
    assert told(None, "sign_in_refused") == [("sign_in_refused", None, "Adresse inconnue")]
    assert told(atlas, "sign_in_refused") == []
    assert "canari" not in str(list(JournalEntry.objects.values()))


def test_somebody_whose_access_is_closed_is_told_so_once_the_password_is_right(client, atlas, victor):
    email = give_password(victor)
    victor.user.is_active = False
    victor.user.save()
    assert refusal(sign_in_by_password(client, email, "faux")) == WRONG
    response = client.post("/connexion/", {"login": email, "password": PASSWORD}, follow=True)
    assert response.redirect_chain == [("/connexion/inactif/", 302)]
    assert "Votre accès est désactivé" in response.content.decode()
    assert told(atlas, "sign_in_refused") == [
        ("sign_in_refused", "Victor Lemoine", "Mot de passe faux"),
        ("sign_in_refused", "Victor Lemoine", "Accès désactivé"),
    ]


@pytest.mark.parametrize("goal", ["https://ailleurs.fr/", "//ailleurs.fr/", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(client, victor, goal):
    email = give_password(victor)
    response = client.post(f"/connexion/?next={goal}", {"login": email, "password": PASSWORD, "next": goal})
    assert response.url == "/"
