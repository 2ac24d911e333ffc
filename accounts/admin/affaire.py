from django.contrib import admin

from accounts.admin.rows import RowForm, TrashableAdmin
from accounts.forms.base import EurosField
from accounts.models import Affaire
from accounts.services.affaire import create_affaire, edit_affaire
from crm.admin_rows import OwnFilter


class AffaireForm(RowForm):
    amount = EurosField(label="Montant (€ HT)", required=False)

    def create(self, **values):
        return create_affaire(**values)

    def edit(self, **values):
        return edit_affaire(affaire=self.instance, **values)


@admin.register(Affaire)
class AffaireAdmin(TrashableAdmin):
    form = AffaireForm
    fields = [
        "espace",
        "account",
        "name",
        "projet",
        "opportunite",
        "starts_on",
        "ends_on",
        "cancelled_on",
        "amount",
        "owner",
        "seen_version",
    ]
    autocomplete_fields = ["account", "projet", "opportunite", "owner"]
    list_display = [
        "name",
        "espace",
        "account_shown",
        "starts_on",
        "ends_on",
        "cancelled_on",
        "amount",
        "owner",
    ]
    list_filter = [
        ("espace", OwnFilter),
        ("owner", OwnFilter),
        "starts_on",
        ("cancelled_on", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["espace", "account", "owner__user"]
