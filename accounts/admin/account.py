from django.contrib import admin

from accounts.admin.rows import RowForm, TrashableAdmin
from accounts.forms.account import SirenField, TagsField
from accounts.forms.base import DayField
from accounts.models import Account
from accounts.services.account import create_account, edit_account
from accounts.templatetags.trade import mark
from crm.admin_rows import OwnFilter


class AccountForm(RowForm):
    tags = TagsField(label="Tags", help_text="Séparés par des virgules.")
    created_on = DayField(
        label="Entré au portefeuille le",
        required=False,
        help_text="À la création, aujourd'hui si rien n'est dit.",
        widget=admin.widgets.AdminDateWidget,
    )

    siren = SirenField(label="SIREN", required=False, max_length=20)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["tags"] = ", ".join(sorted(map(str, self.instance.tags.all())))

    def _values(self, values: dict) -> dict:
        if values["created_on"] is None:
            del values["created_on"]
        return values

    def create(self, **values):
        return create_account(today=self.today(), **self._values(values))

    def edit(self, **values):
        return edit_account(account=self.instance, today=self.today(), **self._values(values))


@admin.register(Account)
class AccountAdmin(TrashableAdmin):
    form = AccountForm
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "espace",
                    "name",
                    "type",
                    "parent",
                    "owner",
                    "website",
                    "tags",
                    "created_on",
                    "description",
                    "seen_version",
                ]
            },
        ),
        ("Coordonnées", {"fields": ["siren", "phone", "street", "postal_code", "city", "country"]}),
        (
            "Suivi",
            {
                "fields": [
                    "do_not_follow_up",
                    "do_not_follow_up_reason",
                    "do_not_follow_up_until",
                    "archived_on",
                ]
            },
        ),
    ]
    autocomplete_fields = ["parent", "owner"]
    list_display = [
        *("logo_shown", "name", "espace", "type", "parent", "owner", "website", "created_on", "archived_on"),
    ]
    list_filter = [
        ("espace", OwnFilter),
        "type",
        ("owner", OwnFilter),
        "do_not_follow_up",
        ("archived_on", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["espace", "parent", "owner__user"]
    list_display_links = ["name"]
    search_fields = ["name_fold", "domain"]

    @admin.display(description="")
    def logo_shown(self, account):
        return mark(account, account.espace.slug)
