"""Adding and editing a contact, who the main one is, and the contact's page."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Account, Contact
from accounts.services.contact import edit_contact
from crm.actor import Actor
from tests.business import contact, said
from tests.conftest import TODAY
from tests.journal import length, told

NEW = "/e/atlas/contacts/nouveau/"


@pytest.fixture
def typed(account):
    return {
        "account": account("LCL").pk,
        "first_name": "Claire",
        "last_name": "Morel",
        "job_title": "DSI",
        "email": " Claire.Morel@LCL.fr",
        "phone": "01 99 00 12 34",
        "is_main": "on",
    }


def main_contacts() -> list[str]:
    return list(Contact.objects.filter(is_main=True).order_by("pk").values_list("last_name", flat=True))


def test_contact_create_by_standard(sign_in, sara, typed):
    response = sign_in(sara).post(NEW, typed, follow=True)
    created = Contact.objects.get()
    assert response.redirect_chain == [(f"/e/atlas/contacts/{created.pk}/", 302)]
    assert (str(created), created.account_id, created.is_main) == ("Claire Morel", typed["account"], True)
    assert (created.job_title, created.email, created.phone) == (
        "DSI",
        "claire.morel@lcl.fr",
        "01 99 00 12 34",
    )
    assert said(response) == ["Le contact « Claire Morel » est ajouté."]


def test_contact_create_refused_to_strangers(client, sign_in, otto, typed):
    assert client.post(NEW, typed).status_code == 302
    assert sign_in(otto).post(NEW, typed).status_code == 404
    assert Contact.objects.count() == 0


def test_contact_create_is_prefilled_with_the_account(sign_in, sara, typed):
    form = sign_in(sara).get(f"{NEW}?compte={typed['account']}").context["form"]
    assert form["account"].value() == str(typed["account"])
    assert "left_on" not in form.fields


def test_contact_create_keeps_what_was_typed(sign_in, sara, typed):
    response = sign_in(sara).post(NEW, typed | {"last_name": "", "email": "claire"})
    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == {
        "last_name": ["Ce champ est obligatoire."],
        "email": ["Écrivez une adresse e-mail, par exemple claire.morel@exemple.fr."],
    }
    assert (form["first_name"].value(), form["phone"].value()) == ("Claire", "01 99 00 12 34")


@pytest.mark.parametrize(("name", "made"), [("victor", True), ("sara", False)])
def test_contact_create_with_a_new_account_by_those_who_may(request, sign_in, typed, name, made):
    new = {"account": "", "compte-name": "Arval", "compte-type": "client"}
    sign_in(request.getfixturevalue(name)).post(NEW, typed | new)
    assert Account.objects.filter(name="Arval").exists() == made
    assert Contact.objects.filter(account__name="Arval").exists() == made


def test_new_main_contact_takes_the_place_of_the_former_one(atlas, victor, account):
    lcl = account("LCL")
    contact(victor, account("Arval"), "Ailleurs", is_main=True)
    first, before = contact(victor, lcl, "Durand", is_main=True), length(atlas)
    contact(victor, lcl, "Morel", is_main=True)
    assert main_contacts() == ["Ailleurs", "Morel"]
    first.refresh_from_db()
    assert first.version == 2
    assert [(action, label) for _, action, _, label, _ in told(atlas, before)] == [
        ("changed", "Durand"),
        ("created", "Morel"),
    ]


def test_main_contact_gives_way_in_an_edit_and_in_a_move_too(victor, account):
    lcl, arval = account("LCL"), account("Arval")
    contact(victor, lcl, "Durand", is_main=True)
    morel = contact(victor, lcl, "Morel")
    by = Actor.of(victor)
    morel = edit_contact(by=by, contact=morel, today=TODAY, is_main=True)
    assert main_contacts() == ["Morel"]
    contact(victor, arval, "Roux", is_main=True)
    edit_contact(by=by, contact=morel, today=TODAY, account=arval.pk)
    assert main_contacts() == ["Morel"]


def test_refused_edit_leaves_the_former_main_contact(victor, account):
    lcl = account("LCL")
    contact(victor, lcl, "Durand", is_main=True)
    morel = contact(victor, lcl, "Morel")
    with pytest.raises(ValidationError):
        edit_contact(by=Actor.of(victor), contact=morel, today=TODAY, is_main=True, last_name="")
    assert main_contacts() == ["Durand"]


def test_contact_who_left_is_the_main_one_no_more(sign_in, victor, account, typed):
    row = contact(victor, account("Arval"), is_main=True)
    edit = typed | {"left_on": "2025-05-30", "version": 1}
    sign_in(victor).post(f"/e/atlas/contacts/{row.pk}/modifier/", edit)
    row.refresh_from_db()
    assert (row.left_on, row.is_main) == (date(2025, 5, 30), False)


def test_contact_who_left_cannot_become_the_main_one(victor, account):
    lcl = account("LCL")
    row = contact(victor, lcl, "Durand")
    contact(victor, lcl, "Morel", is_main=True)
    row = edit_contact(by=Actor.of(victor), contact=row, today=TODAY, left_on=TODAY)
    with pytest.raises(ValidationError) as refused:
        edit_contact(by=Actor.of(victor), contact=row, today=TODAY, is_main=True)
    assert refused.value.message_dict == {"is_main": ["Qui est parti ne peut pas être le contact principal."]}
    assert main_contacts() == ["Morel"]


def test_contact_cannot_leave_in_the_future(sign_in, victor, account, typed):
    row = contact(victor, account("Arval"))
    edit = typed | {"left_on": "2025-06-01", "version": 1}
    response = sign_in(victor).post(f"/e/atlas/contacts/{row.pk}/modifier/", edit)
    assert response.status_code == 422
    assert response.context["form"].errors == {"left_on": ["Un départ ne peut pas être dans le futur."]}
    assert Contact.objects.get().version == 1


def test_contact_edit_refused_to_standard_and_to_strangers(
    client, sign_in, sara, victor, otto, typed, account
):
    row = contact(victor, account("Arval"))
    edit = f"/e/atlas/contacts/{row.pk}/modifier/"
    assert client.post(edit, typed).status_code == 302
    assert sign_in(sara).post(edit, typed).status_code == 403
    assert sign_in(otto).post(edit, typed).status_code == 404
    assert sign_in(otto).post(f"/e/boreal/contacts/{row.pk}/modifier/", typed).status_code == 404
    with pytest.raises(PermissionDenied):
        edit_contact(by=Actor.of(sara), contact=row, today=TODAY, last_name="Autre")
    assert Contact.objects.get().version == 1


# Pages.


def test_contact_page_leads_to_the_account_and_to_the_person(sign_in, sara, victor, account):
    lcl = account("LCL")
    row = contact(victor, lcl, first_name="Anne", email="anne@lcl.fr", phone="01 99 00 12 34", is_main=True)
    page = sign_in(sara).get(f"/e/atlas/contacts/{row.pk}/").content.decode()
    assert 'href="mailto:anne@lcl.fr"' in page
    assert 'href="tel:0199001234"' in page
    assert f'href="/e/atlas/comptes/{lcl.pk}/"' in page
    assert '<span class="pill tone-indigo">Principal</span>' in page


def test_contact_page_offers_its_actions_to_those_who_may(sign_in, victor, sara, account):
    page = f"/e/atlas/contacts/{contact(victor, account('LCL')).pk}/"
    for action in ("modifier", "supprimer"):
        assert f'"{page}{action}/"' in sign_in(victor).get(page).content.decode()
        assert f'"{page}{action}/"' not in sign_in(sara).get(page).content.decode()


def test_contact_of_other_espace_is_not_found(client, sign_in, victor, otto, account):
    row = contact(victor, account("LCL"))
    assert client.get(f"/e/atlas/contacts/{row.pk}/").status_code == 302
    assert sign_in(otto).get(f"/e/atlas/contacts/{row.pk}/").status_code == 404
    assert sign_in(otto).get(f"/e/boreal/contacts/{row.pk}/").status_code == 404


def test_account_page_shows_the_main_contact_first_and_those_gone_last(sign_in, sara, victor, account):
    lcl = account("LCL")
    gone = contact(victor, lcl, "Abel")
    edit_contact(by=Actor.of(victor), contact=gone, today=TODAY, left_on=date(2025, 3, 2))
    contact(victor, lcl, "Élan")
    contact(victor, lcl, "Zola", is_main=True)
    contact(victor, lcl, "Daim")
    client = sign_in(sara)
    page = client.get(f"/e/atlas/comptes/{lcl.pk}/")
    assert [str(row) for row in page.context["portrait"].contacts] == ["Zola", "Daim", "Élan", "Abel"]
    html = page.content.decode()
    assert html.count('<li class="gone">') == 1
    assert "Parti le 2 mars 2025" in html
    assert f'href="{NEW}?compte={lcl.pk}"' in html
    earlier = client.get(f"/e/atlas/comptes/{lcl.pk}/?au=2025-03-01")
    assert '<li class="gone">' not in earlier.content.decode()
    assert NEW not in earlier.content.decode()


def test_account_page_links_to_all_its_contacts(sign_in, sara, victor, account):
    lcl = account("LCL")
    for n in range(9):
        contact(victor, lcl, f"Contact {n}")
    client, link = sign_in(sara), f"/e/atlas/contacts/?compte={lcl.pk}&etat=toutes"
    html = client.get(f"/e/atlas/comptes/{lcl.pk}/").content.decode()
    assert f'<a href="{link.replace("&", "&amp;")}">Voir les 9 contacts</a>' in html
    assert len(client.get(link).context["rows"]) == 9


def test_contact_page_query_count(sign_in, victor, account, django_assert_num_queries):
    page = f"/e/atlas/contacts/{contact(victor, account('LCL')).pk}/"
    client = sign_in(victor)
    client.get(page)  # moves the espace to today
    with django_assert_num_queries(9):
        client.get(page)
