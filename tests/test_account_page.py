import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Account, Relance
from accounts.services.affaire import create_affaire
from accounts.services.contact import create_contact
from accounts.services.opportunite import create_opportunite
from accounts.services.projet import create_projet
from crm.actor import Actor
from tests.business import affaire, opportunite, relance
from tests.numbers import linked, opened


def address(account):
    return reverse("compte", args=[account.espace.slug, account.pk])


@pytest.fixture
def arval(account, atlas, victor):
    """A Client whose affaire ended three months ago to the day, and loses Actif tomorrow."""
    arval = account("Arval", created_on=date(2020, 1, 1), website="arval.com", tags=["mobilité"])
    create_affaire(
        by=Actor.of(victor),
        espace=atlas,
        account=arval.pk,
        name="Audit RGAA",
        starts_on=date(2024, 9, 2),
        ends_on=date(2025, 2, 28),
        amount=12500,
    )
    return arval


def test_account_page_says_what_its_status_is_why_and_until_when(sign_in, sara, arval):
    response = sign_in(sara).get(address(arval))
    explanation = response.context["portrait"].explanation
    page = response.content.decode().replace("&#x27;", "'")
    assert explanation.period.status == "actif"
    assert explanation.reason.row == arval.affaires.get()
    assert (
        f'<a class="" href="{reverse("affaire", args=["atlas", arval.affaires.get().pk])}">Audit RGAA</a>'
        in page
    )
    assert "s'est terminée le 28 février 2025" in page
    assert (
        "<strong>Relancer avant le 1er juin 2025</strong>, sinon le compte deviendra Délaissé (demain)."
        in page
    )


def test_account_not_to_be_followed_up_says_so_and_asks_for_nothing_until_that_day_is_past(
    sign_in, victor, arval
):
    until = date(2025, 5, 31)
    Account.objects.filter(pk=arval.pk).update(
        do_not_follow_up=True, do_not_follow_up_reason="Achats gelés", do_not_follow_up_until=until
    )
    client = sign_in(victor)
    silent, later = (
        client.get(address(arval) + query).content.decode().replace("&#x27;", "'")
        for query in ("", "?au=2025-06-01")
    )
    strip = "<strong>Ne pas relancer</strong> jusqu'au 31 mai 2025 : Achats gelés."
    pill = '<span class="pill tone-violet">Ne pas relancer</span>'
    assert [strip in silent, pill in silent, "Relancer avant" in silent] == [True, True, False]
    assert ["<strong>Ne pas relancer" in later, pill in later] == [False, False]
    assert "<dd>jusqu'au 31 mai 2025 (passé) : Achats gelés</dd>" in later
    planning = client.get(reverse("relance_nouvelle", args=["atlas"]), {"compte": arval.pk}).content.decode()
    assert "marqué « ne pas relancer » jusqu&#x27;au 31 mai 2025 : Achats gelés." in planning


def test_account_page_on_another_day_is_read_only(sign_in, amina, arval):
    page = sign_in(amina).get(f"{address(arval)}?au=2025-09-01")
    html = page.content.decode()
    assert page.context["portrait"].explanation.period.status == "inactif"
    assert "Portefeuille au 1er septembre 2025, lecture seule" in html
    assert reverse("compte_modifier", args=["atlas", arval.pk]) not in html


def test_account_page_before_the_account_existed(sign_in, victor, arval):
    page = sign_in(victor).get(f"{address(arval)}?au=2019-12-31")
    assert "existait pas encore le 31 décembre 2019" in page.content.decode()


def test_affaires_counted_as_running_are_those_that_the_link_opens(sign_in, victor, arval, today):
    for name, cancelled_on in (("Tenue", None), ("Annulée ce matin", today)):
        affaire(victor, arval, name=name, starts_on=date(2025, 1, 6), cancelled_on=cancelled_on)
    client = sign_in(victor)
    page = client.get(address(arval)).content.decode()
    [(running, n)] = linked(page, r'href="([^"]+)"><span>Affaires en cours</span><strong>(\d+)')
    assert n == opened(client, running) == 1


def test_figures_of_another_day_open_nothing_of_today(sign_in, victor, arval, today):
    opportunite(victor, arval, opened_on=date(2024, 3, 4), amount=8000, stage="perdue", closed_on=today)
    html = sign_in(victor).get(f"{address(arval)}?au=2024-12-31").content.decode()
    assert "<div><span>Affaires en cours</span><strong>1</strong></div>" in html
    assert re.search(r'<div><span>En négociation</span><strong title="8.000', html)


@pytest.mark.parametrize("query", ["?au=hier", "?au=", "?nouveau=1", "?au=0001-01-01"])
def test_account_page_with_odd_parameters(sign_in, victor, arval, query):
    assert sign_in(victor).get(address(arval) + query).status_code == 200


def test_buttons_follow_the_rights(sign_in, victor, sara, arval):
    doors = [reverse("compte_modifier", args=["atlas", arval.pk])]
    doors += [
        reverse(name, args=["atlas"])
        for name in ("opportunite_nouvelle", "affaire_nouvelle", "projet_nouveau")
    ]
    for_victor = sign_in(victor).get(address(arval)).content.decode()
    for_sara = sign_in(sara).get(address(arval)).content.decode()
    assert [door in for_victor for door in doors] == [True] * 4
    assert [door in for_sara for door in doors] == [False] * 4


