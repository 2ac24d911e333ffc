from datetime import date

from django.core.exceptions import ValidationError

from accounts.choices import CLOSED_STAGES, Stage
from accounts.models import Account, Affaire, Opportunite
from accounts.services.account import active_member
from accounts.services.affaire import create_affaire
from accounts.services.note import bring_along
from accounts.services.relance.reason import close_relances, follow_opportunite, weight_of
from accounts.services.status import refresh
from crm.actor import Actor
from crm.merging import Stale
from crm.models import Espace
from crm.writing import writing


def create_opportunite(
    *, by: Actor, espace: Espace, today: date, account: int, owner: int | None = None, **values
) -> Opportunite:
    """Create an opportunité of an account (an id), open unless values say how it was closed.

    Raises ValidationError by field.
    Side effects: one Opportunite, the account's timeline, Relance rows whose reason has gone.
    """
    with writing(by, "opportunite.create", espace.pk) as write:
        opportunite = Opportunite(espace=write.espace, **{"opened_on": today} | values)
        opportunite.account = write.row_of(Account, account, "account")
        if opportunite.account is None:
            raise ValidationError({"account": "Choisissez un compte."})
        opportunite.owner = active_member(write, owner)
        if not opportunite.step and opportunite.is_open:
            opportunite.step = write.espace.steps[0]
        _check_closing(opportunite.closed_on, today=today)
        write.add(opportunite)
        refresh(account_ids=[opportunite.account_id], espace=write.espace)
        close_relances(write, opportunite)
        return opportunite


def edit_opportunite(
    *,
    by: Actor,
    opportunite: Opportunite,
    today: date,
    version: int | None = None,
    meant: bool = False,
    **values,
) -> Opportunite:
    """Change columns of an opportunité; `account` and `owner` are ids. meant: see Writing.merge().

    Raises ValidationError by field.
    Side effects: the Opportunite, the timelines of the account it had and has; where it came to another
    one, its notes and the Relance rows about it; there, or where it counts for more, those whose reason has
    gone.
    """
    with writing(by, "opportunite.edit", opportunite.espace_id) as write:
        opportunite = write.reread(Opportunite.objects.select_related("account", "owner"), opportunite)
        values = write.merge(opportunite, values, version, meant=meant)
        former_account, former = opportunite.account_id, weight_of(opportunite, write.today)
        if "account" in values:
            values["account"] = write.row_of(Account, values["account"], "account")
            _check_affaires(opportunite, values["account"])
        if "owner" in values:
            values["owner"] = active_member(write, values["owner"], present=opportunite.owner)
        _check_closing(values.get("closed_on"), today=today)
        opportunite = write.change(opportunite, values)
        moved = opportunite.account_id != former_account
        if moved:
            bring_along(write, opportunite)
        refresh(account_ids={former_account, opportunite.account_id}, espace=write.espace)
        close_relances(write, opportunite, former=None if moved else former)
        if moved:
            follow_opportunite(write, opportunite)
        return opportunite


def move_opportunite(
    *, by: Actor, opportunite: Opportunite, today: date, step: str, version: int | None = None
) -> Opportunite:
    """Put an open opportunité at another of the espace's steps.

    version: of the row that was shown; None moves it from wherever it is. Raises ValidationError, by a
    sentence fit for a toast, when it is closed, or was moved elsewhere since. Side effects: the Opportunite.
    """
    with writing(by, "opportunite.edit", opportunite.espace_id) as write:
        present = write.reread(Opportunite.objects.all(), opportunite)
        if not present.is_open:
            raise ValidationError(f"« {present} » est close : rouvrez-la d'abord.")
        if step not in write.espace.steps:
            raise ValidationError("Cette étape n'existe pas, ou plus : rien n'a été déplacé.")
        try:
            return edit_opportunite(
                by=by, opportunite=present, today=today, version=version, meant=True, step=step
            )
        except Stale:
            at = f"à l'étape « {present.step} »" if present.step else "sans étape"
            raise ValidationError(
                f"« {present} » a été déplacée entre-temps : elle est maintenant {at}."
            ) from None


def close_opportunite(
    *,
    by: Actor,
    opportunite: Opportunite,
    stage: Stage,
    closed_on: date,
    today: date,
    lost_reason: str = "",
    affaire: dict | None = None,
    version: int | None = None,
) -> Affaire | None:
    """Close an opportunité as won, lost or abandoned; a won one may make its affaire in the same step.

    affaire: values of create_affaire but account and opportunite; only with a won opportunité.
    Returns the affaire made. Side effects: those of edit_opportunite and create_affaire, in one transaction.
    """
    if stage not in CLOSED_STAGES:
        raise ValidationError({"stage": "Choisissez gagnée, perdue ou abandonnée."})
    with writing(by, "opportunite.edit", opportunite.espace_id) as write:
        if not write.reread(Opportunite.objects.all(), opportunite).is_open:
            raise ValidationError("Cette opportunité est déjà close : rouvrez-la d'abord.")
        closed = edit_opportunite(
            by=by,
            opportunite=opportunite,
            today=today,
            version=version,
            meant=True,
            stage=stage,
            closed_on=closed_on,
            lost_reason="" if stage == Stage.GAGNEE else lost_reason,
        )
        if affaire is None or stage != Stage.GAGNEE:
            return None
        return create_affaire(
            by=by, espace=write.espace, account=closed.account_id, opportunite=closed.pk, **affaire
        )


def reopen_opportunite(*, by: Actor, opportunite: Opportunite, today: date) -> Opportunite:
    """Open a closed opportunité again, at the step where it was. Side effects: those of edit_opportunite."""
    return edit_opportunite(
        by=by, opportunite=opportunite, today=today, stage=Stage.EN_COURS, closed_on=None, lost_reason=""
    )


def _check_closing(closed_on: date | None, *, today: date) -> None:
    if closed_on is not None and closed_on > today:
        raise ValidationError({"closed_on": "La clôture ne peut pas être dans le futur."})


def _check_affaires(opportunite: Opportunite, account: Account) -> None:
    stranded = Affaire.objects.filter(opportunite=opportunite).exclude(account=account).first()
    if stranded:
        raise ValidationError(
            {"account": f"L'affaire « {stranded} », née de cette opportunité, est à un autre compte."}
        )
