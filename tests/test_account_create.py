from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Account, Tag


def address(espace):
    return reverse("compte_nouveau", args=[espace.slug])


def test_account_create_by_avance(sign_in, atlas, victor, account):
    groupe = account("BNP Paribas", type="groupe")
    response = sign_in(victor).post(
        address(atlas),
        {
            "name": "  Arval  Service ",
            "type": "client",
            "website": "Arval.com/",
            "parent": groupe.pk,
            "tags": "mobilité, Location, MOBILITE",
            "owner": victor.pk,
            "created_on": "2024-03-01",
            "description": "Location longue durée",
        },
    )
    created = Account.objects.get(name="Arval Service")
    assert response.status_code == 302
    assert response.url == f"/e/{atlas.slug}/comptes/{created.pk}/?nouveau=1"
    assert (created.type, created.website, created.domain) == ("client", "https://arval.com", "arval.com")
    assert (created.parent, created.owner, created.created_on) == (groupe, victor, date(2024, 3, 1))
    assert sorted(created.tags.values_list("name", flat=True)) == ["Location", "mobilité"]


def test_account_create_asks_only_for_name_and_type(sign_in, atlas, victor, today):
    sign_in(victor).post(address(atlas), {"name": "LCL", "type": "client", "created_on": "2025-05-31"})
    created = Account.objects.get()
    assert (created.name, created.created_on, created.parent, created.owner) == ("LCL", today, None, None)


def test_account_form_has_no_default_type(sign_in, atlas, victor):
    page = sign_in(victor).get(address(atlas)).content.decode()
    assert '<option value="" selected>Choisissez un type</option>' in page


def test_account_create_refuses_without_type_and_keeps_what_was_typed(sign_in, atlas, victor):
    response = sign_in(victor).post(
        address(atlas), {"name": "Natixis", "tags": "banque, marchés", "created_on": "2025-05-31"}
    )
    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == {"type": ["Ce champ est obligatoire."]}
    assert (form["name"].value(), form["tags"].value()) == ("Natixis", "banque, marchés")
    assert Account.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Ce champ est obligatoire."),
        (
            "name",
            "x" * 201,
            "Assurez-vous que cette valeur comporte au plus 200 caractères (actuellement 201).",
        ),
        ("type", "fournisseur", "Sélectionnez un choix valide. fournisseur n’en fait pas partie."),
        (
            "website",
            "pas un site",
            "« pas un site » n'est pas l'adresse d'un site web : écrivez par exemple bnpparibas.fr.",
        ),
        ("parent", "999999", "Ce choix n'existe pas, ou plus."),
        ("parent", "'; --", "Ce choix n'existe pas, ou plus."),
        ("owner", "99999999999999999999999", "Ce choix n'existe pas, ou plus."),
        ("created_on", "2025-06-01", "Cette date est dans le futur."),
        ("created_on", "hier", "Écrivez une date, par exemple 30/06/2026."),
        ("tags", "t" * 61, f"Le tag « {'t' * 60}… » dépasse 60 caractères."),
    ],
)
def test_bad_input_gets_a_sentence_by_the_field(sign_in, atlas, victor, field, typed, sentence):
    values = {"name": "Natixis", "type": "client", "created_on": "2025-05-31"} | {field: typed}
    response = sign_in(victor).post(address(atlas), values)
    assert response.status_code == 422
    assert response.context["form"].errors == {field: [sentence]}
    assert Account.objects.count() == 0


def test_account_of_another_espace_is_refused_like_one_that_never_was(sign_in, boreal, atlas, otto, account):
    foreign = account("Natixis")
    values = {"name": "LCL", "type": "client", "created_on": "2025-05-31", "parent": foreign.pk}
    response = sign_in(otto).post(address(boreal), values)
    assert response.context["form"].errors == {"parent": ["Ce choix n'existe pas, ou plus."]}
    assert boreal.accounts.count() == 0


