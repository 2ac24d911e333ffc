"""The Corbeille: rows deleted, kept for 30 days, then put back or deleted for good.

A row that is deleted leaves its table, with those that cannot stand without it, and becomes values in a
TrashedRow. So no list, count, status, search or export has to know that the Corbeille exists: what is in it
is nowhere else. Putting back inserts the very same rows, under the same ids.
"""

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from accounts.models import Account, Affaire, Note, Opportunite, Relance, Tag, TrashedRow
from accounts.models.row import EspaceRow
from accounts.services.logo.keeping import look_for
from accounts.services.note import require_own
from accounts.services.relance import check_own
from accounts.services.relance.reason import close_relances
from accounts.services.status import refresh
from accounts.services.tag import known_or_new
from accounts.services.trash.coming_back import give_back, mend
from accounts.services.trash.hanging import goes_along, references
from accounts.services.trash.stored import built, model_named, stored
from crm.actor import Actor, Door
from crm.journal import Action, Line
from crm.models import Espace
from crm.writing import Writing, writing

log = logging.getLogger(__name__)
KEPT_DAYS = 30
WORKER = Actor(door=Door.WORKER)
BATCH = 100  # rows purged in one transaction
NAMED = 3  # sub-accounts named in a refusal


@dataclass(frozen=True, slots=True)
class Restored:
    """A row that came back, and sentences about what could not come back with it."""

    row: EspaceRow
    sentences: list[str]


def right_to_delete(model: type[EspaceRow]) -> str:
    """What it takes to put rows of a model in the Corbeille, and out of it."""
    return f"{model._meta.model_name}.delete"


def check_may_delete(by: Actor, row: EspaceRow) -> None:
    """Raise PermissionDenied unless a row may be put in the Corbeille, and out of it."""
    by.require(right_to_delete(type(row)), espace_id=row.espace_id)
    if isinstance(row, Relance):
        check_own(by, row)
    if isinstance(row, Note):
        require_own(by, row)


def trash(*, by: Actor, row: EspaceRow, now: datetime) -> TrashedRow:
    """Put a row in the Corbeille, with all that cannot stand without it.

    now: aware. Rows that refer to it and stay lose the reference, until it comes back.
    Raises ValidationError for an account with sub-accounts, PermissionDenied for somebody's note.
    Side effects: one TrashedRow, the rows it holds, columns of those that referred to them, timelines.
    """
    with writing(by, right_to_delete(type(row)), row.espace_id) as write:
        row = write.reread(type(row)._default_manager.all(), row)
        check_may_delete(by, row)
        check_no_sub_accounts(row)
        rows = goes_along(row)
        trashed = _trashed(write, rows, now=now, links=let_go(write, rows))
        trashed.save()
        write.remove(*reversed(rows), action=Action.TRASHED)
        refresh(account_ids=_accounts_of(rows), espace=write.espace)
        return trashed


def put_away(write: Writing, relances: list[Relance], *, now: datetime) -> None:
    """Put many relances in the Corbeille at once: nothing refers to one, and none changes a status.

    now: aware. The caller has asked check_may_delete(). Side effects: TrashedRow rows, these relances.
    """
    TrashedRow.objects.bulk_create(_trashed(write, [row], now=now, links=[]) for row in relances)
    write.remove(*relances, action=Action.TRASHED)


def _trashed(write: Writing, rows: list[EspaceRow], *, now: datetime, links: list[list]) -> TrashedRow:
    """A row, the first one, and those that go with it, as the Corbeille keeps them; not saved."""
    row = rows[0]
    return TrashedRow(
        espace=write.espace,
        model=row._meta.model_name,
        row_id=row.pk,
        name=str(row)[:250],
        trashed_at=now,
        trashed_by=write.by.membership,
        rows=[stored(other) for other in rows],
        links=links,
    )


def check_no_sub_accounts(row: EspaceRow) -> None:
    """Raise ValidationError for an account that others are below."""
    if not isinstance(row, Account) or not row.children.exists():
        return
    names = list(row.children.order_by("name_fold", "pk").values_list("name", flat=True))
    shown = ", ".join(names[:NAMED]) + (f" et {len(names) - NAMED} de plus" if len(names) > NAMED else "")
    them, below = ("le", "un sous-compte") if len(names) == 1 else ("les", f"{len(names)} sous-comptes")
    raise ValidationError(f"« {row} » a {below} ({shown}) : déplacez-{them} d'abord.")


