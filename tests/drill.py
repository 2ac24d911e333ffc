"""`python -m tests.drill --mb 1024`: a database of that size is made, backed up, restored, and timed.

On databases made beside the one that DATABASE_URL names. `make drill` is the way to it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from tests.serving import MANAGE, ROOT, fresh_database

ACCOUNTS = 100_000  # of each import
GROUP = 20  # accounts under one parent
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
            begun = time.monotonic()
            size_mb = fill(source, folder, wanted_mb)
            print(f"{'base remplie':<24}{time.monotonic() - begun:>8.1f} s{size_mb:>10.0f} Mo", flush=True)
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


def fill(url: str, folder: Path, wanted_mb: int) -> float:
    """Import accounts in one espace after another until the database has this size; returns it in MB."""
    timed(url, "migrate", "--verbosity=0")
    file = folder / "import.csv"
    file.write_text("\n".join(["nom;type;site_web;compte_parent;tags;cree_le", *rows()]))
    n = 0
    while (size_mb := size_of(url)) < wanted_mb:
        n += 1
        timed(url, "create_espace", f"Espace {n}", "--admin", "amina@atlas.fr")
        timed(url, "import_accounts", str(file), "--espace", f"espace-{n}")
    return size_mb


def rows():
    for n in range(ACCOUNTS):
        parent = "" if n % GROUP == 0 else f"Société {n - n % GROUP} des Grands Travaux"
        day = f"{2018 + n % 8}-{1 + n % 12:02}-{1 + n % 28:02}"
        kind = "client" if parent else "groupe"
        yield f"Société {n} des Grands Travaux;{kind};societe-{n}.fr;{parent};Tag {n % 40}, Lot {n % 7};{day}"


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
