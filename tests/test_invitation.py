"""Inviting somebody by e-mail: the link, what it opens, and when it no longer does."""

import re
import smtplib
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.services.personal.erasing import erase_member
from crm.actor import Actor
from crm.models import Invitation, Membership, User
from crm.roles import Role
from crm.services.invitation import DeadLink, accept, invite, link_token, resend, revoke
from crm.services.member import add_member, disable_member
from tests.business import said
from tests.journal import length, told
from tests.together import together

MEMBERS = "/e/atlas/reglages/membres/"
LEA = {"first_name": "Léa", "last_name": "Morin", "password": "tour-de-guet-12"}


@pytest.fixture
def lea(amina, atlas) -> Invitation:
    """An invitation as Avancé for an address that nobody has."""
    return invite(
        by=Actor.of(amina), espace=atlas, email="lea@atlas.fr", role=Role.AVANCE, now=timezone.now()
    )


def address(invitation: Invitation) -> str:
    return f"/invitation/{link_token(invitation)}/"


def sentence(response) -> str:
    return response.context["sentence"]


class NoServer(EmailBackend):
    """A mail server that refuses everything."""

    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("nobody answers")


def test_a_colleague_is_invited_chooses_a_password_and_is_in(sign_in, amina, atlas):
    response = sign_in(amina).post(MEMBERS, {"email": "Lea@Atlas.fr", "role": "avance"}, follow=True)
    assert said(response) == ["L'invitation est envoyée à lea@atlas.fr."]
    ((_, shown),) = response.context["invitations"]
    (message,) = mail.outbox
    assert message.to == ["lea@atlas.fr"]
    assert message.subject == "Amina Haddad vous invite dans l'espace Atlas de Vigie"
    assert re.findall(r"http://testserver\S+", message.body) == [shown]
    assert "avant le 7 juin 2025" in message.body

    visitor = Client()
    page = visitor.get(shown)
    assert list(page.context["form"].fields) == ["first_name", "last_name", "password"]
    response = visitor.post(shown, LEA, follow=True)
    assert response.redirect_chain[0][0] == "/e/atlas/"
    (welcome,) = said(response)
    assert welcome.startswith("Bienvenue dans l&#x27;espace « Atlas ». Protégez votre compte")
    assert f'href="{reverse("mfa_index")}"' in welcome
    member = Membership.objects.get(user__email="lea@atlas.fr")
    assert (str(member), member.espace, member.role) == ("Léa Morin", atlas, "avance")
    assert get_user(visitor) == member.user
    assert member.user.check_password("tour-de-guet-12")


def test_who_joins_is_told_in_the_journal_and_no_secret_with_them(atlas, amina, lea):
    before = length(atlas)
    accept(token=link_token(lea), now=timezone.now(), **LEA)
    lines = told(atlas, before)
    assert [(line[0], line[1], line[2], line[3]) for line in lines] == [
        ("Léa", "created", "user", "Léa Morin"),
        ("Léa", "created", "membership", "Léa Morin"),
        ("Léa", "changed", "invitation", "lea@atlas.fr"),
    ]
    everything = str(told(atlas))
    assert lea.nonce not in everything
    assert LEA["password"] not in everything
    assert User.objects.get(email="lea@atlas.fr").password not in everything


