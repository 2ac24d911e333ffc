"""How allauth works here: who comes in, what is told of it, how mail leaves, how secrets are kept."""

import base64
import logging
from functools import partial

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from crm.devices import device_words
from crm.services.device import end_other_devices
from crm.services.person import change_address, is_taken, tell, tell_refused, tell_signed_in

log = logging.getLogger(__name__)

NO_MAIL = "L'e-mail n'a pas pu partir. Réessayez plus tard ; si cela dure, prévenez qui administre Vigie."
UNREADABLE = (
    "Votre double authentification n'est plus lisible : la clé de l'installation a changé. "
    "Prévenez qui administre Vigie."
)


class AccountAdapter(DefaultAccountAdapter):
    """People come in by invitation; nobody opens an account for themselves."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": "Trop d'essais manqués. Attendez cinq minutes avant de réessayer.",
        "rate_limited": "Trop de demandes en peu de temps. Attendez un peu avant de réessayer.",
        "incorrect_password": "Ce n'est pas votre mot de passe.",
        "enter_current_password": "Ce n'est pas votre mot de passe actuel.",
        "duplicate_email": "C'est déjà votre adresse, ou vous l'avez déjà demandée.",
        "invalid_password_reset": "Ce lien ne marche plus.",
    }

    def is_open_for_signup(self, request):
        return False

    # Coming in.

    def authentication_failed(self, request, **credentials):
        tell_refused("Mot de passe faux", email=credentials.get("email", ""))

    def respond_user_inactive(self, request, user):
        tell_refused("Accès désactivé", user=user)
        return super().respond_user_inactive(request, user)

    def post_login(self, request, user, **kwargs):
        tell_signed_in(user, get_authentication_records(request, user))
        return super().post_login(request, user, **kwargs)

    def get_reauthentication_methods(self, user):
        words = {
            "reauthenticate": "Avec votre mot de passe",
            "mfa_reauthenticate": "Avec un code",
            "mfa_reauthenticate:webauthn": "Avec une clé d'accès",
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": words[method["id"]]} for method in methods]

    # What one signs in with.

    @transaction.atomic
    def set_password(self, user, password):
        """Also signs the person out everywhere else."""
        by_link = self.request.resolver_match.url_name == "account_reset_password_from_key"
        tell(user, "Mot de passe changé par un lien reçu par e-mail" if by_link else "Mot de passe changé")
        super().set_password(user, password)
        here = self.request.session.session_key if self.request.user == user else None
        end_other_devices(user=user, this_one=here)

    def get_password_change_redirect_url(self, request):
        return reverse("my_account")

    def confirm_email(self, request, email_address):
        done = change_address(email_address, partial(super().confirm_email, request, email_address))
        if not done:
            messages.error(request, f"L'adresse {email_address.email} est déjà celle de quelqu'un d'autre.")
        return done

    def send_confirmation_mail(self, request, emailconfirmation, signup):
        """To the address of somebody else, a word instead of the link: the page says the same either way."""
        address = emailconfirmation.email_address
        if is_taken(address):
            self.send_mail("account/email/address_taken", address.email, {})
        else:
            super().send_confirmation_mail(request, emailconfirmation, signup)

    # Mail.

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        device = device_words(self.get_http_user_agent(self.request))
        super().send_notification_mail(template_prefix, user, {"device": device, **(context or {})}, email)

    def send_mail(self, template_prefix, email, context):
        """Send once what it tells is committed. A mail server that fails loses nothing else."""
        values = {"request": self.request, "email": email, **context}
        message = self.render_mail(template_prefix, email, values)
        transaction.on_commit(partial(self._deliver, message))

    def _deliver(self, message):
        self.request.mail_failed = False
        try:
            message.send()
        except OSError:  # a machine that does not answer; smtplib's errors are OSErrors too
            log.exception("Le message « %s » n'est pas parti.", message.subject)
            self.request.mail_failed = True
            messages.error(self.request, NO_MAIL)


class TwoFactorAdapter(DefaultMFAAdapter):
    """Applications, passkeys, recovery codes. Their secrets are encrypted with a key made from SECRET_KEY."""

    def encrypt(self, text):
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as lost:
            log.error("A second factor was encrypted with a SECRET_KEY that is no longer known.")
            raise ValidationError(UNREADABLE) from lost

    def generate_authenticator_name(self, user, type):
        return device_words(allauth_context.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self):
        return super().get_public_key_credential_rp_entity() | {"name": "Vigie"}


def _box() -> MultiFernet:
    """Encrypts with SECRET_KEY; decrypts with it or one of the former keys."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_fernet_key(key)) for key in keys])


def _fernet_key(secret: str) -> bytes:
    digest = salted_hmac("crm.adapter.two_factor", "", secret=secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest)
