"""Members in Réglages: who works in the espace, with which role, and who no longer does."""

from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError

from crm.actor import Actor
from crm.models import Membership, User
from crm.roles import Role
from crm.services.member import LAST_ADMINISTRATEUR, add_member, change_role, disable_member, enable_member
from tests.business import said
from tests.journal import length, told
from tests.together import together

MEMBERS = "/e/atlas/reglages/membres/"


def page_of(member: Membership, action: str = "") -> str:
    return f"{MEMBERS}{member.pk}/{action}"


def stored(member: Membership) -> tuple[str, bool]:
    member = Membership.objects.get(pk=member.pk)
    return member.role, member.is_active


def second_administrateur(espace) -> Membership:
    return add_member(
        espace=espace, email="nadia@atlas.fr", role=Role.ADMINISTRATEUR, first_name="Nadia", last_name="Roy"
    )


def test_members_are_listed_with_role_last_sign_in_and_second_factor(sign_in, amina, victor, sara):
    User.objects.filter(pk=victor.user_id).update(last_login=datetime(2025, 5, 28, 22, 30, tzinfo=UTC))
    Authenticator.objects.create(user=victor.user, type=Authenticator.Type.TOTP, data={})
    Authenticator.objects.create(user=sara.user, type=Authenticator.Type.RECOVERY_CODES, data={})
    page = sign_in(amina).get(MEMBERS)
    found = [
        (str(member), member.get_role_display(), member.has_two_factor) for member in page.context["members"]
    ]
    assert found == [
        ("Amina Haddad", "Administrateur", False),
        ("Victor Lemoine", "Avancé", True),
        ("Sara Nguyen", "Standard", False),
    ]
    # Half past midnight in Paris, where the espace is.
    assert '<time datetime="2025-05-29" title="29 mai 2025">il y a 2 j</time>' in page.content.decode()


def test_those_who_left_come_last(sign_in, amina, victor, sara):
    disable_member(by=Actor.of(amina), member=victor)
    page = sign_in(amina).get(MEMBERS)
    assert [member.user.first_name for member in page.context["members"]] == ["Amina", "Sara", "Victor"]


@pytest.mark.parametrize("rows", (1, 3))
def test_members_query_count(sign_in, amina, atlas, rows, django_assert_num_queries):
    for n in range(rows):
        user = add_member(espace=atlas, email=f"{n}@atlas.fr", role=Role.STANDARD).user
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    client = sign_in(amina)
    client.get(MEMBERS)
    with django_assert_num_queries(5):  # session, user, member, members with their factors, invitations
        client.get(MEMBERS)


def test_role_is_changed_from_the_next_request_on(sign_in, client, atlas, amina, victor):
    before = length(atlas)
    response = sign_in(amina).post(page_of(victor), {"role": "standard"}, follow=True)
    assert said(response) == ["Victor Lemoine est maintenant Standard."]
    change = {"role": ["avance", "standard"]}
    assert told(atlas, before) == [("Amina", "changed", "membership", "Victor Lemoine", change)]
    assert sign_in(victor).get("/e/atlas/comptes/nouveau/").status_code == 403


def test_role_that_does_not_exist_is_refused(sign_in, amina, victor):
    response = sign_in(amina).post(page_of(victor), {"role": "empereur"})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["role"]
    assert stored(victor) == ("avance", True)


def test_a_member_disabled_while_signed_in_is_out_at_the_next_request(sign_in, client, amina, victor):
    theirs = sign_in(victor)
    assert theirs.get("/e/atlas/comptes/").status_code == 200
    disable_member(by=Actor.of(amina), member=victor)
    assert theirs.get("/e/atlas/comptes/").status_code == 404
    assert theirs.post("/e/atlas/comptes/nouveau/", {"name": "Arval", "type": "client"}).status_code == 404
    enable_member(by=Actor.of(amina), member=victor)
    assert theirs.get("/e/atlas/comptes/").status_code == 200


