"""All that is stored, to compare before and after."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from crm.models import Espace, JournalChain, JournalEntry, User
from crm.services.espace_deletion import belonging

RANDOM = {"digest", "nonce", "password", "payload_digest", "salt"}


def paths() -> dict[type[models.Model], str]:
    """Every model whose rows belong to an espace, with the path that leads there."""
    return {Espace: "pk"} | dict(belonging())


def stored() -> dict[str, list[dict]]:
    """Every row of both apps, whole, by model; but for the journal, where refusals are told."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for app in ("crm", "accounts")
        for model in apps.get_app_config(app).get_models()
        if model not in {JournalChain, JournalEntry}
    }


def of(espace: Espace) -> dict[str, list[dict]]:
    """Every row of one espace, whole, by model."""
    return {
        model._meta.label: list(model._base_manager.filter(**{path: espace.pk}).order_by("pk").values())
        for model, path in paths().items()
    }


def made(espace: Espace, before: dict[str, list[dict]]) -> list[tuple]:
    """The rows of an espace that were not there before, or not so, without what chance decides.

    Ids of new rows are told by their order, people by their address, so that the same work done twice gives
    the same, whatever other rows were made meanwhile.
    """
    known = {label: {row["id"]: row for row in rows} for label, rows in before.items()}
    after, refs = of(espace), {}
    for label, rows in after.items():
        new = [row["id"] for row in rows if row["id"] not in known[label]]
        refs |= {(label, pk): f"new {n}" for n, pk in enumerate(new)}
    refs |= {(User._meta.label, pk): email for pk, email in User.objects.values_list("pk", "email")}
    return [
        (model._meta.label, *sorted(_told(model, row, refs)))
        for model in paths()
        for row in after[model._meta.label]
        if known[model._meta.label].get(row["id"]) != row
    ]


def _told(model: type[models.Model], row: dict, refs: dict) -> Iterator[tuple[str, str]]:
    labels = {column.related_model: column.related_model._meta.label for column in _relations(model)}
    for column in model._meta.concrete_fields:
        value = row[column.attname]
        if column.name in RANDOM or column.name in {"payload", "row_id", "tree_id"}:
            continue  # ids in another dress; tree_id is mptt's own
        label = model._meta.label if column.primary_key else labels.get(column.related_model)
        yield column.name, str(refs.get((label, value), value) if label else value)


def _relations(model: type[models.Model]) -> list[models.ForeignKey]:
    return [column for column in model._meta.concrete_fields if column.is_relation]
