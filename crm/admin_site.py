from allauth.account.views import logout
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

from crm.roles import who_can
from crm.services.espace import espaces_of
from crm.services.person import has_two_factor


class HouseAdminSite(AdminSite):
    """Django admin for Administrateurs (their own espaces) and superusers, signed in by the same page."""

    site_header = site_title = "Administration de Vigie"
    index_title = "Données de l'espace"

    def has_permission(self, request):
        return request.user.is_active and request.user.has_module_perms("accounts")

    def login(self, request, extra_context=None):
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            if espaces_of(request.user).filter(requires_two_factor=True) and not has_two_factor(request.user):
                return redirect("mfa_index")
            raise PermissionDenied(who_can("admin.enter"))
        return redirect_to_login(request.GET.get("next", "/admin/"))

    def logout(self, request, extra_context=None):
        return logout(request)

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    password_change_done = password_change
