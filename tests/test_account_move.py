"""An account is moved from a group to another, by a small form; cycles are refused with their path."""

import pytest

from accounts.models import Account
from tests.business import affaire, projet, said


@pytest.fixture
def bnp(account) -> Account:
    """BNP Paribas › Personal Finance › Cetelem, and AXA."""
    group = account("BNP Paribas", type="groupe")
    finance = account("Personal Finance", parent=group)
    account("Cetelem", parent=finance)
    account("AXA", type="groupe")
    return group


def named(name: str) -> Account:
    return Account.objects.get(name=name)


def move_of(name: str, action: str = "deplacer") -> str:
    return f"/e/atlas/comptes/{named(name).pk}/{action}/"


def parents() -> dict[str, str]:
    return dict(Account.objects.exclude(parent=None).values_list("name", "parent__name"))


def test_an_account_is_moved_with_all_that_is_below_it(sign_in, victor, bnp):
    client = sign_in(victor)
    response = client.post(move_of("Personal Finance"), {"parent": named("AXA").pk}, follow=True)
    assert parents() == {"Personal Finance": "AXA", "Cetelem": "Personal Finance"}
    assert said(response) == ["« Personal Finance » est maintenant sous « AXA »."]
    assert response.redirect_chain == [(f"/e/atlas/comptes/{named('AXA').pk}/groupe/", 302)]


def test_an_account_is_taken_out_of_its_group(sign_in, victor, bnp):
    response = sign_in(victor).post(move_of("Cetelem"), {"parent": "", "detacher": "1"}, follow=True)
    assert parents() == {"Personal Finance": "BNP Paribas"}
    assert said(response) == ["« Cetelem » n'est plus sous un autre compte."]


def test_detaching_forgets_the_parent_that_was_chosen(sign_in, victor, bnp):
    sign_in(victor).post(move_of("Cetelem"), {"parent": named("AXA").pk, "detacher": "1"})
    assert parents() == {"Personal Finance": "BNP Paribas"}


@pytest.mark.parametrize(
    ("posted", "before"), [({"parent": "AXA"}, "Personal Finance"), ({"detacher": "1"}, "Personal Finance")]
)
def test_a_move_is_undone(sign_in, victor, bnp, posted, before):
    client = sign_in(victor)
    values = {key: named(value).pk if key == "parent" else value for key, value in posted.items()}
    response = client.post(move_of("Cetelem"), values, follow=True)
    (undo,) = [message.extra_tags for message in response.context["messages"]]
    response = client.post(undo, follow=True)
    assert parents()["Cetelem"] == before
    assert said(response) == ["« Cetelem » est maintenant sous « Personal Finance »."]


def test_a_move_from_the_top_is_undone(sign_in, victor, bnp):
    client = sign_in(victor)
    response = client.post(move_of("AXA"), {"parent": bnp.pk}, follow=True)
    (undo,) = [message.extra_tags for message in response.context["messages"]]
    assert said(client.post(undo, follow=True)) == ["« AXA » n'est plus sous un autre compte."]
    assert named("AXA").parent is None


def test_an_undo_that_would_make_a_cycle_by_now_says_so(sign_in, victor, bnp):
    client = sign_in(victor)
    client.post(move_of("Personal Finance"), {"detacher": "1"})
    client.post(move_of("BNP Paribas"), {"parent": named("Cetelem").pk})
    undo = f"{move_of('Personal Finance', 'remettre')}?parent={bnp.pk}"
    sentence = said(client.post(undo, follow=True))[-1]
    assert sentence.startswith("Un compte ne peut pas être placé sous lui-même : Personal Finance › Cetelem")
    assert named("Personal Finance").parent is None


def test_a_cycle_is_refused_by_the_field_with_its_path_and_what_was_chosen_is_kept(sign_in, victor, bnp):
    response = sign_in(victor).post(move_of("BNP Paribas"), {"parent": named("Cetelem").pk})
    path = "BNP Paribas › Personal Finance › Cetelem › BNP Paribas"
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "parent": [f"Un compte ne peut pas être placé sous lui-même : {path}."]
    }
    assert f'<option value="{named("Cetelem").pk}" selected>Cetelem</option>' in response.content.decode()
    assert named("BNP Paribas").parent is None


