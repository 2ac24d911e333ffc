"""Edits that meet: what a save makes of a row that others changed since its form was opened.

The journal tells what the row held at that version. What the form left as it was keeps their change, what
they left as it was takes the form's, equal changes are one; where both changed, one must choose.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from crm.journal import Action, json_value
from crm.models import JournalEntry

STALE = "Quelqu'un a modifié cette fiche entre-temps : choisissez ce qu'il faut garder, champ par champ."


@dataclass(slots=True)
class Meeting:
    """A form's values against a row that moved on. Values of the row are as the journal keeps them.

    kept: the form's values to set. merged: columns that others changed and the form left as they were, with
    what the row holds; or lists that both changed, with what both make together. conflicts: columns that both
    changed, with what the row holds.
    """

    row: models.Model
    kept: dict[str, object] = field(default_factory=dict)
    merged: dict[str, object] = field(default_factory=dict)
    conflicts: dict[str, object] = field(default_factory=dict)


class Stale(ValidationError):
    """A save over somebody else's change of the same columns: nothing was saved, and one must choose."""

    def __init__(self, meeting: Meeting):
        super().__init__({NON_FIELD_ERRORS: [ValidationError(STALE, code="stale")]})
        self.meeting = meeting


def meet(row: models.Model, values: dict, version: int, *, present: dict, meant: bool = False) -> Meeting:
    """Values typed in a form that was opened at a version, against the row as it stands now.

    present: values_of(row). meant: no value is a field left alone, even one that the row held then.
    Where the journal does not tell what it held, every difference is a conflict.
    """
    held, meeting = _held_at(row, version, present), Meeting(row)
    for name, value in values.items():
        mine, theirs = _comparable(row, name, value), present[name]
        known, before = name in held, held.get(name)
        if mine == theirs or (known and before == theirs):
            meeting.kept[name] = value
        elif known and before == mine and not meant:
            meeting.merged[name] = theirs
        elif known and isinstance(theirs, list):
            meeting.kept[name] = meeting.merged[name] = _both(before, theirs, list(value))
        else:
            meeting.conflicts[name] = theirs
    return meeting


def changes_since(row: models.Model, version: int) -> Iterable[JournalEntry]:
    """The lines of a row's changes from a version to the one it has, the last one first.

    A line whose payload was redacted tells nothing any more, and is left out.
    """
    return (
        JournalEntry.objects.filter(
            chain__espace=row.espace_id,
            model=row._meta.model_name,
            row_id=row.pk,
            action=Action.CHANGED,
            version__gt=version,
            version__lte=row.version,
        )
        .exclude(salt="")
        .select_related("user")
        .order_by("-seq")
    )


def _held_at(row: models.Model, version: int, present: dict) -> dict:
    """What the row held at a version: nothing is known unless each version since has its line."""
    lines = list(changes_since(row, version))
    if len({line.version for line in lines}) != row.version - version:
        return {}
    held = dict(present)
    for line in lines:
        held |= {column: before for column, (before, _) in line.payload.get("changes", {}).items()}
    return held


def _comparable(row: models.Model, name: str, value):
    """A typed value as the journal would keep it."""
    if name in getattr(row, "journaled_many", ()):
        return sorted(map(str, value))
    column = row._meta.get_field(name)
    return json_value(column, value if column.is_relation else column.to_python(value))


def to_python(row: models.Model, name: str, value):
    """A value that the journal keeps, as services are given it: relations are ids, many-to-many are names."""
    many = name in getattr(row, "journaled_many", ())
    return value if many else row._meta.get_field(name).to_python(value)


def _both(before: list[str], theirs: list[str], mine: list[str]) -> list[str]:
    """Both people's additions and removals."""
    kept = [name for name in theirs if name in mine or name not in before]
    return kept + [name for name in mine if name not in before and name not in theirs]
