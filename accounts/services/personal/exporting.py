"""What is known of one person, as JSON that they can read."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import models
from django.utils import timezone

from accounts.models import Contact, Note
from crm.actor import Actor
from crm.journal import Action, Line, values_of
from crm.models import JournalEntry, Membership
from crm.writing import writing

OWNED = ("accounts", "projets", "affaires", "opportunites")  # what a member is the owner of


def export_contact(*, by: Actor, contact: Contact) -> dict:
    """All that the espace holds on a contact. Side effects: a line in the journal, that it was exported."""
    with writing(by, "person.export", contact.espace_id) as write:
        contact = write.reread(Contact.objects.select_related("account"), contact)
        write.record(Line(Action.EXPORTED, contact))
        return {
            "exporté le": timezone.now().isoformat(),
            "espace": write.espace.name,
            "contact": _in_words(contact) | {"compte": contact.account.name},
            "notes à son sujet": [_note(note) for note in contact.notes.order_by("pk")],
            "relances": [_in_words(relance) for relance in contact.relances.order_by("pk")],
            "journal": _told_of(write.espace, contact),
        }


def export_member(*, by: Actor, member: Membership) -> dict:
    """All that the espace holds on a member. Side effects: a line in the journal, that it was exported."""
    with writing(by, "person.export", member.espace_id) as write:
        member = write.reread(Membership.objects.select_related("user"), member)
        write.record(Line(Action.EXPORTED, member))
        user = member.user
        return {
            "exporté le": timezone.now().isoformat(),
            "espace": write.espace.name,
            "personne": {
                "adresse e-mail": user.email,
                "prénom": user.first_name,
                "nom": user.last_name,
                "dernière connexion": _moment(user.last_login),
                "adresses e-mail": list(
                    EmailAddress.objects.filter(user=user).order_by("pk").values("email", "verified")
                ),
                "double authentification": [
                    {"moyen": row.get_type_display(), "ajouté le": _moment(row.created_at)}
                    for row in Authenticator.objects.filter(user=user).order_by("pk")
                ],
            },
            "membre": {"rôle": member.get_role_display(), "actif": member.is_active},
            "responsable de": {
                name: list(getattr(member, name).order_by("pk").values("pk", "name")) for name in OWNED
            },
            "notes": [_note(note) for note in member.notes.order_by("pk")],
            "relances": [_in_words(relance) for relance in member.relances.order_by("pk")],
            "vues": [_in_words(view) for view in member.views.order_by("pk")],
            "journal": {
                "à son sujet": _told_of(write.espace, member, user),
                "fait par cette personne": [
                    _line(entry)
                    for entry in write.espace.journal.entries.filter(user=user).order_by("seq").iterator()
                ],
            },
        }


def _note(note: Note) -> dict:
    return {"le": _moment(note.happened_at), "texte": note.text}


def _told_of(espace, *rows: models.Model) -> list[dict]:
    about = models.Q(pk__in=[])
    for row in rows:
        about |= models.Q(model=row._meta.model_name, row_id=row.pk)
    return [_line(entry) for entry in espace.journal.entries.filter(about).order_by("seq")]


def _line(entry: JournalEntry) -> dict:
    line = {
        "le": _moment(entry.at),
        "action": entry.action,
        "sur": f"{entry.model} {entry.row_id or ''}".strip(),
    }
    return line | entry.payload


def _in_words(row: models.Model) -> dict:
    """The columns of a row by the names that screens give them."""
    return {
        str(row._meta.get_field(name).verbose_name): value
        for name, value in values_of(row).items()
        if not row._meta.get_field(name).is_relation
    }


def _moment(at: datetime | None) -> str | None:
    return at and at.isoformat()
