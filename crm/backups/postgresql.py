"""PostgreSQL: its own pg_dump and pg_restore, of the server's version."""

import os
import re
import shutil
import subprocess
from glob import glob
from pathlib import Path

from django.db import OperationalError, connection, transaction
from psycopg.conninfo import make_conninfo

from crm.backups.archive import BackupError
from crm.backups.tables import Snapshot, refuse_other_rows, snapshot_of

INSTALLED = "/usr/lib/postgresql/*/bin"  # where Debian keeps each version's programs
PLAIN = ["--no-owner", "--no-privileges"]  # restored under another owner's name as well


def take(copy: Path) -> Snapshot:
    """Dump the database as of one instant to a new file; nobody who writes waits for it."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (instant,) = cursor.fetchone()
        # The archive is compressed as a whole, so not here.
        options = ["--format=custom", "--compress=0", *PLAIN, f"--snapshot={instant}", f"--file={copy}"]
        _run("pg_dump", options)
        return snapshot_of(cursor)


def staging_folder() -> None:
    """Where to unpack the dump: TMPDIR."""


def refuse_unless_empty() -> None:
    try:
        tables = connection.introspection.table_names()
    except OperationalError as error:
        raise BackupError(f"PostgreSQL ne répond pas : {error}.") from error
    if tables:
        raise BackupError(
            f"La base « {connection.settings_dict['NAME']} » n'est pas vide : créez-en une autre avec "
            "createdb, et nommez-la par DATABASE_URL."
        )


def put_in_place(copy: Path, rows: dict[str, int]) -> None:
    """In one transaction: all of it, or nothing."""
    _run("pg_restore", ["--exit-on-error", "--single-transaction", *PLAIN, str(copy)])
    with connection.cursor() as cursor:
        refuse_other_rows(cursor, rows)
        cursor.execute("ANALYZE")  # a dump holds no statistics, and the first pages would be slow


def _run(name: str, options: list[str]) -> None:
    connection.ensure_connection()
    settings = connection.settings_dict
    told = {key.lower(): settings[key] for key in ("USER", "HOST", "PORT") if settings[key]}
    where = make_conninfo(dbname=settings["NAME"], **told, **settings["OPTIONS"])
    done = subprocess.run(
        [program(name, connection.pg_version // 10000), f"--dbname={where}", *options],
        env=os.environ | ({"PGPASSWORD": settings["PASSWORD"]} if settings["PASSWORD"] else {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BackupError(f"{name} a échoué : {done.stderr.strip()}")


def program(name: str, server_version: int) -> str:
    """The program of the server's version, or else of the next one: an older one cannot read the server.

    Raises BackupError when there is none.
    """
    folders = [*os.environ.get("PATH", "").split(os.pathsep), *glob(INSTALLED)]
    found = {_version(path): path for folder in folders if (path := shutil.which(name, path=folder))}
    if not found:
        raise BackupError(
            f"{name} est introuvable : installez les programmes de PostgreSQL {server_version}, par "
            f"exemple par sudo apt-get install postgresql-client-{server_version}."
        )
    usable = [version for version in found if version >= server_version]
    if not usable:
        raise BackupError(
            f"Le serveur est en PostgreSQL {server_version}, et {name} en version {max(found)} : installez "
            f"postgresql-client-{server_version}."
        )
    return found[min(usable)]


def _version(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    number = re.search(r"(\d+)", said)
    return int(number[1]) if number else 0
