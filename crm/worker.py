"""The loop of the background worker: it runs the steps it is handed until told to stop."""

import logging
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue

from django.db import close_old_connections

logger = logging.getLogger(__name__)

Step = Callable[[], int]  # does what is due, and says how many things it did


class Stop:
    """Asked once, by SIGTERM or SIGINT; whoever waits on it wakes at once."""

    def __init__(self):
        self.asked = False
        # Not a threading.Event: its set() in a signal handler can wait for ever on its own wait().
        self._wake = SimpleQueue()

    def listen(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.ask)

    def ask(self, *_) -> None:
        self.asked = True
        self._wake.put(None)

    def wait(self, seconds: float) -> None:
        if not self.asked:
            with suppress(Empty):
                self._wake.get(timeout=seconds)


def run(steps: Sequence[Step], *, pause_s: float, stop: Stop) -> None:
    """Run the steps in turn, round after round; pause only when a whole round found nothing to do.

    The stop is looked at between two steps, so that a step that has begun always finishes.
    """
    while not stop.asked:
        done, _ = one_round(steps, stop=stop)
        if not done:
            stop.wait(pause_s)


def one_round(steps: Sequence[Step], *, stop: Stop) -> tuple[int, int]:
    """Run each step once; returns how many things were done, and how many steps failed.

    A step that fails is logged, keeps no other from running, and is tried again in the next round.
    """
    done = failed = 0
    for step in steps:
        if stop.asked:
            break
        close_old_connections()
        try:
            done += step()
        except Exception:
            failed += 1
            logger.exception("L'étape « %s » a échoué.", step.__name__)
    close_old_connections()
    return done, failed
