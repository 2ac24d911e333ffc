"""What the trade's rows share in Django admin."""

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import models

from accounts.forms.base import DayField
from accounts.services import search
from crm.admin_rows import HouseAdmin, OwnFilter, ServiceForm, today_in


class RowForm(ServiceForm):
    """A row created in the espace that was chosen, then edited from the version that was shown."""

    # Not called version, since Django admin takes a column that is not editable for a mistake.
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen_version"] = self.instance.version

    def write(self, *, by, values):
        version = values.pop("seen_version")
        if self.instance.pk:
            return self.edit(by=by, version=version, **values)
        return self.create(by=by, espace=self.espace(), **values)

    def _post_clean(self):
        super()._post_clean()
        if self.has_error(NON_FIELD_ERRORS, code="stale"):
            # Shown with what was typed; saved again, it is meant.
            self.data = self.data.copy()
            self.data["seen_version"] = self.instance.version

    def create(self, **values):
        raise NotImplementedError

    def edit(self, **values):
        raise NotImplementedError

    def today(self):
        return today_in(self.espace())


class RowAdmin(HouseAdmin):
    """A row of the trade; its espace is chosen at its creation and stays."""

    formfield_overrides = {models.DateField: {"form_class": DayField, "widget": AdminDateWidget}}
    list_filter = [("espace", OwnFilter)]
    list_select_related = ["espace"]
    ordering = ["name_fold", "pk"]
    search_fields = ["name_fold"]

    def has_add_permission(self, request):
        return self.has_module_permission(request)

    def has_change_permission(self, request, obj=None):
        return self.has_module_permission(request)

    def get_readonly_fields(self, request, obj=None):
        return ["espace"] if obj else []

    def get_search_results(self, request, queryset, search_term):
        return search.matching(queryset, search_term, *self.search_fields), False
