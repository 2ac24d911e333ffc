"""The board of opportunités: every number opens exactly its rows, a card moves by its menu."""

from datetime import date, timedelta
from html import unescape
from itertools import product
from re import findall

import pytest
import time_machine

from accounts.models import Opportunite
from accounts.services.account import archive_account
from accounts.services.demo import fill_demo
from accounts.services.opportunite import close_opportunite, edit_opportunite
from crm.actor import Actor, Door
from crm.services.espace import edit_espace
from tests.business import opportunite, said
from tests.conftest import TODAY
from tests.numbers import linked, opened

LIST, BOARD = "/e/atlas/opportunites/", "/e/atlas/opportunites/tableau/"
COUNT = r'<a class="count num" href="([^"]+)">([^<]+)<'
UNPRICED = r'<a class="num" href="([^"]+)">dont (\S+) sans montant<'
TERM = r'<td><a href="([^"]+)">([^<]+)</a></td>'
ALL = r'<a class="pipeline-others" href="([^"]+)">Voir les (\S+) dans'


def columns(response) -> dict[str, list[str]]:
    return {each.step: [row.name for row in each.cards] for each in response.context["listing"].columns}


def move(client, row, step, version=None, query=""):
    address = f"{LIST}{row.pk}/deplacer/?version={row.version if version is None else version}{query}"
    return client.post(address, {"vers": step}, follow=True)


@pytest.fixture
def lcl(account):
    return account("LCL", created_on=date(2020, 1, 1))


@pytest.fixture
def row(victor, lcl):
    return opportunite(victor, lcl, "Refonte", amount=10_000, probability=20)


@pytest.fixture
def demo(atlas, amina, victor, sara, today):
    fill_demo(by=Actor(door=Door.COMMAND), espace=atlas, today=today, seed=1)
    for lead in atlas.opportunites.filter(stage="en_cours").order_by("pk")[:9:2]:
        values = {"step": "Ancienne"} if lead.pk % 3 else {"amount": None, "expected_close_on": None}
        edit_opportunite(by=Actor.of(amina), opportunite=lead, today=today, owner=victor.pk, **values)
    archived = atlas.accounts.filter(opportunites__stage="en_cours").distinct().order_by("pk")[:8:3]
    for account in archived:
        archive_account(by=Actor.of(amina), account=account, today=today)
    return atlas


def test_board_shows_the_open_ones_at_their_step_the_nearest_closing_first(sign_in, sara, victor, lcl):
    opportunite(victor, lcl, "Tard", expected_close_on=date(2025, 9, 1), amount=10_000, probability=50)
    opportunite(victor, lcl, "Sans date")
    opportunite(victor, lcl, "Tôt", expected_close_on=date(2025, 6, 2), amount=30_000)
    opportunite(victor, lcl, "Signée bientôt", step="Négociation", amount=1_000, probability=80)
    lost = opportunite(victor, lcl, "Perdue")
    close_opportunite(by=Actor.of(victor), opportunite=lost, stage="perdue", closed_on=TODAY, today=TODAY)
    response = sign_in(sara).get(BOARD)
    assert columns(response) == {
        "Qualification": ["Tôt", "Tard", "Sans date"],
        "Proposition": [],
        "Négociation": ["Signée bientôt"],
    }
    first = response.context["listing"].columns[0].sums
    assert (first.n, first.amount, first.weighted, first.unpriced) == (3, 40_000, 5_000, 1)


def test_forecast_tells_what_is_overdue_each_month_later_and_unknown(sign_in, sara, victor, lcl):
    for day in (date(2025, 5, 30), TODAY, date(2025, 6, 1), date(2025, 10, 31), date(2025, 11, 1), None):
        opportunite(
            victor, lcl, opened_on=date(2025, 1, 2), expected_close_on=day, amount=1_000, probability=10
        )
    lines = sign_in(sara).get(BOARD).context["listing"].forecast
    assert [(line.term.label, line.sums.n) for line in lines] == [
        ("Clôture dépassée", 1),
        ("Mai 2025", 1),
        ("Juin 2025", 1),
        ("Juillet 2025", 0),
        ("Août 2025", 0),
        ("Septembre 2025", 0),
        ("Octobre 2025", 1),
        ("Plus tard", 1),
        ("Sans clôture prévue", 1),
    ]
    assert {line.sums.weighted for line in lines if line.sums.n} == {100}