def test_invitation_is_told_in_the_journal(atlas, amina, lea):
    before = length(atlas)
    with time_machine.travel("2025-06-01T10:00:00+00:00", tick=False):
        resend(by=Actor.of(amina), invitation=lea, now=timezone.now())
        revoke(by=Actor.of(amina), invitation=lea, now=timezone.now())
    sent, revoked = "2025-05-31T10:00:00+00:00", "2025-06-01T10:00:00+00:00"
    assert told(atlas, before - 1) == [
        ("Amina", "created", "invitation", "lea@atlas.fr", {
            "email": [None, "lea@atlas.fr"], "role": [None, "avance"], "sent_at": [None, sent],
        }),
        ("Amina", "changed", "invitation", "lea@atlas.fr", {"sent_at": [sent, revoked]}),
        ("Amina", "changed", "invitation", "lea@atlas.fr", {"revoked_at": [None, revoked]}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "field", "refusal"),
    [
        ({"email": ""}, "email", "Ce champ est obligatoire."),
        ({"email": "lea"}, "email", "Saisissez une adresse de courriel valide."),
        ({"email": "VICTOR@atlas.fr"}, "email", "victor@atlas.fr est déjà membre de l'espace."),
        ({"email": "sara@atlas.fr"}, "email", "sara@atlas.fr est un membre désactivé : réactivez-le plutôt."),
        ({"email": "lea@atlas.fr"}, "email", "Une invitation attend déjà à cette adresse : renvoyez-la."),
        ({"role": "empereur"}, "role", "Sélectionnez un choix valide. empereur n’en fait pas partie."),
    ],
)
def test_invitation_that_cannot_be_is_refused_by_the_field(
    sign_in, amina, victor, sara, lea, typed, field, refusal
):
    disable_member(by=Actor.of(amina), member=sara)
    response = sign_in(amina).post(MEMBERS, {"email": "noe@atlas.fr", "role": "standard"} | typed)
    assert response.status_code == 422
    assert response.context["form"].errors == {field: [refusal]}
    assert response.context["form"]["email"].value() == typed.get("email", "noe@atlas.fr")
    assert (Invitation.objects.count(), mail.outbox) == (1, [])


def test_who_was_erased_here_and_works_elsewhere_is_not_invited_back(sign_in, amina, sara, boreal):
    add_member(espace=boreal, email="sara@atlas.fr", role=Role.STANDARD)
    erase_member(by=Actor.of(amina), member=sara, now=timezone.now())
    response = sign_in(amina).post(MEMBERS, {"email": "sara@atlas.fr", "role": "standard"})
    assert response.context["form"].errors["email"] == [
        "Les données de sara@atlas.fr sont effacées de cet espace : cette personne ne peut pas y revenir."
    ]


@pytest.mark.parametrize(
    ("backend", "logged"),
    [
        (f"{__name__}.NoServer", "Le message « invitation » n'est pas parti."),
        ("django.core.mail.backends.console.EmailBackend", ""),  # there is no server: it is printed
    ],
)
def test_mail_that_does_not_leave_loses_nothing(sign_in, amina, settings, caplog, backend, logged):
    settings.EMAIL_BACKEND = backend
    response = sign_in(amina).post(MEMBERS, {"email": "lea@atlas.fr", "role": "standard"}, follow=True)
    assert said(response) == [
        "L'e-mail n'est pas parti : transmettez vous-même à lea@atlas.fr le lien ci-dessous."
    ]
    ((_, link),) = response.context["invitations"]
    assert Client().get(link).status_code == 200
    errors = [record.message for record in caplog.records if record.name == "crm.mail"]
    assert errors == ([logged] if logged else [])


# Links that open nothing.


def test_a_link_is_valid_seven_days(client, lea):
    with time_machine.travel(lea.sent_at + timedelta(days=7, seconds=-1), tick=False):
        assert client.get(address(lea)).status_code == 200
    with time_machine.travel(lea.sent_at + timedelta(days=7), tick=False):
        for response in (client.get(address(lea)), client.post(address(lea), LEA)):
            assert response.status_code == 410
            assert sentence(response).startswith("Cette invitation n'est plus valable")
    assert not Membership.objects.filter(user__email="lea@atlas.fr").exists()


def test_sent_again_a_new_link_is_valid_and_the_former_is_dead(sign_in, client, amina, lea):
    former = address(lea)
    with time_machine.travel("2025-06-10T10:00:00+00:00", tick=False):
        response = sign_in(amina).post(f"/e/atlas/reglages/invitations/{lea.pk}/renvoyer/", follow=True)
        ((_, link),) = response.context["invitations"]
        assert link in mail.outbox[0].body
        visitor = Client()
        assert visitor.get(link).status_code == 200
        dead = visitor.post(former, LEA)
    assert (dead.status_code, sentence(dead)) == (
        410,
        "Ce lien a été remplacé par un plus récent : ouvrez celui du dernier message reçu.",
    )
    assert not User.objects.filter(email="lea@atlas.fr").exists()


