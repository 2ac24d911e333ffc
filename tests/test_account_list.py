from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.choices import Status
from accounts.forms import listing
from accounts.models import Account
from accounts.services.account import edit_account
from accounts.services.affaire import create_affaire
from accounts.services.relance import do_relance
from accounts.services.status import tick
from crm.actor import Actor
from tests.business import relance


@pytest.fixture
def listed(sign_in, atlas):
    """The names that the list shows: `listed(victor, "statut=actif")`."""

    def names(member, query=""):
        response = sign_in(member).get(f"{reverse('comptes', args=[atlas.slug])}?{query}")
        assert response.status_code == 200
        return [row.name for row in response.context["rows"]]

    return names


@pytest.fixture
def portfolio(account, victor, amina, atlas, today):
    """Five accounts of Atlas, one of each status but two Prospects, on 31 May 2025."""
    old = date(2020, 1, 1)
    bnp = account("BNP Paribas", type="groupe", created_on=old, tags=["banque", "grand compte"])
    rows = {
        "bnp": bnp,
        "arval": account("Arval", parent=bnp, created_on=old, website="arval.com", owner=victor.pk),
        "edf": account("Électricité de France", created_on=date(2025, 2, 20), tags=["Énergie"]),
        "capgemini": account("Capgemini", type="concurrent", owner=amina.pk),
        "lcl": account("LCL", created_on=today - timedelta(days=1)),
    }
    create_affaire(
        by=Actor.of(victor),
        espace=atlas,
        account=rows["arval"].pk,
        name="Audit",
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 3, 10),
    )
    return rows


def test_the_list_shows_everything_by_name_without_accents_or_case(listed, victor, portfolio):
    assert listed(victor) == ["Arval", "BNP Paribas", "Capgemini", "Électricité de France", "LCL"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("statut=actif", ["Arval"]),
        ("statut=prospect", ["Capgemini", "LCL"]),
        ("statut=delaisse", ["Électricité de France"]),
        ("statut=inactif", ["BNP Paribas"]),
        ("statut=actif&statut=delaisse", ["Arval", "Électricité de France"]),
        ("type=groupe", ["BNP Paribas"]),
        ("type=groupe&type=concurrent", ["BNP Paribas", "Capgemini"]),
        ("q=electricite", ["Électricité de France"]),
        ("q=FRANCE+elec", ["Électricité de France"]),
        ("q=arval.com", ["Arval"]),
        ("tag=banque", ["BNP Paribas"]),
        ("tag=banque&tag=energie", ["BNP Paribas", "Électricité de France"]),
        ("tag=aucun", ["Arval", "Capgemini", "LCL"]),
        ("responsable=moi", ["Arval"]),
        ("responsable=aucun", ["BNP Paribas", "Électricité de France", "LCL"]),
        ("bascule=30", ["Arval"]),
        ("bascule=7", []),
        ("a_relancer=1", ["Électricité de France"]),
        ("archives=1", []),
        ("statut=prospect&type=concurrent", ["Capgemini"]),
        ("statut=&type=&q=", ["Arval", "BNP Paribas", "Capgemini", "Électricité de France", "LCL"]),
        ("au=2025-03-01", ["Arval", "BNP Paribas", "Électricité de France"]),
        ("au=2019-12-31", []),
        ("depuis=2025-03-01&venant=actif", ["Arval"]),
        ("depuis=2025-03-01&venant=entree", ["Capgemini", "LCL"]),
        ("depuis=2025-03-01&venant=moins_bon", []),
        ("depuis=2025-03-01&venant=meilleur", ["Électricité de France"]),
        ("depuis=2025-03-01&venant=meilleur&venant=entree", ["Capgemini", "Électricité de France", "LCL"]),
        ("depuis=2025-03-01&venant=prospect&statut=delaisse", ["Électricité de France"]),
        ("depuis=2025-03-01&venant=prospect&statut=prospect", []),
        ("depuis=2025-05-31&au=2025-08-31&venant=prospect&statut=delaisse", ["Capgemini", "LCL"]),
        ("depuis=2025-03-01&au=2025-03-01&venant=actif", ["Arval"]),
        ("tri=-nom", ["LCL", "Électricité de France", "Capgemini", "BNP Paribas", "Arval"]),
        ("tri=statut", ["Arval", "Capgemini", "LCL", "Électricité de France", "BNP Paribas"]),
        ("tri=-statut", ["BNP Paribas", "Électricité de France", "Capgemini", "LCL", "Arval"]),
        ("tri=bascule", ["Arval", "Électricité de France", "LCL", "Capgemini", "BNP Paribas"]),
        ("tri=-bascule", ["Capgemini", "LCL", "Électricité de France", "Arval", "BNP Paribas"]),
        ("tri=cree_le", ["Arval", "BNP Paribas", "Électricité de France", "LCL", "Capgemini"]),
    ],
)
def test_each_filter_and_order(listed, victor, portfolio, query, names):
    assert listed(victor, query) == names


