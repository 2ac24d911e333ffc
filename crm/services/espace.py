"""Writes of the house: espaces."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from crm.actor import SYSTEM, Actor
from crm.journal import Action, Line, differences, locked_chain, record, values_of
from crm.models import Espace, Membership, User
from crm.roles import RIGHTS, Role, who_can
from crm.services.member import add_member
from crm.services.person import has_two_factor
from crm.writing import writing

STEP_MAX_LENGTH = 60  # what an opportunité's step can hold
NO_STEP = "aucune"  # in addresses, the opportunités without a step: so no step is called so


@transaction.atomic
def create_espace(*, by: Actor = SYSTEM, name: str, slug: str = "", **values) -> Espace:
    """Create an espace; its slug, the part of its address, is made from the name when none is given.

    values: other columns of Espace. Raises ValidationError by field. Side effects: one Espace.
    """
    espace = Espace(name=name, slug=slug or free_slug(name), **values)
    espace.full_clean()
    espace.save()
    record(by=by, espace=espace, lines=[Line(Action.CREATED, espace, differences({}, values_of(espace)))])
    return espace


@transaction.atomic
def begin(*, espace: str, **person) -> Espace:
    """Create the first espace, by its name, and its Administrateur (see add_member()).

    Raises ValidationError once somebody exists. Side effects: one Espace, one User, one Membership.
    """
    locked_chain(None)  # of several first starts at the same time, one is the first
    if User.objects.exists():
        raise ValidationError("Vigie a déjà son premier espace : connectez-vous.")
    created = create_espace(name=espace)
    add_member(espace=created, role=Role.ADMINISTRATEUR, **person)
    return created


def open_espace(*, by: Actor, name: str) -> Espace:
    """Create another espace, whose Administrateur is who creates it.

    Raises PermissionDenied, and ValidationError by field. Side effects: one Espace, one Membership.
    """
    if not may_open_espace(by.user):
        raise PermissionDenied(who_can("espace.create"))
    with transaction.atomic():
        espace = create_espace(by=by, name=" ".join(name.split()))
        add_member(by=by, espace=espace, email=by.user.email, role=Role.ADMINISTRATEUR)
        return espace


def may_open_espace(user: User) -> bool:
    """Whether somebody may create another espace: a superuser, or an Administrateur of one at least."""
    creators = Membership.objects.filter(role__in=RIGHTS["espace.create"], espace__in=espaces_of(user))
    return user.is_superuser or creators.filter(user=user).exists()


def espaces_of(user: User) -> QuerySet[Espace]:
    """The espaces that somebody may enter, by name."""
    return Espace.objects.filter(
        deleted_at__isnull=True, memberships__user=user, memberships__is_active=True
    ).order_by("name", "pk")


def edit_espace(*, by: Actor, espace: Espace, **values) -> Espace:
    """Change columns of an espace: its name, its time zone, the steps of its opportunités and other settings.

    When it is another day in the new time zone, the next request or the worker moves the statuses there.
    Raises ValidationError by field. Side effects: the Espace.
    """
    with writing(by, "espace.edit", espace.pk) as write:
        espace = write.espace
        write.remember(espace)
        if "name" in values:
            values["name"] = " ".join(values["name"].split())
        if "steps" in values:
            values["steps"] = [" ".join(step.split()) for step in values["steps"]]
            _check_steps(values["steps"])
        if values.get("requires_two_factor") and not espace.requires_two_factor:
            _check_second_factor(by.user)
        return write.change(espace, values)


def _check_steps(steps: list[str]) -> None:
    if not steps or not all(steps):
        raise ValidationError({"steps": "Donnez au moins une étape, et un nom à chacune."})
    if too_long := next((step for step in steps if len(step) > STEP_MAX_LENGTH), None):
        raise ValidationError({"steps": f"« {too_long[:20]}… » dépasse {STEP_MAX_LENGTH} caractères."})
    if NO_STEP in map(str.casefold, steps):
        raise ValidationError({"steps": "« Aucune » veut dire sans étape : nommez-la autrement."})
    if len({step.casefold() for step in steps}) < len(steps):
        raise ValidationError({"steps": "Deux étapes ont le même nom."})


def _check_second_factor(user: User | None) -> None:
    if user is not None and not has_two_factor(user):
        raise ValidationError(
            {"requires_two_factor": "Activez d'abord la vôtre : sinon vous ne pourriez plus entrer ici."}
        )


def free_slug(name: str) -> str:
    """An address that no espace has yet: « Atlas Conseil » gives atlas-conseil, then atlas-conseil-2."""
    base = slugify(name)[:50] or "espace"
    taken = set(Espace.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken
    )
