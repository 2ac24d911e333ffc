"""Writes of the house: people and memberships."""

from django.core.exceptions import ValidationError
from django.db import transaction

from crm.actor import SYSTEM, Actor
from crm.journal import Action, Line, differences, record, values_of
from crm.models import Espace, Membership, User
from crm.roles import Role


@transaction.atomic
def add_member(
    *,
    by: Actor = SYSTEM,
    espace: Espace,
    email: str,
    role: Role,
    first_name: str = "",
    last_name: str = "",
    password: str | None = None,
) -> Membership:
    """Give a person a role in an espace, creating the person when the address is new.

    A known person keeps their name and password. No right is asked: commands call this, and people who accept
    an invitation. Raises ValidationError when they are a member already.
    Side effects: one Membership, perhaps one User.
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
        by=by,
        espace=espace,
        lines=[*lines, Line(Action.CREATED, member, differences({}, values_of(member)))],
    )
    return member
