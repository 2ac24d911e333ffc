"""Groups' pages: every number opens exactly its rows, for every role, at any dates; what each row says."""

from datetime import date, timedelta
from html import unescape
from re import findall

import pytest

from accounts.models import Account
from accounts.services import group_table
from accounts.services.account import archive_account, move_account
from accounts.services.demo import fill_demo
from crm.actor import Actor, Door
from crm.templatetags.ui import euros_full
from tests.business import affaire, opportunite
from tests.numbers import linked, opened

LONG_AGO = date(2020, 1, 1)
FIGURE = r'<a class="group-figure" href="([^"]+)"[^>]*><span class="label">[^<]*</span><b>([^<]+)</b>'
AMOUNT = r'<a class="group-figure" href="([^"]+)" title="([^"]+) HT"'
KPI = r'(?s)<li><a href="([^"]+)"><span[^>]*>.*?</span><strong>([^<]+)</strong>'
LEGEND = r'<li><span class="dot[^>]*></span><a href="([^"]+)">([^ <]+) [^<]+</a>'
BAR = r'<a href="([^"]+)" tabindex="-1"><title>([^ <]+) '
TOTAL = r'<td role="cell" class="c-amount"><a class="num" href="([^"]+)">([^<]+)<'
WARNED = r'(?s)<td role="cell"><a class="left-behind" href="([^"]+)">(?:<svg.*?</svg>)([^ <]+) '
NUMBERS = (FIGURE, KPI, LEGEND, BAR, TOTAL, WARNED)


def amounts(html: str) -> list[tuple[str, str]]:
    """The addresses of the business that the rows tell, and what it amounts to."""
    return [(unescape(href), amount) for href, amount in findall(AMOUNT, html)]


def page_of(account, **query) -> str:
    return f"/e/atlas/comptes/{account.pk}/groupe/" + "".join(f"?{k}={v}" for k, v in query.items())


def lines(response) -> list[tuple]:
    """Depth, name, own and consolidated status of each row."""
    return [
        (n.depth, n.account.name, n.account.status, n.consolidated) for n in response.context["group"].lines
    ]


@pytest.fixture
def bnp(account, victor, today) -> Account:
    """BNP Paribas (Inactif) › Arval (Actif) › Arval Fleet (Délaissé), and Cardif (Prospect)."""
    group = account("BNP Paribas", type="groupe", created_on=LONG_AGO)
    arval = account("Arval", parent=group, created_on=LONG_AGO)
    account("Arval Fleet", parent=arval, created_on=date(2025, 1, 15))
    account("Cardif", parent=group, created_on=today)
    affaire(victor, arval, amount=32_000)
    opportunite(victor, group, amount=5_000, opened_on=LONG_AGO, stage="perdue", closed_on=date(2021, 1, 1))
    return Account.objects.get(pk=group.pk)


@pytest.fixture
def demo(atlas, amina, victor, sara, today):
    """The demo espace, one filiale of BNP Paribas archived a week ago, another one below a filiale."""
    fill_demo(by=Actor(door=Door.COMMAND), espace=atlas, today=today, seed=1)
    archived, moved, parent = Account.objects.filter(parent__name="BNP Paribas").order_by("name_fold")[:3]
    archive_account(by=Actor.of(amina), account=archived, today=today - timedelta(days=8))
    move_account(by=Actor.of(amina), account=moved, parent=parent.pk)
    return atlas


def test_a_group_shows_its_tree_with_what_each_account_has_and_all_below_it(sign_in, victor, bnp):
    response = sign_in(victor).get(page_of(bnp))
    assert lines(response) == [
        (0, "BNP Paribas", "inactif", "actif"),
        (1, "Arval", "actif", "actif"),
        (2, "Arval Fleet", "delaisse", "delaisse"),
        (1, "Cardif", "prospect", "prospect"),
    ]
    html = response.content.decode()
    assert "4</strong><small>BNP Paribas compris</small>" in html
    arval = Account.objects.get(name="Arval")
    for name in ("compte", "groupe"):
        assert f'/e/atlas/affaires/?{name}={arval.pk}" title="32\u202f000,00\u202f€ HT"' in html
    assert "donné par <a" in html
    assert "Voir les" not in html


