"""What hangs from a row, found by reflection: a model added later goes along by itself."""

from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter

from django.db import models

from accounts.models.row import EspaceRow

STANDS_ON = {models.CASCADE, models.PROTECT, models.RESTRICT}  # what a row with such a relation does


def goes_along(row: EspaceRow) -> list[EspaceRow]:
    """A row and all that cannot stand without it, in an order in which they can come back."""
    found: dict[type, dict[int, EspaceRow]] = {type(row): {row.pk: row}}
    to_do = [(type(row), [row.pk])]
    while to_do:
        model, ids = to_do.pop()
        for relation in _relations_to(model, STANDS_ON):
            known = found.setdefault(relation.model, {})
            rows = relation.model._base_manager.filter(**{f"{relation.name}__in": ids}).order_by("pk")
            new = {other.pk: other for other in rows if other.pk not in known}
            if new:
                known |= new
                to_do.append((relation.model, list(new)))
    return [other for model in in_order(found) for other in found[model].values()]


def references(rows: Iterable[EspaceRow]) -> list[tuple[EspaceRow, models.ForeignKey]]:
    """The rows that refer to one of these and can stand without it, each with the column that refers."""
    rows = list(rows)
    going = {(type(row), row.pk) for row in rows}
    return [
        (other, relation)
        for model in {type(row) for row in rows}
        for relation in _relations_to(model, {models.SET_NULL})
        for other in relation.model._base_manager.filter(
            **{f"{relation.name}__in": [row.pk for row in rows if type(row) is model]}
        ).order_by("pk")
        if (type(other), other.pk) not in going
    ]


def columns_to_rows(model: type[EspaceRow]) -> list[models.ForeignKey]:
    """The columns of a model that refer to rows of the trade."""
    return [
        column
        for column in model._meta.concrete_fields
        if column.is_relation and issubclass(column.related_model, EspaceRow)
    ]


def _relations_to(model: type[EspaceRow], on_delete: set) -> Iterator[models.ForeignKey]:
    for relation in model._meta.get_fields(include_hidden=True):
        if (
            (relation.one_to_many or relation.one_to_one)
            and relation.auto_created
            and not relation.concrete
            and relation.on_delete in on_delete
            and issubclass(relation.related_model, EspaceRow)
        ):
            yield relation.field


def in_order(found: Iterable[type[EspaceRow]]) -> list[type[EspaceRow]]:
    """These models, each after those that it refers to."""
    referred = {
        model: {column.related_model for column in columns_to_rows(model)} - {model} for model in found
    }
    return [model for model in TopologicalSorter(referred).static_order() if model in referred]
