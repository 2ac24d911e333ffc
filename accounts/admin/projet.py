from django.contrib import admin

from accounts.admin.rows import RowForm, TrashableAdmin
from accounts.models import Projet
from accounts.services.projet import create_projet, edit_projet
from crm.admin_rows import OwnFilter


class ProjetForm(RowForm):
    def create(self, **values):
        return create_projet(**values)

    def edit(self, **values):
        return edit_projet(projet=self.instance, **values)


@admin.register(Projet)
class ProjetAdmin(TrashableAdmin):
    form = ProjetForm
    fields = ["espace", "account", "name", "code", "owner", "description", "seen_version"]
    autocomplete_fields = ["account", "owner"]
    list_display = ["name", "espace", "account_shown", "code", "owner"]
    list_filter = [("espace", OwnFilter), ("owner", OwnFilter)]
    list_select_related = ["espace", "account", "owner__user"]
