from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Account, Contact, Note, Opportunite
from crm.actor import Actor
from crm.models import Espace
from crm.writing import Writing, writing

RELATED = {"account": Account, "contact": Contact, "opportunite": Opportunite}
WHO_CAN = "Seuls l'auteur d'une note et les membres Avancé et Administrateur peuvent la changer."


def create_note(
    *, by: Actor, espace: Espace, now: datetime, account: int, happened_at: datetime | None = None, **values
) -> Note:
    """Write a note about an account, and perhaps a contact or an opportunité of it (ids).

    now, happened_at: aware; now unless it is said when. Raises ValidationError by field.
    Side effects: one Note, whose author is the member who acts.
    """
    with writing(by, "note.create", espace.pk) as write:
        values |= {"account": account, "happened_at": happened_at or now}
        note = Note(espace=write.espace, author=by.membership)
        for name, value in _checked(write, note, values, now=now).items():
            setattr(note, name, value)
        return write.add(note)


def edit_note(*, by: Actor, note: Note, now: datetime, version: int | None = None, **values) -> Note:
    """Correct a note; its relations are ids. now: aware.

    Raises ValidationError by field, PermissionDenied when it is not one's own. Side effects: the Note.
    """
    with writing(by, "note.edit", note.espace_id) as write:
        note = write.reread(Note.objects.all(), note)
        require_own(by, note)
        values = write.merge(note, values, version)
        return write.change(note, _checked(write, note, values, now=now))


def may_change(by: Actor, note: Note) -> bool:
    """Whether a note is one's own, or one may change anybody's."""
    is_own = by.membership is not None and note.author_id == by.membership.pk
    return is_own or by.may("note.edit_any", espace_id=note.espace_id)


def require_own(by: Actor, note: Note) -> None:
    """Raise PermissionDenied, whose text says who can, unless may_change()."""
    if not may_change(by, note):
        raise PermissionDenied(WHO_CAN)


def bring_along(write: Writing, opportunite: Opportunite) -> None:
    """Put the notes about an opportunité to the account where it is."""
    for note in Note.objects.filter(opportunite=opportunite).exclude(account=opportunite.account_id):
        write.remember(note)
        write.change(note, {"account": opportunite.account})


def _checked(write: Writing, note: Note, values: dict, *, now: datetime) -> dict:
    """The values with rows for ids, and the moment to the minute."""
    values = dict(values)
    former = {name: getattr(note, f"{name}_id") for name in RELATED}
    for name in RELATED.keys() & values.keys():
        values[name] = write.row_of(RELATED[name], values[name], name)
    account_id = values["account"].pk if values.get("account") else note.account_id
    for name in ("contact", "opportunite"):
        row = values.get(name)
        is_new = row is not None and (former["account"], former[name]) != (account_id, row.pk)
        if is_new and row.account_id != account_id:
            raise ValidationError({name: f"« {row} » n'est pas de ce compte."})
    if "happened_at" in values:
        if values["happened_at"] > now:
            raise ValidationError({"happened_at": "Une note parle de ce qui a eu lieu, pas du futur."})
        values["happened_at"] = values["happened_at"].replace(second=0, microsecond=0)
    return values
