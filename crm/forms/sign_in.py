"""allauth's forms about passwords and addresses, in our words."""

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.core import context, ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from django.shortcuts import redirect

from crm.models import User

LABELS = {
    "login": "Adresse e-mail",  # allauth says « Courriel »
    "email": "Adresse e-mail",
    "oldpassword": "Mot de passe actuel",
    "password1": "Nouveau mot de passe",
    "password2": "Le même, une seconde fois",
}


class OurWords:
    """Without what allauth writes inside the fields, which only repeats their labels."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
        if "password1" in self.fields:
            self.fields["password1"].help_text = "Au moins 10 caractères."


class SignInForm(OurWords, allauth.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["placeholder"] = "prenom.nom@entreprise.fr"


class ConfirmPasswordForm(OurWords, allauth.ReauthenticateForm):
    pass


class ForgottenPasswordForm(OurWords, allauth.ResetPasswordForm):
    def clean_email(self):
        email = super().clean_email()
        # Not by an address that somebody asked to change to and has not confirmed: its holder would come in.
        self.users = list(User.objects.filter(email=email, is_active=True))
        return email

    def save(self, request, **kwargs):
        email = super().save(request, **kwargs)
        if getattr(request, "mail_failed", False):
            raise ImmediateHttpResponse(redirect("account_reset_password"))
        return email


class NewPasswordForm(OurWords, allauth.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(OurWords, allauth.ChangePasswordForm):
    pass


class FirstPasswordForm(OurWords, allauth.SetPasswordForm):
    pass


class ChangeEmailForm(OurWords, allauth.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Nouvelle adresse"

    def clean_email(self):
        email = super().clean_email()
        # Asked here: past this limit allauth sends nothing, and says nothing.
        if not ratelimit.consume(context.request, action="confirm_email", key=email, dry_run=True):
            raise get_adapter().validation_error("rate_limited")
        return email