def test_account_create_refused_to_standard(sign_in, atlas, sara):
    response = sign_in(sara).post(address(atlas), {"name": "LCL", "type": "client"})
    assert response.status_code == 403
    assert "Seuls les membres Avancé et Administrateur peuvent le faire." in response.content.decode()
    assert Account.objects.count() == 0


@pytest.mark.parametrize("page", ["comptes", "compte"])
def test_standard_sees_no_creation_button(sign_in, atlas, victor, sara, account, page):
    row = account("LCL")
    where = reverse(page, args=[atlas.slug] + ([row.pk] if page == "compte" else []))
    button = address(atlas)
    assert button in sign_in(victor).get(where).content.decode()
    assert button not in sign_in(sara).get(where).content.decode()


def test_similar_accounts_warn_and_do_not_block(sign_in, atlas, victor, account):
    known = account("Société Générale", website="societegenerale.com")
    client = sign_in(victor)
    typed = {"name": "Societe generale SA", "type": "client", "created_on": "2025-05-31"}

    warning = client.get(reverse("compte_apercu", args=[atlas.slug]), typed).content.decode()
    assert "Un compte ressemble à celui-ci" in warning
    assert reverse("compte", args=[atlas.slug, known.pk]) in warning
    assert f"parent={known.pk}" in warning and "Créer comme filiale de Société Générale" in warning

    page = client.post(address(atlas), typed, follow=True)
    assert page.context["account"].name == "Societe generale SA"
    assert page.context["similar"] == [known]
    assert "Placer Societe generale SA sous ce compte" in page.content.decode()


def test_create_as_filiale_fills_the_form_in(sign_in, atlas, victor, account):
    parent = account("Société Générale", type="groupe")
    page = sign_in(victor).get(address(atlas), {"name": "Ayvens", "parent": parent.pk, "tags": "mobilité"})
    form = page.context["form"]
    assert (form["name"].value(), form["parent"].value(), form["tags"].value()) == (
        "Ayvens",
        str(parent.pk),
        "mobilité",
    )
    assert f'<option value="{parent.pk}" selected>Société Générale</option>' in page.content.decode()


@pytest.mark.parametrize(
    ("created_on", "sentence"),
    [
        ("2025-05-31", "LCL sera Prospect, puis Délaissé le 31 août 2025."),
        ("2025-02-28", "LCL sera Délaissé, puis Inactif le 1er septembre 2025."),
        ("2020-01-01", "LCL sera Inactif."),
    ],
)
def test_form_says_what_the_status_will_be(sign_in, atlas, victor, today, created_on, sentence):
    typed = {"name": "LCL", "created_on": created_on}
    fragment = sign_in(victor).get(reverse("compte_apercu", args=[atlas.slug]), typed).content.decode()
    assert sentence in fragment.replace("&#x27;", "'")


def test_parent_is_searched_without_javascript(sign_in, atlas, victor, account):
    groupe = account("Crédit Agricole", type="groupe")
    account("Crédit Mutuel")
    typed = {"name": "Amundi", "type": "client", "parent_q": "credit agri", "chercher": "parent"}
    page = sign_in(victor).post(address(atlas), typed).content.decode()
    assert f'<option value="{groupe.pk}">Crédit Agricole</option>' in page
    assert 'value="Amundi"' in page and "Crédit Mutuel" not in page
    assert Account.objects.filter(name="Amundi").count() == 0


@pytest.mark.parametrize("rows", [1, 60])
def test_the_form_does_not_grow_with_the_portfolio(sign_in, atlas, victor, account, rows):
    for n in range(rows):
        account(f"Compte {n}", tags=[f"tag {n}"])
    page = sign_in(victor).get(address(atlas)).content.decode()
    assert page.count("<option") == 9  # six of type, one empty in each picker, and oneself as owner
    assert Tag.objects.count() == rows


def test_a_name_with_dots_is_created_and_shown(sign_in, atlas, victor):
    typed = {"name": "Point.P S.A.", "type": "client", "created_on": "2025-05-31"}
    response = sign_in(victor).post(address(atlas), typed, follow=True)
    assert response.status_code == 200
    assert response.context["account"].name == "Point.P S.A."
