"""Aujourd'hui: whom to call, why and before when; every number opens exactly its rows."""

from datetime import date, timedelta
from re import findall

import pytest
import time_machine

from accounts.services.account import archive_account, edit_account
from accounts.services.affaire import create_affaire
from accounts.services.demo import fill_demo
from accounts.services.opportunite import create_opportunite
from accounts.services.relance import do_relance, plan_relance
from crm.actor import Actor, Door
from tests.numbers import linked, opened

TODAY = "/e/atlas/"
CHIP = r'<a class="chip" href="(/e/atlas/[^"]+)">[^<]* <span class="num">([^<]+)</span></a>'
NOW = r'<strong><a href="([^"]+)">([^<]+)</a></strong>'
BEFORE = r' en 30 j, <a href="([^"]+)">([^<]+)</a>'
CHART = r'<td class="num"><a href="([^"]+)">([^<]+)</a></td>'
DONE = r'(?s)<a class="btn ghost" href="([^"]+)">(?:<svg.*?</svg>)Hier : <span class="num">([^<]+)</span>'


def things(response) -> list[tuple[str, str]]:
    return [(thing.code, str(thing.row)) for thing in response.context["page"].work.things]


@pytest.fixture
def lead(atlas, victor, today):
    """Make an opportunité of an account, opened long ago: `lead(arval, "Audit", expected_close_on=…)`."""

    def make(account, name, **values):
        return create_opportunite(
            by=Actor.of(victor), espace=atlas, today=today, account=account.pk, name=name,
            **{"opened_on": date(2025, 1, 2), "owner": victor.pk} | values,
        )  # fmt: skip

    return make


@pytest.fixture
def affaire(atlas, victor, today):
    def make(account, name, **values):
        return create_affaire(
            by=Actor.of(victor), espace=atlas, account=account.pk, name=name,
            **{"starts_on": date(2025, 1, 2), "owner": victor.pk} | values,
        )  # fmt: skip

    return make


@pytest.fixture
def relance(atlas, victor):
    """Plan a relance that is due on a day, past ones too: `relance(arval, "Rappeler", day)`."""

    def make(account, subject, due_on, by=victor):
        return plan_relance(
            by=Actor.of(by), espace=atlas, today=due_on, account=account.pk, subject=subject, due_on=due_on
        )

    return make


@pytest.fixture
def one_of_each(account, victor, lead, affaire, relance, today):
    """What victor has to do on 31 May 2025: one thing of each source."""
    mine = {"owner": victor.pk, "created_on": date(2020, 1, 1)}
    relance(account("Arval", **mine), "Rappeler Arval", today - timedelta(days=3))
    relance(account("Orange", **mine), "Rappeler Orange", today)
    affaire(account("LCL", **mine), "Audit", ends_on=date(2025, 3, 2))  # Délaissé from 3 June
    affaire(account("EDF", **mine), "Conseil", ends_on=date(2025, 2, 15))  # Délaissé since 16 May
    lead(account("Engie", **mine), "Fantôme", expected_close_on=date(2025, 5, 1))
    lead(account("Suez", **mine), "Sans date")
    affaire(account("Total", **mine), "Mission", ends_on=date(2025, 6, 20))


def test_whom_to_call_why_and_before_when(sign_in, victor, one_of_each):
    response = sign_in(victor).get(TODAY)
    assert things(response) == [
        ("retard", "Rappeler Arval"),
        ("jour", "Rappeler Orange"),
        ("bascule", "LCL"),
        ("delaisse", "EDF"),
        ("fantome", "Fantôme"),
        ("sans_date", "Sans date"),
        ("finit", "Mission"),
    ]
    html = response.content.decode()
    assert findall(r"en retard de 3.j<", html)
    assert "À relancer <strong>avant le 3 juin 2025</strong>, sinon Actif deviendra Délaissé" in html
    assert "<strong>Délaissé depuis le 16 mai 2025</strong>, sans relance prévue" in html
    assert "<strong>finit le 20 juin 2025</strong>" in html


def test_one_source_does_not_hide_the_others(sign_in, victor, account, relance, one_of_each, today):
    for n in range(12):
        relance(account(f"Société {n:02}"), f"Relance {n:02}", today - timedelta(days=20))
    response = sign_in(victor).get(TODAY)
    assert [code for code, _ in things(response)] == [
        "retard", "retard", "jour", "bascule", "delaisse", "fantome", "sans_date", "finit",
    ]  # fmt: skip
    assert linked(response.content.decode(), CHIP)[0] == (
        "/e/atlas/relances/?etat=retard&suivis=1&responsable=moi",
        13,
    )


def test_accounts_that_are_archived_are_nowhere(sign_in, atlas, amina, victor, one_of_each, today):
    for row in atlas.accounts.order_by("pk"):
        archive_account(by=Actor.of(amina), account=row, today=today)
    client = sign_in(victor)
    assert things(client.get(f"{TODAY}?qui=moi")) == things(client.get(f"{TODAY}?qui=equipe")) == []


def test_accounts_not_to_be_followed_up_leave_the_worklist_alone(
    sign_in, atlas, amina, victor, one_of_each, today
):
    for row in atlas.accounts.order_by("pk"):
        edit_account(by=Actor.of(amina), account=row, today=today, do_not_follow_up=True)
    client = sign_in(victor)
    for query in ("?qui=moi", "?qui=equipe"):
        response = client.get(TODAY + query)
        assert [code for code, _ in things(response)] == ["retard", "jour", "fantome", "sans_date", "finit"]
        numbers = linked(response.content.decode(), CHIP)
        assert [(opened(client, href), n) for href, n in numbers] == [(1, 1)] * 5


