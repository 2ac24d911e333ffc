"""`python -m tests.kills --kills 500`: people work, imports run, and processes are killed at random moments.

On a fresh database, beside the one that DATABASE_URL names; it is kept when something is found.
`make kills N=500` is the way to it.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

import django

from tests.serving import fresh_database


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.kills")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="vigie-kills-"))
    with fresh_database(folder / "vigie.sqlite3", kept_on_failure=True) as url:
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "crm.settings", "LOG_LEVEL": "WARNING"}
        django.setup()
        from tests.kills.rig import run  # noqa: PLC0415 - it imports models, which need the above

        found = run(folder, url, kills=options.kills, seed=options.seed)
        if found:
            sys.exit(f"Fautes : {found}. Tout est gardé dans {folder}, et la base dans {url}.")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
