"""allauth's views that change a second factor, each told in the journal in the transaction of the change."""

from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse

from crm.services.person import tell


@login_required
def index(request):
    """The part of « Mon compte » that shows them all."""
    return redirect(f"{reverse('my_account')}#double-authentification")


class Told:
    """words: what the journal says once the form is accepted."""

    words: str

    @transaction.atomic
    def form_valid(self, form):
        tell(self.request.user, self.words)
        return super().form_valid(form)


class AddApp(Told, totp.ActivateTOTPView):
    words = "Application d'authentification ajoutée"


class RemoveApp(Told, totp.DeactivateTOTPView):
    words = "Application d'authentification retirée"


class AddPasskey(Told, webauthn.AddWebAuthnView):
    words = "Clé d'accès ajoutée"


class RemovePasskey(Told, webauthn.RemoveWebAuthnView):
    words = "Clé d'accès retirée"


class NewRecoveryCodes(Told, codes.GenerateRecoveryCodesView):
    words = "Nouveaux codes de récupération"


class DownloadRecoveryCodes(codes.DownloadRecoveryCodesView):
    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        response["Content-Disposition"] = 'attachment; filename="vigie-codes-de-recuperation.txt"'
        return response


class ConfirmByPasskey(webauthn.ReauthenticateWebAuthnView):
    def form_invalid(self, form):
        """Ask again; allauth would go to the sign-in page, which somebody signed in never sees."""
        for refusal in form.errors.get("credential", []):
            messages.error(self.request, refusal)
        return redirect(self.request.get_full_path())


add_app = AddApp.as_view()
remove_app = RemoveApp.as_view()
add_passkey = AddPasskey.as_view()
remove_passkey = RemovePasskey.as_view()
new_recovery_codes = NewRecoveryCodes.as_view()
download_recovery_codes = DownloadRecoveryCodes.as_view()
confirm_by_passkey = ConfirmByPasskey.as_view()
