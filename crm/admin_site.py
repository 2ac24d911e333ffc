from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

from crm.roles import who_can


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
            raise PermissionDenied(who_can("admin.enter"))
        return redirect_to_login(request.GET.get("next", "/admin/"))