def test_member_is_disabled_and_enabled(sign_in, atlas, amina, victor):
    client, before = sign_in(amina), length(atlas)
    response = client.post(page_of(victor, "desactiver/"), follow=True)
    assert said(response) == ["Victor Lemoine n'a plus accès à l'espace."]
    assert stored(victor) == ("avance", False)
    response = client.post(page_of(victor, "reactiver/"), follow=True)
    assert said(response) == ["Victor Lemoine a de nouveau accès à l'espace."]
    assert stored(victor) == ("avance", True)
    assert [(line[1], line[4]) for line in told(atlas, before)] == [
        ("changed", {"is_active": [True, False]}),
        ("changed", {"is_active": [False, True]}),
    ]


def test_members_page_offers_what_can_be_done(sign_in, amina, victor):
    client = sign_in(amina)
    active = client.get(page_of(victor)).content.decode()
    assert (page_of(victor, "desactiver/") in active, page_of(victor, "reactiver/") in active) == (
        True,
        False,
    )
    disable_member(by=Actor.of(amina), member=victor)
    gone = client.get(page_of(victor)).content.decode()
    assert (page_of(victor, "desactiver/") in gone, page_of(victor, "reactiver/") in gone) == (False, True)


# Never without an active Administrateur.


def test_the_last_administrateur_keeps_role_and_access(sign_in, amina, victor):
    client = sign_in(amina)
    demoted = client.post(page_of(amina), {"role": "avance"})
    assert (demoted.status_code, demoted.context["form"].errors) == (422, {"role": [LAST_ADMINISTRATEUR]})
    disabled = client.post(page_of(amina, "desactiver/"))
    assert disabled.context["form"].non_field_errors() == [LAST_ADMINISTRATEUR]
    assert stored(amina) == ("administrateur", True)


def test_one_of_two_administrateurs_may_leave(atlas, amina):
    nadia = second_administrateur(atlas)
    disable_member(by=Actor.of(nadia), member=amina)
    with pytest.raises(ValidationError, match="dernier Administrateur"):
        change_role(by=Actor.of(nadia), member=nadia, role=Role.STANDARD)
    assert (stored(amina)[1], stored(nadia)) == (False, ("administrateur", True))


@pytest.mark.parametrize("gone", ("membership", "user"))
def test_an_administrateur_who_cannot_come_in_does_not_count(atlas, amina, gone):
    nadia = second_administrateur(atlas)
    if gone == "user":
        User.objects.filter(pk=nadia.user_id).update(is_active=False)
    else:
        disable_member(by=Actor.of(amina), member=nadia)
    for leave in (
        lambda: disable_member(by=Actor.of(amina), member=amina),
        lambda: change_role(by=Actor.of(amina), member=amina, role=Role.AVANCE),
    ):
        with pytest.raises(ValidationError, match="dernier Administrateur"):
            leave()


def test_an_administrateur_of_another_espace_does_not_count(atlas, boreal, amina, otto):
    add_member(espace=atlas, email="otto@boreal.fr", role=Role.STANDARD)
    with pytest.raises(ValidationError, match="dernier Administrateur"):
        disable_member(by=Actor.of(amina), member=amina)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("leave", ("demote", "disable"))
def test_two_administrateurs_who_oust_each_other_at_once_leave_one(atlas, amina, leave):
    nadia = second_administrateur(atlas)

    def oust(by: Membership, member: Membership):
        def attempt() -> str:
            try:
                if leave == "demote":
                    change_role(by=Actor.of(by), member=member, role=Role.STANDARD)
                else:
                    disable_member(by=Actor.of(by), member=member)
            except ValidationError as refusal:
                return refusal.messages[0]
            return "done"

        return attempt

    assert sorted(together(oust(amina, nadia), oust(nadia, amina))) == [LAST_ADMINISTRATEUR, "done"]
    assert sorted([stored(amina), stored(nadia)]).count(("administrateur", True)) == 1


# Another espace.


def test_member_of_another_espace_is_not_found(sign_in, amina, otto):
    client = sign_in(amina)
    assert client.get(page_of(otto)).status_code == 404
    for action in ("", "desactiver/", "reactiver/", "confier/"):
        assert client.post(page_of(otto, action), {"role": "standard"}).status_code == 404
    assert stored(otto) == ("administrateur", True)


def test_settings_are_offered_to_administrateurs_only(sign_in, amina, victor):
    assert 'href="/e/atlas/reglages/"' in sign_in(amina).get("/e/atlas/comptes/").content.decode()
    assert 'href="/e/atlas/reglages/"' not in sign_in(victor).get("/e/atlas/comptes/").content.decode()
