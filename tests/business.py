"""Rows of business for the tests, made through the services as victor makes them."""

from datetime import date

from accounts.models import Account, Affaire, Opportunite, Projet
from accounts.services.affaire import create_affaire
from accounts.services.opportunite import create_opportunite
from accounts.services.projet import create_projet
from crm.actor import Actor
from crm.models import Membership
from tests.conftest import TODAY


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


def status_of(account: Account, on: date = TODAY) -> str:
    return Account.objects.with_status(on=on).get(pk=account.pk).status


def said(response) -> list[str]:
    """The messages that the page shows."""
    return [str(message) for message in response.context["messages"]]
