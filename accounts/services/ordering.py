"""The orders of the list of accounts, and its pages by keyset: as fast deep down as at the top."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import DateField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.models import Account

NEVER, BEFORE_ALL = date(9999, 12, 31), date(1, 1, 1)  # where accounts without a bascule go: last either way


@dataclass(frozen=True, slots=True)
class Key:
    """A column to sort by, never null; `parse` reads its value back from a cursor."""

    name: str
    parse: Callable
    descending: bool = False


def _keys(first: Key | None = None, *, descending: bool = False) -> list[Key]:
    by_name = [Key("name_fold", str), Key("pk", int)]
    if first is None:
        return [Key(key.name, key.parse, descending) for key in by_name]
    return [Key(first.name, first.parse, descending), *by_name]


DAY = date.fromisoformat
ORDERS: dict[str, list[Key]] = {}
for _name, _first in {
    "nom": None,
    "statut": Key("rank", int),
    "bascule": Key("bascule", DAY),
    "cree_le": Key("created_on", DAY),
}.items():
    ORDERS[_name] = _keys(_first)
    ORDERS[f"-{_name}"] = _keys(_first, descending=True)


def page_of(
    rows: QuerySet[Account], order: str, *, size: int, number: int = 1, cursor: str = ""
) -> tuple[list[Account], str, str]:
    """A page of accounts `with_status`, and the cursors of the previous and the next ("" when there is none).

    number: counts from 1, used without a cursor. Raises ValidationError when the cursor is not one of ours.
    """
    keys = ORDERS[order]
    rows = _with_keys(rows, order)
    backwards, values = _read(cursor, keys) if cursor else (False, None)
    found = rows.order_by(*(_direction(key, backwards) for key in keys))
    if values:
        found = found.filter(_beyond(keys, values, backwards))
    elif number > 1:
        # The skipped rows are counted off in the index alone; only the page's own are read whole.
        start = (number - 1) * size
        found = found.filter(
            pk__in=found.order_by(*found.query.order_by).values("pk")[start : start + size + 1]
        )
    page = list(found[: size + 1])
    more, page = len(page) > size, page[:size]
    if backwards:
        page.reverse()
    has_next, has_previous = (bool(values), more) if backwards else (more, bool(values) or number > 1)
    return (
        page,
        _write(page[0], keys, backwards=True) if page and has_previous else "",
        _write(page[-1], keys, backwards=False) if page and has_next else "",
    )


def _with_keys(rows: QuerySet[Account], order: str) -> QuerySet[Account]:
    if order.endswith("statut"):
        return rows.with_rank()
    if order.endswith("bascule"):
        last = BEFORE_ALL if order.startswith("-") else NEVER
        return rows.annotate(bascule=Coalesce("status_until", Value(last, DateField())))
    return rows


def _direction(key: Key, backwards: bool) -> str:
    return f"-{key.name}" if key.descending != backwards else key.name


def _beyond(keys: list[Key], values: list, backwards: bool) -> Q:
    """Rows strictly after these values in the order (or before, backwards)."""
    beyond, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        comparison = "lt" if key.descending != backwards else "gt"
        beyond |= equal & Q(**{f"{key.name}__{comparison}": value})
        equal &= Q(**{key.name: value})
    # Implied by the rest, and what lets the database start in the index at the right place.
    first = "lte" if keys[0].descending != backwards else "gte"
    return Q(**{f"{keys[0].name}__{first}": values[0]}) & beyond


def _write(row: Account, keys: list[Key], *, backwards: bool) -> str:
    values = [str(getattr(row, key.name)) for key in keys]
    return base64.urlsafe_b64encode(json.dumps([int(backwards), *values]).encode()).decode().rstrip("=")


def _read(cursor: str, keys: list[Key]) -> tuple[bool, list]:
    try:
        backwards, *texts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [key.parse(text) for key, text in zip(keys, texts, strict=True)]
        if backwards not in (0, 1) or abs(values[-1]) >= 2**63 or "\0" in str(values):
            raise ValueError(cursor)
    except (ValueError, TypeError, binascii.Error):
        raise ValidationError("Ce repère de page n'est plus valable : revenez à la première page.") from None
    return bool(backwards), values
