"""What all pages of Django admin share: only the rows of one's own espaces, and writes through services."""

from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone

from crm.actor import Actor, Door
from crm.backends import administered_espaces
from crm.ids import id_of
from crm.models import Espace, Membership, User
from crm.roles import RIGHTS


def own(request, rows: QuerySet) -> QuerySet:
    """Those of these rows that are in an espace which the user administers; a superuser has them all.

    What is in a deleted espace is nobody's.
    """
    has_all = request.user.is_superuser
    mine = Espace.objects.present().values("pk") if has_all else administered_espaces(request.user)
    if rows.model is User and has_all:
        return rows
    if rows.model is User:
        # By id: a person who works in several espaces is one row all the same.
        return rows.filter(pk__in=Membership.objects.filter(espace__in=mine).values("user"))
    return rows.filter(**{"pk__in" if rows.model is Espace else "espace__in": mine})


def choices(request, model: type[Model]) -> QuerySet:
    """The user's own rows of a model, with what their names need."""
    rows = model._default_manager.all()
    return own(request, rows.select_related("user") if model is Membership else rows)


def actor_in(request, espace: Espace) -> Actor:
    """The user at work in an espace: as its Administrateur, or else as what they are, maybe a superuser."""
    membership = Membership.objects.filter(
        user=request.user, espace=espace, is_active=True, role__in=RIGHTS["admin.enter"]
    ).first()
    return Actor(door=Door.ADMIN, user=request.user, membership=membership)


def today_in(espace: Espace):
    return timezone.now().astimezone(ZoneInfo(espace.timezone)).date()


class OwnFilter(admin.RelatedFieldListFilter):
    """A filter whose choices are the user's own rows."""

    def field_choices(self, field, request, model_admin):
        return [(row.pk, str(row)) for row in choices(request, field.related_model)]


class OwnSelect(AutocompleteSelect):
    """A choice searched as one types; what is no id is shown as no choice, where Django's own fails."""

    def optgroups(self, name, value, attrs=None):
        return super().optgroups(name, [text for text in value if id_of(text)], attrs)


class HouseAdmin(admin.ModelAdmin):
    """Pages to look at the rows of one's own espaces; subclasses open what may be written.

    Rows of other espaces are not found (404), by any page, choice, filter or search.
    """

    actions = None
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False

    def get_queryset(self, request):
        return own(request, super().get_queryset(request))

    def has_module_permission(self, request):
        """Always: HouseAdminSite has asked who comes in, before any page."""
        return True

    def has_view_permission(self, request, obj=None):
        """Always, likewise: get_queryset() has what they see."""
        return True

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def lookup_allowed(self, lookup, value, request):
        """Only the filters on offer: any other column could be guessed letter by letter."""
        offered = {name if isinstance(name, str) else name[0] for name in self.get_list_filter(request)}
        return lookup.split("__")[0] in offered and super().lookup_allowed(lookup, value, request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs["queryset"] = choices(request, db_field.related_model)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = OwnSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.request = request  # on the class that Django admin has just made for this request
        return form

    def save_model(self, request, obj, form, change):
        """Nothing: the form has saved the row, through its service."""

    def save_related(self, request, form, formsets, change):
        """Nothing: the same."""

    def log_addition(self, request, obj, message):
        """Nothing: the journal tells it. Django admin's own log would keep names that are erased there."""

    def log_change(self, request, obj, message):
        """Nothing: the same."""

    def log_deletions(self, request, queryset):
        """Nothing: the same."""

    def history_page(self, row: Model) -> str | None:
        """The address of our page of what was done to a row, when its model has one."""
        return None

    def history_view(self, request, object_id, extra_context=None):
        row = self.get_object(request, unquote(object_id))
        page = row and self.history_page(row)
        if page is None:
            raise Http404("Cette fiche n'a pas de page d'historique.")
        return redirect(page)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["history_page"] = obj and self.history_page(obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        raise Http404(f"{opts.verbose_name} inconnu.")


class ServiceForm(forms.ModelForm):
    """A form that is valid once its service has saved it, in the transaction of Django admin's page.

    What the service refuses is shown by the field.
    """

    request = None

    def write(self, *, by: Actor, values: dict) -> Model:
        """The row as the service saved it; relations among the values are ids."""
        raise NotImplementedError

    def espace(self) -> Espace:
        return self.instance.espace if self.instance.pk else self.cleaned_data["espace"]

    def _post_clean(self):
        # In place of ModelForm's, which validates the model: the service does.
        if self.errors:
            return
        values = {
            name: value.pk if isinstance(value, Model) else value
            for name, value in self.cleaned_data.items()
            if name != "espace"
        }
        try:
            self.instance = self.write(by=actor_in(self.request, self.espace()), values=values)
        except ValidationError as refusal:
            for name, errors in refusal.update_error_dict({}).items():
                self.add_error(name if name in self.fields else None, errors)
