"""`python -m tests.drill --mb 1024`: a database of about that size is made, backed up, restored, and timed.

On databases made beside the one that DATABASE_URL names. `make drill` is the way to it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django
import psycopg

from tests.serving import MANAGE, ROOT, fresh_database

ACCOUNTS_PER_MB = 400
BOUND_S = 60  # to restore 1 GB


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.drill")
    parser.add_argument("--mb", type=int, default=1024)
    wanted_mb = parser.parse_args().mb
    with tempfile.TemporaryDirectory(prefix="vigie-drill-") as name:
        folder = Path(name)
        with (
            fresh_database(folder / "from.sqlite3") as source,
            fresh_database(folder / "to.sqlite3") as target,
        ):
            filled_s = fill(source, wanted_mb * ACCOUNTS_PER_MB)
            size_mb = size_of(source)
            print(f"{'base remplie':<24}{filled_s:>8.1f} s{size_mb:>10.0f} Mo", flush=True)
            copy = folder / "copy.vigie"
            back_up_s = timed(source, "backup", str(copy))
            print(
                f"{'manage.py backup':<24}{back_up_s:>8.1f} s{copy.stat().st_size / 1024**2:>10.0f} Mo",
                flush=True,
            )
            restore_s = timed(target, "restore", str(copy))
            print(f"{'manage.py restore':<24}{restore_s:>8.1f} s{size_of(target):>10.0f} Mo")
    if restore_s > BOUND_S * size_mb / 1024:
        sys.exit(f"Trop lent : {BOUND_S} s pour 1 Go au plus.")


def fill(url: str, accounts: int) -> float:
    """Fill the database as `make bench` does; returns the seconds that it took."""
    begun = time.monotonic()
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "crm.settings", "LOG_LEVEL": "WARNING"}
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - settings are read above
    from django.db import connection  # noqa: PLC0415

    from tests.bench.building import build  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    build(accounts)
    connection.close()
    return time.monotonic() - begun


def timed(url: str, *arguments: str) -> float:
    """Seconds that a command took."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as media:
        subprocess.run(
            [*MANAGE, *arguments],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": url, "MEDIA_ROOT": media},
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return time.monotonic() - begun


def size_of(url: str) -> float:
    """MB."""
    if url.startswith("sqlite:"):
        return Path(url.removeprefix("sqlite:///")).stat().st_size / 1024**2
    with psycopg.connect(url) as opened:
        return opened.execute("SELECT pg_database_size(current_database())").fetchone()[0] / 1024**2


if __name__ == "__main__":
    main()
