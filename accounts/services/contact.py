from accounts.models import Account, Contact
from crm.actor import Actor
from crm.models import Espace
from crm.writing import writing


def create_contact(*, by: Actor, espace: Espace, account: int, **values) -> Contact:
    """Create a contact of an account (an id). Raises ValidationError by field. Side effects: one Contact."""
    with writing(by, "contact.create", espace.pk) as write:
        contact = Contact(espace=write.espace, **values)
        contact.account = write.row_of(Account, account, "account")
        return write.add(contact)


def edit_contact(*, by: Actor, contact: Contact, version: int | None = None, **values) -> Contact:
    """Change columns of a contact; `account` is an id.

    Raises ValidationError by field. Side effects: the Contact.
    """
    with writing(by, "contact.edit", contact.espace_id) as write:
        contact = write.reread(Contact.objects.all(), contact)
        values = write.merge(contact, values, version)
        if "account" in values:
            values["account"] = write.row_of(Account, values["account"], "account")
        return write.change(contact, values)
