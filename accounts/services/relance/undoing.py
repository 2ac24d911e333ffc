"""What was just planned, taken back: those of its relances that nobody touched since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.models import Relance
from accounts.services.relance import reopen_relance
from accounts.services.trash import check_may_delete, put_away
from crm.actor import Actor
from crm.models import Espace
from crm.writing import writing

SALT = "accounts.relances"
KEPT_S = 24 * 3600  # how long what was planned can be taken back


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How many relances went away, and how many of those planned with them stay, touched since."""

    gone: int
    kept: int


def reference_to(relances: Sequence[Relance]) -> str:
    """A reference to relances that one write has just planned, short and not to be forged.

    Two ids are enough: they were drawn under the lock of their espace, so none of another write is between.
    """
    ids = [relance.pk for relance in relances]
    return signing.dumps([relances[0].espace_id, min(ids), max(ids)], salt=SALT)


def take_back(*, by: Actor, espace: Espace, planned: str, now: datetime) -> TakenBack:
    """Put in the Corbeille those of the relances that reference_to() stands for that nobody touched since.

    now: aware. Raises ValidationError when the reference is not ours or too old, PermissionDenied.
    Side effects: TrashedRow rows, the relances that they hold.
    """
    with writing(by, "relance.delete", espace.pk) as write:
        rows = _planned(write.espace, planned)
        untouched = list(rows.open().filter(version=1).order_by("pk"))
        for relance in untouched:
            check_may_delete(by, relance)
        put_away(write, untouched, now=now)
        return TakenBack(len(untouched), rows.count())


def undo_relance(*, by: Actor, relance: Relance, planned: str, now: datetime) -> TakenBack:
    """Have a relance to be done again, and take back the one that was planned with it.

    planned: see take_back(), as for what it raises. Side effects: those of reopen_relance() and take_back().
    """
    with writing(by, "relance.create", relance.espace_id) as write:
        reopen_relance(by=by, relance=relance)
        return take_back(by=by, espace=write.espace, planned=planned, now=now)


def _planned(espace: Espace, reference: str) -> QuerySet[Relance]:
    try:
        espace_id, first, last = signing.loads(reference, salt=SALT, max_age=KEPT_S)
    except signing.BadSignature:
        espace_id = None
    if espace_id != espace.pk:
        raise ValidationError("Ce qui a été planifié ne peut plus être annulé d'ici : faites-le un à un.")
    return espace.relances.filter(pk__range=(first, last))
