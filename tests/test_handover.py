"""All that a member owns, handed over to another."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from accounts.models import Account
from accounts.services.handover import OWNED, hand_over, owned_by
from crm.actor import Actor
from crm.models import Membership
from crm.services.member import disable_member
from tests.business import affaire, opportunite, projet, said
from tests.journal import length, told


def page_of(member: Membership, action: str) -> str:
    return f"/e/atlas/reglages/membres/{member.pk}/{action}/"


@pytest.fixture
def portfolio(account, victor, sara) -> list:
    """One row of each kind that victor owns, then an account of sara's and one of nobody's."""
    lcl = account("LCL", owner=victor.pk)
    account("Natixis", owner=sara.pk)
    account("Arval")
    values = {"owner": victor.pk}
    return [
        lcl,
        opportunite(victor, lcl, **values),
        projet(victor, lcl, **values),
        affaire(victor, lcl, **values),
    ]


def owners(rows) -> list[str]:
    return [str(type(row).objects.select_related("owner__user").get(pk=row.pk).owner) for row in rows]


def test_all_that_a_member_owns_is_handed_over(sign_in, amina, victor, sara, atlas, portfolio):
    client, before = sign_in(amina), length(atlas)
    page = client.get(page_of(victor, "confier"))
    assert page.context["owned"] == {"compte": 1, "opportunité": 1, "projet": 1, "affaire": 1}
    response = client.post(page_of(victor, "confier"), {"taker": sara.pk}, follow=True)
    assert said(response) == ["4 fiches de Victor Lemoine ont changé de mains."]
    assert owners(portfolio) == ["Sara Nguyen"] * 4
    assert [type(row).objects.get(pk=row.pk).version for row in portfolio] == [2] * 4
    change = {"owner": [victor.pk, sara.pk]}
    assert told(atlas, before) == [
        ("Amina", "changed", "account", "LCL", change),
        ("Amina", "changed", "opportunite", "Refonte", change),
        ("Amina", "changed", "projet", "Portail", change),
        ("Amina", "changed", "affaire", "Audit", change),
    ]
    assert list(atlas.journal.entries.order_by("seq").values_list("version", flat=True)[before:]) == [2] * 4
    assert Account.objects.get(name="Arval").owner is None


def test_leaving_member_is_disabled_and_their_rows_handed_over_at_once(
    sign_in, amina, victor, sara, portfolio
):
    client = sign_in(amina)
    page = client.get(page_of(victor, "desactiver")).content.decode()
    assert '<strong class="num">1</strong> compte' in page
    response = client.post(page_of(victor, "desactiver"), {"taker": sara.pk}, follow=True)
    assert said(response) == ["Victor Lemoine n'a plus accès à l'espace. 4 fiches ont changé de mains."]
    assert owners(portfolio) == ["Sara Nguyen"] * 4
    assert not Membership.objects.get(pk=victor.pk).is_active


def test_leaving_member_may_keep_their_rows_and_hand_them_over_later(sign_in, amina, victor, sara, portfolio):
    client = sign_in(amina)
    client.post(page_of(victor, "desactiver"), {"taker": ""})
    assert owners(portfolio) == ["Victor Lemoine"] * 4
    client.post(page_of(victor, "confier"), {"taker": sara.pk})
    assert owners(portfolio) == ["Sara Nguyen"] * 4


def test_nothing_is_handed_over_when_the_member_cannot_leave(sign_in, amina, victor, account):
    owned = [account("LCL", owner=amina.pk)]
    response = sign_in(amina).post(page_of(amina, "desactiver"), {"taker": victor.pk})
    assert response.status_code == 422
    assert owners(owned) == ["Amina Haddad"]


@pytest.mark.parametrize("action", ("confier", "desactiver"))
@pytest.mark.parametrize("taker", ("victor", "disabled", "otto"))
def test_rows_are_handed_over_only_to_another_active_member(
    request, sign_in, amina, victor, sara, portfolio, taker, action
):
    """Not to the one who leaves, to one who left, nor to a member of another espace."""
    if taker == "disabled":
        disable_member(by=Actor.of(amina), member=sara)
    pk = sara.pk if taker == "disabled" else request.getfixturevalue(taker).pk
    response = sign_in(amina).post(page_of(victor, action), {"taker": pk})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["taker"])
    assert "Otto" not in response.content.decode()
    assert owners(portfolio) == ["Victor Lemoine"] * 4
    assert Membership.objects.get(pk=victor.pk).is_active


def test_member_who_owns_nothing_has_nothing_to_hand_over(sign_in, amina, victor, sara, portfolio):
    page = sign_in(amina).get(page_of(amina, "confier")).content.decode()
    assert "Amina Haddad n'est responsable d'aucun compte" in page
    assert "Tout lui confier" not in page


def test_rows_of_the_member_in_another_espace_stay(amina, victor, boreal, otto, sara, account):
    with pytest.raises(ValidationError, match="inconnu"):
        hand_over(by=Actor.of(amina), giver=victor, taker=otto.pk)


def test_every_row_that_has_an_owner_is_handed_over():
    """A model that gets an owner, or an assignee, later must be handed over too."""
    models = apps.get_app_config("accounts").get_models()
    have = {(model, name) for model in models for name in ("owner", "assignee") if hasattr(model, name)}
    assert set(OWNED.items()) == have


@pytest.mark.parametrize("rows", (1, 30))
def test_hand_over_takes_as_many_queries_for_many_rows(
    amina, victor, sara, account, rows, django_assert_max_num_queries
):
    for n in range(rows):
        account(f"Compte {n}", owner=victor.pk)
    with django_assert_max_num_queries(27):
        assert hand_over(by=Actor.of(amina), giver=victor, taker=sara.pk) == rows
    assert owned_by(victor) == {}
