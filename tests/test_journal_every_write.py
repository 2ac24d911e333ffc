"""Nothing is written without its line in the journal: every service, found by reflection, is tried.

An example of each (tests/service_calls.py) runs in a transaction of its own. The whole database before and
after is compared, row by row and column by column, with what the lines added meanwhile tell.
"""

import importlib
import inspect
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.db import models, transaction

import accounts.services
import crm.services
from accounts.models import Account, AccountTag, LogoSearch, StatusPeriod, Tag, TrashedRow
from accounts.models.derived import DerivedField
from accounts.services.account import edit_account
from accounts.services.personal.traces import REDACTED
from crm.actor import Actor
from crm.journal import differences, faults, json_value
from crm.models import CreationKey, Espace, JournalChain, JournalEntry
from tests.service_calls import EXAMPLES, TODAY, examples, rows_of

UNTOLD_MODELS = {
    JournalChain,
    JournalEntry,  # the journal itself
    StatusPeriod,  # computed from the rows that are told
    LogoSearch,  # when the worker looks at a website again
    AccountTag,  # told as the column `tags` of its account
    TrashedRow,  # the rows that it holds are told, as they go and as they come back
    CreationKey,  # keeps a form that is sent twice from making two rows, which are told
}
UNTOLD_COLUMNS = {
    "version",  # each line has it, beside its changes
    "tag.slug",  # made from its name
    "last_login",  # told as SIGNED_IN
    *("tree_id", "lft", "rght", "level"),  # mptt's cache of `parent`
    *("digest.due_at", "digest.told_on", "digest.failures", "digest.claimed_until"),  # the worker's queue
    *("logo", "logo_ground"),  # a cache of the website, or told by logo_by_hand
    *("today_status", "today_since", "today_until", "status_day"),  # a cache of the periods
}

Changes = dict[tuple[str, int], dict[str, list]]  # by model name and id, then by column: [before, after]


def services() -> Iterator[Callable]:
    """The public functions of both apps' services that take `by`."""
    for package in (crm.services, accounts.services):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for name, function in vars(importlib.import_module(module.name)).items():
                if (
                    inspect.isfunction(function)
                    and function.__module__ == module.name
                    and not name.startswith("_")
                    and "by" in inspect.signature(function).parameters
                ):
                    yield function


def is_told(column: models.Field) -> bool:
    names = {column.name, f"{column.model._meta.model_name}.{column.name}"}
    return not (column.primary_key or names & UNTOLD_COLUMNS or isinstance(column, DerivedField))


def stored() -> dict[tuple[str, int], dict]:
    """All that is in the database of both apps, as the journal would tell it; tags are ids."""
    found = {}
    for app in ("crm", "accounts"):
        for model in set(apps.get_app_config(app).get_models()) - UNTOLD_MODELS:
            columns = [column for column in model._meta.concrete_fields if is_told(column)]
            for row in model._base_manager.all():
                values = {column.name: json_value(column, getattr(row, column.attname)) for column in columns}
                found[model._meta.model_name, row.pk] = values
    tags = defaultdict(list)
    for account, tag in AccountTag.objects.values_list("content_object", "tag"):
        tags[account].append(tag)
    for pk in Account.objects.values_list("pk", flat=True):
        found["account", pk]["tags"] = sorted(tags[pk])
    return found


def written(before: dict, after: dict) -> Changes:
    """What differs between two states of the database. A row's espace says where its line belongs."""
    changes = {}
    for row in {**before, **after}:
        pairs = differences(before.get(row, {}), after.get(row, {}))
        pairs.pop("espace", None)
        if pairs or (row in before) != (row in after):
            changes[row] = pairs
    return changes


def told(lines: list[JournalEntry], tags: dict[tuple[int, str], int], before: dict, after: dict) -> Changes:
    """What lines tell, those about one row taken together.

    before and after: the states of the database, for which rows came and went. tags: ids by espace and name.
    """
    together: Changes = {}
    for line in lines:
        key = (line.model, line.row_id)
        for column, (old, new) in line.payload.get("changes", {}).items() if line.model else ():
            if (line.model, column) == ("account", "tags"):
                old, new = (
                    names and sorted(tags[line.chain.espace_id, name] for name in names)
                    for names in (old, new)
                )
            row = together.setdefault(key, {})
            first = row[column][0] if column in row else old if key in before else None
            row[column] = [first, new if key in after else None]
    said = {
        row: {name: pair for name, pair in pairs.items() if REDACTED in str(pair) or says_something(pair)}
        for row, pairs in together.items()
    }
    return {row: pairs for row, pairs in said.items() if pairs or (row in before) != (row in after)}