def test_a_filiale_delaissee_in_an_active_group_is_pointed_out_in_words(sign_in, victor, bnp):
    response = sign_in(victor).get(page_of(bnp))
    assert [n.account.name for n in response.context["group"].lines if n.left_behind] == ["Arval Fleet"]
    html = response.content.decode()
    assert html.count("Délaissé dans un groupe actif") == 2  # the number, and the row
    assert f'href="/e/atlas/comptes/?groupe={bnp.pk}&amp;statut=delaisse&amp;filiales=1"' in html


def test_it_is_so_below_a_filiale_that_is_not_active_itself(sign_in, victor, account, bnp):
    cardif = Account.objects.get(name="Cardif")
    account("Cardif Iard", parent=cardif, created_on=date(2025, 1, 15))
    group = sign_in(victor).get(page_of(cardif)).context["group"]
    assert (group.left_behind, [n.left_behind for n in group.lines]) == (1, [False, True])


def test_the_head_of_a_group_is_never_left_behind_and_its_filiales_are_counted_without_it(
    sign_in, victor, account
):
    head = account("AXA", type="groupe", created_on=date(2025, 1, 15))
    affaire(victor, account("AXA IM", parent=head, created_on=LONG_AGO))
    banque = account("AXA Banque", parent=head, created_on=date(2025, 1, 15))
    client = sign_in(victor)
    response = client.get(page_of(head))
    assert [n.account.name for n in response.context["group"].lines if n.left_behind] == ["AXA Banque"]
    listing = client.get("/e/atlas/groupes/").context["listing"]
    assert (response.context["group"].left_behind, listing.groups[0].left_behind) == (1, 1)
    for address in (page_of(head), "/e/atlas/groupes/"):
        html = client.get(address).content.decode()
        (href,) = {href for href, _ in linked(html, *NUMBERS) if "filiales" in href}
        opens = client.get(href)
        assert opens.context["rows"] == [banque]
        assert f'href="?groupe={head.pk}&amp;statut=delaisse"><span class="vh">Montrer aussi' in (
            opens.content.decode()
        )
    move_account(by=Actor.of(victor), account=head, parent=account("Holding", type="groupe").pk)
    group = client.get(page_of(head)).context["group"]
    assert (group.left_behind, [n.left_behind for n in group.lines]) == (2, [True, True, False])


def test_in_a_group_that_is_not_active_nobody_is_left_behind(sign_in, victor, account):
    axa = account("AXA", type="groupe", created_on=LONG_AGO)
    account("AXA Banque", parent=axa, created_on=date(2025, 1, 15))
    response = sign_in(victor).get(page_of(axa))
    assert (response.context["group"].left_behind, response.context["group"].head.consolidated) == (
        0,
        "delaisse",
    )
    assert "groupe actif" not in response.content.decode()


@pytest.mark.parametrize("name", ("amina", "victor", "sara"))
@pytest.mark.parametrize("query", [{}, {"au": "2024-12-15"}, {"au": "2025-09-30"}])
def test_every_number_of_a_group_opens_exactly_its_rows(request, sign_in, demo, name, query):
    client = sign_in(request.getfixturevalue(name))
    heads = demo.accounts.filter(parent=None, children__isnull=False).distinct().order_by("pk")[:10]
    numbers = set().union(
        *(linked(client.get(page_of(head, **query)).content.decode(), *NUMBERS) for head in heads)
    )
    assert len(numbers) > (30 if query else 80)
    assert [(href, n) for href, n in numbers if opened(client, href) != n] == []


def test_every_amount_of_a_group_is_that_of_the_rows_it_opens(sign_in, demo, victor):
    client = sign_in(victor)
    heads = demo.accounts.filter(parent=None, children__isnull=False).distinct().order_by("pk")[:10]
    told = [pair for head in heads for pair in amounts(client.get(page_of(head)).content.decode())]
    assert len(told) > 25
    listed = [(href, euros_full(client.get(href).context["listing"].amount)) for href, _ in told]
    assert listed == told


