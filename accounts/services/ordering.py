"""The orders of the list of accounts, and its pages by keyset: as fast deep down as at the top."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Case, Q, QuerySet, SmallIntegerField, Value, When

from accounts.choices import Status
from accounts.models import Account

DAY = date.fromisoformat


@dataclass(frozen=True, slots=True)
class Key:
    """A column to sort by, never null where it is used; `parse` reads its value back from a cursor."""

    name: str
    parse: Callable
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that follow each other in the list, and by what they are sorted among themselves."""

    kept: Q
    keys: list[Key]


@dataclass(frozen=True, slots=True)
class Order:
    """A list is some stretches, one after the other, each of them in the order of an index.

    place: which stretch holds an account.
    """

    stretches: list[Stretch]
    place: Callable[[Account], int] = lambda account: 0


def _by_name(descending: bool = False) -> list[Key]:
    return [Key("name_fold", str, descending), Key("pk", int, descending)]


def _by_status(statuses: list[Status]) -> Order:
    return Order([Stretch(Q(status=s), _by_name()) for s in statuses], lambda a: statuses.index(a.status))


def _by_bascule(descending: bool) -> Order:
    """Accounts without one come last either way."""
    dated = [Key("status_until", DAY, descending), *_by_name()]
    return Order(
        [Stretch(Q(status_until__isnull=False), dated), Stretch(Q(status_until__isnull=True), _by_name())],
        lambda account: int(account.status_until is None),
    )


def _by_entry(descending: bool) -> Order:
    return Order([Stretch(Q(), [Key("created_on", DAY, descending), *_by_name()])])


ORDERS: dict[str, Order] = {
    "nom": Order([Stretch(Q(), _by_name())]),
    "-nom": Order([Stretch(Q(), _by_name(descending=True))]),
    "statut": _by_status(list(Status)),
    "-statut": _by_status(list(reversed(Status))),
    "bascule": _by_bascule(descending=False),
    "-bascule": _by_bascule(descending=True),
    "cree_le": _by_entry(descending=False),
    "-cree_le": _by_entry(descending=True),
}


def page_of(
    rows: QuerySet[Account],
    order: str,
    *,
    shown: QuerySet[Account],
    size: int,
    number: int = 1,
    cursor: str = "",
) -> tuple[list[Account], str, str]:
    """A page of accounts, and the cursors of the previous and the next ("" when there is none).

    rows: `with_status`, narrowed. shown: all of the espace's, `with_status` on the same day, with what the
    page shows of them. number: counts from 1, used without a cursor.
    Raises ValidationError when the cursor is not one of ours.
    """
    order = ORDERS[order]
    backwards, place, values = _read(cursor, order) if cursor else (False, 0, None)
    # Rows are left out, and skipped, in the index alone; only the page's own are read whole.
    if values is None and number > 1:
        start = (number - 1) * size
        found = _whole(rows, order, backwards).values("pk")[start : start + size + 1]
    else:
        found = _first(rows, order, backwards, place, values, size + 1)
    page = list(_whole(shown.filter(pk__in=found), order, backwards)[: size + 1])
    more, page = len(page) > size, page[:size]
    if backwards:
        page.reverse()
    has_next, has_previous = (bool(values), more) if backwards else (more, bool(values) or number > 1)
    return (
        page,
        _write(page[0], order, backwards=True) if page and has_previous else "",
        _write(page[-1], order, backwards=False) if page and has_next else "",
    )


def _whole(rows: QuerySet[Account], order: Order, backwards: bool) -> QuerySet[Account]:
    """All the rows in their order."""
    keys = [_direction(key, backwards) for key in order.stretches[0].keys]
    if len(order.stretches) == 1:
        return rows.order_by(*keys)
    places = [When(stretch.kept, then=Value(n)) for n, stretch in enumerate(order.stretches)]
    rows = rows.alias(stretch=Case(*places, output_field=SmallIntegerField()))
    return rows.order_by("-stretch" if backwards else "stretch", *keys)


def _first(
    rows: QuerySet[Account], order: Order, backwards: bool, place: int, values: list | None, n: int
) -> QuerySet:
    """The ids of the first n rows at least after these values: those that each stretch may give."""
    parts = []
    for number, stretch in enumerate(order.stretches):
        if number > place if backwards else number < place:
            continue
        part = rows.filter(stretch.kept).order_by(*(_direction(key, backwards) for key in stretch.keys))
        if values is not None and number == place:
            part = part.filter(_beyond(stretch.keys, values, backwards))
        parts.append(part.values("pk")[:n])
    if len(parts) == 1:
        return parts[0]
    # SQLite refuses limits in the parts of a UNION, but not one level deeper.
    first = [Account.objects.filter(pk__in=part).values("pk") for part in parts]
    return first[0].union(*first[1:], all=True)


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


def _write(row: Account, order: Order, *, backwards: bool) -> str:
    place = order.place(row)
    values = [str(getattr(row, key.name)) for key in order.stretches[place].keys]
    content = json.dumps([int(backwards), place, *values]).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _read(cursor: str, order: Order) -> tuple[bool, int, list]:
    try:
        backwards, place, *texts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if backwards not in (0, 1) or place not in range(len(order.stretches)):
            raise ValueError(cursor)
        keys = order.stretches[place].keys
        values = [key.parse(text) for key, text in zip(keys, texts, strict=True)]
        if abs(values[-1]) >= 2**63 or "\0" in str(values):
            raise ValueError(cursor)
    except (ValueError, TypeError, binascii.Error):
        raise ValidationError("Ce repère de page n'est plus valable : revenez à la première page.") from None
    return bool(backwards), int(place), values
