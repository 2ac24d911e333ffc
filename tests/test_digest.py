"""A member's summary by mail: what it says, that its numbers open exactly their rows, how it is stopped."""

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from itertools import product

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import Digest
from accounts.services.account import create_account, edit_account
from accounts.services.demo import fill_demo
from accounts.services.digest import choose_rhythm, stop_token
from accounts.services.digest.content import content_of
from accounts.services.digest.sending import message_of, send_due
from crm.actor import Actor, Door
from crm.models import Espace, JournalEntry, Membership
from tests.business import relance, said
from tests.conftest import TODAY

PAGE = "/e/atlas/resume/"
NOW = datetime(2025, 5, 31, 10, tzinfo=UTC)
MONDAY = datetime(2025, 6, 2, 5, tzinfo=UTC)
NUMBER = r'<a href="http://localhost:8000(/e/[^"]+\?[^"]+)"[^>]*>([\d\u202f]+) '


@pytest.fixture(autouse=True)
def _forget_limits(db):
    cache.clear()


@pytest.fixture
def weekly(sara) -> Digest:
    return choose_rhythm(by=Actor.of(sara), member=sara, rhythm="hebdomadaire", now=NOW)


def html_of(message) -> str:
    return message.alternatives[0][0]


def test_member_asks_for_a_weekly_summary_and_has_it_on_monday(sign_in, sara, account):
    lcl = account("LCL", created_on=date(2025, 2, 27))
    account("Natixis", created_on=date(2025, 3, 15))
    relance(sara, lcl, "Rappeler la DSI")
    page = sign_in(sara).post(PAGE, {"rhythm": "hebdomadaire"}, follow=True)
    assert said(page) == ["Vos résumés sont réglés."]
    assert "Le prochain part le lundi 2 juin 2025." in page.content.decode()
    assert send_due(now=MONDAY) == 1
    (message,) = mail.outbox
    assert message.to == ["sara@atlas.fr"]
    assert message.subject == "Atlas, 1 compte a reculé"
    for part in (message.body, unescape(html_of(message))):
        assert "LCL" in part
        assert "car il n'a ni affaire ni opportunité" in part
        assert "Natixis" in part
        assert "Rappeler la DSI" in part


@pytest.fixture
def demo(atlas, amina, victor, sara, today):
    fill_demo(by=Actor(door=Door.COMMAND), espace=atlas, today=today, seed=1)
    for account in atlas.accounts.order_by("pk")[10:60:2]:
        account.refresh_from_db()
        edit_account(by=Actor.of(amina), account=account, today=today, owner=victor.pk)
    return atlas


DAYS = [date(2025, 5, 31), date(2025, 6, 2), date(2025, 7, 28)]


@pytest.mark.parametrize("name", ["amina", "victor", "sara"])
def test_every_number_opens_exactly_its_rows(request, sign_in, demo, name):
    member = request.getfixturevalue(name)
    choose_rhythm(by=Actor.of(member), member=member, rhythm="quotidien", now=NOW)
    rows = Digest.objects.select_related("member__user", "member__espace__journal")
    for day, rhythm in product(DAYS, ["quotidien", "hebdomadaire"]):
        digest = rows.get(member=member)  # as a worker reads it, after the visits of the day before
        content = content_of(member=digest.member, rhythm=rhythm, today=day)
        message = message_of(digest, content, "20250602")
        numbers = [
            (unescape(href), int(n.replace("\u202f", ""))) for href, n in re.findall(NUMBER, html_of(message))
        ]
        assert sum(n for _, n in numbers) > 50
        in_text = set(re.findall(r"(?m)^http://localhost:8000(/e/\S+\?\S+)$", message.body))
        assert {href for href, n in numbers if n or "/comptes/" in href} == in_text
        with time_machine.travel(datetime.combine(day, time(8), UTC), tick=False):
            client = sign_in(member)
            listings = [(href, n, client.get(href).context["listing"]) for href, n in numbers]
        assert [(href, n) for href, n, listing in listings if listing.errors or listing.total != n] == []
        assert [len(listing.rows) for *_, listing in listings] == [min(n, 50) for _, n, _ in listings]


