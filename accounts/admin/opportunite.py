from django.contrib import admin

from accounts.admin.rows import RowForm, TrashableAdmin
from accounts.forms.base import DayField, EurosField
from accounts.models import Opportunite
from accounts.services.opportunite import create_opportunite, edit_opportunite
from crm.admin_rows import OwnFilter


class OpportuniteForm(RowForm):
    amount = EurosField(label="Montant (€ HT)", required=False)
    opened_on = DayField(
        label="Ouverte le",
        required=False,
        help_text="À la création, aujourd'hui si rien n'est dit.",
        widget=admin.widgets.AdminDateWidget,
    )

    def _values(self, values: dict) -> dict:
        if values["opened_on"] is None:
            del values["opened_on"]
        return values

    def create(self, **values):
        return create_opportunite(today=self.today(), **self._values(values))

    def edit(self, **values):
        return edit_opportunite(opportunite=self.instance, today=self.today(), **self._values(values))


@admin.register(Opportunite)
class OpportuniteAdmin(TrashableAdmin):
    form = OpportuniteForm
    fields = [
        "espace",
        "account",
        "name",
        "stage",
        "step",
        "opened_on",
        "expected_close_on",
        "closed_on",
        "lost_reason",
        "amount",
        "probability",
        "owner",
        "seen_version",
    ]
    autocomplete_fields = ["account", "owner"]
    list_display = [
        "name",
        "espace",
        "account_shown",
        "stage",
        "step",
        "opened_on",
        "closed_on",
        "amount",
        "owner",
    ]
    list_filter = [("espace", OwnFilter), "stage", ("owner", OwnFilter), "opened_on"]
    list_select_related = ["espace", "account", "owner__user"]