def test_groupe_means_it_and_all_below(listed, victor, portfolio):
    assert listed(victor, f"groupe={portfolio['bnp'].pk}") == ["Arval", "BNP Paribas"]
    both = f"groupe={portfolio['bnp'].pk}&groupe={portfolio['lcl'].pk}"
    assert listed(victor, both) == ["Arval", "BNP Paribas", "LCL"]


def test_responsable_is_a_member_s_id(listed, victor, amina, portfolio):
    assert listed(victor, f"responsable={amina.pk}") == ["Capgemini"]
    assert listed(victor, f"responsable={amina.pk}&responsable=moi") == ["Arval", "Capgemini"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("statut=perdu", "Sélectionnez un choix valide. perdu n’en fait pas partie."),
        ("type=fournisseur", "Sélectionnez un choix valide. fournisseur n’en fait pas partie."),
        ("tag=inconnu", "Ce tag n'existe pas."),
        ("groupe=999999", "Ce groupe n'existe pas."),
        ("groupe=abc", "Ce groupe n'existe pas."),
        ("responsable=999999", "Ce responsable n'existe pas."),
        ("responsable=quelqu'un", "Ce responsable n'existe pas."),
        ("bascule=bientôt", "Saisissez un nombre entier."),
        ("bascule=-1", "Assurez-vous que cette valeur est supérieure ou égale à 0."),
        ("a_relancer=oui", "Sélectionnez un choix valide. oui n’en fait pas partie."),
        ("au=2025-02-30", "Écrivez une date, par exemple 30/06/2026."),
        ("au=0001-01-01", "Cette date doit se situer entre 1900 et 2199."),
        ("depuis=hier&venant=actif", "Écrivez une date, par exemple 30/06/2026."),
        ("depuis=2025-05-01&venant=perdu", "Sélectionnez un choix valide. perdu n’en fait pas partie."),
        (
            "depuis=2025-05-01",
            "« depuis » et « venant » vont ensemble : une date, et un statut.",
        ),
        ("venant=actif", "« depuis » et « venant » vont ensemble : une date, et un statut."),
        ("depuis=2025-06-01&venant=actif", "La date de « depuis » doit précéder le 31 mai 2025."),
        ("tri=chiffre", "Sélectionnez un choix valide. chiffre n’en fait pas partie."),
        ("page=0", "Assurez-vous que cette valeur est supérieure ou égale à 1."),
        ("suite=abc", "Ce repère de page n'est plus valable : revenez à la première page."),
        ("q=%00", "Le caractère nul n’est pas autorisé."),
    ],
)
def test_an_invalid_value_gives_a_sentence_and_no_rows(sign_in, atlas, victor, portfolio, query, sentence):
    response = sign_in(victor).get(f"{reverse('comptes', args=[atlas.slug])}?{query}")
    assert response.status_code == 200
    assert response.context["listing"].errors == [sentence]
    assert response.context["rows"] == []
    assert response.context["listing"].total == 0


@pytest.mark.parametrize("many", (1, 1_000), ids=("in the order of the list", "among those that have it"))
def test_tag_keeps_the_same_accounts_however_they_are_looked_for(
    monkeypatch, listed, victor, portfolio, account, many
):
    monkeypatch.setattr(listing, "MANY", many)
    account("Aéroports de Paris", tags=["banque", "Énergie"])
    assert listed(victor, "tag=banque") == ["Aéroports de Paris", "BNP Paribas"]
    both = ["Aéroports de Paris", "BNP Paribas", "Électricité de France"]
    assert listed(victor, "tag=banque&tag=energie") == both
    assert listed(victor, "tag=banque&tag=aucun&tri=-nom")[-1] == "Aéroports de Paris"
    assert sorted([*both, *listed(victor, "tag=aucun")]) == sorted(listed(victor, ""))


def test_another_espace_s_tag_member_and_group_are_unknown(sign_in, otto, boreal, atlas, victor, portfolio):
    client = sign_in(otto)
    for query in ("tag=banque", f"responsable={victor.pk}", f"groupe={portfolio['bnp'].pk}"):
        response = client.get(f"{reverse('comptes', args=[boreal.slug])}?{query}")
        assert len(response.context["listing"].errors) == 1
        assert response.context["rows"] == []


