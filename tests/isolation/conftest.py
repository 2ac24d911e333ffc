"""A row of each model in Atlas, whose members look around, and in Boréal, of which they must find nothing."""

from collections.abc import Iterator

import pytest

from accounts.services.status import tick
from crm.models import Espace
from tests.isolation.canaries import FIRST, fill_boreal, number_from
from tests.service_calls import TODAY, rows_of


@pytest.fixture
def rows(amina, victor, sara, atlas) -> dict:
    tick(espace=atlas, today=TODAY)
    return rows_of(amina)


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
