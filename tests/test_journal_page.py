"""The espace's journal, for its Administrateurs, with filters."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.services.account import create_account, edit_account
from accounts.services.affaire import create_affaire
from accounts.services.trash import trash
from crm.actor import Actor, Door
from crm.journal import Action, Line, record
from crm.models import Membership

TODAY = date(2025, 5, 31)
ADDRESS = "/e/atlas/journal/"


@pytest.fixture
def told(sign_in, amina):
    """The lines that the journal shows for some filters, as (who, action's verb, name)."""

    def show(**filters):
        page = sign_in(amina).get(ADDRESS, filters).context["page"]
        return [(line.who, line.verb, line.name) for line in page.lines]

    return show


@pytest.fixture
def days(atlas, amina, victor, sara, account, client):
    """Something on each of three days: 31 May (as the members were added), 1 and 2 June 2025."""
    with time_machine.travel("2025-05-31T12:00:00+00:00", tick=False):
        arval = create_account(by=Actor.of(victor), espace=atlas, today=TODAY, name="Arval", type="client")
    with time_machine.travel("2025-06-01T21:59:59+00:00", tick=False):  # a second before midnight in Paris
        create_affaire(by=Actor.of(amina), espace=atlas, account=arval.pk, name="Audit", starts_on=TODAY)
    with time_machine.travel("2025-06-01T22:00:00+00:00", tick=False):  # midnight in Paris
        edit_account(by=Actor.of(amina, Door.ADMIN), account=arval, today=date(2025, 6, 2), name="Arval SA")
        record(by=Actor(Door.WORKER), espace=atlas, lines=[Line(Action.PURGED, arval)])
    return arval


EDITED = ("Amina Haddad", "a modifié", "Arval SA")
PURGED = ("Vigie", "a supprimé définitivement", "Arval SA")
SIGNED = ("Amina Haddad", "a créé", "Audit")
CREATED = ("Victor Lemoine", "a créé", "Arval SA")


def test_journal_shows_what_was_done_the_latest_first(told, days):
    assert told()[:4] == [PURGED, EDITED, SIGNED, CREATED]


@pytest.mark.parametrize(
    ("filters", "lines"),
    [
        ({"qui": "victor"}, [CREATED]),
        ({"qui": "amina"}, [EDITED, SIGNED]),
        ({"qui": "sara"}, []),
        ({"quoi": "affaire"}, [SIGNED]),
        ({"quoi": "account"}, [PURGED, EDITED, CREATED]),
        ({"action": "purged"}, [PURGED]),
        ({"porte": "admin"}, [EDITED]),
        ({"du": "2025-06-02"}, [PURGED, EDITED]),
        ({"du": "02/06/2025"}, [PURGED, EDITED]),
        ({"au": "2025-05-31", "quoi": "account"}, [CREATED]),
        ({"du": "2025-06-01", "au": "2025-06-01"}, [SIGNED]),
        ({"du": "2025-06-03"}, []),
        ({"au": "2025-05-30"}, []),
        ({"qui": "amina", "quoi": "account", "porte": "admin", "du": "2025-06-01"}, [EDITED]),
    ],
)
def test_journal_is_filtered(request, told, days, filters, lines):
    if "qui" in filters:
        filters = filters | {"qui": request.getfixturevalue(filters["qui"]).pk}
    assert told(**filters) == lines


def test_journal_of_what_vigie_did_by_itself(told, days):
    assert told(qui="vigie", du="2025-05-31", quoi="account") == [PURGED]


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ({"qui": "moi"}, "Cette personne n'est pas de l'espace."),
        ({"qui": "4242"}, "Cette personne n'est pas de l'espace."),
        ({"qui": "9" * 30}, "Cette personne n'est pas de l'espace."),
        ({"qui": "²"}, "Cette personne n'est pas de l'espace."),
        ({"quoi": "facture"}, "Ce genre de fiche n'existe pas."),
        ({"action": "payer"}, "Cette action n'existe pas."),
        ({"porte": "fax"}, "Cette porte n'existe pas."),
        ({"du": "hier"}, "Écrivez une date, par exemple 30/06/2026."),
        ({"au": "0001-01-01"}, "Cette date doit se situer entre 1900 et 2199."),
        ({"du": "2025-06-01", "au": "2025-05-31"}, "Le dernier jour doit suivre le premier."),
        ({"suite": "x"}, "Cette page n'existe pas."),
        ({"suite": "9" * 30}, "Cette page n'existe pas."),
    ],
)
def test_invalid_value_gives_a_sentence_and_no_lines(sign_in, amina, days, filters, sentence):
    response = sign_in(amina).get(ADDRESS, filters)
    assert (response.status_code, response.context["listing"].errors) == (200, [sentence])
    assert response.context["page"].lines == []
    assert sentence in response.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("name", ("qui", "quoi", "action", "porte", "du", "au", "suite", "inconnu"))
def test_blank_or_unknown_parameter_filters_nothing(told, days, name):
    assert told(**{name: ""})[:4] == [PURGED, EDITED, SIGNED, CREATED]


