from django.core.exceptions import ValidationError

from accounts.models import Account, Affaire, Projet
from accounts.services.account import active_member
from crm.actor import Actor
from crm.models import Espace
from crm.writing import writing


def create_projet(*, by: Actor, espace: Espace, account: int, owner: int | None = None, **values) -> Projet:
    """Create a projet of an account (an id). Raises ValidationError by field. Side effects: one Projet."""
    with writing(by, "projet.create", espace.pk) as write:
        projet = Projet(espace=write.espace, **values)
        projet.account = write.row_of(Account, account, "account")
        projet.owner = active_member(write, owner)
        return write.add(projet)


def edit_projet(*, by: Actor, projet: Projet, version: int | None = None, **values) -> Projet:
    """Change columns of a projet; `account` and `owner` are ids. Side effects: the Projet."""
    with writing(by, "projet.edit", projet.espace_id) as write:
        projet = write.reread(Projet.objects.select_related("owner"), projet)
        values = write.merge(projet, values, version)
        if "account" in values:
            values["account"] = write.row_of(Account, values["account"], "account")
            _check_affaires(projet, values["account"])
        if "owner" in values:
            values["owner"] = active_member(write, values["owner"], present=projet.owner)
        return write.change(projet, values)


def _check_affaires(projet: Projet, account: Account) -> None:
    below = account.get_descendants(include_self=True)
    stranded = Affaire.objects.filter(projet=projet).exclude(account__in=below).first()
    if stranded:
        raise ValidationError(
            {"account": f"L'affaire « {stranded} » de ce projet n'est ni à ce compte ni au-dessous."}
        )