def test_a_group_shows_its_tree_and_its_consolidated_status(sign_in, victor, account, arval, today):
    groupe = account("BNP Paribas", type="groupe", created_on=date(2020, 1, 1))
    account("Cardif", parent=groupe, created_on=today)
    filiale = account("Hello bank!", parent=groupe, created_on=date(2020, 1, 1))
    account("Filiale de filiale", parent=filiale, created_on=date(2020, 1, 1))
    archived = account("Archivée", parent=groupe, created_on=today)
    Account.objects.filter(pk=archived.pk).update(archived_on=today)
    portrait = sign_in(victor).get(address(groupe)).context["portrait"]
    assert portrait.explanation.period.status == "inactif"
    assert (portrait.consolidated.status, portrait.consolidated.giver.name) == ("prospect", "Cardif")
    assert portrait.consolidated.counts == {"actif": 0, "prospect": 1, "delaisse": 0, "inactif": 2}
    assert [(row.level, row.name, row.status) for row in portrait.tree] == [
        (0, "BNP Paribas", "inactif"),
        (1, "Archivée", "prospect"),
        (1, "Cardif", "prospect"),
        (1, "Hello bank!", "inactif"),
        (2, "Filiale de filiale", "inactif"),
    ]


def test_the_consolidated_status_is_given_by_the_account_itself_first_then_by_name(sign_in, victor, account):
    groupe = account("Zèbre", type="groupe")
    account("Abeille", parent=groupe)
    account("Belette", parent=groupe)
    client = sign_in(victor)
    assert client.get(address(groupe)).context["portrait"].consolidated.giver == groupe
    groupe = account("Zoo", type="groupe", created_on=date(2020, 1, 1))
    account("Élan", parent=groupe)
    first = account("Daim", parent=groupe)
    assert client.get(address(groupe)).context["portrait"].consolidated.giver == first


@pytest.mark.parametrize("rows", [1, 3])
def test_account_page_takes_eleven_queries(
    sign_in, atlas, victor, account, today, django_assert_num_queries, rows
):
    by = Actor.of(victor)
    groupe = account("AXA", type="groupe", tags=["a", "b"], owner=victor.pk)
    for n in range(rows):
        account(f"Filiale {n}", parent=groupe)
        create_affaire(by=by, espace=atlas, account=groupe.pk, name=f"Affaire {n}", starts_on=today)
        create_opportunite(by=by, espace=atlas, today=today, account=groupe.pk, name=f"Opportunité {n}")
        create_projet(by=by, espace=atlas, account=groupe.pk, name=f"Projet {n}")
        create_contact(by=by, espace=atlas, account=groupe.pk, last_name=f"Contact {n}")
        relance(victor, groupe, f"Relance {n}")
    client = sign_in(victor)
    client.get(address(groupe))
    with django_assert_num_queries(11):
        client.get(address(groupe))


def test_long_lists_are_cut_and_lead_to_all_their_rows(sign_in, atlas, victor, account, today):
    natixis = account("Natixis")
    for n in range(10):
        create_affaire(
            by=Actor.of(victor),
            espace=atlas,
            account=natixis.pk,
            name=f"Affaire {n}",
            starts_on=today - timedelta(days=n),
        )
    page = sign_in(victor).get(address(natixis)).content.decode()
    assert [f">Affaire {n}<" in page for n in range(10)] == [True] * 8 + [False] * 2
    assert f'{reverse("affaires", args=["atlas"])}?compte={natixis.pk}">Voir les 10 affaires' in page


def next_action(response) -> str:
    """What the strip of the page says, and its button."""
    strip = re.search(r'aria-label="Prochaine action">(.+?)</section>', response.content.decode(), re.S)
    return " ".join(re.sub("<[^>]+>", " ", strip[1]).replace("&#x27;", "'").split()) if strip else ""


def test_next_action_is_to_plan_a_relance_until_one_is_planned(sign_in, sara, victor, account):
    lcl = account("LCL", created_on=date(2025, 1, 15))
    client = sign_in(sara)
    assert next_action(client.get(address(lcl))) == (
        "Reprendre contact : Délaissé depuis le 15 avril 2025 (il y a 46 j), Inactif le 16 juillet 2025. "
        "Planifier une relance"
    )
    relance(sara, lcl)
    page = client.get(address(lcl))
    assert next_action(page) == (
        "Si rien ne change, le compte deviendra Inactif le 16 juillet 2025 (dans 46 j). "
        "Une relance est prévue le 5 juin 2025."
    )
    assert [row.subject for row in page.context["portrait"].relances] == ["Rappeler"]
    assert "Planifier une relance" not in page.content.decode()
    Relance.objects.update(due_on=date(2025, 5, 28))
    assert next_action(client.get(address(lcl))).endswith(
        "Une relance était prévue le 28 mai 2025 : en retard de 3 j."
    )


def test_next_action_on_another_day_has_no_button(sign_in, victor, account):
    lcl = account("LCL", created_on=date(2025, 1, 15))
    page = sign_in(victor).get(f"{address(lcl)}?au=2025-06-30")
    assert next_action(page).startswith("Relancer avant le 16 juillet 2025 , sinon")
    assert "Planifier une relance" not in page.content.decode()


def test_nothing_is_to_be_done_with_an_account_that_goes_well(sign_in, victor, account):
    lcl = account("LCL", created_on=date(2020, 1, 1))
    opportunite(victor, lcl)
    assert next_action(sign_in(victor).get(address(lcl))) == ""
