"""A forgotten password, and one that is changed."""

import re
import smtplib

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend

from tests.person import PASSWORD, give_password, sign_in_by_password, told

pytestmark = pytest.mark.django_db(transaction=True)  # mail leaves once what it tells is committed
NEW = "phare-de-nuit-34"
FORGOTTEN = "/connexion/mot-de-passe-oublie/"


class DeadMailServer(EmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


@pytest.fixture(autouse=True)
def _no_try_yet(db):
    cache.clear()


def link_in(message) -> str:
    """The address in a message, without the site."""
    return re.search(r"http://testserver(/connexion/\S+/)", message.body).group(1)


def ask_for_link(client, email: str) -> str:
    client.post(FORGOTTEN, {"email": email})
    return link_in(mail.outbox[-1])


def choose(client, link: str, password: str = NEW):
    form_page = client.get(link).url  # the key leaves the address, so that it leaks to nobody
    return client.post(form_page, {"password1": password, "password2": password})


def subjects() -> list[tuple]:
    return [(message.to, message.subject) for message in mail.outbox]


def test_a_forgotten_password_is_replaced_through_a_link(client, atlas, victor):
    give_password(victor)
    link = ask_for_link(client, "Victor@Atlas.fr")
    assert choose(client, link).url == f"{FORGOTTEN}change/"
    assert sign_in_by_password(client, "victor@atlas.fr", NEW).url == "/"
    assert subjects() == [
        (["victor@atlas.fr"], "[Vigie] Choisir un nouveau mot de passe"),
        (["victor@atlas.fr"], "[Vigie] Mot de passe changé"),
    ]
    words = "Mot de passe changé par un lien reçu par e-mail"
    assert told(atlas, "changed") == [("changed", "Victor Lemoine", words)]


def test_a_link_serves_once(client, victor):
    link = ask_for_link(client, give_password(victor))
    choose(client, link)
    assert "Ce lien ne marche plus" in client.get(link).content.decode()


def test_a_link_dies_when_the_address_changes(client, victor):
    link = ask_for_link(client, give_password(victor))
    victor.user.email = "v.lemoine@atlas.fr"
    victor.user.save()
    assert "Ce lien ne marche plus" in client.get(link).content.decode()


def test_a_link_dies_after_three_days(client, victor, time_machine):
    link = ask_for_link(client, give_password(victor))
    time_machine.move_to("2025-06-03T10:00:01+00:00")
    assert "Ce lien ne marche plus" in client.get(link).content.decode()


def test_a_weak_password_is_refused_by_the_field(client, victor):
    link = ask_for_link(client, give_password(victor))
    response = choose(client, link, "azerty")
    assert list(response.context["form"].errors) == ["password1"]
    assert sign_in_by_password(client, "victor@atlas.fr").url == "/"


def test_a_link_signs_out_of_every_device(client, sign_in, victor):
    give_password(victor)
    sign_in(victor)
    elsewhere = client.__class__()
    choose(elsewhere, ask_for_link(elsewhere, "victor@atlas.fr"))
    assert client.get("/e/atlas/comptes/").status_code == 302


@pytest.mark.parametrize("email", ["victor@atlas.fr", "sara@atlas.fr", "personne@atlas.fr"])
def test_the_answer_is_the_same_for_a_known_a_closed_and_an_unknown_address(client, victor, sara, email):
    sara.user.is_active = False
    sara.user.save()
    page = client.post(FORGOTTEN, {"email": email}, follow=True)
    assert page.redirect_chain == [(f"{FORGOTTEN}envoye/", 302)]
    assert "Si cette adresse est connue, un lien vient de partir." in page.content.decode()
    known = email == "victor@atlas.fr"
    sent = "Choisir un nouveau mot de passe" if known else "Aucun compte à cette adresse"
    assert subjects() == [([email], f"[Vigie] {sent}")]  # a message either way: the time is the same too


def test_no_link_goes_to_an_address_that_is_only_asked_for(client, victor):
    """Whoever holds it would come in without ever having been asked."""
    give_password(victor)
    EmailAddress.objects.create(user=victor.user, email="inconnu@ailleurs.fr")
    client.post(FORGOTTEN, {"email": "inconnu@ailleurs.fr"})
    assert subjects() == [(["inconnu@ailleurs.fr"], "[Vigie] Aucun compte à cette adresse")]


@pytest.mark.parametrize("email", ["victor@atlas.fr", "personne@atlas.fr"])
def test_a_mail_server_that_fails_is_told_on_the_page(client, victor, settings, email, caplog):
    give_password(victor)
    settings.EMAIL_BACKEND = f"{__name__}.DeadMailServer"
    page = client.post(FORGOTTEN, {"email": email}, follow=True)
    assert page.redirect_chain == [(FORGOTTEN, 302)]
    assert [str(message) for message in page.context["messages"]] == [
        "L'e-mail n'a pas pu partir. Réessayez plus tard ; si cela dure, prévenez qui administre Vigie."
    ]
    assert "SMTPServerDisconnected" in caplog.text


# Somebody signed in changes it.


def change(client, old: str = PASSWORD, new: str = NEW):
    return client.post(
        "/mon-compte/mot-de-passe/", {"oldpassword": old, "password1": new, "password2": new}, follow=True
    )


def test_a_password_is_changed_told_and_noticed(sign_in, atlas, victor):
    give_password(victor)
    client = sign_in(victor)
    page = change(client)
    assert page.redirect_chain == [("/mon-compte/", 302)]
    assert "Votre mot de passe est changé." in page.content.decode()
    assert told(atlas, "changed") == [("changed", "Victor Lemoine", "Mot de passe changé")]
    (notice,) = mail.outbox
    assert (notice.to, notice.subject) == (["victor@atlas.fr"], "[Vigie] Mot de passe changé")
    assert "Le 31 mai 2025 à 12:00, depuis Navigateur inconnu (127.0.0.1)." in notice.body


def test_changing_it_signs_out_everywhere_else(client, sign_in, victor):
    give_password(victor)
    sign_in(victor)
    elsewhere = client.__class__()
    sign_in_by_password(elsewhere, "victor@atlas.fr")
    change(elsewhere)
    assert client.get("/e/atlas/comptes/").status_code == 302
    assert elsewhere.get("/e/atlas/comptes/").status_code == 200


def test_the_present_password_is_asked(sign_in, atlas, victor):
    give_password(victor)
    page = change(sign_in(victor), old="faux")
    assert page.context["form"].errors == {"oldpassword": ["Ce n'est pas votre mot de passe actuel."]}
    assert told(atlas, "changed") == mail.outbox == []


def test_a_mail_server_that_fails_does_not_undo_the_change(sign_in, victor, settings):
    give_password(victor)
    settings.EMAIL_BACKEND = f"{__name__}.DeadMailServer"
    page = change(sign_in(victor))
    assert "L&#x27;e-mail n&#x27;a pas pu partir." in page.content.decode()
    victor.user.refresh_from_db()
    assert victor.user.check_password(NEW)


def test_somebody_without_a_password_chooses_one(sign_in, atlas, victor):
    client = sign_in(victor)
    assert client.get("/mon-compte/mot-de-passe/").url == "/mon-compte/mot-de-passe/premier/"
    client.post("/mon-compte/mot-de-passe/premier/", {"password1": NEW, "password2": NEW})
    victor.user.refresh_from_db()
    assert victor.user.check_password(NEW)
    assert subjects() == [(["victor@atlas.fr"], "[Vigie] Mot de passe choisi")]


def test_the_way_in_is_confirmed_by_the_password(sign_in, atlas, victor):
    give_password(victor)
    client = sign_in(victor)
    goal = "/mon-compte/double-authentification/application/"
    asked = client.get(goal)
    assert asked.url == f"/mon-compte/confirmer/?next={goal.replace('/', '%2F')}"
    refused = client.post(asked.url, {"password": "faux"})
    assert refused.context["form"].errors == {"password": ["Ce n'est pas votre mot de passe."]}
    assert told(atlas, "sign_in_refused") == [("sign_in_refused", "Victor Lemoine", "Mot de passe faux")]
    assert client.post(asked.url, {"password": PASSWORD}).url == goal
    assert client.get(goal).status_code == 200
