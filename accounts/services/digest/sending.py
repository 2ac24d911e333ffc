"""The worker's part: the summaries that are due, each claimed for a while, sent, and noted as sent.

**How many times a summary is sent.** Its row is claimed, in one conditional update, for CLAIM: no other
worker touches it meanwhile. It is composed; the mail server is reached; the claim is renewed, unless it is no
longer ours; the message is handed over; the row is noted as sent, in the statement that follows. A worker
that is killed leaves a claim that runs out, and then:

- killed before the server has accepted the message: nothing was sent, and somebody sends it. Exactly once.
- killed once the row is noted: it is due again in the next period only. Exactly once.
- killed in between (from the moment the server accepts the message to the end of our next COMMIT: the time
  of its answer and of one update, some milliseconds): it is sent again, since nobody can know. No summary is
  ever lost. The second message has the same Message-ID as the first one, made from the member and the period,
  so that mail servers and readers that look at it keep one.

On SQLite, a power failure (not a killed process) may lose the last commits, and have the same effect.

**When it fails.** A server that does not let us in is asked again after NO_SERVER, for everybody at once. A
message that it refuses is tried again, ever later, until the next period is due; the others go on.
"""

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.choices import Rhythm
from accounts.models import Digest
from accounts.services.digest import stop_token
from accounts.services.digest.content import Content, content_of
from accounts.services.digest.schedule import local_day, next_due, period_of
from crm import mail
from crm.models import Membership
from crm.services.person import may_enter

logger = logging.getLogger(__name__)

ROUND_S = 5.0  # for how long a round claims more: the worker has other things to do
CLAIM = timedelta(
    minutes=10
)  # far more than a server takes, each of whose answers we await for EMAIL_TIMEOUT
IN_A_ROW = 50  # looked up together
NO_SERVER = timedelta(minutes=5)
RETRIES = [timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6)]


def send_due(*, now: datetime) -> int:
    """Send the summaries that are due; returns how many were dealt with.

    now: aware. Side effects: messages, Digest rows.
    """
    done = 0
    ends_at = time.monotonic() + ROUND_S
    for digest in _claimed(now):
        try:
            _deal_with(digest, now)
        except mail.NoServer:
            logger.exception("Le serveur de messagerie ne répond pas : les résumés attendent.")
            _wait_for_server(digest, now)
            return done
        except Exception:  # one message must not keep the others
            logger.exception("Le résumé du membre %s n'est pas parti.", digest.member_id)
            _try_later(digest, now)
        done += 1
        if time.monotonic() > ends_at:
            return done
    return done


def _due(now: datetime) -> QuerySet[Digest]:
    """Those due that nobody holds, of members who may come in."""
    return _free(now).filter(may_enter("member__"), due_at__lte=now)


def _free(now: datetime) -> QuerySet[Digest]:
    return Digest.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now))


def _claimed(now: datetime) -> Iterator[Digest]:
    """Those due, each claimed as it is asked for, and read once it is ours."""
    rows = Digest.objects.select_related("member__user", "member__espace__journal")
    while due := list(_due(now).order_by("due_at", "pk").values_list("pk", "due_at")[:IN_A_ROW]):
        for pk, due_at in due:
            mine = _free(now).filter(pk=pk, due_at=due_at)
            if mine.update(claimed_until=now + CLAIM) and (digest := rows.filter(pk=pk).first()):
                yield digest


def _deal_with(digest: Digest, now: datetime) -> None:
    zone = digest.member.espace.timezone
    today = local_day(now, zone)
    content = content_of(member=digest.member, rhythm=digest.rhythm, today=today, told_on=digest.told_on)
    sent = {"told_on": content.until, "failures": 0}
    due_at = next_due(digest.rhythm, now, zone)
    if content.is_empty and digest.rhythm == Rhythm.DAILY:
        _note(digest, due_at, **sent)
        return
    message = message_of(digest, content, period_of(digest.rhythm, now, zone).strftime("%Y%m%d"))
    with mail.server() as server:
        if _renewed(digest):
            server.send_messages([message])
            _note(digest, due_at, **sent)


def message_of(digest: Digest, content: Content, period: str) -> EmailMultiAlternatives:
    """The message of a period, with a link, and headers for mail readers, that stop the next ones.

    Source: RFC 8058 (one-click), RFC 3834 (Auto-Submitted).
    """
    stop = settings.SITE_URL + reverse("resume_arreter", args=[stop_token(digest)])
    host = urlsplit(settings.SITE_URL).hostname
    return mail.written(
        "digest",
        to=digest.member.user.email,
        context=context_of(digest.member, content) | {"stop": stop},
        headers={
            "Message-ID": f"<resume-{digest.member_id}-{period}@{host}>",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )


def context_of(member: Membership, content: Content) -> dict:
    """What the templates of the message are told; `stop`, the link that stops it, comes besides."""
    return {"content": content, "member": member, "espace": member.espace, "site": settings.SITE_URL}


def send_example(*, member: Membership, rhythm: str, now: datetime) -> bool:
    """Send a member, at once, what their summary would be; False when it did not leave."""
    today = local_day(now, member.espace.timezone)
    content = content_of(member=member, rhythm=rhythm, today=today)
    return mail.send("digest", to=member.user.email, context=context_of(member, content))


def _held(digest: Digest) -> QuerySet[Digest]:
    """The row, as long as our claim holds, and the member has not stopped their summaries."""
    return Digest.objects.filter(pk=digest.pk, claimed_until=digest.claimed_until)


def _renewed(digest: Digest) -> bool:
    """Hold the row for as long again; False when it is no longer ours."""
    until = digest.claimed_until + CLAIM
    renewed = _held(digest).update(claimed_until=until) == 1
    digest.claimed_until = until
    return renewed


@transaction.atomic
def _note(digest: Digest, due_at: datetime, **values) -> None:
    """Let go of a row. A member who chose another rhythm meanwhile keeps the day that it gave."""
    _held(digest).filter(due_at=digest.due_at).update(due_at=due_at)
    _held(digest).update(claimed_until=None, **values)


def _try_later(digest: Digest, now: datetime) -> None:
    wait = RETRIES[min(digest.failures, len(RETRIES) - 1)]
    next_period = next_due(digest.rhythm, now, digest.member.espace.timezone)
    _note(digest, min(now + wait, next_period), failures=digest.failures + 1)


def _wait_for_server(digest: Digest, now: datetime) -> None:
    """Everybody waits, lest each one who is due has the worker knock again."""
    _note(digest, digest.due_at)
    _free(now).filter(due_at__lte=now).update(due_at=now + NO_SERVER)
