from django.contrib import admin
from django.utils import timezone

from accounts.admin.rows import RowForm, TrashableAdmin
from accounts.models import Note
from accounts.services.note import create_note, edit_note
from crm.admin_rows import OwnFilter


class NoteForm(RowForm):
    def create(self, **values):
        return create_note(now=timezone.now(), **values)

    def edit(self, **values):
        return edit_note(note=self.instance, now=timezone.now(), **values)


@admin.register(Note)
class NoteAdmin(TrashableAdmin):
    form = NoteForm
    fields = ["espace", "account", "contact", "opportunite", "happened_at", "text", "seen_version"]
    autocomplete_fields = ["account", "contact", "opportunite"]
    list_display = ["__str__", "espace", "account_shown", "contact", "author", "happened_at"]
    list_filter = [("espace", OwnFilter), "happened_at"]
    list_select_related = ["espace", "account", "contact", "author__user"]
    ordering = ["-happened_at", "-pk"]
    search_fields = ["text"]

    def get_search_results(self, request, queryset, search_term):
        # Notes have no folded column: Django admin's own search, where accents count.
        return admin.ModelAdmin.get_search_results(self, request, queryset, search_term)
