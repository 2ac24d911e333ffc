"""The people whose data an espace holds, by what one types of them."""

from django.db.models import Q, QuerySet

from accounts.models import Contact, TrashedRow
from accounts.services.trash.stored import built
from crm.models import Espace, Membership

FOUND_MAX = 50  # people of each kind shown for what was typed


def contacts_named(espace: Espace, typed: str) -> QuerySet:
    """Contacts by name, e-mail address or phone number: every word typed, case apart."""
    rows = Contact.objects.filter(espace=espace).select_related("account")
    for word in typed.split():
        rows = rows.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(email__icontains=word)
            | Q(phone__icontains=word)
        )
    return rows.order_by("last_name", "first_name", "pk")[:FOUND_MAX]


def members_named(espace: Espace, typed: str) -> QuerySet:
    """Members by name or e-mail address, those disabled included: every word typed, case apart."""
    rows = Membership.objects.filter(espace=espace, erased_at=None).select_related("user")
    for word in typed.split():
        rows = rows.filter(
            Q(user__first_name__icontains=word)
            | Q(user__last_name__icontains=word)
            | Q(user__email__icontains=word)
        )
    return rows.order_by("user__last_name", "user__first_name", "pk")[:FOUND_MAX]


def trashed_contacts_named(espace: Espace, typed: str) -> list[Contact]:
    """Contacts that the Corbeille holds, alone or with their account, likewise."""
    words = typed.casefold().split()
    found = []
    for contact in _trashed_contacts(espace):
        told = " ".join([contact.first_name, contact.last_name, contact.email, contact.phone]).casefold()
        if all(word in told for word in words):
            found.append(contact)
    return found[:FOUND_MAX]


def contact_of(espace: Espace, pk: int) -> Contact | None:
    """A contact of the espace by id, whether it is in its table or in the Corbeille; None otherwise."""
    live = Contact.objects.filter(espace=espace, pk=pk).select_related("account").first()
    return live or next((contact for contact in _trashed_contacts(espace) if contact.pk == pk), None)


def _trashed_contacts(espace: Espace) -> list[Contact]:
    """Unsaved rows, with the ids that they had."""
    return [
        built(kept, espace)
        for trashed in TrashedRow.objects.filter(espace=espace).order_by("pk")
        for kept in trashed.rows
        if kept["model"] == Contact._meta.model_name
    ]