@pytest.mark.parametrize("name", ("amina", "victor", "sara"))
@pytest.mark.parametrize("query", ["", "?au=2024-12-15", "?au=2025-09-30"])
def test_every_number_of_the_list_of_groups_opens_exactly_its_rows(request, sign_in, demo, name, query):
    client = sign_in(request.getfixturevalue(name))
    numbers = set(linked(client.get(f"/e/atlas/groupes/{query}").content.decode(), *NUMBERS))
    assert len(numbers) > 60
    assert [(href, n) for href, n in numbers if opened(client, href) != n] == []


def test_the_archived_are_dimmed_and_in_no_count_from_the_day_they_were(sign_in, victor, amina, today, bnp):
    fleet = Account.objects.get(name="Arval Fleet")
    opportunite(victor, fleet, amount=7_000)
    archive_account(by=Actor.of(amina), account=fleet, today=today)
    client = sign_in(victor)
    response = client.get(page_of(bnp))
    assert (response.context["group"].head.n, response.context["opportunites"].n) == (3, 0)
    assert 'class="depth-2 gone"' in response.content.decode()
    assert "Client · archivé le 31 mai 2025" in response.content.decode()
    assert opened(client, f"/e/atlas/opportunites/?groupe={bnp.pk}") == 0
    before = client.get(page_of(bnp, au="2025-05-30")).context["group"]
    assert [n.archived for n in before.lines] == [False] * 3  # and Cardif was not there yet
    assert before.head.n == 3


def test_on_another_day_the_group_is_as_it_was_then_and_cannot_be_changed(sign_in, victor, bnp):
    response = sign_in(victor).get(page_of(bnp, au="2025-02-01"))
    assert lines(response) == [
        (0, "BNP Paribas", "inactif", "prospect"),
        (1, "Arval", "inactif", "prospect"),
        (2, "Arval Fleet", "prospect", "prospect"),
    ]
    html = response.content.decode()
    assert "deplacer" not in html
    assert "Les affaires et les opportunités se lisent au jour présent seulement." in html
    assert f'/e/atlas/comptes/?groupe={bnp.pk}&amp;au=2025-02-01"' in html


def test_a_parent_that_was_not_there_yet_still_holds_those_that_were(
    sign_in, victor, amina, account, bnp, today
):
    holding = account("Holding", type="groupe", created_on=today)
    move_account(by=Actor.of(amina), account=bnp, parent=holding.pk)
    response = sign_in(victor).get(page_of(holding, au="2025-02-01"))
    assert lines(response)[:2] == [
        (0, "Holding", None, "prospect"),
        (1, "BNP Paribas", "inactif", "prospect"),
    ]
    assert "pas encore au portefeuille" in response.content.decode()
    assert response.context["group"].head.n == 3


def test_a_large_group_shows_its_first_levels_and_counts_them_all(sign_in, victor, bnp, monkeypatch):
    monkeypatch.setattr(group_table, "SHOWN", 3)
    response = sign_in(victor).get(page_of(bnp))
    assert [row[:2] for row in lines(response)] == [(0, "BNP Paribas"), (1, "Arval"), (1, "Cardif")]
    assert response.context["group"].head.n == 4
    html = response.content.decode()
    assert "Seuls les 3 premiers comptes sont montrés ici" in html
    assert "Voir les 4 comptes du groupe</a>" in html


def test_an_account_alone_is_a_group_of_one(sign_in, victor, account):
    response = sign_in(victor).get(page_of(account("LCL")))
    assert lines(response) == [(0, "LCL", "prospect", "prospect")]


def test_groups_are_listed_by_name_with_what_is_below_them(sign_in, victor, bnp, account):
    account("LCL")
    axa = account("AXA", type="groupe")
    account("AXA Banque", parent=axa)
    listing = sign_in(victor).get("/e/atlas/groupes/").context["listing"]
    assert [(g.head.name, g.consolidated, g.n, g.left_behind) for g in listing.groups] == [
        ("AXA", "prospect", 2, 0),
        ("BNP Paribas", "actif", 4, 1),
    ]


