from datetime import date

from django.core.exceptions import ValidationError

from accounts.models import Account, Contact
from accounts.services.relance.reason import leave_contact
from crm.actor import Actor
from crm.models import Espace
from crm.writing import Writing, writing


def create_contact(*, by: Actor, espace: Espace, account: int, **values) -> Contact:
    """Create a contact of an account (an id), who is there: edit_contact() says when they left.

    Raises ValidationError by field. Side effects: one Contact; the former main contact when this one is.
    """
    with writing(by, "contact.create", espace.pk) as write:
        contact = Contact(espace=write.espace, **_clean(values))
        contact.account = write.row_of(Account, account, "account")
        _take_over(write, contact)
        return write.add(contact)


def edit_contact(
    *, by: Actor, contact: Contact, today: date, version: int | None = None, **values
) -> Contact:
    """Change columns of a contact; `account` is an id. One who left is the main contact no more.

    Raises ValidationError by field. Side effects: the Contact; the former main contact when this one is;
    where it came to another account, Relance rows of the former.
    """
    with writing(by, "contact.edit", contact.espace_id) as write:
        contact = write.reread(Contact.objects.all(), contact)
        values = write.merge(contact, _clean(values), version)
        if "account" in values:
            values["account"] = write.row_of(Account, values["account"], "account")
        left_on = values.get("left_on", contact.left_on)
        if left_on and left_on > today:
            raise ValidationError({"left_on": "Un départ ne peut pas être dans le futur."})
        if left_on and contact.is_main:
            values["is_main"] = False
        for name, value in values.items():
            setattr(contact, name, value)
        _take_over(write, contact)
        contact = write.change(contact, values)
        leave_contact(write, contact)
        return contact


def _take_over(write: Writing, contact: Contact) -> None:
    """Let the account's former main contact give way to this one."""
    if not contact.is_main:
        return
    for former in Contact.objects.filter(account=contact.account_id, is_main=True).exclude(pk=contact.pk):
        write.remember(former)
        write.change(former, {"is_main": False})


def _clean(values: dict) -> dict:
    if "email" in values:  # so that it is found however it is typed
        values["email"] = values["email"].strip().lower()
    return values
