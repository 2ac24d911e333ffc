"""Writes of the house: people and memberships."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import QuerySet

from crm.actor import SYSTEM, Actor
from crm.journal import Action, Line, differences, record, values_of
from crm.models import Espace, Membership, User
from crm.roles import Role
from crm.services.person import themselves, with_two_factor
from crm.writing import Writing, writing

LAST_ADMINISTRATEUR = "C'est le dernier Administrateur actif de l'espace : nommez-en un autre d'abord."


@transaction.atomic
def add_member(
    *,
    by: Actor | None = SYSTEM,
    espace: Espace,
    email: str,
    role: Role,
    first_name: str = "",
    last_name: str = "",
    password: str | None = None,
) -> Membership:
    """Give a person a role in an espace, creating the person when the address is new.

    A known person keeps their name and password. No right is asked: commands call this, and people who accept
    an invitation; by is None then, since they do it themselves. Raises ValidationError by field, and for a
    member already. Side effects: one Membership, perhaps one User.
    """
    espace = Espace.objects.select_for_update(no_key=True).get(pk=espace.pk)
    email = email.strip().lower()
    user = User.objects.filter(email=email).first()
    lines = []
    if user is None:
        user = User(email=email, first_name=first_name, last_name=last_name)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        lines.append(Line(Action.CREATED, user, differences({}, values_of(user))))
    if Membership.objects.filter(user=user, espace=espace).exists():
        raise ValidationError(f"{email} est déjà membre de l'espace « {espace} ».")
    member = Membership.objects.create(user=user, espace=espace, role=role)
    record(
        by=by or themselves(user),
        espace=espace,
        lines=[*lines, Line(Action.CREATED, member, differences({}, values_of(member)))],
    )
    return member


def roster(espace: Espace) -> QuerySet[Membership]:
    """Everybody who works or worked in an espace, with `has_two_factor`: those active first, by name."""
    return (
        espace.memberships.select_related("user")
        .annotate(has_two_factor=with_two_factor())
        .order_by("-is_active", "user__last_name", "user__first_name", "pk")
    )


def change_role(*, by: Actor, member: Membership, role: Role) -> Membership:
    """Give a member another role in their espace, from their next request on.

    Raises ValidationError by field when no active Administrateur would be left. Side effects: the Membership.
    """
    with writing(by, "member.edit", member.espace_id) as write:
        member = _reread(write, member)
        if role != Role.ADMINISTRATEUR:
            keep_an_administrateur(write.espace, without=member, field="role")
        return write.change(member, {"role": role})


def disable_member(*, by: Actor, member: Membership) -> Membership:
    """Shut an espace to a member, from their next request on. What they own stays theirs.

    Raises ValidationError when no active Administrateur would be left. Side effects: the Membership.
    """
    with writing(by, "member.edit", member.espace_id) as write:
        member = _reread(write, member)
        keep_an_administrateur(write.espace, without=member)
        return write.change(member, {"is_active": False})


def enable_member(*, by: Actor, member: Membership) -> Membership:
    """Open an espace again to a member who was disabled, with the role they had.

    Raises ValidationError when their data were erased. Side effects: the Membership.
    """
    with writing(by, "member.edit", member.espace_id) as write:
        member = _reread(write, member)
        if member.erased_at or member.user.erased_at:
            raise ValidationError("Les données de cette personne sont effacées : elle ne peut pas revenir.")
        return write.change(member, {"is_active": True})


def keep_an_administrateur(espace: Espace, *, without: Membership, field: str = NON_FIELD_ERRORS) -> None:
    """Raise ValidationError when `without` is the last Administrateur who can come in.

    The caller holds the espace's lock, so that two of them cannot leave at once.
    """
    able = Membership.objects.filter(
        espace=espace, role=Role.ADMINISTRATEUR, is_active=True, user__is_active=True
    )
    pks = set(able.values_list("pk", flat=True))
    if pks == {without.pk}:
        raise ValidationError({field: LAST_ADMINISTRATEUR})


def _reread(write: Writing, member: Membership) -> Membership:
    return write.reread(Membership.objects.select_related("user"), member)
