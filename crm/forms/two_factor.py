"""allauth's forms about second factors, in our words; what they refuse is told in the journal."""

from allauth.mfa.base import forms as allauth
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError

from crm.services.person import tell_refused

CODE_LIVES_S = 90  # seconds: its own 30, those before and those after (MFA_TOTP_TOLERANCE)
WRONG_CODE = "Ce code n'est pas le bon, ou ne l'est plus. Attendez le suivant."
WRONG_KEY = "Cette clé d'accès n'est pas reconnue."
# allauth's refusals, and what fido2 raises on an answer that no browser makes.
NOT_A_CREDENTIAL = (ValidationError, ValueError, TypeError, LookupError, AttributeError)


class OneCode:
    """A form where a code is typed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = "Code"
        code.widget.attrs |= {"inputmode": "numeric", "autofocus": True}
        del code.widget.attrs["placeholder"]

    def clean_code(self):
        try:
            return super().clean_code()
        except ValidationError as refusal:
            if refusal.code != "incorrect_code":
                raise
            self.refused()
            raise ValidationError(WRONG_CODE, code="incorrect_code") from refusal

    def refused(self):
        """Called when the code is wrong."""


class OneCodeOnce(OneCode):
    def clean_code(self):
        code = super().clean_code()
        # allauth remembers a code for 30 s, and takes it for 90: whoever saw it typed could use it again.
        typed = "".join(filter(str.isalnum, code))
        if not cache.add(f"two-factor-code-{self.user.pk}-{typed}", 1, CODE_LIVES_S):
            self.refused()
            raise ValidationError(WRONG_CODE, code="incorrect_code")
        return code

    def refused(self):
        tell_refused("Code faux", user=self.user)


class CodeForm(OneCodeOnce, allauth.AuthenticateForm):
    pass


class ConfirmCodeForm(OneCodeOnce, allauth.ReauthenticateForm):
    pass


class AddAppForm(OneCode, ActivateTOTPForm):
    pass


def name_field(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label="Nom de la clé",
        max_length=60,
        required=required,
        help_text="Pour la reconnaître : « iPhone », « Ordinateur du bureau ».",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CredentialField(forms.JSONField):
    """What a browser says that a passkey answered: an object, or nothing of the kind."""

    widget = forms.HiddenInput

    def to_python(self, value):
        try:
            credential = super().to_python(value)
        except RecursionError:  # brackets by the thousand
            credential = None
        if not isinstance(credential, dict):
            raise ValidationError(WRONG_KEY, code="invalid")
        return credential


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    """Keys that sign in alone, and nothing less: they ask for a finger, a face or a PIN."""

    name = name_field(required=False)  # the browser has made the key by then: it is kept, under another name
    credential = CredentialField()
    passwordless = None

    def clean(self):
        try:
            return super().clean()
        except NOT_A_CREDENTIAL as refusal:
            raise ValidationError("La clé n'a pas pu être ajoutée : recommencez.") from refusal


class RenamePasskeyForm(webauthn.EditWebAuthnForm):
    name = name_field(required=True)


class OneKey(forms.Form):
    """A form where the browser puts what a passkey answers."""

    credential = CredentialField()

    def clean_credential(self):
        try:
            return super().clean_credential()
        except NOT_A_CREDENTIAL as refusal:
            if getattr(refusal, "code", "") == "too_many_login_attempts":
                raise
            if self.user is not None:
                tell_refused("Clé d'accès refusée", user=self.user)
            raise ValidationError(WRONG_KEY, code="incorrect_code") from refusal


class PasskeySignInForm(OneKey, webauthn.LoginWebAuthnForm):
    pass


class PasskeyForm(OneKey, webauthn.AuthenticateWebAuthnForm):
    pass


class ConfirmPasskeyForm(OneKey, webauthn.ReauthenticateWebAuthnForm):
    pass