def test_a_group_whose_head_is_archived_is_listed_while_something_below_it_is_not(
    sign_in, victor, amina, today, bnp
):
    by, client = Actor.of(amina), sign_in(victor)

    def listed(query=""):
        response = client.get(f"/e/atlas/groupes/{query}")
        numbers = linked(response.content.decode(), *NUMBERS)
        assert [(href, n) for href, n in numbers if opened(client, href) != n] == []
        groups = response.context["listing"].groups
        return [(g.head.name, g.archived, g.consolidated, g.n, g.left_behind) for g in groups]

    archive_account(by=by, account=bnp, today=today)
    assert listed() == [("BNP Paribas", True, "actif", 3, 1)]
    assert "Groupe, archivé le 31 mai 2025" in client.get("/e/atlas/groupes/").content.decode()
    assert listed("?au=2025-05-30") == [("BNP Paribas", False, "actif", 3, 1)]  # Cardif was not there yet
    for row in Account.objects.exclude(pk=bnp.pk):
        archive_account(by=by, account=row, today=today)
    assert listed() == []


def test_the_list_of_groups_goes_from_page_to_page(sign_in, victor, account, monkeypatch):
    for name in ("AXA", "BNP Paribas", "Vinci"):
        account(f"Filiale de {name}", parent=account(name, type="groupe"))
    monkeypatch.setattr("accounts.forms.group.SIZE", 2)
    client = sign_in(victor)
    first = client.get("/e/atlas/groupes/").context["listing"]
    assert ([g.head.name for g in first.groups], first.previous) == (["AXA", "BNP Paribas"], "")
    second = client.get(f"/e/atlas/groupes/?suite={first.next}").context["listing"]
    assert ([g.head.name for g in second.groups], second.next) == (["Vinci"], "")
    back = client.get(f"/e/atlas/groupes/?suite={second.previous}").context["listing"]
    assert [g.head.name for g in back.groups] == ["AXA", "BNP Paribas"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("au=hier", "Écrivez une date, par exemple 30/06/2026."),
        ("suite=x", "Ce repère de page n'est plus valable : revenez à la première page."),
    ],
)
def test_an_invalid_value_gives_a_sentence_and_no_groups(sign_in, victor, bnp, query, sentence):
    listing = sign_in(victor).get(f"/e/atlas/groupes/?{query}").context["listing"]
    assert (listing.errors, listing.groups) == ([sentence], [])


def test_lists_of_business_know_the_group(sign_in, victor, bnp, account):
    elsewhere = account("LCL")
    affaire(victor, elsewhere)
    client = sign_in(victor)
    response = client.get(f"/e/atlas/affaires/?groupe={bnp.pk}")
    assert response.context["listing"].total == 1
    assert "Groupe <b>BNP Paribas</b>" in response.content.decode()
    for kind in ("affaires", "opportunites", "projets", "contacts", "relances"):
        for unknown in ("999999", "bnp"):
            listing = client.get(f"/e/atlas/{kind}/?groupe={unknown}").context["listing"]
            assert (listing.errors, listing.rows) == (["Ce groupe n'existe pas."], [])


def test_a_group_of_another_espace_is_unknown(sign_in, otto, boreal, bnp):
    client = sign_in(otto)
    assert client.get(f"/e/boreal/comptes/{bnp.pk}/groupe/").status_code == 404
    assert client.get(f"/e/boreal/affaires/?groupe={bnp.pk}").context["listing"].errors == [
        "Ce groupe n'existe pas."
    ]
    assert client.get("/e/boreal/groupes/").context["listing"].groups == []


@pytest.mark.parametrize("filiales", (1, 4))
def test_query_count_whatever_the_size(sign_in, victor, account, django_assert_num_queries, filiales):
    group = account("AXA", type="groupe")
    parent = group
    for n in range(filiales):
        parent = account(f"Filiale {n}", parent=parent)
        affaire(victor, parent)
        opportunite(victor, parent)
    client = sign_in(victor)
    client.get("/e/atlas/groupes/")
    with django_assert_num_queries(11):
        client.get(page_of(group))
    with django_assert_num_queries(5):
        client.get("/e/atlas/groupes/")
