"""A plugin of pytest that notes which guards each test came by, in code that tells it, and how long it took.

`pytest -p tests.leaks.learning --notes FOLDER` writes there; `learned(FOLDER)` reads it.
"""

import json
import os
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import pytest

_come_by: set[str] = set()


class Learned(NamedTuple):
    """test: as pytest takes it. guards: the keys of those it came by."""

    seconds: float
    test: str
    guards: list[str]

    @property
    def file(self) -> str:
        return self.test.partition("::")[0]


def come_by(guard: str) -> None:
    """What `mutants.telling` has the code call as it comes by a guard."""
    _come_by.add(guard)


def pytest_addoption(parser):
    parser.addoption("--notes", type=Path)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    _come_by.clear()
    start = perf_counter()
    try:
        return (yield)
    finally:
        noted = [perf_counter() - start, item.nodeid, sorted(_come_by)]
        with (item.config.getoption("notes") / f"{os.getpid()}").open("a") as notes:
            print(json.dumps(noted), file=notes)


def learned(folder: Path) -> list[Learned]:
    """What was noted of each test."""
    notes = [line for file in folder.iterdir() for line in file.read_text().splitlines()]
    return [Learned(*json.loads(line)) for line in notes]