def test_summary_of_who_owns_accounts_is_about_theirs(demo, victor, sara):
    mine = content_of(member=victor, rhythm="hebdomadaire", today=TODAY)
    names = set(demo.accounts.filter(owner=victor).values_list("name", flat=True))
    assert mine.is_mine
    assert mine.coming.moves
    assert {move.name for move in mine.coming.moves} <= names
    assert mine.espace_changed
    whole = content_of(member=sara, rhythm="hebdomadaire", today=TODAY)
    assert not whole.is_mine
    assert whole.espace_changed == []
    assert whole.coming.number.n > mine.coming.number.n


def test_what_changed_on_the_day_of_a_summary_is_told_by_the_next_one_and_only_once(account, sara):
    """LCL becomes Délaissé on 28 May."""
    account("LCL", created_on=date(2025, 2, 28))
    account("EDF", created_on=date(2025, 5, 28))
    told = [
        [
            group.number.n
            for group in content_of(member=sara, rhythm="quotidien", today=day, told_on=before).changed
        ]
        for before, day in [
            (date(2025, 5, 26), date(2025, 5, 28)),
            (date(2025, 5, 27), date(2025, 5, 29)),
            (date(2025, 5, 28), date(2025, 5, 30)),
        ]
    ]
    assert told == [[0, 0, 0], [1, 0, 1], [0, 0, 0]]
    coming = content_of(member=sara, rhythm="quotidien", today=date(2025, 5, 28)).coming
    assert [(move.name, move.on) for move in coming.moves] == [("LCL", date(2025, 5, 28))]


def test_daily_summary_with_nothing_to_say_is_not_sent_and_a_weekly_one_says_so(victor, sara, atlas):
    choose_rhythm(by=Actor.of(victor), member=victor, rhythm="quotidien", now=NOW)
    choose_rhythm(by=Actor.of(sara), member=sara, rhythm="hebdomadaire", now=NOW)
    assert send_due(now=MONDAY) == 2
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["sara@atlas.fr"], "Atlas, résumé du 2 juin 2025")
    assert "Aucun compte n'a changé de statut." in message.body


def test_daily_summaries_are_those_of_working_days(victor, account):
    relance(victor, account("LCL"))
    choose_rhythm(by=Actor.of(victor), member=victor, rhythm="quotidien", now=MONDAY)
    start = MONDAY + timedelta(days=3)  # the relance is due on the Thursday
    assert [send_due(now=start + timedelta(days=n)) for n in range(5)] == [1, 1, 0, 0, 1]


def test_seven_is_that_of_the_espace(atlas, sara):
    atlas.timezone = "Pacific/Noumea"
    atlas.save()
    sara.espace.refresh_from_db()
    digest = choose_rhythm(by=Actor.of(sara), member=sara, rhythm="hebdomadaire", now=NOW)
    assert digest.due_at == datetime(2025, 6, 1, 20, tzinfo=UTC)


def test_nothing_of_another_espace_is_in_it(otto, boreal, sara, account, today):
    account("LCL", created_on=date(2025, 2, 27))
    theirs = {"by": Actor.of(otto), "espace": boreal, "type": "client", "today": today}
    for name, created_on in (("Canari", date(2025, 2, 27)), ("Canari qui vient", date(2025, 3, 5))):
        create_account(**theirs, name=name, created_on=created_on)
    choose_rhythm(by=Actor.of(sara), member=sara, rhythm="hebdomadaire", now=NOW)
    send_due(now=MONDAY)
    text = mail.outbox[0].body + html_of(mail.outbox[0])
    assert "LCL" in text
    assert not re.search("Canari|Boréal|boreal", text)
    asked = {"rhythm": "hebdomadaire", "today": MONDAY.date()}
    assert [content_of(member=member, **asked).coming.number.n for member in (sara, otto)] == [0, 1]


@pytest.mark.parametrize("more", [1, 4])
def test_query_count_whatever_the_size(account, victor, more, django_assert_num_queries):
    for n in range(more):
        relance(victor, account(f"LCL {n}", created_on=date(2025, 2, 27), owner=victor.pk), due_on=TODAY)
        account(f"EDF {n}", created_on=date(2025, 3, 4), owner=victor.pk)
    member = Membership.objects.select_related("user", "espace__journal").get(pk=victor.pk)
    with django_assert_num_queries(14):
        content = content_of(member=member, rhythm="hebdomadaire", today=TODAY)
    assert (content.moved, content.coming.number.n) == (more, more)


