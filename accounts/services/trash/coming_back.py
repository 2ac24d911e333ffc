"""Rows that come back: what they referred to may be gone, and what is allowed may have changed."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models

from accounts.models import Affaire, Contact, Relance, TrashedRow
from accounts.models.row import EspaceRow
from accounts.services import affaire, relance
from accounts.services.trash.hanging import columns_to_rows
from accounts.services.trash.stored import model_named
from crm.writing import Writing

CHECKS = {Affaire: affaire.check_relations, Relance: relance.check_relations}  # of what a row refers to


def mend(write: Writing, rows: list[EspaceRow]) -> list[str]:
    """Let go of what rows of one model can no longer refer to or be; returns sentences that say so.

    A row still in the Corbeille gives itself back to those that miss it when it comes back too.
    Raises ValidationError when a row cannot stand without what is missing.
    """
    sentences = []
    for column in columns_to_rows(type(rows[0])):
        sentences += _without_missing(write, rows, column)
    models.prefetch_related_objects(rows, *(column.name for column in columns_to_rows(type(rows[0]))))
    for row in rows:
        sentences += _as_allowed(row)
    return sentences


def _without_missing(write: Writing, rows: list[EspaceRow], column: models.ForeignKey) -> list[str]:
    referred = {getattr(row, column.attname) for row in rows} - {None}
    present = column.related_model._base_manager.filter(espace=write.espace, pk__in=referred)
    missing = referred - set(present.values_list("pk", flat=True))
    sentences = []
    for pk in sorted(missing):
        orphans = [row for row in rows if getattr(row, column.attname) == pk]
        in_trash = TrashedRow.objects.filter(
            espace=write.espace, model=column.related_model._meta.model_name, row_id=pk
        ).first()
        if not column.null:
            raise ValidationError(_refusal(orphans[0], column, in_trash))
        for row in orphans:
            setattr(row, column.attname, None)
        if in_trash and column.remote_field.on_delete is models.SET_NULL:
            in_trash.links += [[row._meta.model_name, row.pk, column.name, pk] for row in orphans]
            in_trash.save(update_fields=["links"])
        why = f" « {in_trash} », qui est dans la Corbeille." if in_trash else ", qui n'existe plus."
        sentences.append(_said_without(orphans, column, why))
    return sentences


def _refusal(row: EspaceRow, column: models.ForeignKey, in_trash: TrashedRow | None) -> str:
    if in_trash:
        return f"Restaurez d'abord le {column.verbose_name} « {in_trash} » : « {row} » y était."
    return f"« {row} » ne peut pas revenir : son {column.verbose_name} n'existe plus."


def _said_without(rows: list[EspaceRow], column: models.ForeignKey, why: str) -> str:
    if len(rows) == 1:
        return f"« {rows[0]} » revient sans son {column.verbose_name}{why}"
    plural = rows[0]._meta.verbose_name_plural
    return f"{len(rows)} {plural} reviennent sans leur {column.verbose_name}{why}"


def _as_allowed(row: EspaceRow) -> list[str]:
    if isinstance(row, Contact) and row.is_main:
        if Contact.objects.filter(account_id=row.account_id, is_main=True).exists():
            row.is_main = False
            return [f"« {row} » n'est plus le contact principal : le compte en a un autre."]
    elif type(row) in CHECKS:
        return _without_refused(row)
    return []


def _without_refused(row: Affaire | Relance) -> list[str]:
    sentences = []
    while refusal := refusal_of(row):
        for name in refusal.error_dict:
            setattr(row, name, None)
            sentences.append(_said_without([row], row._meta.get_field(name), ", que son compte n'a plus."))
    return sentences


def refusal_of(row: EspaceRow) -> ValidationError | None:
    """Why a row may not refer to what it refers to, None when it may."""
    try:
        if type(row) in CHECKS:
            CHECKS[type(row)](row)
    except ValidationError as refusal:
        return refusal
    return None


def give_back(write: Writing, links: Iterable[list]) -> None:
    """Let rows that stayed refer again to what came back, where they refer to nothing else and may."""
    for name, pk, column, referred in links:
        row = model_named(name)._default_manager.filter(espace=write.espace, pk=pk).first()
        if row is None or getattr(row, f"{column}_id") is not None:
            continue
        write.remember(row)
        setattr(row, f"{column}_id", referred)
        if refusal_of(row) is None:
            write.change(row, {})