def let_go(write: Writing, rows: list[EspaceRow]) -> list[list]:
    """Have the rows that refer to these, and can stand without them, refer to nothing.

    Returns what they referred to: model name, id, column, id. Side effects: those rows.
    """
    links = []
    for other, column in references(rows):
        other = write.reread(type(other)._default_manager.all(), other)
        links.append([other._meta.model_name, other.pk, column.name, getattr(other, column.attname)])
        write.change(other, {column.name: None})
    return links


def restore(*, by: Actor, trashed: TrashedRow) -> Restored:
    """Take a row out of the Corbeille, with all that went with it.

    An account goes back under its parent, or to the top when there is none any more.
    Raises ValidationError when the account it belongs to is not there, or when it has left the Corbeille.
    Side effects: those of trash(), undone; tags that were deleted meanwhile are made again; Relance rows
    whose reason has gone.
    """
    with writing(by, right_to_delete(model_named(trashed.model)), trashed.espace_id) as write:
        name, trashed = trashed.name, TrashedRow.objects.filter(pk=trashed.pk, espace=write.espace).first()
        if trashed is None:
            raise ValidationError(f"« {name} » n'est plus dans la Corbeille.")
        check_may_delete(by, built(trashed.rows[0], write.espace))
        rows, sentences = [], []
        for _, group in groupby(trashed.rows, key=itemgetter("model")):
            kept = list(group)
            back = [built(each, write.espace) for each in kept]
            sentences += mend(write, back)
            _put_back(write, trashed, list(zip(back, kept, strict=True)))
            rows += back
        give_back(write, trashed.links)
        refresh(account_ids=_accounts_of(rows), espace=write.espace)
        look_for(row for row in rows if isinstance(row, Account))
        if not isinstance(rows[0], Account):  # those of an account were there beside its relances
            close_relances(write, *(row for row in rows if isinstance(row, Affaire | Opportunite)))
        trashed.delete()
        return Restored(rows[0], sentences)


def _put_back(write: Writing, trashed: TrashedRow, rows: list[tuple[EspaceRow, dict]]) -> None:
    try:
        with transaction.atomic():
            write.put_back((row, _many(write, kept)) for row, kept in rows)
    except (IntegrityError, DataError) as refusal:
        # What was kept does not meet a constraint that the database has now.
        log.error("trashed row %s cannot come back: %s", trashed.pk, refusal)
        raise ValidationError(
            f"« {trashed} » ne peut pas revenir : ses valeurs ne sont plus admises."
        ) from None


def _many(write: Writing, kept: dict) -> dict[str, list]:
    """The tags that an account had: the same rows where they are still there, else by their names."""
    present = Tag.objects.filter(espace=write.espace).in_bulk([pk for pk, _ in kept["many"].get("tags", [])])
    return {
        name: known_or_new(write, [str(present.get(pk, text)) for pk, text in pairs])
        for name, pairs in kept["many"].items()
    }


def _accounts_of(rows: Iterable[EspaceRow]) -> set[int]:
    return {row.pk if isinstance(row, Account) else row.account_id for row in rows}


def companions(trashed: TrashedRow) -> list[type[EspaceRow]]:
    """The models of the rows that went with a row."""
    return [model_named(kept["model"]) for kept in trashed.rows[1:]]


def counted(kinds: Iterable[type[EspaceRow]]) -> str:
    """« 1 projet, 3 affaires »: how many rows of each model."""
    return ", ".join(
        f"{number} {model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural}"
        for model, number in Counter(kinds).items()
    )


def purge_due(*, now: datetime) -> int:
    """Delete for good what has been in the Corbeille for 30 days; returns how many rows were purged.

    now: aware. One transaction for each batch, so that people go on working meanwhile.
    Side effects: TrashedRow, a line each in the journal.
    """
    due = TrashedRow.objects.filter(trashed_at__lte=now - timedelta(days=KEPT_DAYS))
    purged = 0
    while first := due.order_by("trashed_at").first():
        with writing(WORKER, right_to_delete(Account), first.espace_id) as write:
            batch = list(due.filter(espace=write.espace).order_by("trashed_at", "pk")[:BATCH])
            write.record(*(_last_line(write.espace, trashed) for trashed in batch))
            TrashedRow.objects.filter(pk__in=[trashed.pk for trashed in batch]).delete()
            purged += len(batch)
    return purged


def _last_line(espace: Espace, trashed: TrashedRow) -> Line:
    others = counted(companions(trashed))
    return Line(Action.PURGED, built(trashed.rows[0], espace), words=f"et {others}" if others else "")
