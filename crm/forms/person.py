"""What people tell of themselves, when they open an espace, are invited to one, or later."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from crm.forms.base import SavingForm
from crm.models import Invitation, User
from crm.once import key_field


class NameForm(SavingForm):
    first_name = forms.CharField(
        label="Prénom", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label="Nom", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )


class NewPersonForm(NameForm):
    password = forms.CharField(
        label="Mot de passe",
        help_text="Au moins 10 caractères.",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def typed_email(self) -> str:
        """A password may not resemble it."""
        return self.cleaned_data.get("email", "")

    def clean(self):
        values = super().clean()
        if password := values.get("password"):
            names = {name: values.get(name, "") for name in ("first_name", "last_name")}
            try:
                validate_password(password, User(email=self.typed_email(), **names))
            except ValidationError as refusal:
                self.add_error("password", refusal)
        return values


class FirstStartForm(NewPersonForm):
    """The first espace and its Administrateur."""

    espace = forms.CharField(label="Nom de votre entreprise", max_length=120)
    email = forms.EmailField(
        label="Adresse e-mail", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    cle = key_field()

    field_order = ["espace", "first_name", "last_name", "email", "password"]


class JoinForm(NewPersonForm):
    """Somebody whom Vigie does not know takes an invitation."""

    def __init__(self, *args, invitation: Invitation, **kwargs):
        self.invitation = invitation
        super().__init__(*args, **kwargs)

    def typed_email(self):
        return self.invitation.email