def test_example_is_sent_at_once_and_without_a_link_that_stops_anything(sign_in, sara, account):
    account("LCL", created_on=date(2025, 2, 27))
    page = sign_in(sara).post(f"{PAGE}exemple/", {"rhythm": ""}, follow=True)
    assert said(page) == ["Un exemple est parti à sara@atlas.fr."]
    (message,) = mail.outbox
    assert message.subject == "Exemple : Atlas, 1 compte a reculé"
    assert "List-Unsubscribe" not in message.message()
    assert "desabonnement" not in message.body + html_of(message)
    assert not Digest.objects.exists()


def test_examples_are_limited(sign_in, sara):
    client = sign_in(sara)
    assert [client.post(f"{PAGE}exemple/").status_code for _ in range(6)] == [302] * 5 + [429]


def test_link_of_a_message_asks_first_and_then_stops_them_without_signing_in(client, weekly):
    send_due(now=MONDAY)
    (address,) = re.findall(r"Ne plus recevoir ce résumé : http://localhost:8000(\S+)", mail.outbox[0].body)
    assert client.get(address).status_code == 200
    assert Digest.objects.exists()
    strict = Client(enforce_csrf_checks=True)  # RFC 8058: mail readers have no cookie
    response = strict.post(address, {"List-Unsubscribe": "One-Click"})
    assert (response.status_code, Digest.objects.count()) == (200, 0)
    assert "C'est arrêté" in response.content.decode()
    assert [client.get(address).status_code, client.post(address).status_code] == [200, 200]
    line = JournalEntry.objects.filter(model="digest").latest("seq")
    assert (line.action, line.user, line.door) == ("purged", None, "page")


def test_headers_let_mail_readers_stop_them(weekly):
    send_due(now=MONDAY)
    headers = mail.outbox[0].message()
    link = f"http://localhost:8000{reverse('resume_arreter', args=[stop_token(weekly)])}"
    assert (headers["List-Unsubscribe"], headers["List-Unsubscribe-Post"]) == (
        f"<{link}>",
        "List-Unsubscribe=One-Click",
    )


def test_link_lives_through_a_change_of_rhythm_and_is_dead_once_asked_for_again(client, sara, weekly):
    address = reverse("resume_arreter", args=[stop_token(weekly)])
    by = Actor.of(sara)
    choose_rhythm(by=by, member=sara, rhythm="quotidien", now=NOW)
    assert "Ne plus recevoir" in client.get(address).content.decode()
    choose_rhythm(by=by, member=sara, rhythm="", now=NOW)
    choose_rhythm(by=by, member=sara, rhythm="quotidien", now=NOW)
    assert "Rien à arrêter" in client.post(address).content.decode()
    assert Digest.objects.count() == 1


def test_link_of_an_espace_that_is_deleted_stops_nothing(client, weekly, atlas):
    address = reverse("resume_arreter", args=[stop_token(weekly)])
    Espace.objects.filter(pk=atlas.pk).update(deleted_at=NOW)
    assert "Rien à arrêter" in client.get(address).content.decode()
    assert "Rien à arrêter" in client.post(address).content.decode()
    assert Digest.objects.count() == 1


@pytest.mark.parametrize("token", ["x", "a:b"])
def test_link_that_was_never_made_is_not_found(client, weekly, token):
    address = reverse("resume_arreter", args=[token])
    assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]
    assert Digest.objects.exists()


def test_rhythm_that_does_not_exist_is_refused(sign_in, sara):
    assert sign_in(sara).post(PAGE, {"rhythm": "horaire"}).status_code == 422
    assert not Digest.objects.exists()


def test_nobody_chooses_for_another(amina, sara):
    with pytest.raises(PermissionDenied):
        choose_rhythm(by=Actor.of(amina), member=sara, rhythm="quotidien", now=NOW)


def test_journal_tells_of_the_rhythm_but_not_of_the_secret(sara, weekly):
    choose_rhythm(by=Actor.of(sara), member=sara, rhythm="quotidien", now=NOW)
    lines = JournalEntry.objects.filter(model="digest").order_by("seq")
    assert [line.action for line in lines] == ["created", "changed"]
    assert lines[1].payload["changes"] == {"rhythm": ["hebdomadaire", "quotidien"]}
    assert weekly.nonce not in str([line.payload for line in lines])
