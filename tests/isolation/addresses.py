"""Every address there is, read from the URL resolver."""

from django.urls import URLPattern, get_resolver, reverse

from accounts.models import (
    Account,
    Affaire,
    Contact,
    Note,
    Opportunite,
    Projet,
    Relance,
    SavedView,
    Tag,
    TrashedRow,
)
from crm.models import Invitation, Membership

OBJECTS = {"comptes": Account, "opportunites": Opportunite, "affaires": Affaire, "projets": Projet}
OBJECTS |= {"contacts": Contact, "notes": Note}
OBJECTS |= {"corbeille": TrashedRow, "relances": Relance, "vues": SavedView}
OBJECTS |= {
    "reglages/membres": Membership,
    "reglages/invitations": Invitation,
    "reglages/tags": Tag,
    "reglages/personnes/contact": Contact,
    "reglages/personnes/membre": Membership,
}


def addresses_of_an_espace() -> dict[str, URLPattern]:
    """All the addresses under /e/<espace>/, by route."""
    (espace,) = (entry for entry in get_resolver().url_patterns if str(entry.pattern) == "e/<slug:espace>/")
    return {str(entry.pattern): entry for entry in espace.url_patterns}


ADDRESSES = addresses_of_an_espace()


def address(route: str, espace: str, rows: dict) -> str:
    """An address of an espace, for the row among these that it shows."""
    entry = ADDRESSES[route]
    place = route.partition("/<int:pk>")[0]
    about = {"pk": rows[OBJECTS[place]].pk} if "pk" in entry.pattern.converters else {}
    if "digest" in entry.pattern.converters:
        about = {"digest": rows[Account].logo, "side": 64}
    return reverse(entry.name, kwargs={"espace": espace} | about)


def required_right(route: str) -> str:
    return ADDRESSES[route].callback.required_right
