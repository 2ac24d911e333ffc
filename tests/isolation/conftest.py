"""A row of each model in Atlas, whose members look around, and in Boréal, of which they must find nothing."""

from collections.abc import Iterator

import pytest

from accounts.models import Account, Note
from accounts.services.note import create_note
from accounts.services.status import tick
from crm.actor import Actor
from crm.models import Espace
from tests.isolation.canaries import FIRST, fill_boreal, number_from
from tests.service_calls import NOW, TODAY, rows_of


@pytest.fixture
def rows(amina, victor, sara, atlas) -> dict:
    """The note is the Standard's, who may change no other."""
    tick(espace=atlas, today=TODAY)
    found = rows_of(amina)
    account = found[Account].pk
    note = create_note(by=Actor.of(sara), espace=atlas, now=NOW, account=account, text="Vu hier.")
    return found | {Note: note}


@pytest.fixture
def twins(otto, boreal) -> dict:
    """The same rows in Boréal."""
    tick(espace=boreal, today=TODAY)
    return rows_of(otto)


@pytest.fixture
def canaries(rows) -> Iterator[dict]:
    """Rows of Boréal that are known at sight."""
    found = fill_boreal()
    tick(espace=Espace.objects.get(pk=FIRST), today=TODAY)
    yield found
    number_from(1)  # PostgreSQL does not undo it with the test
