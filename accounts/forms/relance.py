"""What is typed of relances: planned, edited, done, put off, cancelled; many at once; and their list."""

from collections.abc import Callable
from datetime import date, timedelta

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q
from django.http import QueryDict

from accounts.choices import RelanceKind
from accounts.forms.base import DayField, EspaceForm, LongTextField
from accounts.forms.business_filters import ALL, Listing, WorkFilter, is_so
from accounts.forms.filters import MYSELF, NOBODY, AnyOf, DayFilter
from accounts.forms.listing import Choice
from accounts.forms.lossless import LosslessForm
from accounts.forms.picker import account_field, member_field, opportunite_field
from accounts.models import Account, Opportunite, Relance
from accounts.models.relance import DONE, OPEN
from accounts.services import search
from accounts.services.relance.days import ANOTHER, PAST_DAY, DayChoice, offered
from accounts.services.relance.reason import NO_REASON, reasons_of
from crm.actor import Actor
from crm.ids import id_of, ids_of
from crm.models import Espace
from crm.roles import who_can

USUAL = "delai"  # the day that is chosen at first
USUAL_SUBJECT = "Reprendre contact"


class Days(forms.RadioSelect):
    """Radio buttons of which the focus goes to the chosen one."""

    def create_option(self, name, value, label, selected, *args, **kwargs):
        option = super().create_option(name, value, label, selected, *args, **kwargs)
        if not selected:
            option["attrs"].pop("autofocus", None)
        return option


class DayMixin(forms.Form):
    """Asks for a day: one of those offered, or another one."""

    jour = forms.ChoiceField(label="Quand", widget=Days, initial=USUAL)
    jour_le = DayField(label="Le jour", required=False)

    def offer(self, days: list[DayChoice]) -> None:
        self.days = {choice.code: choice.day for choice in days}
        self.fields["jour"].choices = [(choice.code, choice.label) for choice in days]

    @property
    def due_on(self) -> date:
        return self.days[self.cleaned_data["jour"]] or self.cleaned_data["jour_le"]

    def check_day(self, today: date) -> None:
        """Refuse what is not a day to come; a date that does not count cannot be wrong."""
        if self.cleaned_data.get("jour") != ANOTHER:
            self.errors.pop("jour_le", None)
        elif "jour_le" not in self.errors:
            typed = self.cleaned_data["jour_le"]
            if typed is None or typed < today:
                self.add_error("jour_le", "Choisissez un jour." if typed is None else PAST_DAY)


def contact_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label="Contact", coerce=int, empty_value=None, required=False)


def contact_choices(account: Account | None, present: int | None = None) -> list[tuple]:
    """The contacts of an account but those who left, unless present (an id) is one of them."""
    choices: list[tuple] = [("", "Personne en particulier")]
    if account is None:
        return choices
    there = account.contacts.filter(Q(left_on__isnull=True) | Q(pk=present))
    return choices + [(row.pk, str(row)) for row in there.order_by("-is_main", "last_name", "pk")]


def ask_assignee(form: LosslessForm) -> None:
    """Ask who will do it of those alone who may assign.

    Raises PermissionDenied when somebody else names another member than themselves all the same: they would
    believe that it was taken.
    """
    by, typed = form.by, form.submitted.get("assignee")
    if by.may("relance.assign", espace_id=form.espace.pk):
        return
    del form.fields["assignee"]
    if typed and typed != str(by.membership.pk):
        raise PermissionDenied(who_can("relance.assign"))


def kind_field(**kwargs) -> forms.ChoiceField:
    return forms.ChoiceField(label="Genre", choices=RelanceKind.choices, **kwargs)


