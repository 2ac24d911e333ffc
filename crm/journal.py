"""The journal: what was done, by whom, when, through which door, with before and after.

Each espace has a chain of lines, and the house has one for what is in no espace. A line is written in the
transaction of the change that it tells. Its digest is SHA-256 over the digest of the line before, its own
columns, and the salted digest of its payload: an altered, missing or reordered line breaks the chain, while
a payload can be redacted (its salt is then forgotten, and the redaction is itself a line that vouches for
what was put in its place).
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

from django.db import models, transaction
from django.utils import timezone

from crm.actor import Actor
from crm.models import Espace, JournalChain, JournalEntry, User

BATCH = 1000  # lines written or read in one statement
SECRET = {"password", "nonce"}  # columns whose change is told, but never their values
DONE_AT = {"deleted_at", "erased_at", "accepted_at", "revoked_at"}  # what no form edits, yet somebody does


class Action(StrEnum):
    """What a line tells. Stored codes."""

    CREATED = "created"
    CHANGED = "changed"
    TRASHED = "trashed"
    RESTORED = "restored"
    PURGED = "purged"  # deleted for good
    REFUSED = "refused"  # somebody asked for what their role does not allow
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    EXPORTED = "exported"  # a person's data
    ERASED = "erased"  # a person's data


@dataclass(frozen=True, slots=True)
class Line:
    """A line to write. changes: column to [before, after], as values_of() gives them."""

    action: Action
    row: models.Model | None = None
    changes: dict[str, list] = field(default_factory=dict)
    words: str = ""

    def payload(self) -> dict:
        payload = {}
        if self.row is not None:
            payload["label"] = str(self.row)
        if self.changes:
            payload["changes"] = self.changes
        if self.words:
            payload["words"] = self.words
        return payload


def values_of(row: models.Model, **many: Iterable) -> dict:
    """The columns of a row that the journal follows, as JSON: what people set, not what is derived.

    Relations are ids. A model names its many-to-many columns in `journaled_many`: those are sorted names.
    many: their rows, for who knows them already.
    """
    values = {
        column.name: json_value(column, getattr(row, column.attname))
        for column in row._meta.concrete_fields
        if (column.editable or column.name in DONE_AT)
        and not column.primary_key
        and column.name not in {"espace", "last_login"}
    }
    for name in getattr(row, "journaled_many", ()):
        rows = many[name] if name in many else getattr(row, name).all()
        values[name] = sorted(map(str, rows))
    return values


def json_value(column: models.Field, value):
    """A column's value as the journal keeps it: text, number, true, false, null or a list of these."""
    if column.name in SECRET:
        return None
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(column, models.DecimalField) and value is not None:
        return f"{Decimal(value):.{column.decimal_places}f}"
    return value if value is None or isinstance(value, bool | int | list) else str(value)


def differences(before: dict, after: dict) -> dict[str, list]:
    """The columns that differ, each with [before, after]; what is empty on both sides is left out."""
    names = {**before, **after}
    pairs = {name: [before.get(name), after.get(name)] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1] and any(map(_is_told, pair))}


def _is_told(value) -> bool:
    return value is not None and value is not False and value != "" and value != []


@transaction.atomic
def record(*, by: Actor, espace: Espace | None, lines: Iterable[Line]) -> list[JournalEntry]:
    """Write lines at the end of an espace's chain, or of the house's.

    Holds the chain's lock until the end of the transaction; whoever needs the espace's lock has taken it
    before, and the house's chain comes last. Side effects: JournalEntry rows, the JournalChain.
    """
    lines = list(lines)
    if not lines:
        return []
    chain = locked_chain(espace)
    now = timezone.now()
    entries = []
    for line in lines:
        row, payload, salt = line.row, line.payload(), secrets.token_hex(16)
        entry = JournalEntry(
            chain=chain,
            seq=chain.length + 1,
            at=now,
            door=by.door,
            user=by.user,
            action=line.action,
            model=row._meta.model_name if row is not None else "",
            row_id=row.pk if row is not None else None,
            version=getattr(row, "version", None),
            payload=payload,
            salt=salt,
            payload_digest=payload_digest(payload, salt),
        )
        chain.length, chain.digest = entry.seq, line_digest(entry, chain.digest or beginning(chain))
        entry.digest = chain.digest
        entries.append(entry)
    JournalEntry.objects.bulk_create(entries, BATCH)
    chain.save(update_fields=["length", "digest"])
    return entries


def record_person(*, by: Actor, user: User, lines: Iterable[Line]) -> None:
    """Tell something of a person in the journal of each espace where they are a member, else in the house's.

    Side effects: those of record().
    """
    lines = list(lines)
    theirs = Espace.objects.filter(memberships__user=user, memberships__erased_at=None)
    espaces = list(theirs.order_by("pk"))
    for espace in espaces or [None]:
        record(by=by, espace=espace, lines=lines)


