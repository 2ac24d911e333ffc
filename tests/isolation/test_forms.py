"""What is typed into forms: ids and names of another espace are as unknown as any, and no column slips in."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import NamedTuple

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from accounts.forms.affaire import AffaireForm
from accounts.forms.opportunite import OpportuniteForm
from accounts.forms.projet import ProjetForm
from accounts.forms.relance import PlanForm
from accounts.forms.saved_view import Named
from accounts.models import Account, Tag
from crm.actor import Actor
from crm.models import Espace, Membership
from tests.isolation.canaries import EMAIL, FIRST, TOKEN, WEBSITE
from tests.isolation.crawler import Crawl, told
from tests.isolation.state import made, of, stored
from tests.isolation.test_canaries import DRAWN, starts
from tests.service_calls import TODAY

NEVER = FIRST + 1000  # an id that no row has
NOWHERE = "zqy"  # what TOKEN becomes to be nowhere
TYPED = re.compile(rf"{TOKEN}|{NOWHERE}|99\d{{4}}")

FILLED = {"name": "Natixis", "last_name": "Martin", "email": "lea@natixis.fr"}  # where nothing is typed yet


class Answer(NamedTuple):
    status: int
    body: bytes
    made: list  # of Atlas


@pytest.fixture
def send(client, atlas) -> Callable[..., Answer]:
    """What comes of sending a form: the answer, and what it made of Atlas; all is undone."""

    before = None

    def outcome(address: str, values: dict) -> Answer:
        nonlocal before
        before = before or of(atlas)
        cookies = copy(client.cookies)
        with transaction.atomic():
            with writes() as written:
                response = client.post(address, values)
            changed = made(atlas, before) if written else []
            transaction.set_rollback(True)
        client.cookies = cookies  # one of the forms signs out
        return Answer(response.status_code, told(response), changed)

    return outcome


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements that write, as they come."""
    written = []

    def note(execute, sql, *others):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(sql)
        return execute(sql, *others)

    with connection.execute_wrapper(note):
        yield written


def sendings(client, rows) -> Iterator[tuple[str, list[str], dict[str, list[str]]]]:
    """Every form of every page once, filled in: each address that it goes to, or to which scripts send it,
    the names of its fields and what they hold."""
    found = Crawl(client, starts(rows)).forms.values()
    assert len(found) > 40
    blank = FILLED | {"account": rows[Account].pk}
    for form in found:
        values = {
            name: [blank[name]] if name in blank and held == [""] else held
            for name, held in form.values.items()
        }
        fragments = [address for method, address in form.fragments if method == "post"]
        names = [name for name in dict.fromkeys(form.names) if not name.startswith(("csrf", "_"))]
        for address in dict.fromkeys([form.action, *fragments]):
            if not address.startswith(DRAWN):
                yield address, names, values


def text_for(name: str) -> str:
    """What a field of this name holds in Boréal."""
    if "email" in name or name == "login":
        return EMAIL
    return WEBSITE if name.endswith("website") else TOKEN


def said(answer: Answer) -> tuple[int, str, str]:
    """An answer, but for what was typed; and for the ids of new rows, which PostgreSQL does not take back."""
    return answer.status, *(TYPED.sub("?", text) for text in (answer.body.decode(), f"{answer.made}"))


# An espace is found by its address, which is one for all: a second one of a name takes another.
TOLD = {"id": [], "text": [("/espaces/nouveau/", "name")]}


@pytest.mark.parametrize("kind", TOLD)
def test_what_is_in_another_espace_is_as_unknown_as_what_is_nowhere(
    sign_in, amina, rows, canaries, send, kind
):
    boreal = Espace.objects.get(pk=FIRST)
    before, differ = of(boreal), []
    for address, names, values in sendings(sign_in(amina), rows):
        for name in names:
            theirs = f"{FIRST}" if kind == "id" else text_for(name)
            nowhere = f"{NEVER}" if kind == "id" else theirs.replace(TOKEN, NOWHERE)
            known, unknown = (send(address, values | {name: [text]}) for text in (theirs, nowhere))
            if said(known) != said(unknown):
                assert (address, name) in TOLD[kind]
                differ.append((address, name))
    assert differ == TOLD[kind]
    assert of(boreal) == before


def test_a_new_account_is_offered_beside_a_row_to_those_who_may_create_one(atlas, sara, victor):
    offered = {"compte-name", "compte-type", "compte-website"}
    for form in (AffaireForm, OpportuniteForm, ProjetForm):
        avance, standard = (form(by=Actor.of(member), espace=atlas, today=TODAY) for member in (victor, sara))
        assert (offered & avance.fields.keys(), offered & standard.fields.keys()) == (offered, set())


def test_who_will_do_a_relance_is_asked_of_those_alone_who_assign(atlas, sara, victor):
    avance, standard = (PlanForm(by=Actor.of(member), espace=atlas, today=TODAY) for member in (victor, sara))
    assert ("assignee" in avance.fields, "assignee" in standard.fields) == (True, False)


def test_a_view_that_names_what_is_elsewhere_tells_only_what_was_typed(atlas, twins):
    account, tag, member = (twins[model] for model in (Account, Tag, Membership))
    query = f"groupe={account.pk}\ntag={tag.slug}\nresponsable={member.pk}"
    told = f"Groupe : {account.pk} · Tag : {tag.slug} · Responsable : {member.pk}"
    assert Named.by([query], atlas).in_words(query) == told


# Mass assignment.


def smuggled() -> dict[str, str]:
    """A value for each column of each model, by the names under which a form could have it."""
    values = {"pk": f"{NEVER}"}
    for app in ("crm", "accounts"):
        for model in apps.get_app_config(app).get_models():
            for column in model._meta.concrete_fields:
                values |= dict.fromkeys({column.name, column.attname}, smuggled_value(column))
    return values


def smuggled_value(column: models.Field) -> str:
    if column.choices:
        return column.choices[-1][0]
    match column:
        case models.BooleanField():
            return "on"
        case models.DateField():
            return "1999-01-01"
        case models.IntegerField() | models.DecimalField() | models.ForeignKey():
            return f"{FIRST}"
    return TOKEN


def test_columns_that_a_form_does_not_have_change_nothing(sign_in, amina, rows, canaries, send):
    client, columns = sign_in(amina), smuggled()
    before, writing = stored(), 0
    for address, names, values in sendings(client, rows):
        beside = {name: value for name, value in columns.items() if name not in names}
        plain, more = send(address, values), send(address, beside | values)
        assert (plain.status, plain.made) == (more.status, more.made), address
        writing += bool(plain.made)
    assert writing > 25, "forms that write nothing prove nothing"
    assert stored() == before
