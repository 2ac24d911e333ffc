from accounts.models import Account, Contact
from accounts.services.writing import change, check, reread, row_of, writing
from crm.actor import Actor
from crm.models import Espace


def create_contact(*, by: Actor, espace: Espace, account: int, **values) -> Contact:
    """Create a contact of an account (an id). Raises ValidationError by field. Side effects: one Contact."""
    with writing(by, "contact.create", espace.pk) as espace:
        contact = Contact(espace=espace, **values)
        contact.account = row_of(espace, Account, account, "account")
        check(contact)
        contact.save()
        return contact


def edit_contact(*, by: Actor, contact: Contact, version: int | None = None, **values) -> Contact:
    """Change columns of a contact; `account` is an id.

    Raises ValidationError by field. Side effects: the Contact.
    """
    with writing(by, "contact.edit", contact.espace_id) as espace:
        contact = reread(Contact.objects.all(), contact)
        if "account" in values:
            values["account"] = row_of(espace, Account, values["account"], "account")
        return change(contact, values, version=version)
