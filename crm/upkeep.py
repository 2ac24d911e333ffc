"""What PostgreSQL does by itself, and SQLite when it is asked."""

import time

from django.db import connection

EVERY_S = 24 * 3600
ROWS = 1000  # read of each index: milliseconds, whatever the size

_next = 0.0


def refresh_statistics() -> int:
    """Let SQLite look at how values are spread, at the start and once a day; returns 1 when it did.

    Without it, it takes any index that it may for as good as another. Side effects: sqlite_stat1.
    """
    global _next
    if connection.vendor != "sqlite" or time.monotonic() < _next:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {ROWS}")
        cursor.execute("ANALYZE")
    _next = time.monotonic() + EVERY_S
    return 1
