"""What every write shares: the right asked, one transaction, the espace locked, the row's version checked."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction

from crm.actor import Actor
from crm.models import Espace

STALE = (
    "Quelqu'un a modifié cette fiche entre-temps : vos changements n'ont pas été enregistrés. "
    "Ouvrez-la dans un autre onglet pour comparer, puis enregistrez à nouveau."
)


@contextmanager
def writing(by: Actor, action: str, espace_id: int) -> Iterator[Espace]:
    """A transaction in which `by` may do `action`, holding the espace's lock.

    Every write, refresh and tick takes the espace's row first, then accounts by id: that order is what keeps
    trees and statuses right under concurrent writers. no_key, since plain FOR UPDATE would block each insert
    that refers to the espace. Raises PermissionDenied.
    """
    by.require(action, espace_id=espace_id)
    with transaction.atomic():
        yield Espace.objects.select_for_update(no_key=True).get(pk=espace_id)


def reread(rows: models.QuerySet, row: models.Model) -> models.Model:
    """A row as it stands now that the espace is locked; ValidationError when it was deleted meanwhile."""
    found = rows.filter(pk=row.pk, espace=row.espace_id).first()
    if found is None:
        raise ValidationError(f"« {row} » a été supprimé entre-temps.")
    return found


def row_of(espace: Espace, model: type[models.Model], pk: int | None, field: str) -> models.Model | None:
    """A row of the espace by id, None for None; one of another espace is as unknown as one that never was."""
    if pk is None:
        return None
    found = model.objects.filter(espace=espace, pk=pk).first()
    if found is None:
        raise ValidationError({field: f"Ce choix n'existe pas : {model._meta.verbose_name} inconnu."})
    return found


def change(row: models.Model, values: dict, *, version: int | None = None) -> models.Model:
    """Set values on a locked row, check it whole, raise its version and save it.

    version: the one the form was opened with; ValidationError when the row has moved on since.
    """
    if version is not None and version != row.version:
        raise ValidationError({NON_FIELD_ERRORS: [ValidationError(STALE, code="stale")]})
    for name, value in values.items():
        setattr(row, name, value)
    check(row)
    row.version += 1
    row.save()
    return row


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
