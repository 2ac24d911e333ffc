from datetime import date

from django.core.exceptions import ValidationError

from accounts.models import Account, Affaire, Opportunite, Projet
from accounts.services.account import active_member
from accounts.services.relance.reason import close_relances, weight_of
from accounts.services.status import refresh
from crm.actor import Actor
from crm.models import Espace
from crm.writing import writing


def create_affaire(
    *,
    by: Actor,
    espace: Espace,
    account: int,
    projet: int | None = None,
    opportunite: int | None = None,
    owner: int | None = None,
    **values,
) -> Affaire:
    """Create an affaire of an account; relations are ids, values are columns of Affaire.

    Raises ValidationError by field.
    Side effects: one Affaire, the account's timeline, Relance rows whose reason has gone.
    """
    with writing(by, "affaire.create", espace.pk) as write:
        affaire = Affaire(espace=write.espace, **values)
        affaire.account = write.row_of(Account, account, "account")
        affaire.projet = write.row_of(Projet, projet, "projet")
        affaire.opportunite = write.row_of(Opportunite, opportunite, "opportunite")
        affaire.owner = active_member(write, owner)
        check_relations(affaire)
        write.add(affaire)
        refresh(account_ids=[affaire.account_id], espace=write.espace)
        close_relances(write, affaire)
        return affaire


def edit_affaire(
    *, by: Actor, affaire: Affaire, version: int | None = None, meant: bool = False, **values
) -> Affaire:
    """Change columns of an affaire; relations are ids. meant: see Writing.merge().

    Raises ValidationError by field.
    Side effects: the Affaire, the timelines of the account it had and has; where it came to another one, or
    counts for more, Relance rows whose reason has gone.
    """
    with writing(by, "affaire.edit", affaire.espace_id) as write:
        rows = Affaire.objects.select_related("account", "projet", "opportunite", "owner")
        affaire = write.reread(rows, affaire)
        values = write.merge(affaire, values, version, meant=meant)
        former_account, former = affaire.account_id, weight_of(affaire, write.today)
        for name, model in (("account", Account), ("projet", Projet), ("opportunite", Opportunite)):
            if name in values:
                values[name] = write.row_of(model, values[name], name)
                setattr(affaire, name, values[name])
        if "owner" in values:
            values["owner"] = active_member(write, values["owner"], present=affaire.owner)
        check_relations(affaire)
        affaire = write.change(affaire, values)
        refresh(account_ids={former_account, affaire.account_id}, espace=write.espace)
        close_relances(write, affaire, former=former if affaire.account_id == former_account else None)
        return affaire


def end_affaire(*, by: Actor, affaire: Affaire, ends_on: date, version: int | None = None) -> Affaire:
    """Set the last worked day of an affaire. Side effects: those of edit_affaire."""
    return edit_affaire(by=by, affaire=affaire, version=version, meant=True, ends_on=ends_on)


def cancel_affaire(*, by: Actor, affaire: Affaire, cancelled_on: date, version: int | None = None) -> Affaire:
    """Cancel an affaire: before its start it counts for nothing, later it ends then at the latest.

    Side effects: those of edit_affaire.
    """
    return edit_affaire(by=by, affaire=affaire, version=version, meant=True, cancelled_on=cancelled_on)


def resume_affaire(*, by: Actor, affaire: Affaire) -> Affaire:
    """Undo a cancellation. Side effects: those of edit_affaire."""
    return edit_affaire(by=by, affaire=affaire, cancelled_on=None)


def check_relations(affaire: Affaire) -> None:
    """Raise ValidationError by field when an affaire's account, projet and opportunité do not go together."""
    if affaire.account is None:
        raise ValidationError({"account": "Choisissez un compte."})
    if affaire.opportunite and affaire.opportunite.account_id != affaire.account_id:
        raise ValidationError(
            {"opportunite": f"L'opportunité « {affaire.opportunite} » est à un autre compte."}
        )
    if affaire.projet and affaire.projet.account_id != affaire.account_id:
        above = affaire.account.get_ancestors(include_self=True).values_list("pk", flat=True)
        if affaire.projet.account_id not in above:
            raise ValidationError(
                {"projet": f"Le projet « {affaire.projet} » n'est ni à ce compte ni à un compte au-dessus."}
            )
