"""Counts that are known already, kept in the memory of the process.

Every write of an espace moves its journal, whose digest never comes twice. So what was counted at a digest is
right as long as the journal is there, and nothing has to be forgotten in time. How long it took is remembered
longer, so that a page need not wait again for what is slow to count.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import TypeVar

from crm.models import Espace

T = TypeVar("T")
KEPT = 200  # answers, of all espaces
LONG_S = 0.1  # seconds: what nobody should wait for

_kept: OrderedDict[tuple[int, str, Hashable], object] = OrderedDict()
_took_s: OrderedDict[tuple[int, Hashable], float] = OrderedDict()
_lock = Lock()


def known(espace: Espace, question: Hashable):
    """What was counted where an espace's journal is; None when it was not, or is forgotten."""
    key = (espace.pk, espace.digest, question)
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
        return found


def keep(espace: Espace, digest: str, question: Hashable, answer: T, *, took_s: float = 0) -> T:
    """Keep an answer that was read in one statement with the journal's digest, or after it; returns it.

    took_s: how many seconds it took to count.
    """
    with _lock:
        for memory, key, value in (
            (_kept, (espace.pk, digest, question), answer),
            (_took_s, (espace.pk, question), took_s),
        ):
            memory[key] = value
            while len(memory) > KEPT:
                memory.popitem(last=False)
    return answer


def takes_long(espace: Espace, question: Hashable) -> bool:
    """Whether it took long when it was last counted, wherever the journal was."""
    with _lock:
        took_s = _took_s.get((espace.pk, question))
    return took_s is not None and took_s >= LONG_S
