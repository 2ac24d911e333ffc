"""What rows are called, many at a time and of whatever model."""

from collections import defaultdict
from collections.abc import Iterable

from django.apps import apps
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Left

from accounts.models.note import TITLE_MAX
from accounts.services.history.values import Names
from crm.models import Espace, JournalEntry, Membership, User
from crm.models.espace import member_name
from crm.models.person import full_name

Ref = tuple[type[models.Model], int]
NAMING = ("name", "subject", "email")  # columns by which a row is called, the first one that it has


def kinds() -> dict[str, type[models.Model]]:
    """The models whose rows people know by a French name, by model name."""
    found = [model for app in ("accounts", "crm") for model in apps.get_app_config(app).get_models()]
    return {model._meta.model_name: model for model in found if "verbose_name" in model._meta.original_attrs}


def names_of(espace: Espace, refs: Iterable[Ref]) -> Names:
    """What rows of an espace are called now; those that exist no longer are left out. One query.

    A person is called what their membership of the espace says, so that one who was erased there has no name.
    """
    ids = defaultdict(set)
    for model, pk in refs:
        ids[model].add(pk)
    parts = [part for model, pks in ids.items() if (part := _part(espace, model, pks)) is not None]
    if not parts:
        return {}
    return {(kind, pk): name for kind, pk, name in parts[0].union(*parts[1:], all=True)}


def _part(espace: Espace, model: type[models.Model], ids: set[int]) -> models.QuerySet | None:
    if model is User:
        rows = Membership.objects.filter(espace=espace, user__in=ids)
        return _named(rows, User, F("user_id"), member_name())
    name = member_name() if model is Membership else _name(model)
    if name is None:
        return None
    rows = model._base_manager.filter(pk__in=ids)
    if model is not Espace:
        rows = rows.filter(espace=espace)
    return _named(rows, model, F("pk"), name)


def _named(rows: models.QuerySet, model: type[models.Model], pk, name) -> models.QuerySet:
    kind = Value(model._meta.model_name, models.TextField())
    named = rows.order_by().annotate(model_name=kind, ref=pk, called=name)
    return named.values_list("model_name", "ref", "called")


def _name(model: type[models.Model]):
    columns = {column.name for column in model._meta.concrete_fields}
    if "last_name" in columns:
        return full_name()
    if "text" in columns:
        return Left("text", TITLE_MAX)
    return next((F(name) for name in NAMING if name in columns), None)


def last_names_of(espace: Espace, refs: Iterable[Ref]) -> Names:
    """What rows that are gone were called last, as the journal says. One query, none for none."""
    wanted = Q()
    for model, pk in refs:
        wanted |= Q(model=model._meta.model_name, row_id=pk)
    if not wanted:
        return {}
    lines = JournalEntry.objects.filter(chain__espace=espace)
    same_row = lines.filter(model=OuterRef("model"), row_id=OuterRef("row_id"))
    last = lines.filter(wanted, pk=Subquery(same_row.order_by("-seq").values("pk")[:1]))
    return {(line.model, line.row_id): line.payload.get("label", "") for line in last}
