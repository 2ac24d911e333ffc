"""Counts that are known already, kept in the memory of the process.

Every write of an espace moves its journal, whose digest never comes twice. So what was counted at a digest is
right as long as the journal is there, and nothing has to be forgotten in time.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import TypeVar

from crm.models import Espace

T = TypeVar("T")
KEPT = 200  # answers, of all espaces

_kept: OrderedDict[tuple[int, str, Hashable], object] = OrderedDict()
_lock = Lock()


def known(espace: Espace, question: Hashable):
    """What was counted where an espace's journal is; None when it was not, or is forgotten."""
    key = (espace.pk, espace.digest, question)
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
        return found


def keep(espace: Espace, digest: str, question: Hashable, answer: T) -> T:
    """Keep an answer that was read in one statement with the journal's digest, or after it; returns it."""
    with _lock:
        _kept[espace.pk, digest, question] = answer
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return answer
