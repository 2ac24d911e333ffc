"""What a member leaves behind: the rows they own and the relances they have to do, taken over by another."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F

from accounts.models import Account, Affaire, Opportunite, Projet, Relance
from crm.actor import Actor
from crm.journal import Action, Line
from crm.models import Membership
from crm.services.member import disable_member
from crm.writing import Writing, writing

# By model: the column that says whose rows they are.
OWNED: dict[type[models.Model], str] = {
    Account: "owner",
    Opportunite: "owner",
    Projet: "owner",
    Affaire: "owner",
    Relance: "assignee",
}


def owned_by(member: Membership) -> dict[type[models.Model], int]:
    """How many rows of each kind a member owns, in one query; those of which there are none are left out.

    Of relances, those that are still to be done: the others tell who did them.
    """
    counts = [
        _rows_of(model, member)
        .order_by()
        .values(model_name=models.Value(model._meta.model_name))
        .annotate(n=models.Count("pk"))
        .values_list("model_name", "n")
        for model in OWNED
    ]
    found = dict(counts[0].union(*counts[1:], all=True))
    return {model: n for model in OWNED if (n := found.get(model._meta.model_name))}


def hand_over(*, by: Actor, giver: Membership, taker: int | None) -> int:
    """Make another active member (an id) the owner of all that a member owns. Returns how many rows changed.

    Raises ValidationError by field. Side effects: rows of the models of OWNED.
    """
    with writing(by, "member.edit", giver.espace_id) as write:
        member = write.row_of(Membership, taker, "taker")
        if member is None or not member.is_active or member == giver:
            raise ValidationError({"taker": "Choisissez un autre membre, actif dans l'espace."})
        return sum(_hand_over(write, model, giver, member) for model in OWNED)


def disable_and_hand_over(*, by: Actor, member: Membership, taker: int | None) -> int:
    """Shut the espace to a member who leaves, and hand over what they own unless taker is None.

    Returns how many rows changed. Side effects: those of disable_member() and hand_over().
    """
    with writing(by, "member.edit", member.espace_id):
        disable_member(by=by, member=member)
        return hand_over(by=by, giver=member, taker=taker) if taker is not None else 0


def _hand_over(write: Writing, model: type[models.Model], giver: Membership, taker: Membership) -> int:
    """In a few statements, however many rows: the espace's lock keeps everybody else from changing them."""
    owned, column, lines = _rows_of(model, giver), OWNED[model], []
    for row in owned.only("subject" if model is Relance else "name", "version").order_by("pk"):
        row.version += 1
        lines.append(Line(Action.CHANGED, row, {column: [giver.pk, taker.pk]}))
    owned.update(**{column: taker, "version": F("version") + 1})
    write.record(*lines)
    return len(lines)


def _rows_of(model: type[models.Model], member: Membership) -> models.QuerySet:
    rows = model.objects.filter(espace=member.espace_id, **{OWNED[model]: member})
    return rows.open() if model is Relance else rows
