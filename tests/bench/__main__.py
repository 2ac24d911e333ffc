"""`python -m tests.bench --accounts 100000`: a portfolio of that size, and what each page of it costs.

On a fresh database, beside the one that DATABASE_URL names. Each page is asked of the real server in turn
with a trivial Django view, so that ratios hold on any machine. Ends with 1 when a bound is missed.
`make bench` is the way to it.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import django

from tests.serving import fresh_database


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=30, help="to each page")
    parser.add_argument("--read-s", type=float, default=4.0, help="how long eight readers read, at each turn")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as name:
        folder = Path(name)
        with fresh_database(folder / "vigie.sqlite3") as url:
            os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "crm.settings"}
            os.environ |= {"LOG_LEVEL": "warning", "ALLOWED_HOSTS": "localhost,127.0.0.1"}
            django.setup()
            from tests.bench.run import run  # noqa: PLC0415 - it imports models, which need the above

            asked = {"size": options.accounts, "requests": options.requests, "read_s": options.read_s}
            missed = run(folder, url, **asked)
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
