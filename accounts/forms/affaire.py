import copy
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, Count, F, Sum, Value, When

from accounts.choices import AccountType
from accounts.forms.base import DayField, EurosField
from accounts.forms.business import BusinessForm, RowForm
from accounts.forms.business_filters import ALL, AnyId, Listing, WorkFilter
from accounts.forms.filters import YesFilter
from accounts.forms.picker import Picker, opportunite_field, projet_field
from accounts.models import Affaire
from accounts.models.affaire import states_on


class AffaireForm(BusinessForm):
    model = Affaire
    columns = ("name", "starts_on", "ends_on", "cancelled_on", "amount")
    asks_for = "Choisissez un compte et un début pour voir ce que devient son statut."

    projet = projet_field(label="Projet", required=False, widget=Picker(depends_on="account"))
    opportunite = opportunite_field(
        label="Opportunité d'origine", required=False, widget=Picker(depends_on="account")
    )
    name = forms.CharField(label="Nom de l'affaire", max_length=200)
    starts_on = DayField(label="Début")
    ends_on = DayField(
        label="Fin", required=False, help_text="Dernier jour travaillé. Laissez vide tant qu'elle court."
    )
    cancelled_on = DayField(label="Annulée le")
    amount = EurosField(label="Montant", required=False)

    def __init__(self, *args, row: Affaire | None = None, **kwargs):
        super().__init__(*args, row=row, **kwargs)
        self.leave_out("cancelled_on", unless=row is not None and row.cancelled_on is not None)

    def clean_cancelled_on(self):
        return not_later(self.cleaned_data["cancelled_on"], self.today)

    @property
    def is_internal(self):
        if not self.is_bound:
            return False
        self.is_valid()  # fills cleaned_data
        account = self.typed_account()
        return account is not None and account.type == AccountType.INTERNE

    def typed_rows(self):
        dates = [name for name in ("starts_on", "ends_on", "cancelled_on") if name in self.fields]
        return [self.typed_row()] if all(name in self.cleaned_data for name in dates) else []


class AffaireStepForm(RowForm):
    """Ends or cancels an affaire: one date, which is a column of it."""

    meant = True
    day: str

    def __init__(self, *args, row: Affaire, today: date, **kwargs):
        super().__init__(*args, row=row, today=today, initial={self.day: today}, **kwargs)

    def typed_rows(self):
        if self.day not in self.cleaned_data:
            return []
        affaire = copy.copy(self.row)
        setattr(affaire, self.day, self.cleaned_data[self.day])
        return [affaire]


class EndForm(AffaireStepForm):
    day = "ends_on"
    ends_on = DayField(label="Dernier jour travaillé")


class CancelForm(AffaireStepForm):
    day = "cancelled_on"
    cancelled_on = DayField(label="Annulée le")

    def clean_cancelled_on(self):
        return not_later(self.cleaned_data["cancelled_on"], self.today)


def not_later(cancelled_on: date, today: date) -> date:
    """A cancellation is something that happened; work that will stop has an end instead."""
    if cancelled_on > today:
        raise ValidationError(
            "Une annulation ne peut pas être dans le futur. Si l'affaire s'arrête plus tard, changez sa fin."
        )
    return cancelled_on


class ResumeForm(RowForm):
    """Undoes a cancellation."""

    def typed_rows(self):
        resumed = copy.copy(self.row)
        resumed.cancelled_on = None
        return [resumed]

    def clean(self):
        if self.row.cancelled_on is None:
            raise ValidationError("Cette affaire n'est pas annulée.")
        return super().clean()


class AffaireFilter(WorkFilter):
    class Meta:
        model = Affaire
        fields: list[str] = []

    projet = AnyId(field_name="projet")
    a_prolonger = YesFilter(method="by_end")

    def by_end(self, rows, name, value):
        return rows.to_extend(self.today)


class AffaireListing(Listing):
    filter_class = AffaireFilter
    states = {
        "en_cours": "En cours",
        "a_venir": "À venir",
        "terminee": "Terminées",
        "annulee": "Annulées",
        ALL: "Toutes",
    }
    orders = {
        "nom": ("Nom, de A à Z", "Nom, de Z à A", F("name_fold")),
        "compte": ("Compte, de A à Z", "Compte, de Z à A", F("account__name_fold")),
        "date": ("Début, le plus ancien d'abord", "Début, le plus récent d'abord", F("starts_on")),
        "fin": ("Fin, la plus proche d'abord", "Fin, la plus lointaine d'abord", F("ends_on")),
        "montant": ("Montant, le plus petit d'abord", "Montant, le plus grand d'abord", F("amount")),
    }
    usual_orders = {
        "en_cours": "fin",
        "a_venir": "date",
        "terminee": "-fin",
        "annulee": "-date",
        ALL: "-date",
    }

    def queryset(self):
        return self.espace.affaires.select_related("account", "projet", "owner__user")

    def nameable(self):
        return super().nameable() | {"projet": self.espace.projets}

    def facets_of(self, rows):
        etat = Case(*[When(condition, then=Value(code)) for code, condition in states_on(self.today).items()])
        return rows.values(etat=etat).annotate(n=Count("pk"), total=Sum("amount"))

    def narrowed(self, rows):
        return rows if self.etat == ALL else rows.filter(states_on(self.today)[self.etat])
