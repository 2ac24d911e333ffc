"""What every write shares: the right asked, one transaction, the espace locked, the line in the journal.

Services write rows by the methods of Writing only: so nothing changes without a line that tells it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from zoneinfo import ZoneInfo

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.utils import timezone

from crm.actor import Actor
from crm.journal import Action, Line, differences, record, values_of
from crm.merging import Stale, meet
from crm.models import Espace


@contextmanager
def writing(by: Actor, action: str, espace_id: int) -> Iterator["Writing"]:
    """A transaction in which `by` may do `action`, holding the espace's lock.

    Every write, refresh and tick takes the espace's row first, then accounts by id: that order is what keeps
    trees and statuses right under concurrent writers. no_key, since plain FOR UPDATE would block each insert
    that refers to the espace. Raises PermissionDenied.
    """
    by.require(action, espace_id=espace_id)
    with transaction.atomic():
        yield Writing(by, Espace.objects.select_for_update(no_key=True).get(pk=espace_id))


@dataclass(slots=True)
class Writing:
    """The rows of an espace, written while its lock is held; each change is told in the journal."""

    by: Actor
    espace: Espace
    _read: dict[tuple, dict] = field(default_factory=dict)  # the values of rows as reread() found them

    @property
    def today(self) -> date:
        """The calendar day of this write in the espace's time zone, as its lines of the journal have it."""
        return timezone.now().astimezone(ZoneInfo(self.espace.timezone)).date()

    def record(self, *lines: Line) -> None:
        record(by=self.by, espace=self.espace, lines=lines)

    def row_of(self, model: type[models.Model], pk: int | None, column: str) -> models.Model | None:
        """A row of the espace by id, None for None; one of another espace is unknown like any other."""
        if pk is None:
            return None
        found = model.objects.filter(espace=self.espace, pk=pk).first()
        if found is None:
            raise ValidationError({column: f"Ce choix n'existe pas : {model._meta.verbose_name} inconnu."})
        return found

    def reread(self, rows: models.QuerySet, row: models.Model) -> models.Model:
        """A row as it stands under the lock; ValidationError when it was deleted meanwhile."""
        found = rows.filter(pk=row.pk, espace=self.espace).first()
        if found is None:
            raise ValidationError(f"« {row} » a été supprimé entre-temps.")
        self.remember(found)
        return found

    def remember(self, row: models.Model) -> None:
        """Keep the values of a row read under the lock, which change() compares with."""
        self._read[type(row), row.pk] = values_of(row)

    def add(self, row: models.Model, **many: Iterable[models.Model]) -> models.Model:
        """Check a new row whole, and insert it with its many-to-many rows.

        Raises ValidationError by field.
        """
        check(row)
        row.save(force_insert=True)
        for name, related in many.items():
            getattr(row, name).set(related)
        self.record(Line(Action.CREATED, row, differences({}, values_of(row))))
        return row

    def add_all(self, rows: list[models.Model]) -> None:
        """Insert rows of one model that are known to be right, in few statements."""
        if rows:
            type(rows[0]).objects.bulk_create(rows)
            self.record(*(Line(Action.CREATED, row, differences({}, values_of(row))) for row in rows))

    def merge(self, row: models.Model, values: dict, version: int | None, *, meant: bool = False) -> dict:
        """Those of these values to set on a row that moved on since the version that a form was opened with.

        version None takes all values. meant: see crm.merging.meet(). Raises Stale when there is a choice to
        make.
        """
        if version is None or version == row.version:
            return values
        meeting = meet(row, values, version, present=self._read[type(row), row.pk], meant=meant)
        if meeting.conflicts:
            raise Stale(meeting)
        return meeting.kept

    def change(self, row: models.Model, values: dict, **many: Iterable[models.Model] | None) -> models.Model:
        """Set values on a row that reread() gave, check it whole, raise its version and save it.

        A row that holds all this already is left alone. Raises ValidationError by field.
        """
        for name, value in values.items():
            setattr(row, name, value)
        check(row)
        for name, related in many.items():
            if related is not None:
                getattr(row, name).set(related)
        before, after = self._read[type(row), row.pk], values_of(row)
        if before == after:
            return row
        if hasattr(row, "version"):
            row.version += 1
        row.save()
        self._read[type(row), row.pk] = after
        self.record(Line(Action.CHANGED, row, differences(before, after)))
        return row

    def remove(self, *rows: models.Model, action: Action = Action.PURGED) -> None:
        """Take rows out of their tables, in this order; the lines tell all that they held."""
        self.record(*(Line(action, row, differences(values_of(row), {})) for row in rows))
        for row in rows:
            pk = row.pk
            row.delete()
            row.pk = pk  # that delete() forgets

    def put_back(self, rows: Iterable[tuple[models.Model, dict[str, Iterable[models.Model]]]]) -> None:
        """Insert rows that were removed, each with its many-to-many rows, under the ids that they had.

        Their versions are raised, so that forms opened before meet what was put back.
        """
        lines = []
        for row, many in rows:
            row.version += 1
            row.save(force_insert=True)
            for name, related in many.items():
                getattr(row, name).set(related)
            lines.append(Line(Action.RESTORED, row, differences({}, values_of(row, **many))))
        self.record(*lines)


def check(row: models.Model) -> None:
    """Raise ValidationError by field for all that the row alone can tell; row_of() has checked its relations.

    A constraint names the field its sentence belongs to by its violation_error_code.
    """
    refused = defaultdict(list)
    try:
        row.clean_fields(exclude={field.name for field in row._meta.fields if field.is_relation})
    except ValidationError as refusal:
        refused |= refusal.error_dict
    try:
        row.validate_constraints(exclude={"tree_id", *refused})  # tree_id: mptt's own column
    except ValidationError as refusal:
        fields = {field.name for field in row._meta.fields}
        for error in chain(*refusal.error_dict.values()):
            refused[error.code if error.code in fields else NON_FIELD_ERRORS].append(error)
    if refused:
        raise ValidationError(refused)
