"""Summaries sent by the worker: one a period for each member, whatever is killed, slow or refused."""

import os
import random
import signal
import subprocess
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts.models import Digest
from accounts.services.digest import choose_rhythm
from accounts.services.digest.sending import CLAIM, NO_SERVER, send_due
from crm.actor import Actor
from crm.models import Espace
from crm.roles import Role
from crm.services.member import add_member, disable_member
from tests.mail_server import MailServer
from tests.serving import MANAGE, ROOT, url_of
from tests.together import together

SATURDAY = datetime(2025, 5, 31, 10, tzinfo=UTC)
MONDAY = datetime(2025, 6, 2, 5, tzinfo=UTC)  # 7:00 in Paris
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def subscribe():
    def ask(*members, rhythm="hebdomadaire", now=SATURDAY):
        for member in members:
            choose_rhythm(by=Actor.of(member), member=member, rhythm=rhythm, now=now)

    return ask


@pytest.fixture
def smtp(settings):
    with MailServer() as server:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", server.port
        yield server


def recipients(messages) -> list[str]:
    return sorted(str(message["To"]) for message in messages)


def test_each_member_gets_one_summary_a_period(subscribe, victor, sara):
    subscribe(victor, sara)
    assert send_due(now=MONDAY - timedelta(seconds=1)) == 0
    assert send_due(now=MONDAY) == 2
    assert send_due(now=MONDAY + timedelta(days=6)) == 0
    assert sorted(message.to for message in mail.outbox) == [["sara@atlas.fr"], ["victor@atlas.fr"]]
    assert send_due(now=MONDAY + timedelta(days=7)) == 2
    ids = [message.message().get("Message-ID") for message in mail.outbox]
    assert sorted(ids) == sorted(
        f"<resume-{member.pk}-{day}@localhost>"
        for member in (victor, sara)
        for day in ("20250602", "20250609")
    )


def test_after_a_long_stop_of_the_worker_only_the_present_one_is_sent(subscribe, victor):
    subscribe(victor)
    assert send_due(now=MONDAY + timedelta(days=23)) == 1
    assert mail.outbox[0].message()["Message-ID"] == f"<resume-{victor.pk}-20250623@localhost>"
    assert Digest.objects.get().due_at == MONDAY + timedelta(days=28)


@pytest.mark.parametrize("gone", ["member", "user", "espace", "two_factor"])
def test_who_may_not_come_in_gets_none(subscribe, amina, sara, atlas, gone):
    subscribe(sara)
    match gone:
        case "member":
            disable_member(by=Actor.of(amina), member=sara)
        case "user":
            type(sara.user).objects.filter(pk=sara.user_id).update(is_active=False)
        case "espace":
            Espace.objects.filter(pk=atlas.pk).update(deleted_at=SATURDAY)
        case "two_factor":
            Espace.objects.filter(pk=atlas.pk).update(requires_two_factor=True)
    assert (send_due(now=MONDAY), mail.outbox) == (0, [])


def test_message_that_is_refused_is_tried_again_later_and_holds_nobody(subscribe, smtp, victor, sara):
    subscribe(victor, sara)
    smtp.refused = {"victor@atlas.fr"}
    assert send_due(now=MONDAY) == 2
    assert send_due(now=MONDAY + timedelta(minutes=4)) == 0
    assert send_due(now=MONDAY + timedelta(minutes=5)) == 1
    smtp.refused = set()
    assert send_due(now=MONDAY + timedelta(minutes=64)) == 0
    assert send_due(now=MONDAY + timedelta(minutes=65)) == 1
    assert recipients(smtp.messages) == ["sara@atlas.fr", "victor@atlas.fr"]
    assert set(Digest.objects.values_list("due_at", "failures")) == {(MONDAY + timedelta(days=7), 0)}


