from django.contrib import admin

from accounts.admin.rows import RowForm, TrashableAdmin
from accounts.models import Contact
from accounts.services.contact import create_contact, edit_contact
from crm.admin_rows import OwnFilter


class ContactForm(RowForm):
    def create(self, **values):
        return create_contact(**values)

    def edit(self, **values):
        return edit_contact(contact=self.instance, today=self.today(), **values)


@admin.register(Contact)
class ContactAdmin(TrashableAdmin):
    form = ContactForm
    fields = [
        "espace",
        "account",
        "first_name",
        "last_name",
        "job_title",
        "email",
        "phone",
        "is_main",
        "left_on",
        "seen_version",
    ]
    autocomplete_fields = ["account"]
    list_display = ["last_name", "first_name", "espace", "account_shown", "job_title", "email", "is_main"]
    list_filter = [("espace", OwnFilter), "is_main", ("left_on", admin.EmptyFieldListFilter)]
    list_select_related = ["espace", "account"]
    search_fields = ["name_fold", "email"]

    def get_fields(self, request, obj=None):
        return [name for name in self.fields if obj or name != "left_on"]
