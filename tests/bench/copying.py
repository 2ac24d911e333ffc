"""An espace's rows copied many times by the database itself: a hundred times faster than making each one.

What is derived (statuses, periods, folded names) is copied with them; the journal's lines are chained anew.
"""

from django.core.management.color import no_style
from django.db import connection
from django.db.models import F, Max, Model

from accounts.models import Account, AccountTag, Affaire, Contact, Opportunite, Projet, StatusPeriod
from crm.journal import beginning, line_digest
from crm.models import JournalChain, JournalEntry

COPIED = (Account, AccountTag, Projet, Affaire, Opportunite, Contact, StatusPeriod, JournalEntry)
NUMBERED = ("tree_id", "seq")  # numbers that are no ids, and yet are never twice the same
NAMED = ("name", "name_fold", "domain")  # texts that copies do not share


def copy_rows(copies: int) -> None:
    """Add as many copies of all rows that there are; they must be of one espace.

    Side effects: rows of COPIED, the numbers that come next, the journal's digests.
    """
    steps = {model: _last(model, "pk") for model in COPIED}
    steps |= {name: _last(model, name) for model in COPIED for name in NUMBERED if _has(model, name)}
    with connection.cursor() as cursor:
        for model in COPIED:
            for n in range(1, copies + 1):
                cursor.execute(_copy(model, n, steps))
    for chain in JournalChain.objects.all():
        _chain_anew(chain)
    continue_numbers()


def _copy(model: type[Model], n: int, steps: dict) -> str:
    quote = connection.ops.quote_name
    columns, values = [], []
    for field in model._meta.concrete_fields:
        column = value = quote(field.column)
        step = steps.get(model if field.primary_key else field.related_model or field.name)
        if step:
            value = f"{column} + {n * step}"
        elif field.name in NAMED:
            value = f"CASE WHEN {column} = '' THEN '' ELSE {column} || ' {n}' END"
        columns.append(column)
        values.append(value)
    table, pk = quote(model._meta.db_table), quote(model._meta.pk.column)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"SELECT {', '.join(values)} FROM {table} WHERE {pk} <= {steps[model]}"
    )


def continue_numbers() -> None:
    """Let what is created next have the numbers after those that were given."""
    with connection.cursor() as cursor:
        # PostgreSQL does not count them by itself.
        for statement in connection.ops.sequence_reset_sql(no_style(), COPIED):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval('accounts_tree_id', %s)", [_last(Account, "tree_id")])


def _chain_anew(chain: JournalChain) -> None:
    digest, digests = beginning(chain), []
    for entry in chain.entries.order_by("seq").defer("payload").iterator():
        digest = line_digest(entry, digest)
        digests.append((digest, entry.pk))
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {JournalEntry._meta.db_table} SET digest = %s WHERE id = %s", digests)
    chain.length, chain.digest = len(digests), digest
    chain.save(update_fields=["length", "digest"])


def _last(model: type[Model], name: str) -> int:
    return model.objects.aggregate(last=Max(F(name)))["last"] or 0


def _has(model: type[Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)
