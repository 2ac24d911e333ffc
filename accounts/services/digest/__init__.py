"""Whether and how often a member has a summary by mail: they choose it, and a link in each stops it."""

import secrets
from datetime import datetime

from django.core import signing
from django.core.exceptions import PermissionDenied

from accounts.models import Digest
from accounts.services.digest.schedule import next_due
from crm import rate
from crm.actor import Actor, Door
from crm.journal import Action, Line, differences, values_of
from crm.models import Membership
from crm.writing import Writing, writing

EXAMPLES_EVERY_S, EXAMPLES_AT_MOST = 600, 5  # that a member has sent to themselves
SIGNER = signing.Signer(salt="accounts.digest")


def choose_rhythm(*, by: Actor, member: Membership, rhythm: str, now: datetime) -> Digest | None:
    """Have a member's summaries sent at a rhythm from its next day on; none for an empty one.

    now: aware. Raises PermissionDenied for somebody else's. Side effects: the Digest.
    """
    if by.membership is not None and by.membership != member:
        raise PermissionDenied("Chacun règle ses propres résumés.")
    with writing(by, "espace.see", member.espace_id) as write:
        digest = digest_of(member)
        if not rhythm:
            _remove(write, digest)
            return None
        due_at = next_due(rhythm, now, write.espace.timezone)
        if digest is None:
            values = {"rhythm": rhythm, "due_at": due_at, "nonce": secrets.token_hex(16)}
            return write.add(Digest(espace=write.espace, member=member, **values))
        if digest.rhythm != rhythm:
            before = values_of(digest)
            digest.rhythm, digest.due_at = rhythm, due_at
            digest.save(update_fields=["rhythm", "due_at"])  # a worker may hold the row: its claim stays
            write.record(Line(Action.CHANGED, digest, differences(before, values_of(digest))))
        return digest


def digest_of(member: Membership) -> Digest | None:
    return Digest.objects.select_related("member__user").filter(member=member).first()


def stop_token(digest: Digest) -> str:
    """What the link holds that stops a summary: nobody can make one without SECRET_KEY.

    It goes on working when the rhythm changes, and is dead once summaries were stopped, and asked for again.
    """
    return SIGNER.sign_object([digest.member_id, digest.nonce])


def is_signed(token: str) -> bool:
    """Whether a link was made here, be it dead by now."""
    return _held_by(token) is not None


def digest_at(token: str) -> Digest | None:
    """The summary that a link stops; None when there is none any more, or the espace is deleted."""
    member_id, nonce = _held_by(token) or (None, "")
    rows = Digest.objects.select_related("espace", "member__user")
    return rows.filter(member=member_id, nonce=nonce, espace__deleted_at=None).first()


def stop_digest(*, token: str) -> None:
    """Stop the summary of a link, whoever opens it; a dead link changes nothing. Side effects: the Digest."""
    found = digest_at(token)
    if found is None:
        return
    with writing(Actor(door=Door.PAGE), "espace.see", found.espace_id) as write:
        _remove(write, digest_at(token))


def may_have_example(member: Membership) -> bool:
    """Whether a member has not had too many examples sent lately; counts this one."""
    return rate.allows(f"digest-example-{member.pk}", at_most=EXAMPLES_AT_MOST, every_s=EXAMPLES_EVERY_S)


def _held_by(token: str) -> tuple[int, str] | None:
    try:
        member_id, nonce = SIGNER.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return member_id, nonce


def _remove(write: Writing, digest: Digest | None) -> None:
    if digest is not None:
        write.remove(digest)