def test_a_place_must_be_chosen(sign_in, victor, bnp):
    response = sign_in(victor).post(move_of("Cetelem"), {"parent": ""})
    assert response.context["form"].errors == {"parent": ["Choisissez sous quel compte placer celui-ci."]}


def test_a_move_that_would_cut_an_affaire_from_its_projet_is_refused(sign_in, victor, bnp):
    affaire(victor, named("Cetelem"), projet=projet(victor, bnp).pk)
    response = sign_in(victor).post(move_of("Cetelem"), {"parent": named("AXA").pk})
    (sentence,) = response.context["form"].errors["parent"]
    assert sentence.startswith("L'affaire « Audit » suit le projet « Portail » du groupe actuel")


def test_an_account_of_another_espace_is_no_parent(sign_in, victor, bnp, boreal):
    theirs = Account.objects.create(espace=boreal, name="Secret", type="groupe")
    client = sign_in(victor)
    refusals = [
        client.post(move_of("Cetelem"), {"parent": parent}).context["form"].errors
        for parent in (theirs.pk, 999_999)
    ]
    assert refusals == [{"parent": ["Ce choix n'existe pas, ou plus."]}] * 2
    assert client.post(f"{move_of('Cetelem', 'remettre')}?parent={theirs.pk}").status_code == 404


def test_two_people_who_move_the_same_account_choose(sign_in, victor, amina, bnp, account):
    account("Allianz", type="groupe")
    cetelem = named("Cetelem")
    sign_in(amina).post(move_of("Cetelem"), {"parent": named("AXA").pk, "version": cetelem.version})
    client = sign_in(victor)
    typed = {"parent": named("Allianz").pk, "version": cetelem.version}
    response = client.post(move_of("Cetelem"), typed)
    assert response.status_code == 422
    assert "Amina Haddad a modifié cette fiche" in response.content.decode()
    assert parents()["Cetelem"] == "AXA"
    form = response.context["form"]
    typed |= {"version": form.sent["version"], "conflit": "parent", "depuis": form.sent["depuis"]}
    client.post(move_of("Cetelem"), typed | {"choix-parent": "mienne"})
    assert parents()["Cetelem"] == "Allianz"


def test_in_the_dialog_the_form_comes_alone_and_leads_back_to_where_one_was(sign_in, victor, bnp):
    client = sign_in(victor)
    page = f"/e/atlas/comptes/{bnp.pk}/groupe/"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}
    html = client.get(move_of("Cetelem"), headers=headers).content.decode()
    assert ("<html" in html, "dialogue-titre" in html, "Détacher du groupe" in html) == (False, True, True)
    refused = client.post(move_of("BNP Paribas"), {"parent": named("Cetelem").pk}, headers=headers)
    assert (refused.status_code, "placé sous lui-même" in refused.content.decode()) == (422, True)
    moved = client.post(move_of("Cetelem"), {"parent": named("AXA").pk}, headers=headers)
    assert moved.headers["HX-Redirect"] == page


def test_who_may_edit_has_the_menu_and_the_others_have_not(sign_in, victor, sara, bnp):
    shown = [
        move_of("Cetelem") in sign_in(member).get(f"/e/atlas/comptes/{bnp.pk}/groupe/").content.decode()
        for member in (victor, sara)
    ]
    assert shown == [True, False]
    shown = [
        move_of("Cetelem") in sign_in(member).get(f"/e/atlas/comptes/{named('Cetelem').pk}/").content.decode()
        for member in (victor, sara)
    ]
    assert shown == [True, False]


@pytest.mark.parametrize("action", ("deplacer", "remettre"))
def test_standard_is_refused(sign_in, sara, bnp, action):
    response = sign_in(sara).post(move_of("Cetelem", action), {"parent": named("AXA").pk})
    assert response.status_code == 403
    assert "Seuls les membres Avancé et Administrateur peuvent le faire." in response.content.decode()
    assert parents()["Cetelem"] == "Personal Finance"
