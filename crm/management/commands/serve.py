import ctypes
import errno
import logging
import os
import signal
import socketserver
import subprocess
import sys
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from crm.worker import Stop

logger = logging.getLogger(__name__)

LOOK_S = 0.3  # seconds between two looks at the children
PAUSE_MAX_S = 30  # seconds before starting again a child that keeps dying: 0, 1, 2, 4, 8, 16, 30
STEADY_S = 60  # seconds; a child that lived this long is started again at once
REQUESTS_S = 30  # seconds left to requests in flight
STOP_S = REQUESTS_S + 10  # seconds before a child that does not stop is killed
WORKER_NICENESS = 5  # pages come first: nobody waits for the worker
# Threads take turns at Python's lock anyway: one heap is as fast for them as many, and smaller (mallopt(3)).
ONE_HEAP = {"MALLOC_ARENA_MAX": "1"}
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Listener(socketserver.TCPServer):
    """The listening port. It stays open while the web server starts again: nobody is refused meanwhile."""

    allow_reuse_address = True
    request_queue_size = 2048  # connections


class Child:
    """A program kept running."""

    def __init__(self, name: str, arguments: list[str], *, pass_fds: tuple[int, ...] = (), niceness: int = 0):
        self.name, self.arguments, self.pass_fds, self.niceness = name, arguments, pass_fds, niceness
        self.pause_s = 0
        self.start()

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.restart_at = None
        self.process = subprocess.Popen(
            [sys.executable, *self.arguments],
            cwd=settings.BASE_DIR,
            env=os.environ | ONE_HEAP,
            pass_fds=self.pass_fds,
            # A group of its own: Ctrl+C reaches `serve` alone, which then stops each child gently.
            process_group=0,
            preexec_fn=self._prepare,
        )

    def _prepare(self) -> None:
        os.nice(self.niceness)
        if sys.platform == "linux":
            stop_with_parent()

    def look(self) -> None:
        """Start the program again if it died, after a pause that grows while it keeps dying."""
        now = time.monotonic()
        if self.restart_at is not None:
            if now >= self.restart_at:
                self.start()
        elif self.process.poll() is not None:
            if now - self.started_at >= STEADY_S:
                self.pause_s = 0
            logger.error(
                "%s s'est arrêté (code %s), nouveau départ dans %s s.",
                self.name,
                self.process.returncode,
                self.pause_s,
            )
            self.restart_at = now + self.pause_s
            self.pause_s = min(max(self.pause_s * 2, 1), PAUSE_MAX_S)

    def ask_to_stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        try:
            self.process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            logger.error("%s ne s'arrête pas : il est tué.", self.name)
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def stop_with_parent() -> None:
    """Ask the kernel to stop this child if `serve` itself is killed, or it would keep the port."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


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
        with listen(bind, port) as listener:
            fd = listener.fileno()
            web = f"-m gunicorn crm.wsgi --bind fd://{fd} --workers {workers} --threads {threads} --preload"
            web += " --worker-class crm.web.Worker"
            web += f" --graceful-timeout {REQUESTS_S} --log-level warning --no-control-socket"
            children = [
                Child("Le serveur web", web.split(), pass_fds=(fd,)),
                Child("Le travail de fond", ["manage.py", "work"], niceness=WORKER_NICENESS),
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
