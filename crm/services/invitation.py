"""Invitations: a place in an espace, offered to an e-mail address by a link."""

import secrets
from datetime import datetime

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from crm.actor import Actor
from crm.journal import Action, Line, json_value, record
from crm.models import Espace, Invitation, Membership, User
from crm.roles import Role
from crm.services.member import add_member
from crm.services.person import themselves
from crm.writing import writing

SIGNER = signing.Signer(salt="crm.invitation")


class DeadLink(Exception):
    """A link that was good once; its text is the sentence that says why it no longer is."""


def invite(*, by: Actor, espace: Espace, email: str, role: Role, now: datetime) -> Invitation:
    """Keep a place for an e-mail address. The caller sends the link (see link_token).

    Raises ValidationError by field. Side effects: one Invitation.
    """
    with writing(by, "member.edit", espace.pk) as write:
        email = email.strip().lower()
        member = Membership.objects.filter(espace=espace, user__email=email).first()
        if member is not None:
            raise ValidationError({"email": _already(member, email)})
        return write.add(Invitation(espace=write.espace, email=email, role=role, nonce=_nonce(), sent_at=now))


def resend(*, by: Actor, invitation: Invitation, now: datetime) -> Invitation:
    """Make a new link, valid from now on; the former one is dead. The caller sends it.

    Raises ValidationError when the place is taken, or no longer kept. Side effects: the Invitation.
    """
    with writing(by, "member.edit", invitation.espace_id) as write:
        invitation = write.reread(Invitation.objects.all(), invitation)
        _check_pending(invitation)
        return write.change(invitation, {"nonce": _nonce(), "sent_at": now})


def revoke(*, by: Actor, invitation: Invitation, now: datetime) -> Invitation:
    """No longer keep the place: the link is dead.

    Raises ValidationError when the place is taken already. Side effects: the Invitation.
    """
    with writing(by, "member.edit", invitation.espace_id) as write:
        invitation = write.reread(Invitation.objects.all(), invitation)
        _check_pending(invitation)
        write.record(_closed(invitation, "revoked_at", now))
        return invitation


@transaction.atomic
def accept(*, token: str, now: datetime, user: User | None = None, **person) -> Membership:
    """Take the place that a link keeps.

    user: who is signed in, if the address is that of somebody known. person: first_name, last_name and
    password of somebody who is not. Raises what invitation_of() raises, and ValidationError by field.
    Side effects: one Membership, perhaps one User; the Invitation.
    """
    espace_id = invitation_of(token, now=now).espace_id
    espace = Espace.objects.select_for_update(no_key=True).get(pk=espace_id)
    invitation = invitation_of(token, now=now)  # as it stands under the lock: one of many at once takes it
    if known(invitation) != user:
        raise ValidationError(f"Connectez-vous avec l'adresse {invitation.email}.")
    member = add_member(by=None, espace=espace, email=invitation.email, role=invitation.role, **person)
    record(by=themselves(member.user), espace=espace, lines=[_closed(invitation, "accepted_at", now)])
    return member


def pending(espace: Espace) -> QuerySet[Invitation]:
    """The places still kept, the newest first; those too old may be sent again."""
    return espace.invitations.filter(accepted_at=None, revoked_at=None).order_by("-sent_at", "-pk")


def known(invitation: Invitation) -> User | None:
    """The person who has the invited address."""
    return User.objects.filter(email=invitation.email).first()


def link_token(invitation: Invitation) -> str:
    """What the link holds: nobody can make one without SECRET_KEY, nor go on with it after a resend."""
    return SIGNER.sign_object([invitation.pk, invitation.nonce])


def invitation_of(token: str, *, now: datetime) -> Invitation:
    """The invitation that a link opens.

    Raises Invitation.DoesNotExist for a link that was never made, DeadLink for one that no longer opens it.
    """
    try:
        pk, nonce = SIGNER.unsign_object(token)
    except signing.BadSignature:
        raise Invitation.DoesNotExist from None
    invitation = Invitation.objects.select_related("espace").get(pk=pk, espace__deleted_at__isnull=True)
    if refusal := _why_closed(invitation):
        raise DeadLink(refusal)
    if invitation.nonce != nonce:
        raise DeadLink("Ce lien a été remplacé par un plus récent : ouvrez celui du dernier message reçu.")
    if invitation.expires_at <= now:
        raise DeadLink(
            "Cette invitation n'est plus valable : demandez à la personne qui vous a invité de la renvoyer."
        )
    return invitation


def _why_closed(invitation: Invitation) -> str:
    if invitation.accepted_at:
        return "Cette invitation a déjà servi : la personne invitée n'a plus qu'à se connecter."
    if invitation.revoked_at:
        return "Cette invitation a été retirée : demandez-en une autre à la personne qui vous a invité."
    return ""


def _check_pending(invitation: Invitation) -> None:
    if refusal := _why_closed(invitation):
        raise ValidationError(refusal)


def _closed(invitation: Invitation, column: str, now: datetime) -> Line:
    """Note when the place was taken or given up; returns the line that tells it."""
    setattr(invitation, column, now)
    invitation.save(update_fields=[column])
    told = json_value(Invitation._meta.get_field(column), now)
    return Line(Action.CHANGED, invitation, {column: [None, told]})


def _already(member: Membership, email: str) -> str:
    if member.erased_at:
        return f"Les données de {email} sont effacées de cet espace : cette personne ne peut pas y revenir."
    if member.is_active:
        return f"{email} est déjà membre de l'espace."
    return f"{email} est un membre désactivé : réactivez-le plutôt."


def _nonce() -> str:
    return secrets.token_hex(16)
