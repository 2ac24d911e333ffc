"""A member's relances in their own calendar: a secret address, outside sign-in."""

import re
from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Agenda, Relance
from accounts.services.agenda import close_agenda, open_agenda, token_of
from accounts.services.agenda.icalendar import calendar
from accounts.services.relance import do_relance
from crm.actor import Actor
from crm.models import Espace, JournalEntry
from crm.services.member import disable_member
from tests.business import relance
from tests.conftest import TODAY

PAGE = "/e/atlas/relances/agenda/"


@pytest.fixture(autouse=True)
def _forget_limits(db):
    cache.clear()


@pytest.fixture
def feed(sara) -> str:
    """The address of sara's agenda."""
    return reverse("agenda", args=[token_of(open_agenda(by=Actor.of(sara), member=sara))])


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_member_opens_an_address_where_their_calendar_reads_their_relances(client, sign_in, sara, account):
    row = relance(sara, account("LCL"), "Rappeler, vite ; « Été »")
    page = sign_in(sara).post(PAGE, follow=True).content.decode()
    address = re.search(r'value="http://testserver(/agenda/[^"]+)"', page)[1]
    client.logout()
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert response["Cache-Control"] == "no-store, private"
    assert unfolded(response.content) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Vigie//Relances//FR",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:Vigie · Atlas",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "BEGIN:VEVENT",
        f"UID:relance-{row.pk}@atlas.vigie",
        "DTSTAMP:20250531T100000Z",
        "DTSTART;VALUE=DATE:20250605",
        "DTEND;VALUE=DATE:20250606",
        "SEQUENCE:0",
        "SUMMARY:LCL : Rappeler\\, vite \\; « Été »",
        f"DESCRIPTION:Appel\\nhttp://testserver/e/atlas/relances/{row.pk}/",
        f"URL:http://testserver/e/atlas/relances/{row.pk}/",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_lines_are_at_most_75_octets_and_cut_no_character(victor, account):
    row = relance(victor, account("Société Générale de l'Été"), "é" * 150)
    row.contact = None
    pages = [(row, "https://vigie.fr/" + "x" * 100)]
    content = calendar("Vigie", pages, now=datetime(2025, 5, 31, tzinfo=UTC))
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert [line.decode() for line in lines]
    assert f"SUMMARY:Société Générale de l'Été : {'é' * 150}" in unfolded(content)


def test_what_a_person_types_is_no_line_of_its_own(victor, account):
    row = relance(victor, account("LCL"), "A\\b")
    row.subject = "A\r\nBEGIN:VEVENT\\"
    content = calendar("Vigie", [(row, "")], now=datetime(2025, 5, 31, tzinfo=UTC))
    assert content.count(b"BEGIN:VEVENT\r\n") == 1
    assert "SUMMARY:LCL : A\\nBEGIN:VEVENT\\\\" in unfolded(content)


def test_calendar_holds_only_what_the_member_has_to_do(client, feed, sara, victor, account):
    lcl = account("LCL")
    relance(sara, lcl, "À faire")
    relance(victor, lcl, "À Victor")
    do_relance(by=Actor.of(sara), relance=relance(sara, lcl, "Faite"), today=TODAY)
    found = [line for line in unfolded(client.get(feed).content) if line.startswith("SUMMARY")]
    assert found == ["SUMMARY:LCL : À faire"]


def test_event_keeps_its_id_when_it_moves(client, feed, sara, account):
    row = relance(sara, account("LCL"))
    before = unfolded(client.get(feed).content)
    Relance.objects.filter(pk=row.pk).update(due_on=date(2025, 7, 1), version=2)
    after = unfolded(client.get(feed).content)
    uid = f"UID:relance-{row.pk}@atlas.vigie"
    assert (before.count(uid), after.count(uid)) == (1, 1)
    assert {"DTSTART;VALUE=DATE:20250701", "SEQUENCE:1"} <= set(after)


def test_new_address_makes_the_former_one_dead(client, feed, sara):
    again = reverse("agenda", args=[token_of(open_agenda(by=Actor.of(sara), member=sara))])
    assert [client.get(address).status_code for address in (feed, again)] == [404, 200]


def test_closed_address_answers_no_more(client, sign_in, feed, sara):
    sign_in(sara).post("/e/atlas/relances/agenda/fermer/")
    client.logout()
    assert (client.get(feed).status_code, Agenda.objects.count()) == (404, 0)
    close_agenda(by=Actor.of(sara), member=sara)  # again changes nothing


@pytest.mark.parametrize("gone", ["member", "user", "espace", "two_factor"])
def test_agenda_of_who_may_not_come_in_is_not_found(client, feed, amina, sara, atlas, gone):
    match gone:
        case "member":
            disable_member(by=Actor.of(amina), member=sara)
        case "user":
            sara.user.is_active = False
            sara.user.save()
        case "espace":
            Espace.objects.filter(pk=atlas.pk).update(deleted_at=datetime(2025, 5, 31, tzinfo=UTC))
        case "two_factor":
            Espace.objects.filter(pk=atlas.pk).update(requires_two_factor=True)
    assert client.get(feed).status_code == 404


@pytest.mark.parametrize("token", ["x", "a:b", "WzEsICJhIl0:zut"])
def test_address_that_was_never_made_is_not_found(client, feed, token):
    assert client.get(f"/agenda/{token}.ics").status_code == 404
    assert client.get(feed.replace(":", ":x", 1)).status_code == 404


def test_address_is_only_read(client, feed):
    assert client.post(feed).status_code == 405
    assert client.head(feed).status_code == 200


def test_guesses_are_limited(client, feed):
    answers = [client.get("/agenda/x.ics").status_code for _ in range(61)]
    assert (set(answers[:60]), answers[60]) == ({404}, 429)


def test_nobody_opens_the_agenda_of_another(amina, sara):
    for write in (open_agenda, close_agenda):
        with pytest.raises(PermissionDenied):
            write(by=Actor.of(amina), member=sara)


def test_page_shows_ones_own_address_only(sign_in, feed, victor, sara):
    assert feed in sign_in(sara).get(PAGE).content.decode()
    assert "/agenda/" not in sign_in(victor).get(PAGE).content.decode().replace(PAGE, "")


def test_journal_tells_of_it_but_not_the_secret(feed):
    nonce = Agenda.objects.get().nonce
    lines = JournalEntry.objects.filter(model="agenda")
    assert [line.action for line in lines] == ["created"]
    assert nonce not in str([line.payload for line in lines])
