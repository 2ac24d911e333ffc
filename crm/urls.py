from allauth.account import views as allauth
from django.contrib import admin
from django.urls import include, path

from crm.views import home

urlpatterns = [
    path("", home.home, name="home"),
    path("espaces/", home.espace_choice, name="espace_choice"),
    path("demarrage/", home.first_start, name="first_start"),
    path("theme/", home.theme, name="theme"),
    path("connexion/", allauth.login, name="account_login"),
    path("connexion/mot-de-passe-oublie/", allauth.password_reset, name="account_reset_password"),
    path(
        "connexion/mot-de-passe-oublie/envoye/",
        allauth.password_reset_done,
        name="account_reset_password_done",
    ),
    path(
        "connexion/mot-de-passe-oublie/<uidb36>-<key>/",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "connexion/mot-de-passe-oublie/change/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("connexion/inactif/", allauth.account_inactive, name="account_inactive"),
    path("connexion/inscription/", allauth.signup, name="account_signup"),
    path("deconnexion/", allauth.logout, name="account_logout"),
    path("admin/", admin.site.urls),
    path("e/<slug:espace>/", include("accounts.urls")),
]
