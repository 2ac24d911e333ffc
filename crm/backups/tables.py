"""What a database holds, told by its own tables, whatever code is installed."""

from dataclasses import dataclass

from django.db import connection

from crm.backups.archive import BackupError


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A database as of one instant: the migrations that made it, as app.name, and the rows of each table."""

    migrations: list[str]
    rows: dict[str, int]


def snapshot_of(cursor) -> Snapshot:
    """cursor: of the database asked about, which is not always Django's connection but is of its kind."""
    rows = rows_of(cursor)
    if "django_migrations" not in rows:
        raise BackupError("La base est vide : il n'y a rien à sauvegarder.")
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
    return Snapshot([f"{app}.{name}" for app, name in cursor.fetchall()], rows)


def rows_of(cursor) -> dict[str, int]:
    """The number of rows of each table."""
    rows = {}
    for table in connection.introspection.table_names(cursor):
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
        rows[table] = cursor.fetchone()[0]
    return rows


def refuse_other_rows(cursor, told: dict[str, int]) -> None:
    found = rows_of(cursor)
    if found != told:
        wrong = ", ".join(sorted(name for name in {*found, *told} if found.get(name) != told.get(name)))
        raise BackupError(f"La base ne contient pas ce que la sauvegarde annonce, dans : {wrong}.")
