"""Programs that are kept running beside the one that started them, whose memory they share."""

import ctypes
import gc
import logging
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

PAUSE_MAX_S = 30  # seconds before starting again a child that keeps dying: 0, 1, 2, 4, 8, 16, 30
STEADY_S = 60  # seconds; a child that lived this long is started again at once
FORK = multiprocessing.get_context("fork")
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # linux/prctl.h
M_ARENA_MAX = -8  # malloc.h of glibc


def share_memory() -> None:
    """Have those that are started from now on share what is loaded, and each take little besides."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        # Threads take turns at Python's lock anyway: one heap is as fast for them as many, and smaller.
        libc.mallopt(M_ARENA_MAX, 1)
    gc.collect()
    gc.freeze()  # the collector would write to each object, and so take a copy of it


def stop_with_parent() -> None:
    """Ask the kernel to stop this process if its parent is killed: `serve`'s children would keep the port."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A program kept running. name: for people. process_name: for `ps`, 15 letters at most."""

    def __init__(self, name: str, process_name: str, run: Callable[[], None], *, niceness: int = 0):
        self.name, self.process_name, self.run, self.niceness = name, process_name, run, niceness
        self.pause_s = 0
        self.start()

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.restart_at = None
        self.process = FORK.Process(target=self._run, daemon=True)
        self.process.start()

    def _run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        # A group of its own: Ctrl+C reaches the parent alone, which then stops each child gently.
        os.setpgid(0, 0)
        os.nice(self.niceness)
        if sys.platform == "linux":
            stop_with_parent()
            ctypes.CDLL(None).prctl(PR_SET_NAME, self.process_name.encode())
        self.run()

    def look(self) -> None:
        """Start the program again if it died, after a pause that grows while it keeps dying."""
        now = time.monotonic()
        if self.restart_at is not None:
            if now >= self.restart_at:
                self.start()
        elif not self.process.is_alive():
            if now - self.started_at >= STEADY_S:
                self.pause_s = 0
            logger.error(
                "%s s'est arrêté (code %s), nouveau départ dans %s s.",
                self.name,
                self.process.exitcode,
                self.pause_s,
            )
            self.restart_at = now + self.pause_s
            self.pause_s = min(max(self.pause_s * 2, 1), PAUSE_MAX_S)

    def ask_to_stop(self) -> None:
        self.process.terminate()

    def wait(self, deadline: float) -> None:
        self.process.join(max(0, deadline - time.monotonic()))
        if self.process.is_alive():
            logger.error("%s ne s'arrête pas : il est tué.", self.name)
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.join()
