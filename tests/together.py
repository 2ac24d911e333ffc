"""People who act at the same time, each in a thread with a database connection of its own."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.core.exceptions import ValidationError
from django.db import connections


def together(*jobs: Callable) -> list:
    """Start the jobs at once and return what they return; an error in one is raised."""
    start = Barrier(len(jobs))

    def run(job):
        try:
            start.wait()
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def busy(*actions: Sequence[Callable[[], None]], seconds: float) -> Counter:
    """Let each person go through their actions again and again, for a time; count those that went well.

    A ValidationError is a refusal, counted as "refused"; any other error is raised.
    """

    def someone(theirs):
        done, deadline = Counter(), time.monotonic() + seconds
        while time.monotonic() < deadline:
            for action in theirs:
                try:
                    action()
                    done[action.__name__] += 1
                except ValidationError:
                    done["refused"] += 1
        return done

    return sum(together(*(lambda theirs=theirs: someone(theirs) for theirs in actions)), Counter())
