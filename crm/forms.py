from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.password_validation import validate_password

from crm.models import User


class SignInForm(LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Adresse e-mail"  # allauth says « Courriel »
        self.fields["login"].widget.attrs["placeholder"] = "prenom.nom@entreprise.fr"
        self.fields["password"].widget.attrs["placeholder"] = ""


class FirstStartForm(forms.Form):
    """The first espace and its Administrateur."""

    espace = forms.CharField(label="Nom de votre entreprise", max_length=120)
    first_name = forms.CharField(label="Prénom", max_length=150)
    last_name = forms.CharField(label="Nom", max_length=150)
    email = forms.EmailField(
        label="Adresse e-mail", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label="Mot de passe",
        help_text="Au moins 10 caractères.",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self):
        values = super().clean()
        if password := values.get("password"):
            person = User(**{k: values.get(k, "") for k in ("email", "first_name", "last_name")})
            try:
                validate_password(password, person)
            except forms.ValidationError as refusal:
                self.add_error("password", refusal)
        return values
