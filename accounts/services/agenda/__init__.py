"""A member's relances in their own calendar: a secret address, which they open, renew and close."""

import secrets

from django.core import signing
from django.core.exceptions import PermissionDenied

from accounts.models import Agenda
from crm import rate
from crm.actor import Actor
from crm.models import Membership
from crm.services.person import may_enter
from crm.writing import writing

EVERY_S, AT_MOST = 60, 60  # requests of a client: calendars read once an hour, but an office is one client
SIGNER = signing.Signer(salt="accounts.agenda")


def open_agenda(*, by: Actor, member: Membership) -> Agenda:
    """Make a member's secret address; the one that they had, if any, is dead.

    Raises PermissionDenied for somebody else's: it would be read without them. Side effects: the Agenda.
    """
    _check_own(by, member)
    with writing(by, "relance.create", member.espace_id) as write:
        _remove(write, member)
        return write.add(Agenda(espace=write.espace, member=member, nonce=secrets.token_hex(16)))


def close_agenda(*, by: Actor, member: Membership) -> None:
    """Have a member's secret address answer no more.

    Raises PermissionDenied for somebody else's. Side effects: the Agenda.
    """
    _check_own(by, member)
    with writing(by, "relance.create", member.espace_id) as write:
        _remove(write, member)


def agenda_of(member: Membership) -> Agenda | None:
    return Agenda.objects.filter(member=member).first()


def token_of(agenda: Agenda) -> str:
    """What the address holds: nobody can make one without SECRET_KEY, nor read on once it was renewed."""
    return SIGNER.sign_object([agenda.pk, agenda.nonce])


def agenda_at(token: str) -> Agenda | None:
    """The agenda that an address opens; None when it is unknown or closed, or its member may not come in."""
    try:
        pk, nonce = SIGNER.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Agenda.objects.select_related("espace", "member__user")
    return rows.filter(may_enter("member__"), pk=pk, nonce=nonce).first()


def may_ask(client: str) -> bool:
    """Whether a client, by its network address, has not asked too often; allauth limits no GET."""
    return rate.allows(f"agenda-{client}", at_most=AT_MOST, every_s=EVERY_S)


def _check_own(by: Actor, member: Membership) -> None:
    if by.membership is not None and by.membership != member:
        raise PermissionDenied("Chacun ouvre et ferme son propre agenda.")


def _remove(write, member: Membership) -> None:
    if agenda := agenda_of(member):
        write.remove(agenda)
