"""An espace deleted: gone for everybody at once, back within 30 days, and then deleted for good."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from graphlib import TopologicalSorter

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import QuerySet

from crm.actor import Actor, Door
from crm.journal import Action, Line, json_value, record
from crm.models import Espace, Membership, User
from crm.roles import RIGHTS
from crm.writing import Writing, writing

KEPT_DAYS = 30
SLICE = 5000  # rows deleted in one transaction: on SQLite, everybody else waits for it


def delete_espace(*, by: Actor, espace: Espace, name: str, now: datetime) -> Espace:
    """Make an espace exist for nobody any more, for 30 days and then for good.

    name: its name, typed by who deletes it. now: aware. Raises ValidationError by field.
    Side effects: Espace.deleted_at.
    """
    with writing(by, "espace.delete", espace.pk) as write:
        if write.espace.deleted_at:
            raise ValidationError(f"L'espace « {write.espace} » est déjà supprimé.")
        if name.strip() != write.espace.name:
            raise ValidationError({"name": f"Écrivez le nom de l'espace, exactement : {write.espace}"})
        return _set_deleted_at(write, now, Action.TRASHED)


def restore_espace(*, by: Actor, espace: Espace, now: datetime) -> Espace:
    """Bring a deleted espace back, as it was. Raises ValidationError after 30 days.

    now: aware. Side effects: Espace.deleted_at.
    """
    with writing(by, "espace.delete", espace.pk) as write:
        if write.espace.deleted_at is None:
            return write.espace
        if write.espace.deleted_at <= _too_long_ago(now):
            raise ValidationError(
                f"L'espace « {write.espace} » est supprimé depuis plus de {KEPT_DAYS} jours."
            )
        return _set_deleted_at(write, None, Action.RESTORED)


def restorable_espaces(user: User, *, now: datetime) -> QuerySet[Espace]:
    """The deleted espaces that somebody may bring back, by name."""
    theirs = Membership.objects.filter(user=user, is_active=True, role__in=RIGHTS["espace.delete"])
    return Espace.objects.filter(deleted_at__gt=_too_long_ago(now), pk__in=theirs.values("espace")).order_by(
        "name", "pk"
    )


def _set_deleted_at(write: Writing, value: datetime | None, action: Action) -> Espace:
    espace, column = write.espace, Espace._meta.get_field("deleted_at")
    pair = [json_value(column, espace.deleted_at), json_value(column, value)]
    espace.deleted_at = value
    espace.save(update_fields=["deleted_at"])
    write.record(Line(action, espace, {"deleted_at": pair}))
    return espace


def _too_long_ago(now: datetime) -> datetime:
    return now - timedelta(days=KEPT_DAYS)


def purge_espaces(*, now: datetime) -> int:
    """Delete for good the espaces that were deleted 30 days ago; returns how many.

    People stay, without what they were there. A crash leaves the rest to the next call.
    now: aware. Side effects: every row of those espaces; a line each in the house's journal.
    """
    due = Espace.objects.filter(deleted_at__lte=_too_long_ago(now)).order_by("pk")
    return sum(_purge(pk) for pk in due.values_list("pk", flat=True))


def _purge(espace_id: int) -> bool:
    for model, path in belonging():
        rows = models.QuerySet(model).filter(**{path: espace_id})  # not its own manager, which may refuse
        for column in model._meta.concrete_fields:
            if column.related_model is model:  # the parents of a tree, say, whose rows go in any order
                referring = rows.filter(**{f"{column.name}__isnull": False})
                _in_slices(
                    espace_id, referring, lambda chosen, name=column.name: chosen.update(**{name: None})
                )
        _in_slices(espace_id, rows, _delete)
    with transaction.atomic():
        if not _delete(models.QuerySet(Espace).filter(pk=espace_id)):
            return False  # another worker was faster
        gone = Espace(pk=espace_id, name=f"{espace_id}")  # nothing else of it is kept
        record(by=Actor(door=Door.WORKER), espace=None, lines=[Line(Action.PURGED, gone)])
        return True


def _in_slices(espace_id: int, rows: QuerySet, write: Callable[[QuerySet], int]) -> None:
    chosen = models.QuerySet(rows.model).filter(pk__in=rows.values("pk")[:SLICE])
    written = SLICE
    while written >= SLICE:  # a smaller one is the last
        with transaction.atomic():
            list(Espace.objects.select_for_update(no_key=True).filter(pk=espace_id))  # one worker at a time
            written = write(chosen)


def _delete(rows: QuerySet) -> int:
    """In one statement, without loading them; what refers to them went before."""
    return rows._raw_delete(connection.alias)


def belonging() -> Iterator[tuple[type[models.Model], str]]:
    """The models whose rows belong to an espace, each with the path that leads there, and none before those
    that refer to it. Found by reflection: a row belongs to what it cannot be without.
    """
    paths, reached = {Espace: ""}, [Espace]
    for model in reached:
        for column in _columns_to(model):
            if column.model not in paths and column.remote_field.on_delete is not models.SET_NULL:
                paths[column.model] = f"{column.name}__{paths[model]}".removesuffix("__")
                reached.append(column.model)
    referring = {
        model: {column.model for column in _columns_to(model)} & paths.keys() - {model} for model in paths
    }
    for model in TopologicalSorter(referring).static_order():
        if model is not Espace:
            yield model, paths[model]


def _columns_to(model: type[models.Model]) -> list[models.ForeignKey]:
    return [
        column
        for other in apps.get_models(include_auto_created=True)
        for column in other._meta.local_concrete_fields
        if column.related_model is model
    ]
