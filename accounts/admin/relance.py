from django.contrib import admin

from accounts.admin.rows import RowForm, TrashableAdmin
from accounts.models import Relance
from accounts.services.relance import edit_relance, plan_relance
from crm.admin_rows import OwnFilter


class RelanceForm(RowForm):
    def create(self, **values):
        return plan_relance(today=self.today(), **values)

    def edit(self, **values):
        return edit_relance(relance=self.instance, today=self.today(), **values)


@admin.register(Relance)
class RelanceAdmin(TrashableAdmin):
    form = RelanceForm
    fields = [
        "espace",
        "account",
        "contact",
        "opportunite",
        "kind",
        "due_on",
        "assignee",
        "subject",
        "done_on",
        "cancelled_on",
        "outcome",
        "seen_version",
    ]
    autocomplete_fields = ["account", "contact", "opportunite", "assignee"]
    list_display = [
        "subject",
        "espace",
        "account_shown",
        "kind",
        "due_on",
        "assignee",
        "done_on",
        "cancelled_on",
    ]
    list_filter = [
        ("espace", OwnFilter),
        ("assignee", OwnFilter),
        "kind",
        "due_on",
        ("done_on", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["espace", "account", "assignee__user"]
    ordering = ["due_on", "pk"]
    search_fields = ["subject_fold"]