def says_something(pair: list) -> bool:
    return differences({"": pair[0]}, {"": pair[1]}) != {}


def tag_ids() -> dict[tuple[int, str], int]:
    return {(espace, name): pk for espace, name, pk in Tag.objects.values_list("espace", "name", "pk")}


def redacted_alike(written: Changes, told: Changes) -> Changes:
    """What was written, with the values that were redacted in the lines redacted as well."""

    def alike(value, line_value):
        return line_value if REDACTED in str(line_value) else value

    return {
        row: {name: [*map(alike, pair, told.get(row, {}).get(name, pair))] for name, pair in pairs.items()}
        for row, pairs in written.items()
    }


def misplaced(lines: list[JournalEntry], rows: dict) -> list[JournalEntry]:
    """Lines about a row of one espace in the journal of another."""
    return [
        line
        for line in lines
        if rows.get((line.model, line.row_id), {}).get("espace", line.chain.espace_id) != line.chain.espace_id
    ]


def untold_by(call: Callable[[], object]) -> tuple[Changes, Changes]:
    """What a call writes, and what the journal tells of it; all is undone."""
    with transaction.atomic():
        before, tags, last = stored(), tag_ids(), JournalEntry.objects.latest("pk").pk
        call()
        after = stored()
        lines = list(JournalEntry.objects.filter(pk__gt=last).select_related("chain").order_by("pk"))
        what_is_told = told(lines, tag_ids() | tags, before, after)
        assert misplaced(lines, before | after) == []
        assert [fault for chain in JournalChain.objects.all() for fault in faults(chain)] == []
        transaction.set_rollback(True)
    return redacted_alike(written(before, after), what_is_told), what_is_told


@pytest.fixture
def rows(amina) -> dict:
    return rows_of(amina)


def test_every_service_has_an_example():
    missing = [service for service in services() if service not in EXAMPLES]
    assert missing == [], "one entry each in tests/service_calls.py"


@pytest.mark.parametrize("example", examples().values(), ids=examples())
def test_all_that_a_service_writes_is_told(rows, amina, otto, example):
    rows = example.prepared(rows)
    writes, tells = untold_by(lambda: example.call(Actor.of(amina), rows))
    assert writes == tells
    assert bool(writes) == example.writes, "an example that writes nothing proves nothing"


# The test itself.


def silently(model: type[models.Model], **values) -> Callable:
    return lambda row: models.QuerySet(model).filter(pk=row.pk).update(**values)


@pytest.mark.parametrize(
    "silent",
    [
        silently(Account, phone="01"),
        silently(Account, archived_on="2025-05-31"),
        lambda account: account.tags.clear(),
        lambda account: account.notes.all().delete(),
        lambda account: account.relances.all().delete(),
        lambda account: Tag.objects.create(espace=account.espace, name="Nouveau", slug="nouveau"),
        lambda account: Espace.objects.update(relance_delay_days=3),
        lambda account: Espace.objects.update(deleted_at="2025-05-31T10:00:00Z"),
    ],
)
def test_a_service_that_writes_silently_is_found(rows, silent):
    writes, tells = untold_by(lambda: silent(rows[Account]))
    assert (len(writes), tells) == (1, {})


def test_a_column_written_beside_what_is_told_is_found(rows, amina):
    def edit_and_write_more():
        edit_account(by=Actor.of(amina), account=rows[Account], today=TODAY, phone="01")
        models.QuerySet(Account).filter(pk=rows[Account].pk).update(city="Paris")

    writes, tells = untold_by(edit_and_write_more)
    key = ("account", rows[Account].pk)
    assert (writes[key], tells[key]) == ({"phone": ["", "01"], "city": ["", "Paris"]}, {"phone": ["", "01"]})