def test_what_closed_itself_yesterday_was_done_by_nobody(
    sign_in, victor, atlas, account, relance, lead, today
):
    done, closed = (account(name, created_on=date(2025, 1, 15)) for name in ("Arval", "LCL"))
    do_relance(by=Actor.of(victor), relance=relance(done, "Rappeler", today), today=today)
    relance(closed, "Reprendre", today)
    lead(closed, "Refonte")
    with time_machine.travel(f"{today + timedelta(days=1)}T10:00:00+00:00", tick=False):
        client = sign_in(victor)
        ((href, n),) = linked(client.get(TODAY).content.decode(), DONE)
        assert (n, [row.subject for row in client.get(href).context["rows"]]) == (1, ["Rappeler"])


def test_an_affaire_with_something_after_it_is_not_to_be_extended(
    sign_in, victor, atlas, one_of_each, affaire
):
    total = atlas.accounts.get(name="Total")
    affaire(total, "Suite", starts_on=date(2025, 6, 15), ends_on=date(2025, 9, 30))
    assert "finit" not in [code for code, _ in things(sign_in(victor).get(TODAY))]


def test_mine_first_and_the_team_for_who_has_nothing(
    sign_in, victor, sara, one_of_each, relance, atlas, today
):
    client = sign_in(sara)
    response = client.get(TODAY)
    assert "Rien ne vous attend : voici ce que l'équipe a à faire." in response.content.decode()
    assert len(things(response)) == 7
    assert things(client.get(f"{TODAY}?qui=moi")) == []
    relance(atlas.accounts.get(name="Suez"), "La mienne", today, by=sara)
    assert things(client.get(TODAY)) == [("jour", "La mienne")]


def test_a_standard_sees_no_button_for_what_others_do(sign_in, sara, victor, one_of_each, atlas):
    html = sign_in(sara).get(TODAY).content.decode()
    (late,) = atlas.relances.filter(subject="Rappeler Arval")
    assert f"/e/atlas/relances/{late.pk}/faire/" not in html
    assert "modifier/" not in html
    html = sign_in(victor).get(TODAY).content.decode()
    assert f"/e/atlas/relances/{late.pk}/faire/" in html


def test_an_empty_espace_offers_its_first_step(sign_in, atlas, victor, sara):
    assert "Créer un premier compte" in sign_in(victor).get(TODAY).content.decode()
    html = sign_in(sara).get(TODAY).content.decode()
    assert "Créer un premier compte" not in html
    assert "Un membre Avancé ou Administrateur peut créer le premier." in html


def test_an_unknown_value_gives_a_sentence_and_no_numbers(sign_in, victor, one_of_each):
    html = sign_in(victor).get(f"{TODAY}?qui=lui").content.decode()
    assert "« qui » vaut moi ou equipe." in html
    assert linked(html, CHIP, NOW, CHART, DONE) == []


@pytest.fixture
def demo(atlas, amina, victor, sara, today):
    fill_demo(by=Actor(door=Door.COMMAND), espace=atlas, today=today, seed=1)
    rows = list(atlas.accounts.order_by("pk"))
    for row in rows[:4]:
        archive_account(by=Actor.of(amina), account=row, today=today - timedelta(days=8))
    for row in rows[10:80:2]:
        row.refresh_from_db()
        edit_account(by=Actor.of(amina), account=row, today=today, owner=victor.pk)
    for row in rows[11:31:4]:
        row.refresh_from_db()
        edit_account(by=Actor.of(amina), account=row, today=today, do_not_follow_up=True)
    return atlas


@pytest.mark.parametrize("name", ("amina", "victor", "sara"))
@pytest.mark.parametrize("days", (0, 17, 60))
@pytest.mark.parametrize("query", ("?qui=equipe", "?qui=moi&responsable=moi", "?type=client&tag=banque"))
def test_every_number_opens_exactly_its_rows(request, sign_in, demo, today, name, days, query):
    member = request.getfixturevalue(name)
    with time_machine.travel(f"{today + timedelta(days=days)}T10:00:00+00:00", tick=False):
        client = sign_in(member)
        html = client.get(TODAY + query).content.decode()
        numbers = linked(html, CHIP, NOW, BEFORE, DONE)
        chart = linked(html, CHART)
        assert len(chart) >= 30 * 4
        assert len(numbers) >= (13 if query == "?qui=equipe" else 9)
        followed = numbers + chart[::9]
        assert [(href, n) for href, n in followed if opened(client, href) != n] == []


def test_the_demo_has_believable_work_for_the_team(sign_in, demo, amina):
    response = sign_in(amina).get(f"{TODAY}?qui=equipe")
    codes = {code for code, _ in things(response)}
    assert len(things(response)) == 8
    assert codes >= {"retard", "jour", "bascule", "delaisse", "fantome"}


def test_its_queries_do_not_grow(
    sign_in, victor, one_of_each, account, relance, today, django_assert_num_queries
):
    client = sign_in(victor)
    client.get(TODAY)
    with django_assert_num_queries(6):
        client.get(TODAY)  # nobody has written since
    for name in ("Natixis", "Cardif"):
        relance(account(name), f"Rappeler {name}", today - timedelta(days=1))
        with django_assert_num_queries(14):
            client.get(TODAY)
