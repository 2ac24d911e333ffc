"""Accounts from a file: `reading` makes rows, `planning` tells what each one means, `placing` writes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.services.importing.placing import place, write_placed
from accounts.services.importing.planning import plan_rows
from accounts.services.importing.reading import Row, read_rows
from crm.actor import Actor
from crm.models import Espace
from crm.writing import writing


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do: numbers of accounts, and (line, sentence) for each row refused."""

    created: int
    already_there: int
    refused: list[tuple[int, str]]

    @property
    def lines(self) -> int:
        return self.created + self.already_there + len(self.refused)


def import_accounts(*, by: Actor, espace: Espace, content: bytes, today: date) -> Report:
    """Create the accounts of a file; a row that is an account of the espace already changes nothing.

    content: columns separated by semicolons, see reading.COLUMNS. A row that cannot be imported is refused
    with its reason, and no other is lost. Raises ValidationError when nothing can be read at all.
    Side effects: Account rows, the places of all accounts in trees that grow, Tag rows and links, timelines;
    all in one transaction.
    """
    rows = read_rows(content, today=today)
    with writing(by, "account.import", espace.pk) as write:
        new = place(plan_rows(rows, espace=write.espace), espace=write.espace)
        write_placed(new, write)
        return _report(rows)


def dry_run(*, by: Actor, espace: Espace, content: bytes, today: date) -> Report:
    """What import_accounts would do as things stand. Side effects: none."""
    by.require("account.import", espace_id=espace.pk)
    rows = read_rows(content, today=today)
    place(plan_rows(rows, espace=espace), espace=espace)
    return _report(rows)


def _report(rows: Iterable[Row]) -> Report:
    refused = [(row.line, " ".join(row.refusals)) for row in rows if row.refusals]
    accepted = [row for row in rows if not row.refusals]
    already_there = sum(row.is_there for row in accepted)
    return Report(len(accepted) - already_there, already_there, refused)
