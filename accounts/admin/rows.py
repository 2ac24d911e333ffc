"""What the trade's rows share in Django admin."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.forms.base import DayField
from accounts.forms.words import in_words
from accounts.services import search
from accounts.services.trash import trash
from accounts.templatetags.history import history_address
from accounts.templatetags.trade import mark
from crm.admin_rows import HouseAdmin, OwnFilter, ServiceForm, actor_in, today_in
from crm.markup import format_html
from crm.merging import Meeting, Stale, to_python


class RowForm(ServiceForm):
    """A row created in the espace that was chosen, then edited from the version that was shown."""

    # Not called version, since Django admin takes a column that is not editable for a mistake.
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen_version"] = self.instance.version

    def write(self, *, by, values):
        version = values.pop("seen_version")
        if not self.instance.pk:
            return self.create(by=by, espace=self.espace(), **values)
        try:
            return self.edit(by=by, version=version, **values)
        except Stale as refusal:
            self._meet(refusal.meeting)
            raise

    def _meet(self, meeting: Meeting) -> None:
        """Show what others made of the row: saved again, what was typed is meant."""
        self.data = self.data.copy()
        self.data["seen_version"] = meeting.row.version
        for name, value in meeting.merged.items():
            self.data[name] = to_python(meeting.row, name, value)
        for name, value in meeting.conflicts.items():
            theirs = in_words(self.fields[name], to_python(meeting.row, name, value))
            self.add_error(name, f"Enregistré entre-temps : {theirs}.")

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

    class Media:
        css = {"all": ["css/tones.css", "css/logo.css"]}  # what account_shown() draws

    @admin.display(description="Compte", ordering="account__name_fold")
    def account_shown(self, row):
        """The account of a row, as it is shown everywhere: its logo or its monogram, then its name."""
        return format_html("{}\u00a0{}", mark(row.account, row.espace.slug), row.account)

    def has_add_permission(self, request):
        return self.has_module_permission(request)

    def has_change_permission(self, request, obj=None):
        return self.has_module_permission(request)

    def get_readonly_fields(self, request, obj=None):
        return ["espace"] if obj else []

    def get_search_results(self, request, queryset, search_term):
        return search.matching(queryset, search_term, *self.search_fields), False

    def history_page(self, row):
        return history_address(row, row.espace.slug)


class TrashableAdmin(RowAdmin):
    """A row that is deleted into the Corbeille."""

    def has_delete_permission(self, request, obj=None):
        return self.has_module_permission(request)

    def get_deleted_objects(self, objs, request):
        # Named alone: what goes along comes back with it. What is refused, the service says.
        return [str(row) for row in objs], {self.opts.verbose_name: len(objs)}, set(), []

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect(reverse(f"admin:accounts_{self.opts.model_name}_change", args=[object_id]))

    def delete_model(self, request, obj):
        trash(by=actor_in(request, obj.espace), row=obj, now=timezone.now())
