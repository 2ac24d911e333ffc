"""A row as the Corbeille keeps it, and back.

{"model": "account", "values": {"name": "Arval", "parent_id": "3", ...}, "many": {"tags": [[7, "Banque"]]}}:
texts that each column reads back exactly, null for None.
"""

from django.apps import apps

from accounts.models.derived import DerivedField
from accounts.models.row import EspaceRow
from crm.models import Espace


def stored(row: EspaceRow) -> dict:
    """All columns of a row but those that are recomputed, and its many-to-many rows by id and name."""
    values = {
        column.attname: None if getattr(row, column.attname) is None else column.value_to_string(row)
        for column in row._meta.concrete_fields
        if column.name not in row.recomputed and not isinstance(column, DerivedField)
    }
    many = {
        name: [[related.pk, str(related)] for related in getattr(row, name).all()]
        for name in getattr(row, "journaled_many", ())
    }
    return {"model": row._meta.model_name, "values": values, "many": many}


def model_named(name: str) -> type[EspaceRow]:
    return apps.get_model("accounts", name)


def built(kept: dict, espace: Espace) -> EspaceRow:
    """The row that was stored, not saved. A column added since has its default; one dropped since is lost."""
    row = model_named(kept["model"])(espace=espace)
    for column in row._meta.concrete_fields:
        if column.attname in kept["values"] and column.name != "espace":
            value = kept["values"][column.attname]
            setattr(row, column.attname, value if value is None else column.to_python(value))
    return row
