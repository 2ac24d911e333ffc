"""A person's data taken out of everywhere: rows, texts, the Corbeille, the journal."""

from dataclasses import dataclass, field
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from accounts.models import Contact, Note, SavedView, TrashedRow
from accounts.services.personal.traces import REDACTED, Traces
from accounts.services.trash import let_go
from crm.actor import Actor
from crm.journal import redact
from crm.models import Espace, Invitation, JournalEntry, Membership, User
from crm.services.member import disable_member
from crm.writing import Writing, writing

BATCH = 1000  # rows read in one statement
TO_READ_MAX = 50  # rows named in a report
JOURNAL_IS_KEPT = (
    "Les lignes du journal restent, sans ses données : elles prouvent ce qui a été fait, et par quel rôle."
)


@dataclass(slots=True)
class Erasure:
    """What was erased and what was kept, in sentences; to_read: rows that may still speak of the person."""

    done: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    to_read: list[models.Model] = field(default_factory=list)


def erase_contact(*, by: Actor, contact: Contact) -> Erasure:
    """Erase a contact for good, and what names them in the espace's texts, Corbeille and journal.

    contact: a row, or one that the Corbeille holds (see finding.contact_of).
    Side effects: the Contact is deleted, rows that refer to it lose the reference; texts of other rows,
    TrashedRow values and journal payloads lose their name, e-mail address and phone number.
    """
    notes: list[Note] = []
    with writing(by, "person.erase", contact.espace_id) as write:
        if Contact.objects.filter(pk=contact.pk, espace=write.espace).exists():
            contact = write.reread(Contact.objects.all(), contact)
            notes = _notes_without(write, contact)
            let_go(write, [contact])
            write.remove(contact)
        traces = Traces(
            first_name=contact.first_name,
            last_name=contact.last_name,
            emails=[contact.email],
            phone=contact.phone,
        )
        erasure = Erasure(done=["Sa fiche de contact est supprimée."])
        erasure.kept.append("Le compte et ses affaires restent : les totaux et les statuts en dépendent.")
        _erase_traces(
            write,
            traces,
            erasure,
            own={("contact", contact.pk)},
            near=_near(write.espace, contact.account_id),
        )
        if notes:
            erasure.kept.append("Restent les notes à son sujet, d'où son nom est retiré : relisez-les.")
            erasure.to_read += Note.objects.filter(pk__in=[note.pk for note in notes]).order_by("pk")
        return erasure


def _notes_without(write: Writing, contact: Contact) -> list[Note]:
    """The notes about a contact, which are about nobody from now on."""
    notes = list(contact.notes.order_by("pk"))
    for note in notes:
        write.remember(note)
        write.change(note, {"contact": None})
    return notes


def erase_member(*, by: Actor, member: Membership, now: datetime) -> Erasure:
    """Erase a member's name from an espace, and their sign-in when no other espace knows them.

    The membership stays, disabled and nameless, since rows and journal lines refer to it.
    Raises ValidationError for the last active Administrateur, PermissionDenied for oneself.
    Side effects: Membership, SavedView rows of their own, perhaps User and all ways to sign in; texts,
    TrashedRow values and journal payloads lose the person's name and e-mail address.
    """
    if by.membership == member:
        raise PermissionDenied("Un autre Administrateur doit le faire pour vous.")
    with writing(by, "person.erase", member.espace_id) as write:
        member = write.reread(Membership.objects.select_related("user"), member)
        user = member.user
        emails = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
        traces = Traces(first_name=user.first_name, last_name=user.last_name, emails=emails)
        if member.is_active:
            member = disable_member(by=by, member=member)
        write.remember(member)
        member = write.change(member, {"erased_at": now})
        erasure = Erasure(
            done=["Son nom et son adresse ne sont plus dans l'espace, où l'accès lui est fermé."]
        )
        erasure.kept.append(
            "Ses fiches restent à « Personne effacée » : les comptes, les totaux et les statuts en dépendent."
        )
        own = {("user", user.pk), ("membership", member.pk)}
        own |= {("savedview", view.pk) for view in _views_removed(write, member)}
        for invitation in Invitation.objects.filter(espace=write.espace, email__in=emails):
            write.remember(invitation)
            write.change(invitation, {"email": _nobody(invitation)})
        works_elsewhere = Membership.objects.filter(user=user, erased_at=None).exists() or user.is_superuser
        if works_elsewhere:
            erasure.kept.append(
                "Son compte de connexion reste : il sert aussi hors de cet espace. "
                "Il sera effacé avec son dernier espace."
            )
        else:
            _erase_sign_in(write, user, now)
            erasure.done.append("Son compte de connexion, ses appareils et ses clés sont supprimés.")
        _erase_traces(write, traces, erasure, own=own, near=set())
        if not works_elsewhere:
            _redact_journal(by, None, traces, own)
        return erasure


def _views_removed(write: Writing, member: Membership) -> list[SavedView]:
    """The views that were a member's alone, of use to nobody else."""
    views = list(member.views.order_by("pk"))
    write.remove(*views)
    return views


def _erase_sign_in(write: Writing, user: User, now: datetime) -> None:
    write.remember(user)
    user.set_unusable_password()
    user.erased_at = now
    write.change(
        user,
        {"email": _nobody(user), "first_name": "", "last_name": "", "is_active": False, "is_staff": False},
    )
    sessions = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=list(sessions.values_list("session_key", flat=True))).delete()
    for rows in (sessions, EmailAddress.objects.filter(user=user), Authenticator.objects.filter(user=user)):
        rows.delete()


