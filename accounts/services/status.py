"""The statuses as stored: timelines (StatusPeriod) and the accounts' today_* columns, kept right."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import OperationalError, transaction
from django.db.models import OuterRef, Q, Subquery

from accounts.models import Account, Affaire, Opportunite, StatusPeriod
from accounts.services.timeline import Facts, Period, Span, period_on, periods
from crm.actor import SYSTEM
from crm.journal import Action, Line, record
from crm.locks import impatient
from crm.models import Espace

log = logging.getLogger(__name__)
BATCH = 500  # accounts whose facts are in memory together


def facts_of(accounts: Iterable[Account]) -> dict[int, Facts]:
    """The facts of these accounts by id, in two queries."""
    accounts = list(accounts)
    affaires, opportunites = defaultdict(list), defaultdict(list)
    for affaire in Affaire.objects.filter(account__in=accounts):
        affaires[affaire.account_id].append(affaire)
    for opportunite in Opportunite.objects.filter(account__in=accounts):
        opportunites[opportunite.account_id].append(opportunite)
    return {a.pk: facts_from(a.created_on, affaires[a.pk], opportunites[a.pk]) for a in accounts}


def facts_from(created_on: date, affaires: Iterable[Affaire], opportunites: Iterable[Opportunite]) -> Facts:
    """Rows as the engine sees them: an affaire cancelled before its start counts for nothing."""
    return Facts(
        created_on,
        tuple(Span(row.starts_on, row.effective_end, row) for row in affaires if row.counts),
        tuple(Span(row.opened_on, row.closed_on, row) for row in opportunites),
    )


def refresh(*, account_ids: Iterable[int], espace: Espace) -> int:
    """Rewrite the timelines of these accounts from their facts, and their today_* columns.

    The caller holds the espace's lock, and `espace` was read under it: the day comes from there.
    Returns how many timelines or today_* columns differed.
    Side effects: StatusPeriod rows, Account.today_*.
    """
    ids = sorted(account_ids)
    return sum(len(_refresh_batch(ids[n : n + BATCH], espace)) for n in range(0, len(ids), BATCH))


def _refresh_batch(ids: list[int], espace: Espace) -> set[int]:
    accounts = list(
        Account.objects.select_for_update(no_key=True).filter(espace=espace, pk__in=ids).order_by("pk")
    )
    facts = facts_of(accounts)
    stored = defaultdict(list)
    for row in StatusPeriod.objects.filter(account__in=accounts).order_by("account_id", "starts_on"):
        stored[row.account_id].append((row.status, row.starts_on, row.ends_before))

    differed, new = set(), []
    moved = defaultdict(list)  # ids by what their today_* columns become
    for account in accounts:
        timeline = periods(facts[account.pk])
        wanted = [(period.status.value, period.starts_on, period.ends_before) for period in timeline]
        if stored[account.pk] != wanted:
            differed.add(account.pk)
            new += [
                StatusPeriod(account=account, espace=espace, status=status, starts_on=start, ends_before=end)
                for status, start, end in wanted
            ]
        today = today_columns(timeline, espace.status_day)
        if (account.today_status, account.today_since, account.today_until) != today:
            moved[today].append(account.pk)
    StatusPeriod.objects.filter(account__in=[row.account_id for row in new]).delete()
    StatusPeriod.objects.bulk_create(new)
    # Many move alike, and even one statement each costs less than bulk_update's CASE for each column.
    for (status, since, until), pks in moved.items():
        Account.objects.filter(pk__in=pks).update(today_status=status, today_since=since, today_until=until)
    return differed.union(*moved.values())


def today_columns(timeline: list[Period], day: date) -> tuple[str | None, date | None, date | None]:
    """What today_status, today_since and today_until are on a day."""
    period = period_on(timeline, day)
    if period is None:
        # An account that exists only later waits with no status, until its first day.
        return None, None, timeline[0].starts_on
    return period.status.value, period.starts_on, period.ends_before


def tick(*, espace: Espace, today: date) -> int | None:
    """Move an espace's stored statuses to a day; returns how many moved, None when the lock was not free.

    Nothing waits for it: a tick that cannot have its lock at once is left to the next request or to the
    worker, and reads use the periods meanwhile.
    Side effects: Account.today_*, Espace.status_day.
    """
    try:
        with impatient(), transaction.atomic():
            locked = Espace.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=espace.pk)
            return _move(locked.get(), today)
    except (OperationalError, Espace.DoesNotExist) as busy:
        log.info("tick of espace %s left for later: %s", espace.pk, busy)
        return None


def _move(espace: Espace, today: date) -> int:
    if espace.status_day == today:
        return 0
    of_account = StatusPeriod.objects.filter(account=OuterRef("pk"))
    present = of_account.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=today), starts_on__lte=today)
    coming = of_account.filter(starts_on__gt=today).order_by("starts_on")
    # today_since is later than today when the espace's time zone has moved back.
    moved = Account.objects.filter(
        Q(today_until__lte=today) | Q(today_since__gt=today), espace=espace
    ).update(
        today_status=Subquery(present.values("status")[:1]),
        today_since=Subquery(present.values("starts_on")[:1]),
        today_until=Subquery(coming.values("starts_on")[:1]),
    )
    Espace.objects.filter(pk=espace.pk).update(status_day=today)
    return moved


def tick_due(*, now: datetime) -> int:
    """Tick every espace whose calendar day has changed; returns how many accounts moved.

    now: aware. Side effects: those of tick().
    """
    moved = 0
    for espace in Espace.objects.present().order_by("pk"):
        today = now.astimezone(ZoneInfo(espace.timezone)).date()
        if espace.status_day != today:
            moved += tick(espace=espace, today=today) or 0
    return moved


def rebuild(*, espace: Espace) -> list[int]:
    """Recompute every status of an espace; returns the ids of the accounts whose stored ones differed.

    One transaction for each batch, so that people go on working meanwhile.
    Side effects: StatusPeriod rows, Account.today_*, a line of the journal for each batch that differed.
    """
    ids = list(Account.objects.filter(espace=espace).order_by("pk").values_list("pk", flat=True))
    differed = []
    for n in range(0, len(ids), BATCH):
        with transaction.atomic():
            locked = Espace.objects.select_for_update(no_key=True).get(pk=espace.pk)
            mended = sorted(_refresh_batch(ids[n : n + BATCH], locked))
            if mended:
                told = Line(Action.CHANGED, locked, words=f"Statuts recalculés : {len(mended)}")
                record(by=SYSTEM, espace=locked, lines=[told])
            differed += mended
    return differed


def what_if(account: Account, *rows: Affaire | Opportunite) -> Facts:
    """The facts of an account with these unsaved rows, each in the place of the stored one."""
    facts = facts_of([account])[account.pk] if account.pk else Facts(account.created_on)
    replaced = {(type(row), row.pk) for row in rows}

    def with_new(spans: tuple[Span, ...], model: type) -> list:
        kept = [span.row for span in spans if (model, span.row.pk) not in replaced]
        return kept + [row for row in rows if isinstance(row, model)]

    return facts_from(
        account.created_on,
        with_new(facts.affaires, Affaire),
        with_new(facts.opportunites, Opportunite),
    )