def locked_chain(espace: Espace | None) -> JournalChain:
    """The head of an espace's chain, or of the house's, locked until the end of the transaction."""
    of_espace = {"espace_id": espace and espace.pk}
    chains = JournalChain.objects.select_for_update(no_key=True)
    chain = chains.filter(**of_espace).first()
    if chain is None:
        JournalChain.objects.get_or_create(**of_espace)
        chain = chains.get(**of_espace)
    return chain


def beginning(chain: JournalChain) -> str:
    """What the first line follows: it names the espace, so that no journal can stand in for another."""
    return _sha256(["espace", chain.espace_id])


def payload_digest(payload: dict, salt: str) -> str:
    return _sha256([salt, payload])


def line_digest(entry: JournalEntry, previous: str) -> str:
    return _sha256(
        [
            previous,
            entry.seq,
            entry.at.astimezone(UTC).isoformat(),
            entry.door,
            entry.user_id,
            entry.action,
            entry.model,
            entry.row_id,
            entry.version,
            entry.payload_digest,
        ]
    )


def _sha256(content: list) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def redact(*, by: Actor, espace: Espace | None, payloads: dict[int, dict], words: str) -> None:
    """Take personal data out of lines: payloads holds what is put in place, by the line's id.

    The line that is added vouches for each new payload, so that altering it afterwards is found.
    Side effects: JournalEntry payloads, one line of action ERASED.
    """
    chain = locked_chain(espace)
    entries = chain.entries.only("pk", "seq").in_bulk(payloads)
    vouched = {}
    for pk, entry in entries.items():
        JournalEntry.objects.redact(pk, payloads[pk])
        vouched[str(entry.seq)] = payload_digest(payloads[pk], "")
    record(by=by, espace=espace, lines=[Line(Action.ERASED, changes={"lines": [None, vouched]}, words=words)])


def faults(chain: JournalChain) -> Iterator[str]:
    """What is wrong with a chain, a sentence for each fault; nothing when it holds.

    Reads every line once, while others may be added.
    """
    chain.refresh_from_db()
    contents = _Contents()
    previous, last = beginning(chain), 0
    for entry in chain.entries.order_by("seq").values_list(*COLUMNS, named=True).iterator(BATCH):
        if entry.seq <= last:
            yield f"La ligne {entry.seq} est de trop."
        elif entry.seq > last + 1:
            yield _missing(last + 1, entry.seq - 1)
        elif entry.digest != line_digest(entry, previous):
            yield f"La ligne {entry.seq} ne suit pas celle d'avant, ou a été modifiée."
        if entry.seq == chain.length and entry.digest != chain.digest:
            yield "La fin du journal n'est pas celle qui a été notée."
        yield from contents.faults_of(entry)
        previous, last = entry.digest, entry.seq
    yield from contents.unvouched()
    if last < chain.length:
        yield _missing(last + 1, chain.length)
    elif last > chain.length:
        yield from _beyond(chain, last)
    elif last == 0:
        yield "Le journal est vide."


COLUMNS = [
    *("seq", "at", "door", "user_id", "action", "model", "row_id", "version"),
    *("payload", "salt", "payload_digest", "digest"),
]


class _Contents:
    """The payloads of a chain, checked as they pass: salted ones at once, redacted ones by who vouches."""

    def __init__(self):
        self.vouched: dict[str, str] = {}  # digests by seq; the last redaction of a line counts
        self.redacted: list[tuple[int, str]] = []

    def faults_of(self, entry) -> Iterator[str]:
        digest = payload_digest(entry.payload, entry.salt)
        if not entry.salt:
            self.redacted.append((entry.seq, digest))
        elif entry.payload_digest != digest:
            yield f"Le contenu de la ligne {entry.seq} a été modifié."
            return
        match entry.action, entry.payload:
            case Action.ERASED, {"changes": {"lines": [None, dict() as vouched]}}:
                self.vouched |= vouched

    def unvouched(self) -> Iterator[str]:
        for seq, digest in self.redacted:
            if self.vouched.get(str(seq)) != digest:
                yield f"Le contenu de la ligne {seq} a été effacé ou modifié sans que rien ne l'atteste."


def _beyond(chain: JournalChain, last: int) -> Iterator[str]:
    """Lines after the end that was noted, unless they were added during the check."""
    chain.refresh_from_db()
    if last > chain.length:
        yield _between(chain.length + 1, last, "est de trop", "sont de trop")


def _missing(first: int, last: int) -> str:
    return _between(first, last, "manque", "manquent")


def _between(first: int, last: int, one: str, several: str) -> str:
    return f"La ligne {first} {one}." if first == last else f"Les lignes {first} à {last} {several}."
