"""The house in Django admin: people and memberships to look at, espaces to set."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from taggit.models import Tag as TaggitTag

from crm.admin_rows import HouseAdmin, OwnFilter, ServiceForm
from crm.forms.base import LinesField
from crm.models import Espace, Membership, User
from crm.services.espace import edit_espace

# Libraries' own tables: nothing here uses them, and no service stands before them.
admin.site.unregister([Authenticator, EmailAddress, Group, TaggitTag, UserSession])


class EspaceForm(ServiceForm):
    steps = LinesField(label="Étapes des opportunités", help_text="Une par ligne, dans l'ordre.")

    def espace(self):
        return self.instance

    def write(self, *, by, values):
        return edit_espace(by=by, espace=self.instance, **values)


@admin.register(Espace)
class EspaceAdmin(HouseAdmin):
    form = EspaceForm
    fields = [
        "name",
        "slug",
        "timezone",
        "steps",
        "relance_delay_days",
        "fetches_logos",
        "requires_two_factor",
    ]
    readonly_fields = ["slug"]
    list_display = ["name", "slug", "timezone"]
    search_fields = ["name", "slug"]
    ordering = ["name", "pk"]

    def has_change_permission(self, request, obj=None):
        return self.has_module_permission(request)


@admin.register(Membership)
class MembershipAdmin(HouseAdmin):
    fields = ["user", "espace", "role", "is_active"]
    list_display = ["user", "espace", "role", "is_active"]
    list_filter = [("espace", OwnFilter), "role", "is_active"]
    search_fields = ["user__first_name", "user__last_name", "user__email"]
    ordering = ["user__last_name", "user__first_name", "pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user", "espace")


@admin.register(User)
class UserAdmin(HouseAdmin):
    fields = ["email", "first_name", "last_name", "is_active"]
    list_display = ["email", "first_name", "last_name", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["email", "first_name", "last_name"]
    ordering = ["email"]
