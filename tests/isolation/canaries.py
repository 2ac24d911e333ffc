"""Boréal, filled so that all of it is known at sight: a token in every text, and ids that none other has."""

from datetime import date, timedelta
from decimal import Decimal

from django.apps import apps
from django.db import connection, models
from django.db.models import CharField, DecimalField, EmailField, JSONField, QuerySet, TextField

from accounts.models import Account, StatusPeriod
from accounts.models.derived import DerivedField
from accounts.services.account import create_account
from accounts.services.affaire import create_affaire
from accounts.services.contact import create_contact
from accounts.services.relance import do_relance, plan_relance
from accounts.services.trash import trash
from crm.actor import Actor
from crm.models import CreationKey, Espace, JournalChain, JournalEntry, Membership, User
from crm.roles import Role
from crm.services.espace import create_espace
from crm.services.member import add_member
from tests.isolation.state import paths
from tests.service_calls import NOW, TODAY, rows_of

FIRST = 990_001
TOKEN = "zqx"
EMAIL, WEBSITE, SIREN, AMOUNT = f"{TOKEN}@{TOKEN}.fr", f"https://{TOKEN}.fr", "734173417", "734173"

NOT_TYPED = {JournalChain, JournalEntry, CreationKey, StatusPeriod}  # what nobody types in
CODES = {"model", "password", "timezone"}


def number_from(first: int) -> None:
    """Have the next row of every table take at least this id."""
    tables = [
        model._meta.db_table for app in ("crm", "accounts") for model in apps.get_app_config(app).get_models()
    ]
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first - 1])
            else:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)", [table, first])


def fill_boreal() -> dict:
    """An espace of Boréal with its Administrateur, a row of each model, a filiale, what there is to do today
    and somebody in the Corbeille; returns the rows of each model."""
    number_from(FIRST)
    boreal = create_espace(name="Boréal")
    otto = add_member(espace=boreal, email="otto@boreal.fr", role=Role.ADMINISTRATEUR)
    rows = rows_of(otto)
    below = {"name": "Filiale", "type": "client", "parent": rows[Account].pk}
    create_account(by=Actor.of(otto), espace=boreal, today=TODAY, **below)
    _add_more(otto)
    _write_tokens(boreal)
    return {model: model._base_manager.get(pk=row.pk) for model, row in rows.items()}


def _add_more(otto: Membership) -> None:
    """What Aujourd'hui tells of: a status about to be lost, one lost of late, work that ends, a call made
    the day before. And somebody whose data the Corbeille holds."""
    by, espace = Actor.of(otto), otto.espace

    # Délaissé from next week on, Délaissé since last week, and Actif.
    created = {"Natixis": date(2025, 3, 3), "LCL": date(2025, 2, 20), "Colas": date(2024, 1, 2)}
    for name, created_on in created.items():
        values = {"name": name, "type": "client", "created_on": created_on}
        account = create_account(by=by, espace=espace, today=TODAY, **values)
    values = {"by": by, "espace": espace, "account": account.pk}
    create_affaire(**values, name="Audit", starts_on=date(2025, 1, 2), ends_on=date(2025, 6, 5))
    yesterday = TODAY - timedelta(days=1)
    call = plan_relance(**values, today=yesterday, subject="Rappeler", due_on=yesterday)
    do_relance(by=by, relance=call, today=yesterday, outcome="Vue")
    trash(by=by, row=create_contact(**values, last_name=TOKEN), now=NOW)


def _write_tokens(espace: Espace) -> None:
    for model, path in [*paths().items(), (User, "memberships__espace")]:
        if model in NOT_TYPED:
            continue
        for row in model._base_manager.filter(**{path: espace.pk}):
            for column in model._meta.concrete_fields:
                if column.name == "steps" or _is_text(column):
                    setattr(row, column.name, _token(column))
            row.save()
    for entry in JournalEntry.objects.filter(chain__espace=espace):
        payload = entry.payload | {"label": TOKEN, "words": TOKEN}
        QuerySet(JournalEntry).filter(pk=entry.pk).update(payload=payload)


def _is_text(column: models.Field) -> bool:
    is_typed = column.editable or column.name == "slug"  # by which an address names a tag
    free = is_typed and not column.choices and not isinstance(column, DerivedField)
    return free and isinstance(column, CharField | TextField | DecimalField) and column.name not in CODES


def _token(column: models.Field) -> object:
    match column:
        case EmailField():
            return EMAIL
        case DecimalField():
            return Decimal(AMOUNT)
        case JSONField():
            return [TOKEN]
    return {"website": WEBSITE, "siren": SIREN}.get(column.name, TOKEN)
