import errno
import os
import socketserver
import time
from functools import partial

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from crm.children import Child, share_memory
from crm.worker import Stop

LOOK_S = 0.3  # seconds between two looks at the children
REQUESTS_S = 30  # seconds left to requests in flight
STOP_S = REQUESTS_S + 10  # seconds before a child that does not stop is killed
WORKER_NICENESS = 5  # pages come first: nobody waits for the worker


class Listener(socketserver.TCPServer):
    """The listening port. It stays open while the web server starts again: nobody is refused meanwhile."""

    allow_reuse_address = True
    request_queue_size = 2048  # connections


def whole_number(name: str, *, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise CommandError(f"{name} vaut « {text} » : écrivez un nombre entier positif.")


def listen(host: str, port: int) -> Listener:
    try:
        return Listener((host, port), None)
    except (OSError, OverflowError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            why = f"Le port {port} est déjà pris : choisissez-en un autre, par exemple avec PORT={port + 1}."
        else:
            why = f"Impossible d'écouter sur {host}:{port} ({error})."
        raise CommandError(why) from error


def answer(listener: Listener, workers: int, threads: int) -> None:
    """The web server's program: it has the port from now on."""
    from crm.web import Web  # noqa: PLC0415 - the other processes have no use for gunicorn

    settings = {"workers": workers, "threads": threads, "graceful_timeout": REQUESTS_S}
    settings |= {"loglevel": "warning", "control_socket_disable": True}
    Web(bind=f"fd://{listener.socket.detach()}", **settings).run()


def work(listener: Listener) -> None:
    """The background worker's program. If it kept the port, people would wait there as the server stops."""
    listener.server_close()
    call_command("work")


class Command(BaseCommand):
    help = "Sert Vigie : le serveur web et le travail de fond, relancés s'ils s'arrêtent."
    requires_system_checks = []  # `migrate` runs them

    def add_arguments(self, parser):
        parser.add_argument(
            "--bind",
            metavar="HOST",
            default=os.environ.get("HOST") or "127.0.0.1",
            help="Adresse d'écoute ; 0.0.0.0 pour toutes (HOST).",
        )

    def handle(self, *, bind, **options):
        port = whole_number("PORT", default=8000)
        workers = whole_number("WEB_WORKERS", default=2)
        threads = whole_number("WEB_THREADS", default=4)
        stop = Stop()
        stop.listen()
        share_memory()
        with listen(bind, port) as listener:
            web, worker = partial(answer, listener, workers, threads), partial(work, listener)
            children = [
                Child("Le serveur web", "vigie-web", web),
                Child("Le travail de fond", "vigie-work", worker, niceness=WORKER_NICENESS),
            ]
            self.stdout.write(f"Vigie est sur http://localhost:{port} (Ctrl+C pour arrêter).")
            self.stdout.flush()
            while not stop.asked:
                stop.wait(LOOK_S)
                if not stop.asked:
                    for child in children:
                        child.look()
        # The port is given up; each child finishes what it has begun.
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_S
        for child in children:
            child.wait(deadline)