class PlanForm(DayMixin, LosslessForm):
    """Plans a relance of an account, which the page may know already; about an opportunité, perhaps.

    Otherwise the page asks for the form again (« chercher ») once an account is chosen: contacts and the day
    before the bascule are its own.
    """

    model = Relance

    account = account_field(label="Compte")
    opportunite = opportunite_field(label="Opportunité", required=False, widget=forms.HiddenInput)
    subject = forms.CharField(label="Objet", max_length=200)
    kind = kind_field()
    contact = contact_field()
    assignee = member_field(label="Confiée à", required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        espace: Espace,
        by: Actor,
        today: date,
        account: Account | None = None,
        opportunite: Opportunite | None = None,
        day: date | None = None,
    ):
        self.opportunite, self.is_account_known = opportunite, account is not None
        initial = {
            "account": account and account.pk,
            "opportunite": opportunite and opportunite.pk,
            "subject": f"Suivre « {opportunite} »" if opportunite else USUAL_SUBJECT,
            "assignee": by.membership and by.membership.pk,
            "jour": USUAL if day is None else ANOTHER,
            "jour_le": day,
        }
        super().__init__(data, espace=espace, by=by, today=today, initial=initial)
        self.account = account or espace.accounts.filter(pk=id_of((data or {}).get("account"))).first()
        if self.is_account_known:
            self.fields["account"].widget = forms.HiddenInput()
        ask_assignee(self)
        self.fields["contact"].choices = contact_choices(self.account)
        self.reason = self._reason()
        self.offer(offered(today, delay_days=espace.relance_delay_days, before=self.reason.until))
        if self.initial["jour"] not in self.days:  # before the bascule of an account that is no longer chosen
            self.initial["jour"] = USUAL

    @property
    def is_silenced(self) -> bool:
        return self.account is not None and self.account.is_silenced(self.today)

    def _reason(self):
        if self.account is None:
            return NO_REASON
        return reasons_of(self.espace, [self.account.pk], self.today).get(self.account.pk, NO_REASON)

    def clean(self):
        values = super().clean()
        self.check_day(self.today)
        return values

    def save(self, write: Callable):
        return super().save(lambda jour, jour_le=None, **values: write(due_on=self.due_on, **values))


class EditForm(LosslessForm):
    model = Relance

    subject = forms.CharField(label="Objet", max_length=200)
    kind = kind_field()
    due_on = DayField(label="Prévue le")
    contact = contact_field()
    assignee = member_field(label="Confiée à")
    outcome = LongTextField(label="Résultat", required=False)

    def __init__(self, data: QueryDict | None = None, *, by: Actor, row: Relance, **context):
        super().__init__(data, by=by, row=row, **context)
        ask_assignee(self)
        self.leave_out("outcome", unless=not row.is_open)
        self.fields["contact"].choices = contact_choices(row.account, row.contact_id)


class DoForm(DayMixin, EspaceForm):
    """Notes what came of a relance, and plans the next one if one likes."""

    outcome = LongTextField(label="Ce qui s'est dit", required=False)
    suivante = forms.BooleanField(label="Planifier la relance suivante", required=False)
    suivante_objet = forms.CharField(label="Objet", max_length=200, required=False)
    suivante_genre = kind_field(required=False)

    def __init__(self, data: QueryDict | None = None, *, espace: Espace, today: date, row: Relance):
        self.today = today
        initial = {"suivante_objet": row.subject, "suivante_genre": row.kind}
        super().__init__(data, espace=espace, initial=initial)
        until = reasons_of(espace, [row.account_id], today).get(row.account_id, NO_REASON).until
        self.offer(offered(today, delay_days=espace.relance_delay_days, before=until))
        self.fields["jour"].required = False

    def clean(self):
        values = super().clean()
        if not values.get("suivante"):
            for name in ("suivante_objet", "suivante_genre", "jour", "jour_le"):
                self.errors.pop(name, None)
            return values
        for name in ("suivante_objet", "suivante_genre", "jour"):
            if name not in self.errors and not values.get(name):
                self.add_error(name, self.fields[name].error_messages["required"])
        self.check_day(self.today)
        return values

    def save(self, write: Callable):
        return super().save(lambda **values: (write(outcome=values["outcome"], following=self._following()),))

    def _following(self) -> dict | None:
        """What plan_relance() is given; None when no next one is wanted."""
        values = self.cleaned_data
        if not values["suivante"]:
            return None
        return {
            "subject": values["suivante_objet"],
            "kind": values["suivante_genre"],
            "due_on": self.due_on,
        }


