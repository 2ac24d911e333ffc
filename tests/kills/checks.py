"""What must hold after the kills, read from the database itself. Each fault is a sentence."""

from collections import Counter
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.db.models import Count, Q

from accounts.models import Account, Affaire, Contact, Opportunite, Projet
from accounts.services.status import rebuild
from accounts.services.tree import broken_trees
from crm.journal import Action, faults
from crm.models import Espace, JournalChain, JournalEntry
from tests.kills.people import Ledger

MODELS = {m._meta.model_name: m for m in (Account, Affaire, Contact, Opportunite, Projet)}


def lost(ledger: Ledger) -> Iterator[str]:
    """Acknowledged writes that the database does not hold."""
    for (name, pk), promised in ledger.rows.items():
        row = MODELS[name].objects.filter(pk=pk).first()
        if row is None:
            yield f"{name} {pk}: acknowledged, and not there"
            continue
        for column, allowed in promised.items():
            value = str(getattr(row, MODELS[name]._meta.get_field(column).attname) or "")
            if value not in allowed:
                yield f"{name} {pk}: {column} is {value!r}, promised {sorted(allowed)!r}"


def lost_imports(acknowledged: set[int], rows: int) -> Iterator[str]:
    for number, found in _imported().items():
        if number in acknowledged and found != rows:
            yield f"import {number}: acknowledged, and {found} rows of {rows}"
    for number in acknowledged - _imported().keys():
        yield f"import {number}: acknowledged, and not there"


def doubles(ledger: Ledger) -> Iterator[str]:
    """Names that were typed once, and that several rows hold."""
    for name in ledger.names:
        repeated = MODELS[name].objects.values("name").annotate(n=Count("pk")).filter(n__gt=1)
        for each in repeated.order_by("name"):
            yield f"{name} « {each['name']} »: {each['n']} rows"


def partial(rows_of_an_import: int) -> Iterator[str]:
    """Rows without all that goes with them."""
    for number, found in _imported().items():
        if found != rows_of_an_import:
            yield f"import {number}: {found} rows of {rows_of_an_import}"
    yield from _without_their_lines()
    for account in Account.objects.filter(periods=None):
        yield f"account {account.pk}: no timeline"
    for espace in Espace.objects.order_by("pk"):
        yield from (f"account {pk}: its status was wrong" for pk in rebuild(espace=espace))
    yield from (f"tree {tree_id}: broken" for tree_id in broken_trees()[0])
    for chain in JournalChain.objects.order_by("pk"):
        yield from (f"{chain}: {fault}" for fault in faults(chain))
    yield from _database_faults()


def _imported() -> Counter:
    """How many rows there are of each import, by its number."""
    names = Account.objects.filter(name__startswith="Import ").values_list("name", flat=True)
    return Counter(int(name.split()[1]) for name in names)


def _without_their_lines() -> Iterator[str]:
    """Each row was told once when it was made and once for each version since; and what was told is there."""
    for name, model in MODELS.items():
        lines = JournalEntry.objects.filter(model=name).values("row_id")
        lines = lines.annotate(
            made=Count("pk", filter=Q(action=Action.CREATED)),
            changed=Count("pk", filter=Q(action=Action.CHANGED)),
        ).order_by("row_id")
        told = {line["row_id"]: (line["made"], line["changed"]) for line in lines}
        rows = dict(model.objects.order_by("pk").values_list("pk", "version"))
        for pk in sorted(rows.keys() | told.keys()):
            expected = (1, rows[pk] - 1) if pk in rows else (0, 0)
            if told.get(pk, (0, 0)) != expected:
                yield f"{name} {pk}: lines of the journal {told.get(pk, (0, 0))}, expected {expected}"


def _database_faults() -> Iterator[str]:
    try:
        connection.check_constraints()
    except (DatabaseError, ValidationError) as fault:
        yield f"foreign keys: {fault}"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            yield from (row[0] for row in cursor.fetchall() if row[0] != "ok")