def _nobody(row: models.Model) -> str:
    """An address that is nobody's. Source: RFC 2606, the top-level domain « invalid »."""
    return f"efface-{row.pk}@vigie.invalid"


def _near(espace: Espace, account_id: int) -> set[tuple[str, int]]:
    """An account and its rows, those in the Corbeille included: their texts are about its people."""
    rows = {("account", account_id)}
    for model in _models():
        if "account" in {column.name for column in model._meta.concrete_fields}:
            ids = model._default_manager.filter(account=account_id).values_list("pk", flat=True)
            rows |= {(model._meta.model_name, pk) for pk in ids}
    for trashed in TrashedRow.objects.filter(espace=espace):
        rows |= {
            _identity(kept) for kept in trashed.rows if kept["values"].get("account_id") == str(account_id)
        }
    return rows


def _erase_traces(
    write: Writing, traces: Traces, erasure: Erasure, *, own: set[tuple[str, int]], near: set[tuple[str, int]]
) -> None:
    count = _clean_rows(write, traces, erasure, near)
    if count:
        erasure.done.append(f"Autres fiches où ce qui le nomme est masqué : {count}.")
    count = _clean_trash(write, traces, own, near)
    if count:
        erasure.done.append(f"Fiches de la Corbeille d'où ses données sont retirées : {count}.")
    # Last, since the lines of what was just changed tell what was there before.
    count = _redact_journal(write.by, write.espace, traces, own, near)
    erasure.done.append(f"Lignes du journal dont le contenu est effacé : {count}.")
    erasure.kept.append(JOURNAL_IS_KEPT)
    if erasure.to_read:
        erasure.kept.append(
            "Ces fiches citent son seul nom de famille, qui peut être celui d'un autre : relisez-les."
        )


def _models() -> list[type[models.Model]]:
    """The trade's rows, whose texts people wrote."""
    found = apps.get_app_config("accounts").get_models()
    return [model for model in found if model is not TrashedRow and _text_columns(model)]


def _text_columns(model: type[models.Model]) -> list[str]:
    return [
        column.name
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField) and column.editable and not column.choices
    ]


def _clean_rows(write: Writing, traces: Traces, erasure: Erasure, near: set[tuple[str, int]]) -> int:
    """Clean the texts of the espace's rows; returns how many rows changed."""
    count = 0
    for model in _models():
        columns = _text_columns(model)
        rows = model._default_manager.filter(espace=write.espace).order_by("pk")
        for pk, *texts in rows.values_list("pk", *columns).iterator(BATCH):
            is_near = (model._meta.model_name, pk) in near
            cleaned = [traces.cleaned(text, near=is_near) for text in texts]
            if cleaned != texts:
                count += _clean_row(write, rows.get(pk=pk), dict(zip(columns, cleaned, strict=True)), erasure)
            elif any(map(traces.names_alone, cleaned)) and len(erasure.to_read) < TO_READ_MAX:
                erasure.to_read.append(rows.get(pk=pk))
    return count


def _clean_row(write: Writing, row: models.Model, texts: dict[str, str], erasure: Erasure) -> bool:
    write.remember(row)
    for name, text in texts.items():
        column = row._meta.get_field(name)
        if isinstance(column, models.EmailField | models.URLField) and REDACTED in text:
            texts[name] = ""
        elif column.max_length:
            texts[name] = text[: column.max_length]
    try:
        with transaction.atomic():
            write.change(row, texts)
    except ValidationError:  # a name that must be unique, say
        erasure.to_read.append(row)
        return False
    return True


def _clean_trash(
    write: Writing, traces: Traces, own: set[tuple[str, int]], near: set[tuple[str, int]]
) -> int:
    """Clean what the Corbeille holds; returns how many of its rows changed."""
    count = 0
    for trashed in TrashedRow.objects.filter(espace=write.espace):
        rows = [kept for kept in trashed.rows if _identity(kept) not in own]
        is_near = len(rows) < len(trashed.rows) or not near.isdisjoint(map(_identity, rows))
        rows, name = traces.cleaned(rows, near=is_near), traces.cleaned(trashed.name, near=is_near)
        if (rows, name) == (trashed.rows, trashed.name):
            continue
        count += 1
        if (trashed.model, trashed.row_id) in own:
            trashed.delete()
        else:
            trashed.rows, trashed.name = rows, name
            trashed.save()
    return count


def _identity(kept: dict) -> tuple[str, int]:
    return kept["model"], int(kept["values"]["id"])


def _redact_journal(
    by: Actor,
    espace: Espace | None,
    traces: Traces,
    own: set[tuple[str, int]],
    near: frozenset | set = frozenset(),
) -> int:
    entries = JournalEntry.objects.filter(chain__espace=espace).order_by("seq")
    payloads = {}
    for entry in entries.only("pk", "model", "row_id", "payload").iterator(BATCH):
        about = (entry.model, entry.row_id)
        payload = _nameless(entry) if about in own else traces.cleaned(entry.payload, near=about in near)
        if payload != entry.payload:
            payloads[entry.pk] = payload
    if payloads:
        redact(by=by, espace=espace, payloads=payloads, words=f"{len(payloads)} lignes")
    return len(payloads)


def _nameless(entry: JournalEntry) -> dict:
    """The payload of a line about the person: which columns changed, without the texts that they had."""
    payload = {"label": REDACTED}
    if changes := entry.payload.get("changes"):
        kept = entry.model == "membership"  # a role and an access name nobody
        payload["changes"] = {
            name: pair
            if kept
            else [REDACTED if isinstance(value, str) and value else value for value in pair]
            for name, pair in changes.items()
        }
    return payload
