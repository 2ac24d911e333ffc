"""Where one is signed in, and how one signs out from afar."""

import sqlite3

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection

from crm.devices import device_words, is_held_in_hand
from tests.person import PASSWORD, give_password, sign_in_by_password

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36"


@pytest.fixture(autouse=True)
def _no_try_yet(db):
    cache.clear()


@pytest.fixture
def browser(client):
    """Sign a member in from a browser of its own: `browser(victor, FIREFOX)`."""

    def at(member, user_agent: str, ip: str = "127.0.0.1"):
        own = client.__class__(headers={"user-agent": user_agent}, REMOTE_ADDR=ip)
        assert sign_in_by_password(own, give_password_once(member)).url == "/"
        return own

    return at


def give_password_once(member) -> str:
    return member.user.email if member.user.check_password(PASSWORD) else give_password(member)


def listed(page) -> list[tuple]:
    return [(device.name, device.ip, device.is_this_one) for device in page.context["devices"]]


def test_one_sees_the_devices_where_one_is_signed_in_this_one_first(browser, victor):
    browser(victor, IPHONE, "198.51.100.7")
    computer = browser(victor, FIREFOX)
    page = computer.get("/mon-compte/")
    assert listed(page) == [
        ("Firefox sur Linux", "127.0.0.1", True),
        ("Safari sur iPhone", "198.51.100.7", False),
    ]
    assert "Cet appareil" in page.content.decode()


def test_a_device_that_is_signed_out_from_afar_is_out_at_its_next_request(browser, victor):
    phone, computer = browser(victor, IPHONE), browser(victor, FIREFOX)
    assert phone.get("/e/atlas/comptes/").status_code == 200
    other = next(
        device for device in computer.get("/mon-compte/").context["devices"] if not device.is_this_one
    )
    page = computer.post(f"/mon-compte/appareils/{other.pk}/deconnecter/", follow=True)
    assert listed(page) == [("Firefox sur Linux", "127.0.0.1", True)]
    assert phone.get("/e/atlas/comptes/").url == "/connexion/?next=/e/atlas/comptes/"
    assert phone.get("/connexion/").status_code == 200


def test_all_the_others_are_signed_out_at_once(browser, victor):
    phone, tablet, computer = (browser(victor, agent) for agent in (IPHONE, "iPad Safari/", FIREFOX))
    page = computer.post("/mon-compte/appareils/", follow=True)
    assert listed(page) == [("Firefox sur Linux", "127.0.0.1", True)]
    assert [str(message) for message in page.context["messages"]] == ["2 appareils déconnectés."]
    assert [other.get("/mon-compte/").status_code for other in (phone, tablet)] == [302, 302]


def test_the_devices_of_somebody_else_do_not_exist(browser, victor, otto):
    phone, stranger = browser(victor, IPHONE), browser(otto, FIREFOX)
    theirs = UserSession.objects.get(user=victor.user)
    assert listed(stranger.get("/mon-compte/")) == [("Firefox sur Linux", "127.0.0.1", True)]
    assert stranger.post(f"/mon-compte/appareils/{theirs.pk}/deconnecter/").status_code == 404
    stranger.post("/mon-compte/appareils/")
    assert phone.get("/mon-compte/").status_code == 200


def test_signing_out_from_afar_takes_a_post_by_somebody_signed_in(client, browser, victor):
    computer = browser(victor, FIREFOX)
    address = f"/mon-compte/appareils/{UserSession.objects.get().pk}/deconnecter/"
    assert computer.get(address).status_code == 405
    assert client.post(address).url.startswith("/connexion/")
    assert computer.get("/mon-compte/").status_code == 200


def test_sessions_that_are_over_are_not_listed(browser, victor):
    browser(victor, IPHONE)
    computer = browser(victor, FIREFOX)
    Session.objects.exclude(pk=computer.session.session_key).update(expire_date="2025-05-31T09:59:59Z")
    assert listed(computer.get("/mon-compte/")) == [("Firefox sur Linux", "127.0.0.1", True)]


def test_sessions_of_before_a_change_of_password_are_not_listed(browser, victor):
    """One made by another door than the page, which would have ended them."""
    browser(victor, IPHONE)
    victor.user.set_password("phare-de-nuit-34")
    victor.user.save()
    computer = browser(victor, FIREFOX)
    assert listed(computer.get("/mon-compte/")) == [("Firefox sur Linux", "127.0.0.1", True)]


# Keeping when a device was last seen.


def test_a_device_is_noted_again_five_minutes_later_with_its_address_of_then(browser, victor, time_machine):
    phone = browser(victor, IPHONE)
    phone.get("/e/atlas/comptes/")
    time_machine.move_to("2025-05-31T10:05:00+00:00")
    phone.get("/e/atlas/comptes/", REMOTE_ADDR="203.0.113.4")
    seen = UserSession.objects.get()
    assert (f"{seen.last_seen_at:%H:%M}", seen.ip) == ("10:05", "203.0.113.4")


def test_between_two_notes_requests_cost_nothing_more(
    browser, victor, time_machine, django_assert_num_queries
):
    phone = browser(victor, IPHONE)
    for moment in ("10:00:01", "10:04:59"):
        time_machine.move_to(f"2025-05-31T{moment}+00:00")
        with django_assert_num_queries(2):  # the session and the person
            phone.get("/mon-compte/double-authentification/")
    time_machine.move_to("2025-05-31T10:05:00+00:00")
    phone.get("/mon-compte/double-authentification/")
    with django_assert_num_queries(2):
        phone.get("/mon-compte/double-authentification/")


def test_a_session_that_began_by_another_door_is_listed_five_minutes_later(sign_in, victor, time_machine):
    client = sign_in(victor)
    assert listed(client.get("/mon-compte/")) == []
    time_machine.move_to("2025-05-31T10:05:00+00:00")
    assert listed(client.get("/mon-compte/")) == [("Navigateur inconnu", "127.0.0.1", True)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"].endswith("postgresql"),
    reason="One writer at a time: SQLite only.",
)
def test_no_page_waits_for_a_database_that_is_busy(browser, victor, time_machine):
    phone = browser(victor, IPHONE)
    time_machine.move_to("2025-05-31T11:00:00+00:00")
    somebody = sqlite3.connect(connection.settings_dict["NAME"])
    somebody.execute("BEGIN IMMEDIATE")
    try:
        assert phone.get("/mon-compte/").status_code == 200
        assert f"{UserSession.objects.get().last_seen_at:%H:%M}" == "10:00"
    finally:
        somebody.rollback()
        somebody.close()
    phone.get("/mon-compte/")
    assert f"{UserSession.objects.get().last_seen_at:%H:%M}" == "11:00"


# In words.


@pytest.mark.parametrize(
    ("user_agent", "words", "in_hand"),
    [
        (FIREFOX, "Firefox sur Linux", False),
        (IPHONE, "Safari sur iPhone", True),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME}", "Chrome sur Windows", False),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Edg/137.0.0.0", "Edge sur Windows", False),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {CHROME}", "Chrome sur macOS", False),
        (f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {CHROME}", "Chrome sur Android", True),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5) CriOS/137.0 Safari/604.1", "Chrome sur iPhone", True),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605",
            "Safari sur macOS",
            False,
        ),
        ("curl/8.5.0", "Navigateur inconnu", False),
        ("", "Navigateur inconnu", False),
    ],
)
def test_a_browser_is_named_in_words(user_agent, words, in_hand):
    assert (device_words(user_agent), is_held_in_hand(user_agent)) == (words, in_hand)
