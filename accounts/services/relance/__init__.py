"""Writes of relances. Everybody plans and does their own; those of others take the right to assign."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Account, Contact, Opportunite, Relance
from accounts.services.account import active_member
from accounts.services.relance.days import PAST_DAY
from accounts.services.relance.reason import NO_REASON, reasons_of
from crm.actor import Actor
from crm.models import Espace, Membership
from crm.roles import who_can
from crm.writing import Writing, writing

RELATED = (("account", Account), ("contact", Contact), ("opportunite", Opportunite))


def plan_relance(
    *,
    by: Actor,
    espace: Espace,
    today: date,
    account: int,
    contact: int | None = None,
    opportunite: int | None = None,
    assignee: int | None = None,
    **values,
) -> Relance:
    """Plan a relance of an account; relations are ids, values are columns of Relance.

    assignee: who plans it unless given. Its cause is what the account's status calls for today.
    Raises ValidationError by field, PermissionDenied to assign to somebody else without the right.
    Side effects: one Relance.
    """
    with writing(by, "relance.create", espace.pk) as write:
        relance = Relance(espace=write.espace, **_clean(values))
        relance.account = write.row_of(Account, account, "account")
        relance.contact = write.row_of(Contact, contact, "contact")
        relance.opportunite = write.row_of(Opportunite, opportunite, "opportunite")
        check_relations(relance)
        relance.assignee = _assignee(write, relance.account, assignee)
        check_own(by, relance)
        _check_day(relance.due_on, today=today)
        reason = reasons_of(write.espace, [relance.account_id], today).get(relance.account_id, NO_REASON)
        relance.cause, relance.cause_until = reason.status, reason.until
        return write.add(relance)


def edit_relance(
    *, by: Actor, relance: Relance, today: date, version: int | None = None, **values
) -> Relance:
    """Change columns of a relance; relations are ids.

    Raises ValidationError by field, PermissionDenied. Side effects: the Relance.
    """
    with writing(by, "relance.create", relance.espace_id) as write:
        rows = Relance.objects.select_related("account", "contact", "opportunite", "assignee__user")
        relance = write.reread(rows, relance)
        check_own(by, relance)
        values = write.merge(relance, _clean(values), version)
        for name, model in RELATED:
            if name in values:
                values[name] = write.row_of(model, values[name], name)
                setattr(relance, name, values[name])
        check_relations(relance)
        if values.get("due_on", relance.due_on) != relance.due_on:
            _check_day(values["due_on"], today=today)
        if "assignee" in values:
            relance.assignee = values["assignee"] = _assignee(
                write, relance.account, values["assignee"], present=relance.assignee
            )
            check_own(by, relance)
        return write.change(relance, values)


def do_relance(
    *, by: Actor, relance: Relance, today: date, outcome: str = "", following: dict | None = None
) -> Relance | None:
    """Note that a relance was done, and plan the next one in the same write.

    following: values of plan_relance() but those that it shares with this one. Returns the next one.
    Raises ValidationError by field. Side effects: those of edit_relance() and plan_relance().
    """
    with writing(by, "relance.create", relance.espace_id) as write:
        relance = _to_be_done(write, relance)
        write.change(relance, {"done_on": today, "closed_itself": False, "outcome": outcome})
        if following is None:
            return None
        return plan_relance(
            by=by,
            espace=write.espace,
            today=today,
            account=relance.account_id,
            contact=relance.contact_id,
            opportunite=relance.opportunite_id,
            assignee=relance.assignee_id if relance.assignee.is_active else None,
            **following,
        )


def postpone_relance(*, by: Actor, relance: Relance, today: date, due_on: date) -> Relance:
    """Move a relance to another day, today at the earliest.

    Raises ValidationError by field. Side effects: the Relance.
    """
    with writing(by, "relance.create", relance.espace_id) as write:
        relance = _to_be_done(write, relance)
        _check_day(due_on, today=today)
        return write.change(relance, {"due_on": due_on})


def cancel_relance(*, by: Actor, relance: Relance, today: date, outcome: str = "") -> Relance:
    """Note that a relance will not be done. Side effects: the Relance."""
    with writing(by, "relance.create", relance.espace_id) as write:
        relance = _to_be_done(write, relance)
        return write.change(relance, {"cancelled_on": today, "outcome": outcome})


def reopen_relance(*, by: Actor, relance: Relance, due_on: date | None = None) -> Relance:
    """Have a relance to be done, without its outcome, as before it was done, cancelled or put off.

    due_on: the day that it had, were it past; None when it still has it. Side effects: the Relance.
    """
    with writing(by, "relance.create", relance.espace_id) as write:
        relance = write.reread(Relance.objects.select_related("assignee__user"), relance)
        check_own(by, relance)
        to_do = {"done_on": None, "closed_itself": False, "cancelled_on": None, "outcome": ""}
        return write.change(relance, to_do | ({} if due_on is None else {"due_on": due_on}))


def check_own(by: Actor, relance: Relance) -> None:
    """Raise PermissionDenied unless a relance is one's own, or one may touch those of others."""
    if not may_touch(by, relance):
        raise PermissionDenied(who_can("relance.assign"))


def may_touch(by: Actor, relance: Relance) -> bool:
    """Whether a relance is one's own, or one may touch those of others."""
    member = by.membership
    is_own = member is not None and member.is_active and member.pk == relance.assignee_id
    return is_own or by.may("relance.assign", espace_id=relance.espace_id)


def check_relations(relance: Relance) -> None:
    """Raise ValidationError by field when a relance's account, contact and opportunité do not go together."""
    if relance.account is None:
        raise ValidationError({"account": "Choisissez un compte."})
    if relance.contact and relance.contact.account_id != relance.account_id:
        raise ValidationError({"contact": f"« {relance.contact} » est un contact d'un autre compte."})
    if relance.opportunite and relance.opportunite.account_id != relance.account_id:
        raise ValidationError(
            {"opportunite": f"L'opportunité « {relance.opportunite} » est à un autre compte."}
        )


def _assignee(write: Writing, account: Account, pk: int | None, *, present=None) -> Membership:
    """The member of that id; without one, who plans it, or else the account's owner."""
    if pk is not None:
        return active_member(write, pk, column="assignee", present=present)
    member = write.by.membership or account.owner
    if member is None or not member.is_active:
        raise ValidationError({"assignee": "Choisissez qui fera cette relance."})
    return member


def _to_be_done(write: Writing, relance: Relance) -> Relance:
    relance = write.reread(Relance.objects.select_related("account", "assignee__user"), relance)
    check_own(write.by, relance)
    if relance.closed_itself and relance.done_on:
        raise ValidationError("Cette relance s'est close d'elle-même : rétablissez-la d'abord.")
    if relance.done_on:
        raise ValidationError("Cette relance est déjà faite : rétablissez-la d'abord.")
    if relance.cancelled_on:
        raise ValidationError("Cette relance est annulée : rétablissez-la d'abord.")
    return relance


def _check_day(due_on: date | None, *, today: date) -> None:
    if due_on is not None and due_on < today:
        raise ValidationError({"due_on": PAST_DAY})


def _clean(values: dict) -> dict:
    if "subject" in values:
        values["subject"] = " ".join(values["subject"].split())
    return values
