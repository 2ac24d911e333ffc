"""The pages of the Corbeille: what goes in, what is there, and who sees the way back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Account, Affaire, Contact, Opportunite, Projet, TrashedRow
from accounts.services.contact import create_contact
from accounts.services.trash import restore, trash
from crm.actor import Actor
from tests.business import affaire, note, opportunite, projet, said

NOW = datetime(2025, 5, 31, 10, tzinfo=UTC)


@pytest.fixture
def arval(account, victor) -> Account:
    """Arval, with an affaire of a projet and of an opportunité, and a contact."""
    arval = account("Arval")
    values = {"projet": projet(victor, arval).pk, "opportunite": opportunite(victor, arval).pk}
    affaire(victor, arval, "Mission", **values)
    create_contact(by=Actor.of(victor), espace=arval.espace, account=arval.pk, last_name="Durand")
    return arval


def test_account_is_deleted_from_its_page_and_restored_from_the_corbeille(sign_in, amina, arval):
    client = sign_in(amina)
    page = f"/e/atlas/comptes/{arval.pk}/supprimer/"
    assert f'href="{page}"' in client.get(f"/e/atlas/comptes/{arval.pk}/").content.decode()
    asked = client.get(page)
    assert sorted(asked.context["others"].split(", ")) == [
        "1 affaire",
        "1 contact",
        "1 opportunité",
        "1 projet",
    ]

    deleted = client.post(page, follow=True)
    assert deleted.redirect_chain == [("/e/atlas/comptes/", 302)]
    assert said(deleted) == ["« Arval » est dans la Corbeille pour 30 jours."]
    assert client.get(f"/e/atlas/comptes/{arval.pk}/").status_code == 404
    (line,) = client.get("/e/atlas/corbeille/").context["lines"]
    assert (line["trashed"].name, line["kind"], line["days_left"]) == ("Arval", "compte", 30)

    restored = client.post(f"/e/atlas/corbeille/{line['trashed'].pk}/restaurer/", follow=True)
    assert restored.redirect_chain == [(f"/e/atlas/comptes/{arval.pk}/", 302)]
    assert said(restored) == ["« Arval » est de retour."]
    assert Affaire.objects.get().account == arval


def test_what_was_just_deleted_can_be_undone_from_the_message(sign_in, amina, arval):
    client = sign_in(amina)
    html = client.post(f"/e/atlas/comptes/{arval.pk}/supprimer/", follow=True).content.decode()
    undo = f"/e/atlas/corbeille/{TrashedRow.objects.get().pk}/restaurer/"
    assert f'<form method="post" action="{undo}">' in html
    assert client.post(undo).status_code == 302
    assert Account.objects.get() == arval


@pytest.mark.parametrize(
    ("model", "section", "losing"),
    [(Projet, "projets", "1 affaire"), (Opportunite, "opportunites", "1 affaire"), (Affaire, "affaires", "")],
)
def test_business_is_deleted_from_its_page_and_leads_back_to_its_account(
    sign_in, victor, arval, model, section, losing
):
    row, client = model.objects.get(), sign_in(victor)
    page = f"/e/atlas/{section}/{row.pk}/supprimer/"
    assert f'href="{page}"' in client.get(f"/e/atlas/{section}/{row.pk}/").content.decode()
    assert client.get(page).context["losing"] == losing
    deleted = client.post(page, follow=True)
    assert deleted.redirect_chain == [(f"/e/atlas/comptes/{arval.pk}/", 302)]
    assert not model.objects.exists()
    restored = client.post(f"/e/atlas/corbeille/{TrashedRow.objects.get().pk}/restaurer/", follow=True)
    assert restored.redirect_chain == [(f"/e/atlas/{section}/{row.pk}/", 302)]


def test_nothing_is_deleted_by_looking(sign_in, amina, arval):
    client = sign_in(amina)
    for section, model in (("comptes", Account), ("projets", Projet), ("affaires", Affaire)):
        assert client.get(f"/e/atlas/{section}/{model.objects.get().pk}/supprimer/").status_code == 200
    assert not TrashedRow.objects.exists()


def test_account_with_sub_accounts_is_told_so_without_a_button(sign_in, amina, arval, account):
    leasing = account("Leasing", parent=arval)
    client, page = sign_in(amina), f"/e/atlas/comptes/{arval.pk}/supprimer/"
    asked = client.get(page)
    assert asked.context["refusal"] == "« Arval » a un sous-compte (Leasing) : déplacez-le d'abord."
    assert "Mettre à la Corbeille" not in asked.content.decode()
    refused = client.post(page, follow=True)
    assert said(refused) == ["« Arval » a un sous-compte (Leasing) : déplacez-le d'abord."]
    assert sorted(Account.objects.values_list("pk", flat=True)) == [arval.pk, leasing.pk]


# The list.


def test_corbeille_says_what_by_whom_and_how_long_it_is_kept(sign_in, amina, victor, arval):
    for days, model, by in ((29, Contact, victor), (18, Affaire, amina), (0, Account, amina)):
        trash(by=Actor.of(by), row=model.objects.get(), now=NOW - timedelta(days=days))
    page = sign_in(victor).get("/e/atlas/corbeille/")
    assert [
        (
            line["trashed"].name,
            line["kind"],
            str(line["trashed"].trashed_by),
            line["days_left"],
            line["may_restore"],
        )
        for line in page.context["lines"]
    ] == [
        ("Arval", "compte", "Amina Haddad", 30, False),
        ("Mission", "affaire", "Amina Haddad", 12, True),
        ("Durand", "contact", "Victor Lemoine", 1, True),
    ]
    html = page.content.decode()
    assert html.count("Restaurer</span><span") == 2
    assert "Compte, et 1 " in html
    assert "encore 12 j" in html


def test_empty_corbeille_says_what_it_is_for(sign_in, victor):
    assert "La Corbeille est vide" in sign_in(victor).get("/e/atlas/corbeille/").content.decode()


def test_corbeille_shows_fifty_rows_a_page_the_latest_first(sign_in, victor, account, arval):
    for n in range(52):
        trash(by=Actor.of(victor), row=projet(victor, arval, f"P{n}"), now=NOW + timedelta(seconds=n))
    client = sign_in(victor)
    pages = [client.get(f"/e/atlas/corbeille/?page={n}").context["lines"] for n in (1, 2)]
    assert [len(lines) for lines in pages] == [50, 2]
    assert [lines[0]["trashed"].name for lines in pages] == ["P51", "P1"]


@pytest.mark.parametrize("rows", (1, 3))
def test_corbeille_query_count(sign_in, victor, arval, rows, django_assert_num_queries):
    for n in range(rows):
        trash(by=Actor.of(victor), row=projet(victor, arval, f"P{n}"), now=NOW)
    client = sign_in(victor)
    client.get("/e/atlas/corbeille/")  # the first request of the day moves the statuses
    with django_assert_num_queries(QUERIES):
        client.get("/e/atlas/corbeille/")


QUERIES = 5  # session, user, membership with its espace, count, rows


# Who may.


def test_standard_member_sees_neither_the_corbeille_nor_a_way_to_delete(sign_in, sara, arval):
    client = sign_in(sara)
    pages = [
        f"/e/atlas/{section}/{model.objects.get().pk}/"
        for section, model in (
            ("comptes", Account),
            ("projets", Projet),
            ("affaires", Affaire),
            ("opportunites", Opportunite),
        )
    ]
    for page in pages:
        html = client.get(page).content.decode()
        assert "supprimer/" not in html
        assert "/corbeille/" not in html
        assert client.post(f"{page}supprimer/").status_code == 403
    assert client.get("/e/atlas/corbeille/").status_code == 403
    assert not TrashedRow.objects.exists()


def test_standard_who_deletes_a_note_of_theirs_is_not_offered_the_corbeille(sign_in, sara, arval):
    page = sign_in(sara).post(f"/e/atlas/notes/{note(sara, arval).pk}/supprimer/", follow=True)
    assert [message.extra_tags for message in page.context["messages"]] == [""]


def test_avance_deletes_business_but_no_account(sign_in, victor, amina, arval):
    client, page = sign_in(victor), f"/e/atlas/comptes/{arval.pk}/"
    assert f"{page}supprimer/" not in client.get(page).content.decode()
    assert client.post(f"{page}supprimer/").status_code == 403
    trashed = trash(by=Actor.of(amina), row=arval, now=timezone.now())
    assert client.post(f"/e/atlas/corbeille/{trashed.pk}/restaurer/").status_code == 403
    restore(by=Actor.of(amina), trashed=trashed)


def test_corbeille_of_another_espace_is_not_seen_and_nothing_comes_back_from_it(sign_in, amina, otto, arval):
    trashed = trash(by=Actor.of(amina), row=arval, now=NOW)
    client = sign_in(otto)
    assert client.get("/e/boreal/corbeille/").context["lines"] == []
    assert client.post(f"/e/boreal/corbeille/{trashed.pk}/restaurer/").status_code == 404
    assert TrashedRow.objects.get() == trashed


def test_refusal_to_come_back_is_said(sign_in, amina, arval):
    mission = trash(by=Actor.of(amina), row=Affaire.objects.get(), now=NOW)
    trash(by=Actor.of(amina), row=arval, now=NOW)
    refused = sign_in(amina).post(f"/e/atlas/corbeille/{mission.pk}/restaurer/", follow=True)
    assert refused.redirect_chain == [("/e/atlas/corbeille/", 302)]
    assert said(refused) == ["Restaurez d'abord le compte « Arval » : « Mission » y était."]


def test_contact_that_comes_back_leads_to_its_page_and_says_what_changed(sign_in, amina, victor, arval):
    contact = create_contact(
        by=Actor.of(victor), espace=arval.espace, account=arval.pk, last_name="Roux", is_main=True
    )
    trashed = trash(by=Actor.of(amina), row=contact, now=NOW)
    create_contact(
        by=Actor.of(victor), espace=arval.espace, account=arval.pk, last_name="Petit", is_main=True
    )
    restored = sign_in(amina).post(f"/e/atlas/corbeille/{trashed.pk}/restaurer/", follow=True)
    assert restored.redirect_chain == [(f"/e/atlas/contacts/{contact.pk}/", 302)]
    assert said(restored) == [
        "« Roux » est de retour.",
        "« Roux » n'est plus le contact principal : le compte en a un autre.",
    ]
