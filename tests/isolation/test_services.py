"""Services, called with what belongs to another espace, or beside one where the same was done already."""

from collections.abc import Callable
from datetime import timedelta
from inspect import signature

import pytest
from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts.models import Account, Affaire, Contact, Note, Opportunite, Projet, Relance
from accounts.services.account import create_account, edit_account
from accounts.services.affaire import create_affaire, edit_affaire
from accounts.services.contact import create_contact, edit_contact
from accounts.services.history import entries_of
from accounts.services.note import create_note, edit_note
from accounts.services.opportunite import create_opportunite, edit_opportunite
from accounts.services.projet import create_projet, edit_projet
from accounts.services.relance import edit_relance, plan_relance
from accounts.services.status import tick, tick_due
from crm.actor import Actor
from crm.models import Espace, Membership
from tests.isolation.canaries import FIRST
from tests.isolation.state import made, of
from tests.service_calls import NOW, TODAY, Example, examples, rows_of

DATED = {"today": TODAY}
CLOCK = DATED | {"now": NOW}
WRITERS: dict[type[models.Model], tuple[Callable, Callable, dict]] = {
    Account: (create_account, edit_account, DATED | {"name": "Natixis", "type": "client"}),
    Projet: (create_projet, edit_projet, {"name": "Refonte"}),
    Affaire: (create_affaire, edit_affaire, {"name": "Mission", "starts_on": TODAY}),
    Opportunite: (create_opportunite, edit_opportunite, DATED | {"name": "Audit"}),
    Contact: (create_contact, edit_contact, {"last_name": "Martin"}),
    Note: (create_note, edit_note, {"now": NOW, "text": "Un appel"}),
    Relance: (plan_relance, edit_relance, DATED | {"subject": "Rappeler", "due_on": TODAY}),
}


def clock_of(service: Callable) -> dict:
    return {name: at for name, at in CLOCK.items() if name in signature(service).parameters}


def relations() -> list[models.ForeignKey]:
    """The columns by which a row refers to others of its espace."""
    return [
        column
        for model in WRITERS
        for column in model._meta.concrete_fields
        if column.is_relation and column.editable and column.name not in ("espace", "author")
    ]


def test_a_day_begins_in_one_espace_alone(atlas, canaries):
    boreal, next_year = Espace.objects.get(pk=FIRST), TODAY + timedelta(days=365)
    before = of(boreal)
    assert tick(espace=atlas, today=next_year) == 0
    assert of(boreal) == before
    assert tick(espace=boreal, today=next_year) > 1


def test_no_day_begins_in_a_deleted_espace(canaries):
    boreal, next_year = Espace.objects.filter(pk=FIRST), NOW + timedelta(days=365)
    boreal.update(deleted_at=NOW)
    before = of(boreal.get())
    assert tick_due(now=next_year) == 0
    assert of(boreal.get()) == before
    boreal.update(deleted_at=None)
    assert tick_due(now=next_year) > 1


def test_each_espace_reads_its_own_journal(rows, twins, atlas, boreal):
    for espace, row in ((atlas, rows[Account]), (boreal, twins[Account])):
        assert {entry.chain.espace for entry in entries_of(espace)} == {espace}
        assert {entry.chain.espace for entry in entries_of(espace, row)} == {espace}


@pytest.mark.parametrize("column", relations(), ids=str)
def test_a_relation_to_another_espace_is_refused_as_one_to_nothing(rows, twins, amina, column):
    create, edit, values = WRITERS[column.model]
    by, row, theirs = Actor.of(amina), rows[column.model], twins[column.related_model]
    new = {"espace": row.espace, **values}
    if column.model is not Account:
        new["account"] = rows[Account].pk
    kept = clock_of(edit)
    for pk in (theirs.pk, 880_001):
        for call in (
            lambda pk=pk: create(by=by, **new | {column.name: pk}),
            lambda pk=pk: edit(by=by, **{column.model._meta.model_name: row, column.name: pk}, **kept),
        ):
            with transaction.atomic(), pytest.raises(ValidationError) as refused:
                call()
            said = refused.value.message_dict
            assert said[column.name][0].startswith("Ce choix n'existe pas"), (pk, said)


@pytest.mark.parametrize("model", WRITERS)
def test_a_row_dressed_as_one_of_ours_is_not_found(rows, twins, amina, boreal, model):
    _, edit, _ = WRITERS[model]
    theirs, before = twins[model], of(boreal)
    theirs.espace = rows[model].espace
    kept = clock_of(edit)
    with pytest.raises(ValidationError, match="supprimé entre-temps"):
        edit(by=Actor.of(amina), **{model._meta.model_name: theirs}, **kept)
    assert of(boreal) == before


OF_AN_ESPACE = {name: example for name, example in examples().items() if example.roles is not None}


@pytest.mark.parametrize("example", OF_AN_ESPACE.values(), ids=OF_AN_ESPACE)
def test_a_service_does_the_same_beside_an_espace_where_all_of_it_exists(rows, amina, otto, example):
    """Whatever another espace holds, nothing more nor less is done, and nothing there is touched."""

    def done(example: Example, rows: dict, member: Membership) -> list[tuple]:
        before = of(member.espace)
        example.call(Actor.of(member), rows)
        return made(member.espace, before)

    rows = example.prepared(rows)
    with transaction.atomic():
        alone = done(example, rows, amina)
        transaction.set_rollback(True)
    twins = example.prepared(rows_of(otto))
    done(example, twins, otto)
    theirs = of(otto.espace)
    assert done(example, rows, amina) == alone
    assert of(otto.espace) == theirs
