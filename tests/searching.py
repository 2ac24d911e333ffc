"""`python -m tests.searching PORT`: the worker's searches of logos, on a web of ours that listens there.

A process of its own, to be killed or to compete for the machine. It ends when nothing is due.
"""

import argparse
import os
import socket
from datetime import timedelta
from functools import partial

import django


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.searching")
    parser.add_argument("port", type=int)
    parser.add_argument("--in-days", type=int, default=0, help="what is due by then, in days from now")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    django.setup()
    # They import models, which need the above.
    from django.utils import timezone  # noqa: PLC0415

    from accounts.services.logo.searching import search_due  # noqa: PLC0415
    from crm import net  # noqa: PLC0415
    from crm.management.commands.serve import WORKER_NICENESS  # noqa: PLC0415

    os.nice(WORKER_NICENESS)

    def connect(host: str, port: int, seconds: float) -> socket.socket:
        return socket.create_connection(("127.0.0.1", options.port), timeout=seconds)

    get = partial(net.fetch, connect=connect)
    while search_due(now=timezone.now() + timedelta(days=options.in_days), get=get):
        pass


if __name__ == "__main__":
    main()
