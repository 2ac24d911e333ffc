"""Writes of the house: espaces."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from crm.actor import SYSTEM, Actor
from crm.journal import Action, Line, differences, record, values_of
from crm.models import Espace
from crm.writing import writing

STEP_MAX_LENGTH = 60  # what an opportunité's step can hold


@transaction.atomic
def create_espace(*, by: Actor = SYSTEM, name: str, slug: str = "", timezone: str = "Europe/Paris") -> Espace:
    """Create an espace; its slug, the part of its address, is made from the name when none is given.

    Raises ValidationError by field. Side effects: one Espace.
    """
    espace = Espace(name=name, slug=slug or free_slug(name), timezone=timezone)
    espace.full_clean()
    espace.save()
    record(by=by, espace=espace, lines=[Line(Action.CREATED, espace, differences({}, values_of(espace)))])
    return espace


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
        return write.change(espace, values)


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
