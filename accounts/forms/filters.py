"""The filters of the list of accounts. Its state is its address (README, « Adresses »)."""

from datetime import date, timedelta

import django_filters
from django import forms
from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict

from accounts.choices import AccountType, Status
from accounts.forms.base import DayField
from accounts.models import Account, AccountTag
from accounts.models.tag import NO_TAG
from accounts.services import search
from accounts.services.ordering import ORDERS
from crm.ids import ids_of
from crm.models import Membership

HORIZONS_DAYS = (7, 30, 90)  # offered for the coming bascules
NOBODY, MYSELF = "aucun", "moi"


class ListState(forms.Form):
    """What the list shows besides its filters: the day, the order, the page."""

    au = DayField(required=False)
    tri = forms.ChoiceField(choices=[(name, name) for name in ORDERS], required=False)
    page = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)
    suite = forms.CharField(max_length=600, required=False)


class AnyOf(django_filters.MultipleChoiceFilter):
    """Repeated values mean or: one IN, and no DISTINCT."""

    def filter(self, rows, values):
        return rows.filter(**{f"{self.field_name}__in": values}) if values else rows


class Several(forms.Field):
    """Repeated values, as texts."""

    widget = forms.MultipleHiddenInput

    def clean(self, values):
        return [value.strip() for value in values or []]


class SeveralFilter(django_filters.Filter):
    field_class = Several


class DaysFilter(django_filters.Filter):
    field_class = forms.IntegerField

    def __init__(self, **kwargs):
        super().__init__(min_value=0, max_value=3660, **kwargs)


class YesFilter(django_filters.ChoiceFilter):
    """`1`, or nothing."""

    def __init__(self, **kwargs):
        super().__init__(choices=[("1", "oui")], **kwargs)


class AccountFilter(django_filters.FilterSet):
    """Accounts `with_status(on)` narrowed by the address's parameters; an invalid value keeps none.

    on: the day shown. member: who asks, for « moi ».
    """

    q = django_filters.CharFilter(method="by_text", max_length=200)
    statut = AnyOf(field_name="status", choices=Status.choices)
    type = AnyOf(choices=AccountType.choices)
    tag = SeveralFilter(method="by_tag")
    groupe = SeveralFilter(method="by_group")
    responsable = SeveralFilter(method="by_owner")
    bascule = DaysFilter(method="by_bascule")
    a_relancer = YesFilter(method="by_worklist")
    archives = YesFilter(method="by_archive")

    class Meta:
        model = Account
        fields: list[str] = []

    def __init__(
        self, data: QueryDict, *, rows: QuerySet, member: Membership, on: date, heads: list[Account]
    ):
        self.member, self.on, self.heads = member, on, heads
        super().__init__(data, rows)

    def without(self, *names: str) -> QuerySet:
        """The rows of all the other filters."""
        data = self.data.copy()
        for name in names:
            data.pop(name, None)
        others = AccountFilter(data, rows=self.queryset, member=self.member, on=self.on, heads=self.heads)
        return others.qs

    def filter_queryset(self, rows):
        if self.errors:
            return rows.none()
        rows = super().filter_queryset(rows)
        return rows if self.form.cleaned_data["archives"] else rows.unarchived(self.on)

    def by_text(self, rows, name, typed):
        return search.matching(rows, typed, "name_fold", "domain")

    def by_tag(self, rows, name, slugs):
        tagged = AccountTag.objects.filter(
            tag__espace=self.member.espace_id, tag__slug__in=[slug for slug in slugs if slug != NO_TAG]
        )
        wanted = Q(pk__in=tagged.values("content_object"))
        if NO_TAG in slugs:
            wanted |= ~Exists(AccountTag.objects.filter(content_object=OuterRef("pk")))
        return rows.filter(wanted)

    def by_group(self, rows, name, ids):
        return rows.in_trees(self.heads)

    def by_owner(self, rows, name, values):
        wanted = Q(owner__in=ids_of(values))
        if MYSELF in values:
            wanted |= Q(owner=self.member.pk)
        if NOBODY in values:
            wanted |= Q(owner__isnull=True)
        return rows.filter(wanted)

    def by_bascule(self, rows, name, days):
        # As an expression, so that SQLite walks the list in its order rather than sort all that will change.
        until = Coalesce("status_until", Value(date.max), output_field=DateField())
        return rows.alias(until=until).filter(until__lte=self.on + timedelta(days=days))

    def by_worklist(self, rows, name, value):
        return rows.to_follow_up(self.on)

    def by_archive(self, rows, name, value):
        return rows.filter(archived_on__lte=self.on)
