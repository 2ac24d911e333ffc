from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.webauthn import views as passkeys
from django.contrib import admin
from django.urls import include, path, re_path

from crm.views import espace, home, invitation

urlpatterns = [
    path("", home.home, name="home"),
    path("espaces/", espace.espace_choice, name="espace_choice"),
    path("espaces/<int:pk>/restaurer/", espace.espace_restore, name="espace_restaurer"),
    path("espaces/nouveau/", espace.espace_create, name="espace_nouveau"),
    path("invitation/<str:token>/", invitation.invitation_page, name="invitation"),
    path("demarrage/", home.first_start, name="first_start"),
    path("theme/", home.theme, name="theme"),
    # Signing in: allauth's names, under French addresses.
    path("connexion/", allauth.login, name="account_login"),
    path("connexion/code/", mfa.authenticate, name="mfa_authenticate"),
    path("connexion/cle/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("connexion/mot-de-passe-oublie/", allauth.password_reset, name="account_reset_password"),
    path(
        "connexion/mot-de-passe-oublie/envoye/",
        allauth.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(  # the key has a dash too, so the first one ends the person's number
        r"^connexion/mot-de-passe-oublie/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "connexion/mot-de-passe-oublie/change/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path(
        "connexion/adresse/envoyee/",
        allauth.email_verification_sent,
        name="account_email_verification_sent",
    ),
    path("connexion/adresse/<key>/", allauth.confirm_email, name="account_confirm_email"),
    path("connexion/inactif/", allauth.account_inactive, name="account_inactive"),
    path("connexion/inscription/", allauth.signup, name="account_signup"),
    path("deconnexion/", allauth.logout, name="account_logout"),
    path("mon-compte/", include("crm.person_urls")),
    path("", include("accounts.public_urls")),
    path("admin/", admin.site.urls),
    path("e/<slug:espace>/", include("accounts.urls")),
]