QUERIES = [
    "",
    "?responsable=moi&responsable=aucun&tri=nom",
    "?cloture_du=2025-06-10&cloture_au=2025-08-20",
    "?cloture_au=2025-07-15&etape=Proposition&etape=Ancienne",
    "?fantomes=1",
    "?sans_date=1",
    "?q=a&sans_montant=1",
]


@pytest.mark.parametrize("name", ("amina", "victor", "sara"))
def test_every_number_opens_exactly_its_rows(request, sign_in, demo, name):
    member = request.getfixturevalue(name)
    for days, query in product((0, 45, -20), QUERIES):
        with time_machine.travel(f"{TODAY + timedelta(days=days)}T10:00:00+00:00", tick=False):
            client = sign_in(member)
            response = client.get(BOARD + query)
            numbers = linked(response.content.decode(), COUNT, UNPRICED, TERM)
            assert [(href, n) for href, n in numbers if opened(client, href) != n] == []
            board = response.context["listing"]
            assert sum(line.sums.n for line in board.forecast) == board.total
            assert sum(column.sums.n for column in board.columns) == board.total
            assert len(numbers) > 10 or query


def test_board_shows_twenty_five_cards_of_a_column_and_links_to_all_of_it(sign_in, victor, lcl):
    for n in range(52):
        opportunite(victor, lcl, f"N{n:02}", expected_close_on=TODAY + timedelta(days=n))
    client = sign_in(victor)
    response = client.get(BOARD)
    assert columns(response)["Qualification"] == [f"N{n:02}" for n in range(25)]
    ((href, all_of_them),) = linked(response.content.decode(), ALL)
    assert (all_of_them, opened(client, href)) == (52, 52)


def test_opportunites_of_archived_accounts_are_in_no_number_of_the_board(
    sign_in, amina, victor, sara, account, row
):
    shut = account("Fermé")
    opportunite(victor, shut, "Perdue de vue", amount=7_000, probability=50)
    client = sign_in(sara)
    assert client.get(BOARD).context["listing"].total == 2
    archive_account(by=Actor.of(amina), account=shut, today=TODAY)
    response = client.get(BOARD)
    board = response.context["listing"]
    assert columns(response)["Qualification"] == ["Refonte"]
    assert (board.sums.n, board.sums.amount, board.sums.weighted) == (1, 10_000, 2_000)
    assert sum(line.sums.amount for line in board.forecast) == 10_000
    numbers = linked(response.content.decode(), COUNT, TERM)
    assert [(opened(client, href), n) for href, n in numbers] == [(1, 1)] * 3
    assert "Sans les <b>comptes archivés</b>" in client.get(numbers[0][0]).content.decode()
    assert [row.name for row in client.get(f"{LIST}?tri=nom").context["rows"]] == ["Perdue de vue", "Refonte"]
    row.account.refresh_from_db()
    archive_account(by=Actor.of(amina), account=row.account, today=TODAY)
    assert "Aucune opportunité en cours" in client.get(BOARD).content.decode()


def test_list_and_board_keep_each_other_s_filters(sign_in, victor, row):
    client = sign_in(victor)
    there = "q=ref&responsable=moi&responsable=aucun"
    assert f'href="{BOARD}?{there}"' in unescape(client.get(f"{LIST}?{there}&etat=toutes").content.decode())
    assert f'href="{LIST}?{there}"' in unescape(client.get(f"{BOARD}?{there}").content.decode())


def test_board_keeps_columns_for_former_steps_and_none(sign_in, amina, victor, lcl, atlas):
    opportunite(victor, lcl, "Ancienne", step="Proposition")
    empty = opportunite(victor, lcl, "Vide")
    Opportunite.objects.filter(pk=empty.pk).update(step="")
    edit_espace(by=Actor.of(amina), espace=atlas, steps=["Devis", "Accord"])
    client = sign_in(victor)
    response = client.get(BOARD)
    assert columns(response) == {"Devis": [], "Accord": [], "": ["Vide"], "Proposition": ["Ancienne"]}
    numbers = linked(response.content.decode(), COUNT)
    assert [(n, opened(client, href)) for href, n in numbers] == [(1, 1), (1, 1)]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("etape=Zut", "Cette étape n'existe pas."),
        ("cloture_du=hier", "Le début de la clôture prévue est une date, par exemple 30/06/2026."),
        ("cloture_au=hier", "La fin de la clôture prévue est une date, par exemple 30/06/2026."),
        ("sans_date=2", "Le filtre des opportunités sans date ne peut valoir que 1."),
        ("sans_montant=2", "Le filtre des montants inconnus ne peut valoir que 1."),
    ],
)
@pytest.mark.parametrize("page", [LIST, BOARD])
def test_an_invalid_value_gives_a_sentence_and_no_cards(sign_in, victor, row, page, query, sentence):
    response = sign_in(victor).get(f"{page}?{query}")
    assert (response.status_code, response.context["listing"].errors) == (200, [sentence])
    assert list(response.context["rows"]) == []


