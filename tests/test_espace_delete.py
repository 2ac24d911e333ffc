"""An espace deleted: nobody's at once, back within 30 days, and then nothing of it is left."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.core import serializers
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from django.urls import reverse

from accounts.choices import Status
from accounts.models import Account, AccountTag, StatusPeriod
from accounts.services.account import create_account
from accounts.services.agenda import open_agenda
from accounts.services.contact import create_contact
from accounts.services.demo import fill_demo
from accounts.services.digest import choose_rhythm
from accounts.services.note import create_note
from accounts.services.status import tick_due
from accounts.services.trash import trash
from accounts.services.tree import broken_trees
from crm.actor import SYSTEM, Actor
from crm.journal import faults
from crm.models import CreationKey, Espace, Invitation, JournalChain, JournalEntry, Membership, User
from crm.roles import Role, who_can
from crm.services import espace_deletion
from crm.services.espace import create_espace
from crm.services.espace_deletion import (
    KEPT_DAYS,
    belonging,
    delete_espace,
    purge_espaces,
    restorable_espaces,
    restore_espace,
)
from crm.services.invitation import invite, link_token
from crm.services.member import add_member, disable_member
from tests.business import affaire, opportunite, own_view, projet, relance, said
from tests.conftest import TODAY

NOW = datetime(2025, 5, 31, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=KEPT_DAYS)
PAGE = "/e/atlas/reglages/supprimer/"


@pytest.fixture
def delete(amina):
    """Delete Atlas as amina, its Administrateur."""
    return lambda now=NOW: delete_espace(by=Actor.of(amina), espace=amina.espace, name="Atlas", now=now)


def test_espace_is_deleted_by_its_name_and_restored_as_it_was(sign_in, amina, account):
    arval = account("Arval", tags=["Clé"])
    client = sign_in(amina)
    deleted = client.post(PAGE, {"name": " Atlas "}, follow=True)
    assert deleted.redirect_chain == [("/espaces/", 302)]
    assert said(deleted) == [
        "L'espace « Atlas » est supprimé : ses administrateurs peuvent le restaurer pendant 30 jours."
    ]
    assert client.get("/e/atlas/comptes/").status_code == 404
    assert [(espace.name, days) for espace, days in deleted.context["deleted"]] == [("Atlas", 30)]

    restored = client.post(f"/espaces/{arval.espace_id}/restaurer/", follow=True)
    assert said(restored) == ["L'espace « Atlas » est de retour, tel qu'il était."]
    assert [row.name for row in client.get("/e/atlas/comptes/").context["rows"]] == ["Arval"]
    lines = JournalEntry.objects.filter(model="espace", action__in=["trashed", "restored"]).order_by("seq")
    moment = "2025-05-31T10:00:00+00:00"
    assert [(line.action, line.user, line.payload["changes"]) for line in lines] == [
        ("trashed", amina.user, {"deleted_at": [None, moment]}),
        ("restored", amina.user, {"deleted_at": [moment, None]}),
    ]


def test_page_says_what_goes_and_in_what_numbers(sign_in, amina, sara, account):
    for name in ("Arval", "LCL"):
        affaire(amina, account(name))
    disable_member(by=Actor.of(amina), member=sara)
    response = sign_in(amina).get(PAGE)
    assert response.context["counts"] == [("comptes", 2), ("affaires", 2), ("membres", 2)]
    assert "2 comptes, 2 affaires, 2 membres" in response.content.decode()


@pytest.mark.parametrize("typed", ["", "atlas", "Atlas SA", "Boréal"])
def test_espace_is_kept_until_its_name_is_typed_exactly(sign_in, amina, boreal, typed):
    response = sign_in(amina).post(PAGE, {"name": typed})
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "name": ["Écrivez le nom de l'espace, exactement : Atlas" if typed else "Ce champ est obligatoire."]
    }
    assert not Espace.objects.exclude(deleted_at=None).exists()


@pytest.mark.parametrize("name", ("sara", "victor"))
def test_only_an_administrateur_deletes_an_espace(request, sign_in, atlas, name):
    member = request.getfixturevalue(name)
    assert sign_in(member).post(PAGE, {"name": "Atlas"}).status_code == 403
    assert PAGE not in sign_in(member).get("/e/atlas/comptes/").content.decode()
    with pytest.raises(PermissionDenied, match=who_can("espace.delete")):
        delete_espace(by=Actor.of(member), espace=atlas, name="Atlas", now=NOW)
    atlas.refresh_from_db()
    assert atlas.deleted_at is None


def test_settings_lead_an_administrateur_to_the_deletion(sign_in, amina):
    assert f'href="{PAGE}"' in sign_in(amina).get("/e/atlas/reglages/").content.decode()


# While it is deleted.


def test_deleted_espace_is_nobodys(client, sign_in, delete, amina, victor, otto, account):
    account("Arval")
    root = User.objects.create_superuser("racine@vigie.fr", "x")
    Membership.objects.create(user=root, espace=amina.espace, role=Role.ADMINISTRATEUR)
    delete()
    for user in (amina.user, victor.user, otto.user, root):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        for path in ("", "comptes/", "corbeille/", "reglages/"):
            assert client.get(f"/e/atlas/{path}").status_code == 404, (user, path)
        assert client.get("/espaces/").context["espaces"].count() == (user == otto.user)


def test_deleted_espace_is_not_in_django_admin(client, delete, amina, otto, account):
    arval = account("Arval")
    root = User.objects.create_superuser("racine@vigie.fr", "x")
    pages = [
        reverse(f"admin:{model}_changelist") for model in ("accounts_account", "crm_espace", "crm_membership")
    ]
    row = reverse("admin:accounts_account_change", args=[arval.pk])
    client.force_login(root, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert [client.get(page).context["cl"].result_count for page in pages] == [1, 2, 3]
    delete()
    assert [client.get(page).context["cl"].result_count for page in pages] == [0, 1, 1]
    assert client.get(row).status_code == 404
    assert client.get(reverse("admin:crm_user_changelist")).context["cl"].result_count == 4
    client.force_login(amina.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/admin/", follow=True).status_code == 403


def test_deleted_espace_is_unknown_to_commands(delete, amina, boreal):
    delete()
    with pytest.raises(CommandError, match="L'espace « atlas » n'existe pas"):
        call_command("rebuild", espace="atlas")


def test_statuses_of_a_deleted_espace_rest_until_it_is_back(delete, amina, account):
    account("Arval")
    tick_due(now=NOW)
    delete()
    september = datetime(2025, 9, 1, 10, tzinfo=UTC)
    assert tick_due(now=september) == 0
    assert Account.objects.get().today_status == Status.PROSPECT
    restore_espace(by=Actor.of(amina), espace=amina.espace, now=NOW)
    assert tick_due(now=september) == 1
    assert Account.objects.get().today_status == Status.DELAISSE


def test_invitation_to_a_deleted_espace_leads_nowhere(client, delete, amina):
    by = Actor.of(amina)
    invitation = invite(by=by, espace=amina.espace, email="zoe@atlas.fr", role=Role.STANDARD, now=NOW)
    delete()
    assert client.get(reverse("invitation", args=[link_token(invitation)])).status_code == 404


def test_its_address_is_not_given_to_another_meanwhile(delete):
    delete()
    assert create_espace(name="Atlas").slug == "atlas-2"


def test_espace_is_deleted_once(delete):
    delete()
    with pytest.raises(ValidationError, match="L'espace « Atlas » est déjà supprimé"):
        delete()


# Coming back.


def test_only_its_administrateurs_are_offered_to_restore_it(client, delete, amina, victor, sara, otto):
    before = Membership.objects.create(
        user=otto.user, espace=amina.espace, role=Role.ADMINISTRATEUR, is_active=False
    )
    espace = delete()
    for member in (victor, sara, before):
        client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get("/espaces/").context["deleted"] == []
        assert client.post(f"/espaces/{espace.pk}/restaurer/").status_code == 404
    espace.refresh_from_db()
    assert espace.deleted_at == NOW
    assert list(restorable_espaces(amina.user, now=NOW)) == [espace]


def test_who_works_elsewhere_too_restores_it_as_its_administrateur(sign_in, delete, amina, boreal):
    add_member(espace=boreal, email=amina.user.email, role=Role.STANDARD)
    espace = delete()
    sign_in(amina).post(reverse("espace_restaurer", args=[espace.pk]))
    espace.refresh_from_db()
    assert espace.deleted_at is None


def test_espace_that_is_not_deleted_cannot_be_restored(sign_in, amina, otto):
    client = sign_in(amina)
    assert client.post(f"/espaces/{amina.espace_id}/restaurer/").status_code == 404
    assert client.post(f"/espaces/{otto.espace_id}/restaurer/").status_code == 404
    assert client.get(f"/espaces/{amina.espace_id}/restaurer/").status_code == 405


def test_choice_of_espaces_shows_the_deleted_one_though_there_is_but_one_other(sign_in, delete, amina):
    other = create_espace(name="Boréal")
    add_member(espace=other, email="amina@atlas.fr", role=Role.STANDARD)
    delete(NOW - timedelta(days=18, hours=3))
    page = sign_in(amina).get("/espaces/")
    assert [(espace.name, days) for espace, days in page.context["deleted"]] == [("Atlas", 12)]
    assert "définitivement dans 12 j" in page.content.decode()
    assert sign_in(amina).get("/").url == "/e/boreal/"


def test_after_thirty_days_it_is_too_late(delete, amina):
    espace = delete()
    assert list(restorable_espaces(amina.user, now=LATER)) == []
    with pytest.raises(ValidationError, match="est supprimé depuis plus de 30 jours"):
        restore_espace(by=Actor.of(amina), espace=espace, now=LATER)
    assert (
        restore_espace(by=Actor.of(amina), espace=espace, now=LATER - timedelta(seconds=1)).deleted_at is None
    )


# For good.


def fill(member, token: str) -> None:
    """Rows of every model in a member's espace, each text of them saying the token."""
    by, espace = Actor.of(member), member.espace
    values = {"by": by, "espace": espace, "today": TODAY, "tags": [f"{token} tag"]}
    group = create_account(**values, name=f"{token} groupe", type="groupe")
    site = {"website": f"{token}.fr"}
    child = create_account(**values, **site, name=f"{token} filiale", type="client", parent=group.pk)
    lead = opportunite(member, child, f"{token} opportunité", stage="gagnee", closed_on=TODAY)
    work = projet(member, group, f"{token} projet")
    affaire(member, child, f"{token} affaire", projet=work.pk, opportunite=lead.pk)
    contact = create_contact(by=by, espace=espace, account=child.pk, last_name=f"{token} contact")
    relance(member, child, f"{token} relance", contact=contact.pk, opportunite=lead.pk)
    about = {"account": child.pk, "opportunite": lead.pk}
    create_note(by=by, espace=espace, now=NOW, text=f"{token} note", **about)
    open_agenda(by=by, member=member)
    own_view(member, f"{token} vue")
    choose_rhythm(by=by, member=member, rhythm="quotidien", now=NOW)
    trash(by=by, row=create_account(**values, name=f"{token} jeté", type="client"), now=NOW)
    invite(by=by, espace=espace, email=f"{token}@vigie.fr", role=Role.STANDARD, now=NOW)
    CreationKey.objects.create(espace=espace, digest=token, row_id=child.pk, made_at=NOW)


