"""Counts that are known already, kept in the memory of the process.

Every write of an espace moves its journal, whose digest never comes twice. So what was counted at a digest is
right as long as the journal is there, and nothing has to be forgotten in time. How long it took is remembered
longer, so that a page need not wait again for what is slow to count.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import NamedTuple, TypeVar

from crm.models import Espace

T = TypeVar("T")
KEPT = 200  # answers, of all espaces
LONG_S = 0.1  # seconds: what nobody should wait for


class Kept(NamedTuple):
    """The last answer to a question, where the journal was then, and how many seconds it took to count."""

    digest: str
    answer: object
    took_s: float


_kept: OrderedDict[tuple[int, Hashable], Kept] = OrderedDict()
_lock = Lock()


def known(espace: Espace, question: Hashable):
    """What was counted where an espace's journal is; None when it was not, or is forgotten."""
    with _lock:
        kept = _kept.get((espace.pk, question))
        if kept is None or kept.digest != espace.digest:
            return None
        _kept.move_to_end((espace.pk, question))
        return kept.answer


def keep(espace: Espace, digest: str, question: Hashable, answer: T, *, took_s: float = 0) -> T:
    """Keep an answer that was read in one statement with the journal's digest, or after it; returns it.

    took_s: how many seconds it took to count.
    """
    with _lock:
        _kept[espace.pk, question] = Kept(digest, answer, took_s)
        _kept.move_to_end((espace.pk, question))
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return answer


def takes_long(espace: Espace, question: Hashable) -> bool:
    """Whether it took long when it was last counted, wherever the journal was."""
    with _lock:
        kept = _kept.get((espace.pk, question))
    return kept is not None and kept.took_s >= LONG_S
