"""Rows of business for the tests, made through the services as victor makes them."""

from datetime import UTC, date, datetime

from accounts.choices import Stage
from accounts.models import Account, Affaire, Contact, Note, Opportunite, Projet, Relance, SavedView
from accounts.services.account import create_account
from accounts.services.affaire import create_affaire
from accounts.services.contact import create_contact
from accounts.services.note import create_note
from accounts.services.opportunite import create_opportunite
from accounts.services.projet import create_projet
from accounts.services.relance import plan_relance
from accounts.services.saved_view import create_view
from crm.actor import Actor
from crm.models import Membership
from tests.conftest import TODAY
from tests.reading import History


def affaire(by: Membership, account: Account, name="Audit", starts_on=date(2025, 5, 1), **values) -> Affaire:
    return create_affaire(
        by=Actor.of(by), espace=by.espace, account=account.pk, name=name, starts_on=starts_on, **values
    )


def opportunite(by: Membership, account: Account, name="Refonte", **values) -> Opportunite:
    return create_opportunite(
        by=Actor.of(by), espace=by.espace, today=TODAY, account=account.pk, name=name, **values
    )


def projet(by: Membership, account: Account, name="Portail", **values) -> Projet:
    return create_projet(by=Actor.of(by), espace=by.espace, account=account.pk, name=name, **values)


def contact(by: Membership, account: Account, last_name="Durand", **values) -> Contact:
    return create_contact(
        by=Actor.of(by), espace=by.espace, account=account.pk, last_name=last_name, **values
    )


def note(by: Membership, account: Account, text="Vu hier.", *, now: datetime | None = None, **values) -> Note:
    now = now or datetime(2025, 5, 31, 10, tzinfo=UTC)
    return create_note(by=Actor.of(by), espace=by.espace, now=now, account=account.pk, text=text, **values)


def relance(
    by: Membership, account: Account, subject="Rappeler", due_on=date(2025, 6, 5), **values
) -> Relance:
    return plan_relance(
        by=Actor.of(by),
        espace=by.espace,
        today=TODAY,
        account=account.pk,
        subject=subject,
        due_on=due_on,
        **values,
    )


def account_of(by: Membership, history: History, name: str, type="client") -> Account:
    """An account with all the business of a history, which has changed its status since it was made."""
    account = create_account(
        by=Actor.of(by), espace=by.espace, today=TODAY, name=name, type=type, created_on=history.created_on
    )
    for each in history.affaires:
        affaire(by, account, starts_on=each.starts_on, ends_on=each.ends_on, cancelled_on=each.cancelled_on)
    for each in history.opportunites:
        stage = Stage.PERDUE if each.closed_on else Stage.EN_COURS
        opportunite(by, account, opened_on=each.opened_on, closed_on=each.closed_on, stage=stage)
    account.refresh_from_db()
    return account


def own_view(by: Membership, name="À moi", query="type=client") -> SavedView:
    return create_view(by=Actor.of(by), espace=by.espace, name=name, query=query)


def status_of(account: Account, on: date = TODAY) -> str:
    return Account.objects.with_status(on=on).get(pk=account.pk).status


def said(response) -> list[str]:
    """The messages that the page shows."""
    return [str(message) for message in response.context["messages"]]