@pytest.mark.parametrize(
    "query",
    [
        *("", "type=client", "q=a", "tag=aucun", "au=2025-03-01", "responsable=aucun"),
        "depuis=2025-03-01&venant=prospect&venant=entree",
        "depuis=2025-03-01&venant=meilleur&q=e",
    ],
)
def test_tabs_count_the_rows_that_they_open(sign_in, atlas, victor, portfolio, listed, query):
    response = sign_in(victor).get(f"{reverse('comptes', args=[atlas.slug])}?{query}")
    for choice in response.context["facets"].statut:
        assert choice.count == len(listed(victor, f"{query}&statut={choice.value}"))
    for choice in response.context["facets"].type:
        others = "&".join(part for part in query.split("&") if not part.startswith("type="))
        assert choice.count == len(listed(victor, f"{others}&type={choice.value}"))
    for choice in response.context["facets"].bascule:
        assert choice.count == len(listed(victor, f"{query}&bascule={choice.value}"))


def test_where_accounts_come_from_is_a_chip_that_can_be_undone(sign_in, atlas, victor, portfolio):
    where = reverse("comptes", args=[atlas.slug])
    page = sign_in(victor).get(f"{where}?depuis=2025-03-01&venant=prospect&venant=entree&type=client")
    html = page.content.decode()
    assert "Le 1er mars 2025 <b>Prospect, Entrés depuis</b>" in html
    assert '<a class="chip-clear" href="?type=client"><span class="vh">Retirer la comparaison</span>' in html


def test_the_list_on_another_day_is_read_only(sign_in, atlas, amina, portfolio):
    page = sign_in(amina).get(f"{reverse('comptes', args=[atlas.slug])}?au=2026-06-30").content.decode()
    assert "Portefeuille au 30 juin 2026, lecture seule" in page
    assert reverse("compte_nouveau", args=[atlas.slug]) not in page


def test_archived_accounts_leave_the_list_from_that_day(listed, victor, portfolio, today):
    Account.objects.filter(pk=portfolio["lcl"].pk).update(archived_on=today)
    assert "LCL" not in listed(victor)
    assert listed(victor, "archives=1") == ["LCL"]
    assert listed(victor, "au=2025-05-30&q=lcl") == ["LCL"]


def test_the_worklist_holds_those_to_call(atlas, victor, account, today):
    """Délaissé or about to lose a status; not those with signed work ahead, silenced, or living below."""
    by = Actor.of(victor)
    forgotten = date(2025, 2, 1)  # Délaissé on 31 May 2025
    tick(espace=atlas, today=today)
    atlas.refresh_from_db()
    account("Délaissé", created_on=forgotten)
    account("Délaissé concurrent", type="concurrent", created_on=forgotten)
    about_to = account("Bientôt Délaissé", created_on=date(2020, 1, 1))
    create_affaire(
        by=by,
        espace=atlas,
        account=about_to.pk,
        name="A",
        starts_on=date(2024, 1, 1),
        ends_on=date(2025, 3, 3),
    )
    ahead = account("Signé ensuite", created_on=forgotten)
    create_affaire(by=by, espace=atlas, account=ahead.pk, name="B", starts_on=date(2025, 9, 1))
    cancelled = account("Signé puis annulé", created_on=forgotten)
    create_affaire(
        by=by,
        espace=atlas,
        account=cancelled.pk,
        name="C",
        starts_on=date(2025, 9, 1),
        cancelled_on=date(2025, 4, 1),
    )
    silenced = account("Ne pas relancer", created_on=forgotten)
    edit_account(by=by, account=silenced, today=today, do_not_follow_up=True)
    woken = account("Silence passé", created_on=forgotten)
    edit_account(
        by=by,
        account=woken,
        today=today,
        do_not_follow_up=True,
        do_not_follow_up_until=today - timedelta(days=1),
    )
    living = account("Groupe vivant", type="groupe", created_on=forgotten)
    account("Filiale vivante", parent=living)
    dying = account("Groupe éteint", type="groupe", created_on=forgotten)
    account("Filiale éteinte", parent=dying, created_on=date(2020, 1, 1))
    account("Prospect", created_on=today)
    relance(victor, account("Relance prévue", created_on=forgotten))
    called = relance(victor, account("Relance faite", created_on=forgotten))
    do_relance(by=by, relance=called, today=today)

    wanted = ["Bientôt Délaissé", "Délaissé", "Groupe éteint", "Relance faite", "Signé puis annulé"]
    wanted.append("Silence passé")
    for accounts in (atlas.accounts, Account.objects.filter(espace=atlas)):
        found = accounts.with_status(today).to_follow_up(today).order_by("name_fold")
        assert [row.name for row in found] == wanted