def test_member_of_another_espace_is_not_of_this_one(sign_in, amina, otto):
    assert sign_in(amina).get(ADDRESS, {"qui": otto.pk}).context["page"].lines == []


def test_journal_shows_nothing_of_another_espace(sign_in, amina, otto, boreal):
    create_account(by=Actor.of(otto), espace=boreal, today=TODAY, name="Secret", type="client")
    page = sign_in(amina).get(ADDRESS).content.decode()
    assert "Secret" not in page and "Otto" not in page


def test_line_leads_to_the_row_as_long_as_it_exists(sign_in, atlas, amina, account):
    arval = account("Arval")
    link = f'<a href="{reverse("compte", args=["atlas", arval.pk])}">Arval</a>'
    assert link in sign_in(amina).get(ADDRESS).content.decode()
    trash(by=Actor.of(amina), row=arval, now=datetime(2025, 5, 31, 10, tzinfo=UTC))
    page = sign_in(amina).get(ADDRESS).content.decode()
    assert link not in page
    assert "a mis à la Corbeille le compte Arval" in page


def test_member_who_left_may_be_looked_for(told, days, victor):
    Membership.objects.filter(pk=victor.pk).update(is_active=False)
    assert told(qui=victor.pk) == [CREATED]


def test_journal_by_pages_of_fifty_keeps_its_filters(sign_in, atlas, amina):
    lines = [Line(Action.CHANGED, atlas, {"name": [str(n), str(n + 1)]}) for n in range(120)]
    record(by=Actor.of(amina), espace=atlas, lines=lines)
    record(by=Actor(Door.COMMAND), espace=atlas, lines=[Line(Action.EXPORTED)] * 10)
    client, filters = sign_in(amina), {"qui": amina.pk, "action": "changed"}

    def page(suite=""):
        response = client.get(ADDRESS, filters | {"suite": suite})
        names = [line.changes[0].before for line in response.context["page"].lines]
        return response, names

    first, names = page()
    assert names == [str(n) for n in range(119, 69, -1)]
    older = first.context["page"].older
    assert f'rel="next" href="?qui={amina.pk}&amp;action=changed&amp;suite={older}"' in first.content.decode()
    second, names = page(older)
    assert names == [str(n) for n in range(69, 19, -1)]
    assert page(second.context["page"].newer)[1] == [str(n) for n in range(119, 69, -1)]
    last, names = page(second.context["page"].older)
    assert (len(names), last.context["page"].older) == (20, None)


def test_journal_is_in_the_menu_of_administrateurs_only(sign_in, amina, victor):
    link = f'href="{ADDRESS}"'
    assert link in sign_in(amina).get("/e/atlas/comptes/").content.decode()
    assert link not in sign_in(victor).get("/e/atlas/comptes/").content.decode()
    assert sign_in(victor).get(ADDRESS).status_code == 403


@pytest.mark.parametrize("filters", ({}, {"du": "2025-05-01", "au": "2025-07-01", "quoi": "account"}))
def test_journal_takes_as_many_queries_for_one_line_as_for_fifty(
    sign_in, atlas, amina, victor, sara, account, filters, django_assert_num_queries
):
    arval = account("Arval", parent=account("BNP", type="groupe"), owner=victor.pk)
    client = sign_in(amina)
    client.get(ADDRESS, filters)
    with django_assert_num_queries(6):  # session, user, member, members to choose from, lines, names
        client.get(ADDRESS, filters)
    kinds = [arval, atlas, victor, sara.user, arval.parent]
    for n in range(60):
        lines = [Line(Action.CHANGED, kinds[n % 5], {"owner": [sara.pk, amina.pk], "name": [str(n), ""]})]
        record(by=Actor.of([amina, victor, sara][n % 3]), espace=atlas, lines=lines)
    with django_assert_num_queries(6):
        client.get(ADDRESS, filters)


def test_journal_takes_one_more_query_for_rows_that_are_gone(
    sign_in, atlas, amina, account, django_assert_num_queries
):
    arval = account("Arval")
    for n in range(30):
        line = Line(Action.CHANGED, arval, {"parent": [4000 + n, None]})
        record(by=Actor.of(amina), espace=atlas, lines=[line])
    client = sign_in(amina)
    client.get(ADDRESS)
    with django_assert_num_queries(7):
        client.get(ADDRESS)


def test_clock_that_goes_back_loses_no_line(told, sign_in, atlas, amina):
    for hours in range(60, 0, -1):  # each line is told an hour before the one that it follows
        with time_machine.travel(datetime(2025, 6, 1, tzinfo=UTC) + timedelta(hours=hours), tick=False):
            record(by=Actor.of(amina), espace=atlas, lines=[Line(Action.EXPORTED, words=str(hours))])
    assert len(told(du="2025-06-02", au="2025-06-02", action="exported")) == 24
    client, filters = sign_in(amina), {"action": "exported"}
    first = client.get(ADDRESS, filters).context["page"]
    second = client.get(ADDRESS, filters | {"suite": first.older}).context["page"]
    assert [int(line.words) for line in first.lines + second.lines] == list(range(60, 0, -1))