def stored() -> list[str]:
    """Every row of every table, but the sequence of migrations and the like."""
    return [
        serializers.serialize("json", [row])
        for model in apps.get_models(include_auto_created=True)
        for row in model._base_manager.order_by("pk")
    ]


def test_nothing_of_a_purged_espace_is_left_and_the_others_are_as_they_were(
    monkeypatch, client, delete, amina, victor, otto
):
    monkeypatch.setattr(espace_deletion, "SLICE", 2)
    fill(amina, "grive")
    fill(otto, "merle")
    every_table = {model for model, _ in belonging()}
    filled = {model for model in every_table if model._base_manager.exists()}
    assert every_table == filled  # a model that is new has a row here too
    client.force_login(amina.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(
        reverse("admin:accounts_account_change", args=[Account.objects.get(name="grive filiale").pk]),
        {"name": "grive 2", "type": "client"},
    )
    atlas_id, others = amina.espace_id, [text for text in stored() if "merle" in text]
    people = serializers.serialize("json", User.objects.order_by("pk"))
    chain = JournalChain.objects.get(espace=otto.espace)
    delete()

    assert purge_espaces(now=LATER - timedelta(seconds=1)) == 0
    assert purge_espaces(now=LATER) == 1
    left = stored()
    assert [text for text in left if "grive" in text.casefold() or "Atlas" in text] == []
    for model, path in belonging():
        assert not model._base_manager.filter(**{path: atlas_id}).exists(), model
    assert not Espace.objects.filter(pk=atlas_id).exists()
    assert [text for text in left if "merle" in text] == others
    assert serializers.serialize("json", User.objects.order_by("pk")) == people
    assert list(faults(chain)) == []
    assert (broken_trees(), StatusPeriod.objects.count() > 0, AccountTag.objects.count()) == (
        ([], 1),
        True,
        2,
    )
    assert purge_espaces(now=LATER) == 0


def test_purge_is_told_in_the_journal_of_the_house_by_the_number_alone(delete):
    espace = delete()
    purge_espaces(now=LATER)
    line = JournalEntry.objects.get(chain__espace=None, action="purged")
    assert (line.door, line.user, line.model, line.row_id) == ("worker", None, "espace", espace.pk)
    assert line.payload == {"label": f"{espace.pk}"}
    assert list(faults(JournalChain.objects.get(espace=None))) == []


@pytest.mark.django_db(transaction=True)
def test_worker_purges_what_is_due(delete, boreal):
    delete(NOW - timedelta(days=KEPT_DAYS))
    call_command("work", once=True)
    assert Espace.objects.get() == boreal


def test_address_of_a_purged_espace_is_free_again(delete):
    delete()
    purge_espaces(now=LATER)
    assert create_espace(name="Atlas").slug == "atlas"


def test_purge_that_was_cut_short_goes_on_where_it_stopped(delete, amina, account):
    account("Arval", tags=["Clé"])
    espace = delete()
    first_half = list(belonging())[:8]
    for model, path in first_half:
        QuerySet(model).filter(**{path: espace.pk})._raw_delete("default")
    assert Account.objects.exists()
    assert purge_espaces(now=LATER) == 1
    assert not Account.objects.exists()


def test_row_that_stays_refers_to_none_that_goes():
    """A new model that refers to an espace's rows from outside must say what becomes of it."""
    inside = {Espace, *(model for model, _ in belonging())}
    assert [
        str(column)
        for model in apps.get_models(include_auto_created=True)
        for column in model._meta.local_concrete_fields
        if column.related_model in inside and model not in inside
    ] == []


def test_a_whole_demo_is_purged_in_few_statements(delete, amina, today, django_assert_max_num_queries):
    fill_demo(by=SYSTEM, espace=amina.espace, today=date(2025, 5, 31), seed=1)
    delete()
    with django_assert_max_num_queries(160):
        assert purge_espaces(now=LATER) == 1
    assert not Account.objects.exists()
    assert not Invitation.objects.exists()