@pytest.mark.parametrize(
    "order", ["nom", "-nom", "statut", "-statut", "bascule", "-bascule", "cree_le", "-cree_le"]
)
def test_pages_by_cursor_and_by_number_show_each_row_once(
    sign_in, atlas, victor, account, monkeypatch, order
):
    monkeypatch.setattr("accounts.forms.listing.SIZE", 3)
    for n in range(8):
        account(f"Compte {n % 5}", created_on=date(2025, 5 - n % 3, 1 + n % 2))
    client = sign_in(victor)
    where = reverse("comptes", args=[atlas.slug])

    def page(number, cursor=""):
        return client.get(where, {"tri": order, "page": number, "suite": cursor}).context["listing"]

    first = page(1)
    second = page(2, first.next)
    third = page(3, second.next)
    forward = [row.pk for listing in (first, second, third) for row in listing.rows]
    assert len(forward) == 8 == len(set(forward))
    assert third.next == ""
    assert [row.pk for number in (1, 2, 3) for row in page(number).rows] == forward
    assert page(2, third.previous).rows == second.rows
    assert page(1, second.previous).rows == first.rows
    assert page(1, second.previous).previous == ""


def test_a_page_beyond_the_last_leads_to_the_first(sign_in, atlas, victor, account):
    account("LCL")
    page = sign_in(victor).get(f"{reverse('comptes', args=[atlas.slug])}?page=9").content.decode()
    assert "pas de page 9" in page
    assert "Votre portefeuille est vide" not in page


@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ("", 6),
        ("statut=prospect&type=client&q=compte", 6),
        ("a_relancer=1", 6),
        ("au=2025-06-30", 6),
        ("statut=prospect&type=client&tag=banque&q=compte", 7),
        ("depuis=2025-05-01&venant=prospect&venant=moins_bon&venant=entree", 6),
    ],
)
def test_account_list_query_count(
    sign_in, atlas, victor, account, today, django_assert_num_queries, query, queries
):
    client = sign_in(victor)
    where = f"{reverse('comptes', args=[atlas.slug])}?{query}"
    counts = []
    for rows in (1, 3):
        while atlas.accounts.count() < rows:
            parent = account("Compte", type="client", tags=["banque"], created_on=date(2025, 2, 1))
            account("Compte", parent=parent, tags=["banque"], owner=victor.pk)
        client.get(where)  # the first request of the day also moves the stored statuses
        edit_account(by=Actor.of(victor), account=parent, today=today, phone=f"{rows}")
        with django_assert_num_queries(queries):
            client.get(where)
        with django_assert_num_queries(queries - 1) as captured:
            client.get(where)  # counted already
        counts.append(len(captured))
    assert counts == [queries - 1] * 2


def test_account_list_with_all_its_filters_takes_eight_queries(
    sign_in, atlas, victor, account, django_assert_num_queries
):
    groupe = account("AXA", type="groupe")
    account("AXA France", parent=groupe, tags=["assurance"])
    client = sign_in(victor)
    where = f"{reverse('comptes', args=[atlas.slug])}?groupe={groupe.pk}&tag=assurance"
    client.get(where)
    edit_account(by=Actor.of(victor), account=groupe, today=date(2025, 5, 31), phone="1")
    with django_assert_num_queries(8):
        client.get(where)


def test_the_fragment_holds_the_results_alone(sign_in, atlas, victor, portfolio):
    page = sign_in(victor).get(reverse("comptes", args=[atlas.slug]), headers={"HX-Request": "true"})
    html = page.content.decode().strip()
    assert html.startswith("<section") and html.endswith("</section>")
    assert "Arval" in html


def test_an_empty_portfolio_offers_the_first_step(sign_in, atlas, victor, sara):
    where = reverse("comptes", args=[atlas.slug])
    assert "Créer un premier compte" in sign_in(victor).get(where).content.decode()
    page = sign_in(sara).get(where).content.decode()
    assert "Créer un premier compte" not in page
    assert "Un membre Avancé ou Administrateur peut créer le premier." in page


def test_status_counts_leave_out_only_the_archived(atlas, portfolio, today):
    expected = {"actif": 1, "prospect": 2, "delaisse": 1, "inactif": 1}
    assert Account.objects.filter(espace=atlas).status_counts(on=today) == expected
    assert list(expected) == Status.values
    Account.objects.filter(pk=portfolio["lcl"].pk).update(archived_on=today)
    assert atlas.accounts.status_counts(on=today) == expected | {"prospect": 1}
    assert atlas.accounts.status_counts(on=today - timedelta(days=1)) == expected | {"prospect": 1}
