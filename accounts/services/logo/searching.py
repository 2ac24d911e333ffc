"""The worker's part: the searches that are due, a few at once, each claimed for a while."""

import logging
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from accounts.models import LogoSearch
from accounts.services.logo import files, keeping
from accounts.services.logo.decoding import Decoder
from accounts.services.logo.fetching import SEARCH_S, Found, NoLogo, find
from crm import locks
from crm.models import Espace
from crm.net import NetError

logger = logging.getLogger(__name__)

IN_FLIGHT = 4  # of all workers together
CLAIMS_LOCK = 0x6C6F676F  # whatever number no other lock has
ROUND_S = 5.0  # for how long a round claims more: the worker has other things to do, and may be asked to stop
CLAIM = timedelta(seconds=ROUND_S + SEARCH_S + 25)  # nobody else may take a search meanwhile
IN_A_ROW = 20  # searches of one espace before those of another
KEPT = timedelta(days=90)
JITTER = timedelta(days=9)  # lest what was found together be searched together again
SOFT = [timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(days=7)]
LASTING = timedelta(days=30)


def search_due(*, now: datetime, get: Callable) -> int:
    """Search the logos that are due, at most 4 at once and one of a host whatever other workers do; returns
    how many were searched.

    now: aware. get: crm.net.get, or what stands for it. A worker that dies in the middle leaves claims that
    run out, and nothing half written.
    Side effects: files, LogoSearch rows, the logos of their accounts.
    """
    LogoSearch.objects.filter(claimed_until__lt=now).update(claimed_host=None, claimed_until=None)
    due = _claimed(now)
    searches: dict[Future, LogoSearch] = {}
    done = 0
    ends_at = time.monotonic() + ROUND_S
    with Decoder() as decoder, ThreadPoolExecutor(IN_FLIGHT) as pool:
        while True:
            while len(searches) < IN_FLIGHT and time.monotonic() < ends_at and (search := next(due, None)):
                searches[pool.submit(find, search.account.website, get=get, decoder=decoder)] = search
            if not searches:
                return done
            for future in wait(searches, return_when=FIRST_COMPLETED).done:
                _keep(searches.pop(future), future, now=now)
                done += 1


def _claimed(now: datetime) -> Iterator[LogoSearch]:
    """The searches that are due, each claimed as it is asked for, some of each espace in turn."""
    due = LogoSearch.objects.filter(claimed_until=None, due_at__lte=now)
    searched = Espace.objects.filter(fetches_logos=True, deleted_at=None)
    taken = 1
    while taken:
        taken = 0
        for espace in searched.filter(Exists(due.filter(espace=OuterRef("pk")))).order_by("pk"):
            rows = due.filter(espace=espace).select_related("account").order_by("due_at", "pk")
            for row in rows[:IN_A_ROW]:
                if _are_enough():
                    return
                if _claim(row, now):
                    taken += 1
                    yield row


def _claim(search: LogoSearch, now: datetime) -> bool:
    """Whether this search is ours: nobody took it, no other of its host is running, and not too many are."""
    mine = LogoSearch.objects.filter(pk=search.pk, claimed_until=None, due_at=search.due_at)
    try:
        with transaction.atomic():
            locks.hold(CLAIMS_LOCK)  # or two workers would count the same claims, and both add theirs
            return not _are_enough() and (
                mine.update(claimed_host=search.account.domain, claimed_until=now + CLAIM) == 1
            )
    except IntegrityError:
        return False


def _are_enough() -> bool:
    return LogoSearch.objects.filter(claimed_until__isnull=False).count() >= IN_FLIGHT


def _keep(search: LogoSearch, future: Future, *, now: datetime) -> None:
    """Write down what a search gave, unless it was asked for again meanwhile, of another website perhaps."""
    found: Found | None = None
    failure = None
    try:
        found = future.result()
        digest = files.write(search.espace_id, found.encoded)
    except NoLogo as error:
        failure = error
    except Exception:  # one site or a full disk must not keep the others from their logos
        logger.exception("La recherche du logo sur %s a échoué.", search.account.website)
        found, failure = None, NoLogo(NetError())
    values = {"claimed_host": None, "claimed_until": None}
    with transaction.atomic():
        Espace.objects.select_for_update(no_key=True).get(pk=search.espace_id)
        present = LogoSearch.objects.select_related("account").filter(pk=search.pk).first()
        if present is None:
            return
        if present.due_at == search.due_at:
            if found:
                keeping.keep_found(present, digest, found.encoded.look.ground)
                values |= {
                    "due_at": now + KEPT + random.uniform(-1, 1) * JITTER,
                    **{"failures": 0, "failure": "", "found_at": now, "source": found.source},
                }
            else:
                values |= _after(failure, present.failures, now)
        LogoSearch.objects.filter(pk=search.pk).update(**values)


def _after(failure: NoLogo, failures: int, now: datetime) -> dict:
    """When to search again: soon after what may pass by itself, a month after what stays."""
    is_soft = not failure.is_lasting and failures < len(SOFT)
    return {
        "due_at": now + (SOFT[failures] if is_soft else LASTING),
        "failures": failures + 1,
        "failure": str(failure),
    }
