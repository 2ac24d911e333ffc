from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def impatient() -> Iterator[None]:
    """On SQLite, wait for the lock 100 ms instead of the usual 20 s: for what may be left to another time."""
    if connection.vendor != "sqlite":
        yield
        return
    usual_ms = int(connection.settings_dict["OPTIONS"]["timeout"] * 1000)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 100")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual_ms}")


def hold(number: int) -> None:
    """Wait until no other transaction holds this lock, and hold it to the end of this one.

    On SQLite, a transaction that may write is the only one.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
