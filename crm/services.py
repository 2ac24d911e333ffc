"""Writes of the house: espaces, people, memberships."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from crm.actor import Actor
from crm.models import Espace, Membership, User
from crm.roles import Role

STEP_MAX_LENGTH = 60  # what an opportunité's step can hold


@transaction.atomic
def create_espace(*, name: str, slug: str = "", timezone: str = "Europe/Paris") -> Espace:
    """Create an espace; its slug, the part of its address, is made from the name when none is given.

    Raises ValidationError by field. Side effects: one Espace.
    """
    espace = Espace(name=name, slug=slug or free_slug(name), timezone=timezone)
    espace.full_clean()
    espace.save()
    return espace


@transaction.atomic
def edit_espace(*, by: Actor, espace: Espace, name: str, timezone: str, steps: list[str]) -> Espace:
    """Change an espace's name, its time zone and the steps of its opportunités.

    When it is another day in the new time zone, the next request or the worker moves the statuses there.
    Raises ValidationError by field. Side effects: the Espace.
    """
    by.require("espace.edit", espace_id=espace.pk)
    espace = Espace.objects.select_for_update(no_key=True).get(pk=espace.pk)
    espace.name, espace.timezone = " ".join(name.split()), timezone
    espace.steps = [" ".join(step.split()) for step in steps]
    _check_steps(espace.steps)
    espace.full_clean()
    espace.save(update_fields=["name", "timezone", "steps"])
    return espace


def _check_steps(steps: list[str]) -> None:
    if not steps or not all(steps):
        raise ValidationError({"steps": "Donnez au moins une étape, et un nom à chacune."})
    if too_long := next((step for step in steps if len(step) > STEP_MAX_LENGTH), None):
        raise ValidationError({"steps": f"« {too_long[:20]}… » dépasse {STEP_MAX_LENGTH} caractères."})
    if len({step.casefold() for step in steps}) < len(steps):
        raise ValidationError({"steps": "Deux étapes ont le même nom."})


def free_slug(name: str) -> str:
    """An address that no espace has yet: « Atlas Conseil » gives atlas-conseil, then atlas-conseil-2."""
    base = slugify(name)[:50] or "espace"
    taken = set(Espace.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken
    )


@transaction.atomic
def add_member(
    *,
    espace: Espace,
    email: str,
    role: Role,
    first_name: str = "",
    last_name: str = "",
    password: str | None = None,
) -> Membership:
    """Give a person a role in an espace, creating the person when the address is new.

    A known person keeps their name and password. Raises ValidationError when they are a member already.
    Side effects: one Membership, perhaps one User.
    """
    email = email.strip().lower()
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User(email=email, first_name=first_name, last_name=last_name)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
    if Membership.objects.filter(user=user, espace=espace).exists():
        raise ValidationError(f"{email} est déjà membre de l'espace « {espace} ».")
    return Membership.objects.create(user=user, espace=espace, role=role)
