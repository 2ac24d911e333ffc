"""The espace's journal as its address asks for it."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet
from django.http import QueryDict

from accounts.forms.base import DayField
from accounts.forms.portfolio import OFFERED, Choice
from accounts.services.history import ACTIONS, DOORS, HOUSE, Page, entries_of, page_of
from accounts.services.history.names import kinds
from crm.french import day
from crm.ids import id_of
from crm.models import Espace, Membership

NOBODY = "vigie"  # what `qui` says for what Vigie did by itself
CURSOR = RegexValidator(r"^-?[0-9]{1,18}$", code="invalid")
UNKNOWN = {
    "qui": "Cette personne n'est pas de l'espace.",
    "quoi": "Ce genre de fiche n'existe pas.",
    "action": "Cette action n'existe pas.",
    "porte": "Cette porte n'existe pas.",
    "suite": "Cette page n'existe pas.",
}


class JournalForm(forms.Form):
    """The parameters of the journal's address: who, which kind of row, action and door, between two days.

    qui: a member's id, or NOBODY. suite: the cursor of a page (see accounts.services.history.page_of).
    """

    qui = forms.ChoiceField(required=False)
    quoi = forms.ChoiceField(required=False)
    action = forms.ChoiceField(required=False, choices=list(ACTIONS.items()))
    porte = forms.ChoiceField(required=False, choices=list(DOORS.items()))
    du = DayField(required=False)
    au = DayField(required=False)
    suite = forms.CharField(required=False, validators=[CURSOR])

    def __init__(self, data: QueryDict, *, members: list[Membership]):
        super().__init__(data)
        self.fields["qui"].choices = [
            *((str(member.pk), str(member)) for member in members),
            (NOBODY, HOUSE),
        ]
        self.fields["quoi"].choices = [
            (name, _capital(str(model._meta.verbose_name))) for name, model in kinds().items()
        ]

    def clean(self):
        first, last = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if first and last and first > last:
            self.add_error("au", "Le dernier jour doit suivre le premier.")

    def chosen(self, name: str) -> list[Choice]:
        """What a filter may take, by label."""
        wanted = self.data.get(name)
        choices = sorted(self.fields[name].choices, key=lambda choice: choice[1].casefold())
        return [Choice(value, label, value == wanted) for value, label in choices]


class JournalListing:
    """Lines and choices of the journal, in at most 4 queries: members, lines, names, names of rows gone.

    `errors` holds a sentence for each invalid value; then there are no lines.
    """

    def __init__(self, data: QueryDict, *, espace: Espace):
        self.espace = espace
        self.members = _members(espace, data.get("qui", ""))
        self.form = JournalForm(data, members=self.members)
        self.form.full_clean()
        self.errors = [UNKNOWN.get(name, errors[0]) for name, errors in self.form.errors.items()]
        self.page = Page([], None, None) if self.errors else self._page()

    @property
    def choices(self) -> dict[str, list[Choice]]:
        return {name: self.form.chosen(name) for name in ("qui", "quoi", "action", "porte")}

    @property
    def period(self) -> str:
        """« du 3 juin 2027 au 5 juin 2027 », « depuis le 3 juin 2027 », or nothing."""
        first, last = (self.form.cleaned_data.get(name) for name in ("du", "au"))
        if first and last:
            return f"le {day(first)}" if first == last else f"du {day(first)} au {day(last)}"
        return f"depuis le {day(first)}" if first else f"jusqu'au {day(last)}" if last else ""

    def _page(self) -> Page:
        entries = self._filtered(entries_of(self.espace), **self.form.cleaned_data)
        suite = self.form.cleaned_data["suite"]
        return page_of(self.espace, entries, int(suite) if suite else None)

    def _filtered(self, entries: QuerySet, *, qui, quoi, action, porte, du, au, suite) -> QuerySet:
        if qui:
            who = {member.pk: member.user_id for member in self.members}
            entries = entries.filter(user=None if qui == NOBODY else who[int(qui)])
        for column, value in {"model": quoi, "action": action, "door": porte}.items():
            if value:
                entries = entries.filter(**{column: value})
        if du:
            entries = entries.filter(at__gte=self._midnight(du))
        if au:
            entries = entries.filter(at__lt=self._midnight(au + timedelta(days=1)))
        return entries

    def _midnight(self, of: date) -> datetime:
        return datetime.combine(of, time.min, ZoneInfo(self.espace.timezone))


def _members(espace: Espace, named: str) -> list[Membership]:
    """The members to choose from, those who left too, and the one whom the address names."""
    members = espace.memberships.select_related("user")
    offered = members.order_by("-is_active", "pk").values("pk")[:OFFERED]
    return list(members.filter(Q(pk__in=offered) | Q(pk=id_of(named))))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
