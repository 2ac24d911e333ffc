"""The filters of the list of accounts. Its state is its address (README, « Adresses »)."""

from datetime import date, timedelta

import django_filters
from django import forms
from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.http import QueryDict

from accounts.choices import NO_COLUMN, AccountType, Column, Origin, Status
from accounts.forms.base import DayField
from accounts.models import Account, AccountTag
from accounts.models.tag import NO_TAG
from accounts.services import search
from accounts.services.flux import coming_from
from accounts.services.ordering import ORDERS
from crm.ids import ids_of
from crm.models import Membership

HORIZONS_DAYS = (7, 30, 90)  # offered for the coming bascules
NOBODY, MYSELF = "aucun", "moi"


class ListState(forms.Form):
    """What the list shows besides its filters: the day, the one it is compared with, the order, the columns.

    Also where one is: the page, and the view that was opened, as it was at a version; and whether accounts
    are counted however long it takes.
    """

    au = DayField(required=False)
    depuis = DayField(required=False)
    tri = forms.ChoiceField(choices=[(name, name) for name in ORDERS], required=False)
    colonnes = forms.MultipleChoiceField(
        choices=[*Column.choices, (NO_COLUMN, NO_COLUMN)], widget=forms.MultipleHiddenInput, required=False
    )
    vue = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False)
    page = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)
    suite = forms.CharField(max_length=600, required=False)
    nombres = forms.BooleanField(required=False)


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


class DayFilter(django_filters.Filter):
    field_class = DayField


class PortfolioFilter(django_filters.FilterSet):
    """Accounts narrowed by what holds on no day in particular; an invalid value keeps none.

    member: who asks, for « moi ». heads and tag_ids: the groups and tags that it names, looked up once, or
    the database would for each account. keeps_many: set before `qs` is read, where it is known to keep
    thousands of accounts.
    """

    keeps_many = False

    type = AnyOf(choices=AccountType.choices)
    tag = SeveralFilter(method="by_tag")
    groupe = SeveralFilter(method="by_group")
    responsable = SeveralFilter(method="by_owner")

    class Meta:
        model = Account
        fields: list[str] = []

    def __init__(
        self,
        data: QueryDict,
        *,
        rows: QuerySet,
        member: Membership,
        heads: list[Account],
        tag_ids: list[int],
    ):
        self.member, self.heads, self.tag_ids = member, heads, tag_ids
        super().__init__(data, rows)

    def get_form_class(self):
        """Made once: its fields are the same for everybody."""
        kind = type(self)
        if "form_class" not in vars(kind):
            kind.form_class = super().get_form_class()
        return kind.form_class

    def filter_queryset(self, rows):
        return rows.none() if self.errors else super().filter_queryset(rows)

    def by_tag(self, rows, name, slugs):
        tagged = AccountTag.objects.filter(tag__in=self.tag_ids)
        if self.keeps_many:  # a page is soon full by looking at each account in the order of the list
            wanted = Q(Exists(tagged.filter(content_object=OuterRef("pk"))))
        else:
            wanted = Q(pk__in=tagged.values("content_object"))
        if NO_TAG in slugs:
            links = AccountTag.objects.filter(content_object=OuterRef("pk"))
            # Of a NOT EXISTS, PostgreSQL would first read the links of all accounts.
            wanted |= Q(IsNull(Subquery(links.values("pk")[:1]), True)) if self.keeps_many else ~Exists(links)
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


class AccountFilter(PortfolioFilter):
    """Accounts `with_status(on)` narrowed by the address's parameters; an invalid value keeps none.

    on: the day shown. since: the one that `venant` looks back to, None without it.
    """

    q = django_filters.CharFilter(method="by_text", max_length=200)
    statut = AnyOf(field_name="status", choices=Status.choices)
    venant = AnyOf(method="by_origin", choices=Status.choices + Origin.choices)
    bascule = DaysFilter(method="by_bascule")
    a_relancer = YesFilter(method="by_worklist")
    archives = YesFilter(method="by_archive")
    filiales = YesFilter(method="by_parent")

    def __init__(self, data: QueryDict, *, on: date, since: date | None, **others):
        self.on, self.since = on, since
        super().__init__(data, **others)

    def without(self, *names: str) -> QuerySet:
        """The rows of all the other filters."""
        data = self.data.copy()
        for name in names:
            data.pop(name, None)
        same = {name: getattr(self, name) for name in ("on", "since", "member", "heads", "tag_ids")}
        return AccountFilter(data, rows=self.queryset, **same).qs

    def filter_queryset(self, rows):
        rows = super().filter_queryset(rows)
        return rows if self.form.cleaned_data.get("archives") else rows.unarchived(self.on)

    def by_text(self, rows, name, typed):
        return search.matching(rows, typed, "name_fold", "domain")

    def by_origin(self, rows, name, origins):
        return coming_from(rows, origins, self.since) if self.since else rows

    def by_bascule(self, rows, name, days):
        # As an expression, so that SQLite walks the list in its order rather than sort all that will change.
        until = Coalesce("status_until", Value(date.max), output_field=DateField())
        return rows.alias(until=until).filter(until__lte=self.on + timedelta(days=days))

    def by_worklist(self, rows, name, value):
        return rows.to_follow_up(self.on)

    def by_archive(self, rows, name, value):
        return rows.filter(archived_on__lte=self.on)

    def by_parent(self, rows, name, value):
        return rows.filter(parent__isnull=False)
