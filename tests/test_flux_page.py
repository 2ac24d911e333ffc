"""The page Flux: every number opens exactly its rows, at any dates, for every role."""

from datetime import date, timedelta

import pytest

from accounts.models import Account
from accounts.services.account import archive_account, edit_account
from accounts.services.demo import fill_demo
from crm.actor import Actor, Door
from tests.numbers import linked, opened

FLUX = "/e/atlas/flux/"
ARROW = r'(?:<svg.*?</svg><span class="vh">[^<]*</span>)?'
CELL = rf'(?s)<a class="flux-cell[^>]*href="([^"]+)"[^>]*>{ARROW}([^<]+)<'
KPI = r'(?s)<li><a href="([^"]+)">.*?<strong>([^<]+)</strong></a></li>'
ALL = r'<a href="([^"]+)">voir les ([^<]+)</a>'
CHART = r'<td class="num"><a href="([^"]+)">([^<]+)</a></td>'


@pytest.fixture
def demo(atlas, amina, victor, sara, today):
    by = Actor(door=Door.COMMAND)
    fill_demo(by=by, espace=atlas, today=today, seed=1)
    for account in atlas.accounts.order_by("pk")[:4]:
        archive_account(by=Actor.of(amina), account=account, today=today - timedelta(days=8))
    for account in atlas.accounts.order_by("pk")[10:60:2]:
        account.refresh_from_db()
        edit_account(by=Actor.of(amina), account=account, today=today, owner=victor.pk)
    return atlas


@pytest.fixture
def moving(account):
    """On 31 May 2025: one that became Délaissé in May, one Inactif, one that entered."""
    account("LCL", created_on=date(2025, 2, 20))
    account("Natixis", created_on=date(2020, 1, 1))
    account("EDF", created_on=date(2025, 5, 20))


def test_who_moved_in_the_last_thirty_days(sign_in, victor, moving):
    html = sign_in(victor).get(FLUX).content.decode()
    assert "1 compte Prospect est devenu Délaissé</a>" in html
    assert "1 compte est entré au portefeuille, Prospect</a>" in html
    assert linked(html, KPI)[:2] == [
        ("/e/atlas/comptes/?au=2025-05-31&depuis=2025-05-01&venant=meilleur", 1),
        ("/e/atlas/comptes/?au=2025-05-31&depuis=2025-05-01&venant=moins_bon", 0),
    ]


def test_five_are_named_and_the_link_beside_them_tells_how_many_it_opens(sign_in, victor, account):
    for n in range(7):
        account(f"Société {n}", created_on=date(2025, 5, 20))
    client = sign_in(victor)
    html = client.get(FLUX).content.decode()
    ((href, n),) = linked(html, ALL)
    assert (n, opened(client, href)) == (7, 7)
    assert " et 2 autres (<a" in html


def test_who_will_move_if_nothing_happens(sign_in, victor, moving):
    html = sign_in(victor).get(f"{FLUX}?periode=90").content.decode()
    assert "Ce qui arrivera si rien ne se passe d'ici au 29 août 2025" in html
    assert "1 compte Délaissé deviendra Inactif</a>" in html
    assert "1 compte Prospect deviendra Délaissé</a>" in html


@pytest.mark.parametrize("name", ("amina", "victor", "sara"))
@pytest.mark.parametrize(
    "query", ["", "?periode=90", "?du=2024-09-01&au=2025-03-15&type=client", "?responsable=moi&periode=-90"]
)
def test_every_number_of_the_table_opens_exactly_its_rows(request, sign_in, demo, name, query):
    client = sign_in(request.getfixturevalue(name))
    html = client.get(FLUX + query).content.decode()
    numbers = linked(html, CELL, KPI, ALL)
    assert len(numbers) > (15 if name == "victor" or "moi" not in query else 3)
    assert [(href, n) for href, n in numbers if opened(client, href) != n] == []


@pytest.mark.parametrize("query", ["", "?tag=banque"])
def test_every_number_of_the_chart_opens_exactly_its_rows(sign_in, demo, victor, query):
    client = sign_in(victor)
    numbers = linked(client.get(FLUX + query).content.decode(), CHART)
    assert len(numbers) == 31 * 4
    assert [(href, n) for href, n in numbers[::3] if opened(client, href) != n] == []


def test_lines_and_columns_add_up(sign_in, demo, victor):
    page = sign_in(victor).get(f"{FLUX}?du=2025-01-01").context["page"]
    for _, cells, total in page.lines:
        assert sum(cell.n for cell in cells if cell) == total.n
    columns = zip(*(cells for _, cells, _ in page.lines), strict=True)
    assert [sum(cell.n for cell in column if cell) for column in columns] == [each.n for each in page.totals]
    assert page.archived.n == 4


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("periode=45", "Sélectionnez un choix valide. 45 n’en fait pas partie."),
        ("du=hier", "Écrivez une date, par exemple 30/06/2026."),
        ("du=2025-05-01&au=2025-04-01", "Le dernier jour doit suivre le 1er mai 2025."),
        ("au=2025-04-01", "Le dernier jour doit suivre le 31 mai 2025."),
        ("type=fournisseur", "Sélectionnez un choix valide. fournisseur n’en fait pas partie."),
        ("tag=inconnu", "Ce tag n'existe pas."),
        ("groupe=999999", "Ce groupe n'existe pas."),
        ("responsable=999999", "Ce responsable n'existe pas."),
    ],
)
def test_an_invalid_value_gives_a_sentence_and_no_numbers(sign_in, victor, moving, query, sentence):
    response = sign_in(victor).get(f"{FLUX}?{query}")
    assert response.status_code == 200
    assert response.context["page"].errors == [sentence]
    assert "flux-cell" not in response.content.decode()


def test_a_group_of_another_espace_is_unknown(sign_in, otto, boreal, moving):
    group = Account.objects.get(name="LCL")
    page = sign_in(otto).get(f"/e/boreal/flux/?groupe={group.pk}").context["page"]
    assert page.errors == ["Ce groupe n'existe pas."]
    assert sign_in(otto).get("/e/boreal/flux/").context["page"].before.n == 0


@pytest.mark.parametrize(("query", "expected"), [("", 8), ("?type=client&responsable=moi&periode=90", 8)])
def test_query_count_whatever_the_size(
    sign_in, victor, account, today, django_assert_num_queries, query, expected
):
    client = sign_in(victor)
    client.get(FLUX)  # the first request of the day also moves the stored statuses
    for n in (1, 3):
        for _ in range(n):
            account("Compte", owner=victor.pk, created_on=date(2025, 2, 20))
        with django_assert_num_queries(expected):
            client.get(FLUX + query)
        with django_assert_num_queries(expected - 4):
            client.get(FLUX + query)  # counted already