def test_server_that_does_not_answer_is_asked_once_for_everybody(subscribe, settings, victor, sara, caplog):
    subscribe(victor, sara)
    with MailServer() as server:
        port = server.port
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", port
    assert send_due(now=MONDAY) == 0
    assert [record.getMessage() for record in caplog.records] == [
        "Le serveur de messagerie ne répond pas : les résumés attendent."
    ]
    assert set(Digest.objects.values_list("due_at", "claimed_until")) == {(MONDAY + NO_SERVER, None)}


@pytest.mark.django_db(transaction=True)
def test_member_who_stops_while_the_server_is_reached_gets_none(subscribe, smtp, victor):
    subscribe(victor)
    smtp.heard = lambda verb: verb == "CONNECTED" and Digest.objects.all().delete()
    assert send_due(now=MONDAY) == 1
    assert (smtp.messages, Digest.objects.count()) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_each(subscribe, smtp, victor, sara, amina):
    subscribe(victor, sara, amina)
    together(*[lambda: send_due(now=MONDAY)] * 4)
    assert recipients(smtp.messages) == ["amina@atlas.fr", "sara@atlas.fr", "victor@atlas.fr"]


# A real worker, killed.


class Worker:
    """`manage.py work --once`, which may be killed the next time that the server hears a verb."""

    def __init__(self, smtp: MailServer):
        self.smtp, self.process, self.verb, self.after = smtp, None, "", 0
        smtp.heard = self.hear

    def round(self, *, verb: str = "", after: int = 0) -> bool:
        """Run it; kill it at this verb once so many messages were accepted. Whether it was killed."""
        Digest.objects.exclude(claimed_until=None).update(claimed_until=timezone.now() - timedelta(seconds=1))
        self.verb, self.after = verb, len(self.smtp.messages) + after
        environment = os.environ | {
            "DATABASE_URL": url_of(connection, connection.settings_dict["NAME"]),
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.smtp.port),
        }
        self.process = subprocess.Popen([*MANAGE, "work", "--once"], cwd=ROOT, env=environment)
        return self.process.wait(60) == -signal.SIGKILL

    def hear(self, verb: str) -> None:
        if verb == self.verb and len(self.smtp.messages) >= self.after:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def crowd(atlas, subscribe):
    members = [
        add_member(espace=atlas, email=f"membre{n}@atlas.fr", role=Role.STANDARD, first_name=f"M{n}")
        for n in range(6)
    ]
    subscribe(*members)
    return members


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_worker_killed_between_two_summaries_and_each_member_gets_exactly_one(crowd, smtp):
    worker = Worker(smtp)
    assert worker.round(verb="EHLO", after=3)  # three have theirs, and it has just begun with the fourth
    assert len(smtp.messages) == 3
    assert Digest.objects.exclude(claimed_until=None).count() == 1
    assert not worker.round()
    assert not worker.round()
    assert recipients(smtp.messages) == sorted(member.user.email for member in crowd)


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_worker_killed_anywhere_loses_no_summary_and_doubles_one_only_while_the_server_answers(crowd, smtp):
    """The second of such a pair has the Message-ID of the first: for mail servers it is the same."""
    worker, in_doubt = Worker(smtp), 0
    moments = ["CONNECTED", "EHLO", "MAIL", "RCPT", "DATA", "ACCEPTED", "QUIT"]
    random.Random(5).shuffle(moments)
    for verb in moments:
        # "ACCEPTED" is heard with the message counted, the others before it.
        killed = worker.round(verb=verb, after=verb in {"ACCEPTED", "QUIT"})
        in_doubt += killed and verb == "ACCEPTED"
    for _ in range(3):
        assert not worker.round()
    ids = Counter((str(m["To"]), m["Message-ID"]) for m in smtp.messages)
    assert sorted(address for address, _ in ids) == sorted(member.user.email for member in crowd)
    assert in_doubt == 1
    assert len(smtp.messages) - len(crowd) == in_doubt


def test_claim_of_a_worker_that_died_runs_out(subscribe, victor):
    subscribe(victor)
    Digest.objects.update(claimed_until=MONDAY + CLAIM)
    assert send_due(now=MONDAY + timedelta(minutes=9)) == 0
    assert send_due(now=MONDAY + CLAIM + timedelta(seconds=1)) == 1