def test_revoked_a_link_is_dead_and_the_address_may_be_invited_again(sign_in, amina, lea):
    client, former = sign_in(amina), address(lea)
    page = client.post(f"/e/atlas/reglages/invitations/{lea.pk}/retirer/", follow=True)
    assert page.context["invitations"] == []
    dead = Client().post(former, LEA)
    assert (dead.status_code, sentence(dead)) == (
        410,
        "Cette invitation a été retirée : demandez-en une autre à la personne qui vous a invité.",
    )
    again = client.post(MEMBERS, {"email": "lea@atlas.fr", "role": "standard"}, follow=True)
    assert len(again.context["invitations"]) == 1
    assert Client().get(former).status_code == 410


def test_used_a_link_is_dead(lea):
    visitor = Client()
    visitor.post(address(lea), LEA)
    dead = Client().post(address(lea), LEA | {"first_name": "Autre"})
    assert (dead.status_code, sentence(dead)) == (
        410,
        "Cette invitation a déjà servi : la personne invitée n'a plus qu'à se connecter.",
    )
    assert User.objects.get(email="lea@atlas.fr").first_name == "Léa"


@pytest.mark.parametrize("action", ("renvoyer", "retirer"))
def test_used_an_invitation_is_neither_sent_again_nor_revoked(sign_in, amina, lea, action):
    accept(token=link_token(lea), now=timezone.now(), **LEA)
    page = sign_in(amina).post(f"/e/atlas/reglages/invitations/{lea.pk}/{action}/", follow=True)
    assert said(page) == ["Cette invitation a déjà servi : la personne invitée n'a plus qu'à se connecter."]
    assert (mail.outbox, Invitation.objects.get().revoked_at) == ([], None)


@pytest.mark.parametrize(
    "forged",
    [
        lambda lea: "x",
        lambda lea: link_token(lea)[:-1],
        lambda lea: link_token(lea).split(":")[0],
        lambda lea: Signer().sign_object([lea.pk, lea.nonce]),  # signed for something else
        lambda lea: link_token(Invitation(pk=lea.pk + 1, nonce=lea.nonce)),
    ],
)
def test_a_link_that_was_never_made_says_nothing(client, lea, forged):
    for response in (
        client.get(f"/invitation/{forged(lea)}/"),
        client.post(f"/invitation/{forged(lea)}/", LEA),
    ):
        assert response.status_code == 404
        assert sentence(response) == "Ce lien n'existe pas : copiez-le en entier, tel que vous l'avez reçu."
        assert "Atlas" not in response.content.decode()
    assert not User.objects.filter(email="lea@atlas.fr").exists()


def test_a_link_to_a_deleted_espace_says_nothing(client, atlas, lea):
    atlas.deleted_at = timezone.now()
    atlas.save()
    assert client.get(address(lea)).status_code == 404
    assert client.post(address(lea), LEA).status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"password": "court"}, "password"),
        ({"password": "lea@atlas.fr1"}, "password"),
        ({"password": ""}, "password"),
        ({"first_name": ""}, "first_name"),
        ({"last_name": " "}, "last_name"),
    ],
)
def test_a_bad_name_or_password_is_refused_by_the_field(client, lea, typed, field):
    response = client.post(address(lea), LEA | typed)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not User.objects.filter(email="lea@atlas.fr").exists()


def test_what_an_invitation_does_not_ask_for_is_not_taken(client, lea):
    client.post(address(lea), LEA | {"role": "administrateur", "email": "x@y.fr", "is_superuser": "1"})
    member = Membership.objects.get(user__email="lea@atlas.fr")
    assert (member.role, member.user.is_superuser) == ("avance", False)


# Somebody whom Vigie knows.