def test_a_card_moves_and_the_move_is_undone(sign_in, victor, row):
    client = sign_in(victor)
    response = move(client, row, "Négociation", query="&q=ref")
    assert response.redirect_chain == [(f"{BOARD}?q=ref#carte-{row.pk}", 302)]
    assert said(response) == ["« Refonte » est à l'étape « Négociation »."]
    assert columns(response)["Négociation"] == ["Refonte"]
    (undo,) = findall(r'action="([^"]+vers=[^"]+)"', response.content.decode())
    client.post(unescape(undo))
    row.refresh_from_db()
    assert row.step == "Qualification"


def test_a_card_that_somebody_moved_meanwhile_stays_there(sign_in, amina, victor, row):
    edit_opportunite(by=Actor.of(amina), opportunite=row, today=TODAY, step="Proposition")
    response = move(sign_in(victor), row, "Négociation", version=row.version)
    assert said(response) == [
        "« Refonte » a été déplacée entre-temps : elle est maintenant à l'étape « Proposition »."
    ]
    assert columns(response)["Proposition"] == ["Refonte"]


def test_a_card_whose_amount_changed_meanwhile_moves(sign_in, amina, victor, row):
    edit_opportunite(by=Actor.of(amina), opportunite=row, today=TODAY, amount=99)
    assert columns(move(sign_in(victor), row, "Proposition"))["Proposition"] == ["Refonte"]


def test_a_closed_one_does_not_move_nor_any_to_an_unknown_step(sign_in, victor, row):
    client = sign_in(victor)
    assert said(move(client, row, "Zut")) == ["Cette étape n'existe pas, ou plus : rien n'a été déplacé."]
    close_opportunite(by=Actor.of(victor), opportunite=row, stage="perdue", closed_on=TODAY, today=TODAY)
    assert said(move(client, row, "Proposition")) == ["« Refonte » est close : rouvrez-la d'abord."]


def test_a_standard_moves_nothing_and_sees_no_menu(sign_in, sara, row):
    client = sign_in(sara)
    html = client.get(BOARD).content.decode()
    assert (html.count("pipeline-card"), html.count('draggable="true"'), html.count("/deplacer/")) == (
        1,
        0,
        0,
    )
    assert client.post(f"{LIST}{row.pk}/deplacer/", {"vers": "Proposition"}).status_code == 403
    row.refresh_from_db()
    assert row.step == "Qualification"


def test_closing_from_the_board_asks_in_a_dialog_and_leads_back_there(sign_in, victor, row):
    client = sign_in(victor)
    htmx = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{BOARD}?q=ref"}
    address = f"{LIST}{row.pk}/clore/?issue=perdue"
    asked = client.get(address, headers=htmx)
    assert asked.context["form"]["stage"].value() == "perdue"
    assert 'id="dialogue-titre"' in asked.content.decode()
    refused = client.post(address, {"stage": "perdue", "closed_on": "hier"}, headers=htmx)
    assert refused.status_code == 422
    typed = {"stage": "perdue", "closed_on": "2025-05-30", "lost_reason": "Prix", "version": row.version}
    typed["closed_on"] = "2025-05-31"
    closed = client.post(address, typed, headers=htmx)
    assert closed.headers["HX-Redirect"] == f"{BOARD}?q=ref"
    row.refresh_from_db()
    assert (row.stage, row.closed_on, row.lost_reason) == ("perdue", TODAY, "Prix")


def test_no_step_may_be_called_as_the_lack_of_one(atlas, amina):
    with pytest.raises(Exception, match="nommez-la autrement"):
        edit_espace(by=Actor.of(amina), espace=atlas, steps=["Aucune", "Devis"])


@pytest.mark.parametrize("rows", (1, 3))
def test_board_query_count(sign_in, victor, account, rows, django_assert_num_queries):
    for n in range(rows):
        opportunite(victor, account(f"Compte {n}"), owner=victor.pk, step=["Proposition", "Devis"][n % 2])
    client = sign_in(victor)
    client.get("/e/atlas/flux/")  # the status day
    with django_assert_num_queries(6):  # session, user, member, owners, sums, cards
        client.get(BOARD)
