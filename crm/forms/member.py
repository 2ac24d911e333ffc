"""The forms about who works in an espace."""

from django import forms

from crm.forms.base import SavingForm
from crm.roles import Role

WHAT_THEY_DO = {
    Role.STANDARD: "voit tout, fait ses relances, ajoute des contacts.",
    Role.AVANCE: "crée et modifie aussi comptes, opportunités, projets et affaires.",
    Role.ADMINISTRATEUR: "règle aussi l'espace, ses membres et ses tags.",
}


class RoleForm(SavingForm):
    role = forms.ChoiceField(label="Rôle", choices=Role, widget=forms.RadioSelect)

    @property
    def roles(self):
        """The radio buttons, each with what that role may do."""
        return [(radio, WHAT_THEY_DO[radio.data["value"]]) for radio in self["role"]]


class InviteForm(SavingForm):
    email = forms.EmailField(
        label="Adresse e-mail",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "placeholder": "prenom.nom@entreprise.fr"}),
    )
    role = forms.ChoiceField(label="Rôle", choices=Role, initial=Role.STANDARD)
