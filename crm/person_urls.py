"""/mon-compte/: what people set about themselves, outside any espace. The names are allauth's."""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.webauthn import views as passkeys
from django.urls import path

from crm.views import person, two_factor

urlpatterns = [
    path("", person.my_account, name="my_account"),
    path("adresse/", person.change_address, name="account_email"),
    path("mot-de-passe/", allauth.password_change, name="account_change_password"),
    path("mot-de-passe/premier/", allauth.password_set, name="account_set_password"),
    path("appareils/", person.devices, name="usersessions_list"),
    path("appareils/<int:pk>/deconnecter/", person.device_end, name="device_end"),
    path("confirmer/", allauth.reauthenticate, name="account_reauthenticate"),
    path("confirmer/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("confirmer/cle/", two_factor.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("double-authentification/", two_factor.index, name="mfa_index"),
    path("double-authentification/application/", two_factor.add_app, name="mfa_activate_totp"),
    path("double-authentification/application/retirer/", two_factor.remove_app, name="mfa_deactivate_totp"),
    path("double-authentification/cles/", two_factor.index, name="mfa_list_webauthn"),
    path("double-authentification/cles/ajouter/", two_factor.add_passkey, name="mfa_add_webauthn"),
    path("double-authentification/cles/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path(
        "double-authentification/cles/<int:pk>/retirer/",
        two_factor.remove_passkey,
        name="mfa_remove_webauthn",
    ),
    path("double-authentification/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "double-authentification/codes/nouveaux/",
        two_factor.new_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "double-authentification/codes/telecharger/",
        two_factor.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