class PostponeForm(DayMixin, EspaceForm):
    def __init__(self, data: QueryDict | None = None, *, espace: Espace, today: date, row: Relance):
        self.today = today
        super().__init__(data, espace=espace)
        until = reasons_of(espace, [row.account_id], today).get(row.account_id, NO_REASON).until
        self.offer(offered(today, delay_days=espace.relance_delay_days, before=until))

    def clean(self):
        values = super().clean()
        self.check_day(self.today)
        return values

    def save(self, write: Callable):
        return super().save(lambda **values: write(due_on=self.due_on))


class CancelForm(EspaceForm):
    outcome = LongTextField(label="Pourquoi", required=False)


class RelanceFilter(WorkFilter):
    class Meta:
        model = Relance
        fields: list[str] = []

    genre = AnyOf(field_name="kind", choices=RelanceKind.choices)
    le = DayFilter(method="by_day")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offered = self.filters["responsable"].extra
        offered["choices"] = [choice for choice in offered["choices"] if choice[0] != NOBODY]

    def by_text(self, rows, name, typed):
        return search.matching(rows, typed, "subject_fold", "account__name_fold")

    def by_day(self, rows, name, day):
        """Those done on a day, or still to do on it."""
        return rows.filter(Q(done_on=day) | (OPEN & Q(due_on=day)))

    def by_owner(self, rows, name, values):
        wanted = Q(assignee__in=ids_of(values))
        if MYSELF in values:
            wanted |= Q(assignee=self.member.pk)
        return rows.filter(wanted) if values else rows


class RelanceListing(Listing):
    """Tabs overlap: each keeps the rows for which all its facets are true."""

    filter_class = RelanceFilter
    states = {
        "miennes": "Les miennes",
        "retard": "En retard",
        "semaine": "Cette semaine",
        "equipe": "De l'équipe",
        "faites": "Faites",
        ALL: "Toutes",
    }
    facets = {
        "miennes": {"ouverte", "mienne"},
        "retard": {"ouverte", "en_retard"},
        "semaine": {"ouverte", "cette_semaine"},
        "equipe": {"ouverte"},
        "faites": {"faite"},
        ALL: set(),
    }
    orders = {
        "echeance": ("Jour, le plus proche d'abord", "Jour, le plus lointain d'abord", F("due_on")),
        "objet": ("Objet, de A à Z", "Objet, de Z à A", F("subject_fold")),
        "compte": ("Compte, de A à Z", "Compte, de Z à A", F("account__name_fold")),
        "faite": ("Faite, la plus ancienne d'abord", "Faite, la plus récente d'abord", F("done_on")),
    }
    usual_orders = dict.fromkeys(states, "echeance") | {"faites": "-faite", ALL: "-echeance"}

    @property
    def conditions(self) -> dict[str, Q]:
        monday = self.today - timedelta(days=self.today.weekday())
        return {
            "ouverte": OPEN,
            "mienne": Q(assignee=self.member.pk),
            "en_retard": Q(due_on__lt=self.today),
            "cette_semaine": Q(due_on__range=(monday, monday + timedelta(days=6))),
            "faite": DONE,
        }

    def queryset(self):
        return self.espace.relances.select_related("account", "assignee__user", "contact")

    def facets_of(self, rows):
        facets = {name: is_so(condition) for name, condition in self.conditions.items()}
        return rows.values(**facets).annotate(n=Count("pk"))

    @property
    def chosen_facets(self):
        return self.facets_in(self.etat)

    def facets_in(self, state: str) -> dict[str, set]:
        return {name: {True} if name in self.facets[state] else set() for name in self.conditions}

    def narrowed(self, rows):
        for name in self.facets[self.etat]:
            rows = rows.filter(self.conditions[name])
        return rows

    @property
    def tabs(self) -> list[Choice]:
        return [
            Choice(code, label, code == self.etat, self.count(**self.facets_in(code)))
            for code, label in self.states.items()
        ]

    @property
    def all_states(self) -> int:
        return self.count(**self.facets_in(ALL))

    @property
    def day(self) -> date | None:
        """The day of those on show, None without one."""
        return self.filter.form.cleaned_data.get("le")

    @property
    def kind_choices(self) -> list[Choice]:
        chosen = self.data.getlist("genre")
        return [Choice(kind.value, kind.label, kind.value in chosen) for kind in RelanceKind]
