"""The address that one signs in with: it changes once the new one is confirmed."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache

from crm.models import JournalEntry, User
from tests.person import PASSWORD, confirm, give_password, sign_in_by_password

pytestmark = pytest.mark.django_db(transaction=True)  # mail leaves once what it tells is committed
ADDRESS = "/mon-compte/adresse/"


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


def ask(client, email: str):
    return client.post(ADDRESS, {"email": email, "action_add": ""}, follow=True)


def link_in(message) -> str:
    return re.search(r"http://testserver(/connexion/adresse/\S+/)", message.body).group(1)


def sentences(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def address_of(member) -> str:
    return User.objects.get(pk=member.user.pk).email


def test_an_address_changes_once_the_new_one_is_confirmed(at_home, atlas, victor):
    page = ask(at_home, "V.Lemoine@atlas.fr")
    assert sentences(page) == [
        "Un lien de confirmation vient de partir à v.lemoine@atlas.fr. Il est valable 3 jours."
    ]
    assert address_of(victor) == "victor@atlas.fr"
    assert "bientôt v.lemoine@atlas.fr" in at_home.get("/mon-compte/").content.decode()

    (message,) = mail.outbox
    assert (message.to, message.subject) == (["v.lemoine@atlas.fr"], "[Vigie] Confirmer votre adresse")
    link = link_in(message)
    assert "deviendra l'adresse de Victor Lemoine" in at_home.get(link).content.decode()
    assert address_of(victor) == "victor@atlas.fr"  # looking is not confirming
    page = at_home.post(link, follow=True)
    assert page.redirect_chain == [("/mon-compte/", 302)]
    assert sentences(page) == ["v.lemoine@atlas.fr est maintenant votre adresse."]
    assert address_of(victor) == "v.lemoine@atlas.fr"
    assert sign_in_by_password(at_home.__class__(), "v.lemoine@atlas.fr").url == "/"


def test_the_change_is_told_in_the_journal_and_to_the_former_address(at_home, victor):
    ask(at_home, "v.lemoine@atlas.fr")
    at_home.post(link_in(mail.outbox[0]))
    line = JournalEntry.objects.get(action="changed")
    assert (line.user, line.payload) == (
        victor.user,
        {"label": "Victor Lemoine", "changes": {"email": ["victor@atlas.fr", "v.lemoine@atlas.fr"]}},
    )
    notice = mail.outbox[1]
    assert (notice.to, notice.subject) == (["victor@atlas.fr"], "[Vigie] Adresse e-mail changée")
    assert "n'est plus victor@atlas.fr : c'est maintenant v.lemoine@atlas.fr" in notice.body


def test_the_link_may_be_opened_where_nobody_is_signed_in(at_home, victor):
    ask(at_home, "v.lemoine@atlas.fr")
    elsewhere = at_home.__class__()
    assert elsewhere.post(link_in(mail.outbox[0])).url == "/connexion/"
    assert address_of(victor) == "v.lemoine@atlas.fr"
    assert elsewhere.get("/mon-compte/").status_code == 302


def test_the_password_is_asked_again_and_the_request_goes_on(sign_in, victor):
    give_password(victor)
    client = sign_in(victor)
    asked = client.post(ADDRESS, {"email": "v.lemoine@atlas.fr", "action_add": ""})
    assert asked.url.startswith("/mon-compte/confirmer/")
    assert mail.outbox == []
    client.post(asked.url, {"password": PASSWORD})
    assert [message.to for message in mail.outbox] == [["v.lemoine@atlas.fr"]]


def test_an_address_that_is_taken_gets_a_word_and_the_page_says_the_same(at_home, victor, otto):
    free, taken = ask(at_home, "libre@boreal.fr"), ask(at_home, "otto@boreal.fr")
    assert sentences(taken) == [sentences(free)[0].replace("libre", "otto")]
    word = mail.outbox[1]
    assert (word.to, word.subject) == (["otto@boreal.fr"], "[Vigie] Vous avez déjà un compte à cette adresse")
    assert "/connexion/adresse/" not in word.body


def test_an_address_taken_meanwhile_is_refused_and_nothing_changes(at_home, victor):
    ask(at_home, "v.lemoine@atlas.fr")
    User.objects.create_user("v.lemoine@atlas.fr")
    page = at_home.post(link_in(mail.outbox[0]), follow=True)
    assert sentences(page) == ["L'adresse v.lemoine@atlas.fr est déjà celle de quelqu'un d'autre."]
    assert address_of(victor) == "victor@atlas.fr"
    assert JournalEntry.objects.filter(action="changed").count() == 0


def test_another_request_makes_the_former_link_useless(at_home, victor):
    ask(at_home, "un@atlas.fr")
    ask(at_home, "deux@atlas.fr")
    assert "Ce lien ne marche plus" in at_home.get(link_in(mail.outbox[0])).content.decode()
    at_home.post(link_in(mail.outbox[1]))
    assert address_of(victor) == "deux@atlas.fr"


def test_the_link_is_sent_again_or_the_request_given_up(at_home, victor):
    ask(at_home, "v.lemoine@atlas.fr")
    at_home.post(ADDRESS, {"email": "v.lemoine@atlas.fr", "action_send": ""}, follow=True)
    assert [message.to for message in mail.outbox] == [["v.lemoine@atlas.fr"]] * 2
    page = at_home.post(ADDRESS, {"email": "v.lemoine@atlas.fr", "action_remove": ""}, follow=True)
    assert sentences(page) == ["L'adresse v.lemoine@atlas.fr n'est plus demandée."]
    assert "Ce lien ne marche plus" in at_home.get(link_in(mail.outbox[1])).content.decode()
    assert address_of(victor) == "victor@atlas.fr"


@pytest.mark.parametrize("action", ["action_remove", "action_primary"])
def test_ones_own_address_is_never_lost_on_the_way(at_home, victor, action):
    ask(at_home, "v.lemoine@atlas.fr")
    for email in ("victor@atlas.fr", "v.lemoine@atlas.fr"):
        at_home.post(ADDRESS, {"email": email, action: ""})
        assert address_of(victor) == "victor@atlas.fr"


def test_a_sixth_link_within_the_hour_is_refused_in_words(at_home, victor):
    for _ in range(5):
        ask(at_home, "v.lemoine@atlas.fr")
        EmailAddress.objects.filter(verified=False).delete()
    page = ask(at_home, "v.lemoine@atlas.fr")
    assert page.context["form"].errors == {
        "email": ["Trop de demandes en peu de temps. Attendez un peu avant de réessayer."]
    }
    assert len(mail.outbox) == 5


def test_an_address_given_by_another_door_is_the_one_that_counts(at_home, victor, sara):
    """allauth keeps rows of its own; those of a former address bar nobody."""
    at_home.get(ADDRESS)
    User.objects.filter(pk=victor.user.pk).update(email="victor.lemoine@atlas.fr")
    User.objects.filter(pk=sara.user.pk).update(email="victor@atlas.fr")
    at_home.get(ADDRESS)
    assert list(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == [
        (victor.user.pk, "victor.lemoine@atlas.fr", True, True)
    ]


@pytest.mark.parametrize("typed", ["nulle-part", "", "victor@atlas.fr"])
def test_what_is_no_other_address_is_refused_by_the_field(at_home, typed):
    page = ask(at_home, typed)
    assert list(page.context["form"].errors) == ["email"]
    assert mail.outbox == []
