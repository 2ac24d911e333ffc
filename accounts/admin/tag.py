from django.contrib import admin
from django.db.models import Count

from accounts.admin.rows import RowAdmin
from accounts.models import Tag
from accounts.services.tag import create_tag, edit_tag
from crm.admin_rows import ServiceForm


class TagForm(ServiceForm):
    def write(self, *, by, values):
        if self.instance.pk:
            return edit_tag(by=by, tag=self.instance, **values)
        return create_tag(by=by, espace=self.espace(), **values)


@admin.register(Tag)
class TagAdmin(RowAdmin):
    form = TagForm
    fields = ["espace", "name", "tone"]
    list_display = ["name", "espace", "slug", "accounts_count"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(count=Count("links"))

    @admin.display(description="comptes", ordering="count")
    def accounts_count(self, tag):
        return tag.count
