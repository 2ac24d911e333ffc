"""Where people are signed in, and how they sign out from afar."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import OperationalError, transaction
from django.http import HttpRequest

from crm.devices import device_words, is_held_in_hand
from crm.locks import impatient
from crm.models import User

log = logging.getLogger(__name__)

SEEN_EVERY = timedelta(minutes=5)
SEEN_AT = "seen_at"  # in the session, which each request reads anyway: seconds since 1970


@dataclass(frozen=True)
class Device:
    """A browser where somebody is signed in."""

    pk: int
    name: str
    in_hand: bool
    ip: str
    seen_at: datetime
    is_this_one: bool


def note_device(request: HttpRequest, *, now: datetime) -> None:
    """Keep that a signed-in person's device was seen, if it was not lately.

    Costs nothing otherwise. Left to the next request when the database is busy: no page waits for it.
    Side effects: one UserSession, the session.
    """
    last = request.user.last_login
    seen_at = request.session.get(SEEN_AT) or (last.timestamp() if last else 0)
    if now.timestamp() - seen_at < SEEN_EVERY.total_seconds():
        return
    try:
        with impatient(), transaction.atomic():
            UserSession.objects.create_from_request(request)
            request.session[SEEN_AT] = now.timestamp()
            request.session.save()
    except OperationalError as busy:
        log.info("device left for later: %s", busy)
    request.session.modified = False  # saved above or not at all: the response shall not wait for the lock


def devices_of(user: User, *, this_one: str, now: datetime) -> list[Device]:
    """The devices where a person is signed in, this one first, then the last seen. Two queries.

    this_one: the key of the session that asks. Sessions that are over are left out, also when a change of
    password ended them.
    """
    known = list(UserSession.objects.filter(user=user).order_by("-last_seen_at"))
    keys = [row.session_key for row in known]
    alive = {session.pk for session in _sessions(keys, now) if _is_good(session, user)}
    devices = [
        Device(
            pk=row.pk,
            name=device_words(row.user_agent),
            in_hand=is_held_in_hand(row.user_agent),
            ip=row.ip,
            seen_at=row.last_seen_at,
            is_this_one=row.session_key == this_one,
        )
        for row in known
        if row.session_key in alive
    ]
    return sorted(devices, key=lambda device: not device.is_this_one)


def _sessions(keys: list[str], now: datetime):
    return Session.objects.filter(pk__in=keys, expire_date__gt=now)


def _is_good(session: Session, user: User) -> bool:
    """Whether django.contrib.auth would still take the session for this person's."""
    held = session.get_decoded()
    hashes = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    return held.get("_auth_user_id") == str(user.pk) and held.get("_auth_user_hash") in hashes


def end_device(*, user: User, pk: int) -> bool:
    """Sign a person out of one of their devices, from its next request on; False when it is not theirs.

    Side effects: the UserSession and its session are deleted.
    """
    row = UserSession.objects.filter(user=user, pk=pk).first()
    if row is None:
        return False
    row.end()
    return True


def end_other_devices(*, user: User, this_one: str | None) -> int:
    """Sign a person out everywhere but here; returns of how many devices.

    this_one: the key of the session that stays; None for none.
    Side effects: UserSession rows and their sessions are deleted.
    """
    others = list(UserSession.objects.filter(user=user).exclude(session_key=this_one or ""))
    for row in others:
        row.end()
    return len(others)