@pytest.fixture
def for_otto(amina, atlas, otto) -> Invitation:
    return invite(
        by=Actor.of(amina), espace=atlas, email="otto@boreal.fr", role=Role.STANDARD, now=timezone.now()
    )


def test_a_known_person_signs_in_and_joins(sign_in, client, otto, for_otto):
    page = client.get(address(for_otto))
    sign_in_page = f"/connexion/?next={address(for_otto)}"
    assert f'href="{sign_in_page.replace(":", "%3A")}"' in page.content.decode()
    Authenticator.objects.create(user=otto.user, type=Authenticator.Type.TOTP, data={})
    joined = sign_in(otto).post(address(for_otto), follow=True)
    assert said(joined) == ["Bienvenue dans l'espace « Atlas »."]
    assert joined.redirect_chain[0][0] == "/e/atlas/"
    assert {(m.espace.name, m.role) for m in otto.user.memberships.all()} == {
        ("Boréal", "administrateur"),
        ("Atlas", "standard"),
    }
    assert (otto.user.first_name, User.objects.filter(email="otto@boreal.fr").count()) == ("Otto", 1)


def test_a_known_person_who_is_not_signed_in_gets_no_new_password(client, otto, for_otto):
    response = client.post(address(for_otto), LEA)
    assert (response.status_code, "form" in response.context) == (200, False)
    otto.user.refresh_from_db()
    assert (otto.user.first_name, otto.user.check_password(LEA["password"])) == ("Otto", False)
    assert for_otto.espace.memberships.filter(user=otto.user).count() == 0


@pytest.mark.parametrize("invitation", ("for_otto", "lea"))
def test_somebody_else_who_is_signed_in_is_told_for_whom_it_is(request, sign_in, victor, invitation):
    invitation = request.getfixturevalue(invitation)
    client = sign_in(victor)
    for response in (client.get(address(invitation)), client.post(address(invitation), LEA)):
        html = response.content.decode()
        assert invitation.email in html
        assert "vous êtes connecté avec victor@atlas.fr" in html
    assert Invitation.objects.get(pk=invitation.pk).accepted_at is None
    signed_out = client.post("/deconnexion/", {"next": address(invitation)})
    assert signed_out.url == address(invitation)


def test_somebody_who_became_a_member_meanwhile_is_told(client, atlas, lea):
    add_member(espace=atlas, email="lea@atlas.fr", role=Role.STANDARD)
    user = User.objects.get(email="lea@atlas.fr")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.post(address(lea))
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "lea@atlas.fr est déjà membre de l'espace « Atlas »."
    ]
    assert user.memberships.get().role == "standard"


@pytest.mark.django_db(transaction=True)
def test_fifty_acceptances_at_once_make_one_member(atlas, lea):
    token, now = link_token(lea), timezone.now()

    def join():
        try:
            return accept(token=token, now=now, **LEA).pk
        except DeadLink:
            return None

    made = together(*[join] * 50)
    member = Membership.objects.get(user__email="lea@atlas.fr")
    assert sorted(made, key=bool) == [None] * 49 + [member.pk]


# Who may.


def test_invitation_of_another_espace_is_not_found(sign_in, otto, lea):
    client = sign_in(otto)
    for action in ("renvoyer", "retirer"):
        assert client.post(f"/e/boreal/reglages/invitations/{lea.pk}/{action}/").status_code == 404
    assert client.get("/e/boreal/reglages/membres/").context["invitations"] == []
    assert (Invitation.objects.get().revoked_at, mail.outbox) == (None, [])


@pytest.mark.parametrize("rows", (1, 3))
def test_pending_invitations_query_count(sign_in, amina, atlas, rows, django_assert_num_queries):
    for n in range(rows):
        invite(by=Actor.of(amina), espace=atlas, email=f"{n}@x.fr", role=Role.STANDARD, now=timezone.now())
    client = sign_in(amina)
    client.get(MEMBERS)
    with django_assert_num_queries(5):
        client.get(MEMBERS)
