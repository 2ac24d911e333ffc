"""SQLite: a copy by its own online backup, put in place by one rename."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import DatabaseError, connection

from crm.backups.archive import BackupError
from crm.backups.tables import Snapshot, refuse_other_rows, snapshot_of


def take(copy: Path) -> Snapshot:
    """Copy the database as of one instant to a new file; nobody who writes waits for it."""
    address = f"{_database().as_uri()}?mode=rw"  # which does not make a file that is not there
    with (
        _told(),
        closing(sqlite3.connect(address, uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)  # in one step: in several it would begin anew at each write
        return snapshot_of(target.cursor())


def staging_folder() -> Path:
    """Where to unpack the copy, on the same disk as the database."""
    return _database().parent


def refuse_unless_empty() -> None:
    if not _database().exists():
        return  # and is not made by looking
    try:
        tables = connection.introspection.table_names()
    except DatabaseError as error:
        raise BackupError(f"La base {_database()} ne peut pas être ouverte : {error}.") from error
    finally:
        connection.close()
    if tables:
        raise BackupError(
            f"La base {_database()} n'est pas vide : déplacez ce fichier, ou nommez-en un autre "
            "par DATABASE_URL."
        )
    if _database().with_name(f"{_database().name}-wal").exists():
        raise BackupError(
            f"La base {_database()} est ouverte par un autre programme : arrêtez d'abord Vigie."
        )


def put_in_place(copy: Path, rows: dict[str, int]) -> None:
    with _told(), closing(sqlite3.connect(copy)) as opened:
        refuse_other_rows(opened.cursor(), rows)
    copy.rename(_database())


def _database() -> Path:
    return Path(connection.settings_dict["NAME"]).absolute()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise BackupError(f"SQLite refuse : {error}.") from error
