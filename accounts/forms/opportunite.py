import copy
from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from accounts.choices import CLOSED_STAGES, Stage
from accounts.forms.base import DayField, EurosField
from accounts.forms.business import BusinessForm, RowForm
from accounts.forms.business_filters import ALL, Listing, WorkFilter, is_so
from accounts.forms.filters import AnyOf, DayFilter, YesFilter
from accounts.forms.portfolio import Choice
from accounts.models import Affaire, Opportunite
from accounts.models.opportunite import UNDATED, ghosts
from crm.french import day as written
from crm.once import key_field
from crm.services.espace import NO_STEP

OF_AFFAIRE = "affaire_"  # what the names of the won affaire's fields begin with


class OpportuniteForm(BusinessForm):
    model = Opportunite
    columns = (
        "name",
        "step",
        "opened_on",
        "expected_close_on",
        "closed_on",
        "lost_reason",
        "amount",
        "probability",
    )
    asks_for = "Choisissez un compte pour voir ce que devient son statut."

    name = forms.CharField(label="Nom de l'opportunité", max_length=200)
    step = forms.ChoiceField(label="Étape", required=False)
    opened_on = DayField(label="Ouverte le")
    expected_close_on = DayField(label="Clôture prévue", required=False)
    closed_on = DayField(label="Close le")
    lost_reason = forms.CharField(label="Raison", max_length=300, required=False)
    amount = EurosField(label="Montant", required=False)
    probability = forms.IntegerField(
        label="Probabilité",
        min_value=0,
        max_value=100,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args, espace, today: date, row: Opportunite | None = None, initial=None, **kwargs):
        if row is None:
            initial = {"opened_on": today, "step": espace.steps[0]} | (initial or {})
        super().__init__(*args, espace=espace, today=today, row=row, initial=initial, **kwargs)
        # A step that the espace no longer has stays until another is chosen.
        steps = dict.fromkeys([*espace.steps, *([row.step] if row else [])])
        self.fields["step"].choices = [(step, step or "Aucune") for step in steps]
        stage = row.stage if row else Stage.EN_COURS
        self.leave_out("closed_on", unless=stage != Stage.EN_COURS)
        self.leave_out("lost_reason", unless=stage in (Stage.PERDUE, Stage.ABANDONNEE))

    def typed_rows(self):
        dates = [name for name in ("opened_on", "closed_on") if name in self.fields]
        return [self.typed_row()] if all(name in self.cleaned_data for name in dates) else []


@dataclass(frozen=True)
class Closing:
    """What was done: the stage, and the affaire made, if any."""

    stage: Stage
    affaire: Affaire | None


class CloseForm(RowForm):
    """Closes an opportunité; won, it may make its affaire in the same step."""

    model = Opportunite
    meant = True
    asks_for = "Choisissez une issue pour voir ce que devient le statut du compte."

    stage = forms.ChoiceField(
        label="Issue",
        choices=[(stage.value, stage.label) for stage in CLOSED_STAGES],
        widget=forms.RadioSelect,
    )
    closed_on = DayField(label="Date de clôture")
    lost_reason = forms.CharField(label="Raison", max_length=300, required=False)
    makes_affaire = forms.BooleanField(label="Créer l'affaire", required=False)
    affaire_name = forms.CharField(label="Nom de l'affaire", max_length=200, required=False)
    affaire_starts_on = DayField(label="Début", required=False)
    affaire_ends_on = DayField(
        label="Fin",
        required=False,
        help_text="Dernier jour travaillé. Laissez vide si elle n'est pas connue.",
    )
    affaire_amount = EurosField(label="Montant", required=False)
    cle = key_field()

    def __init__(self, *args, row: Opportunite, today: date, initial=None, **kwargs):
        initial = {
            "closed_on": today,
            "makes_affaire": True,
            "affaire_name": row.name,
            "affaire_starts_on": today,
            "affaire_amount": row.amount,
        } | (initial or {})
        super().__init__(*args, row=row, today=today, initial=initial, **kwargs)

    @property
    def wins_affaire(self) -> bool:
        return self.cleaned_data.get("stage") == Stage.GAGNEE and self.cleaned_data["makes_affaire"]

    @property
    def affaire_fields(self) -> list[str]:
        return [name for name in self.fields if name.startswith(OF_AFFAIRE)]

    def clean(self):
        if not self.wins_affaire:
            for name in self.affaire_fields:
                self.errors.pop(name, None)
            return super().clean()
        for name in ("affaire_name", "affaire_starts_on"):
            if name not in self.errors and not self.cleaned_data[name]:
                self.add_error(name, self.fields[name].error_messages["required"])
        return super().clean()

    def affaire_values(self) -> dict | None:
        """What create_affaire() is given; None when no affaire is wanted."""
        if not self.wins_affaire:
            return None
        typed = {name.removeprefix(OF_AFFAIRE): self.cleaned_data.get(name) for name in self.affaire_fields}
        return typed | {"owner": self.row.owner_id}

    def typed_rows(self):
        values = self.cleaned_data
        if "stage" not in values or "closed_on" not in values or values["closed_on"] > self.today:
            return []
        closed = copy.copy(self.row)
        closed.stage, closed.closed_on = values["stage"], values["closed_on"]
        if not self.wins_affaire:
            return [closed]
        if not values.get("affaire_starts_on") or "affaire_ends_on" not in values:
            return []
        affaire_values = {name: value for name, value in self.affaire_values().items() if name != "owner"}
        return [closed, Affaire(espace=self.espace, **affaire_values)]

    def field_of(self, row, column):
        return f"{OF_AFFAIRE}{column}" if isinstance(row, Affaire) else column

    def meet(self, version):
        if self.row.is_open:  # closed by somebody else, it is refused as a whole
            super().meet(version)

    def save(self, write):
        def close(**values):
            steps = {name: values[name] for name in ("stage", "closed_on", "lost_reason", "version")}
            write(**steps, affaire=self.affaire_values())
            return self.row

        if super().save(close) is None:
            return None
        made = self.row.affaires.latest("pk") if self.wins_affaire else None
        return Closing(Stage(self.cleaned_data["stage"]), made)


class ReopenForm(RowForm):
    """Opens a closed opportunité again."""

    def typed_rows(self):
        reopened = copy.copy(self.row)
        reopened.stage, reopened.closed_on = Stage.EN_COURS, None
        return [reopened]

    def clean(self):
        if self.row.is_open:
            raise ValidationError("Cette opportunité est déjà en cours.")
        return super().clean()


class OpportuniteFilter(WorkFilter):
    class Meta:
        model = Opportunite
        fields: list[str] = []

    # Facets: their choices are counted, so the listing narrows by them itself.
    etape = AnyOf(method="later")
    fantomes = YesFilter(method="later")
    sans_date = YesFilter(method="later")
    cloture_du = DayFilter(field_name="expected_close_on", lookup_expr="gte")
    cloture_au = DayFilter(field_name="expected_close_on", lookup_expr="lte")
    sans_montant = YesFilter(method="without_amount")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.steps = self.member.espace.steps + self._left_behind()
        self.filters["etape"].extra["choices"] = [(step, step) for step in [*self.steps, NO_STEP]]

    def _left_behind(self) -> list[str]:
        """Steps asked for that the espace no longer has, though opportunités are still there."""
        if not (asked := set(self.data.getlist("etape")) - {*self.member.espace.steps, NO_STEP}):
            return []
        rows = self.member.espace.opportunites.filter(step__in=asked)
        return list(rows.order_by("step").values_list("step", flat=True).distinct())

    def later(self, rows, name, value):
        return rows

    def without_amount(self, rows, name, value):
        return rows.filter(amount=None)


class OpportuniteListing(Listing):
    filter_class = OpportuniteFilter
    states = {
        Stage.EN_COURS.value: "En cours",
        Stage.GAGNEE.value: "Gagnées",
        Stage.PERDUE.value: "Perdues",
        Stage.ABANDONNEE.value: "Abandonnées",
        ALL: "Toutes",
    }
    orders = {
        "nom": ("Nom, de A à Z", "Nom, de Z à A", F("name_fold")),
        "compte": ("Compte, de A à Z", "Compte, de Z à A", F("account__name_fold")),
        "ouverture": (
            "Ouverture, la plus ancienne d'abord",
            "Ouverture, la plus récente d'abord",
            F("opened_on"),
        ),
        "date": (
            "Clôture, la plus proche d'abord",
            "Clôture, la plus lointaine d'abord",
            Coalesce("closed_on", "expected_close_on"),
        ),
        "montant": ("Montant, le plus petit d'abord", "Montant, le plus grand d'abord", F("amount")),
    }
    usual_orders = dict.fromkeys(states, "-date") | {Stage.EN_COURS.value: "date", ALL: "-ouverture"}

    @property
    def conditions(self) -> dict[str, Q]:
        return {"fantomes": ghosts(self.today), "sans_date": UNDATED}

    @property
    def chosen_facets(self):
        asked = self.filter.form.cleaned_data
        return (
            super().chosen_facets
            | {"etape": {"" if step == NO_STEP else step for step in asked.get("etape") or []}}
            | {name: {True} if asked.get(name) else set() for name in self.conditions}
        )

    def queryset(self):
        return self.espace.opportunites.select_related("account", "owner__user")

    @property
    def facet_columns(self) -> dict:
        conditions = {name: is_so(condition) for name, condition in self.conditions.items()}
        return conditions | {"etat": F("stage"), "etape": F("step")}

    def facets_of(self, rows):
        return rows.values(**self.facet_columns).annotate(n=Count("pk"), total=Sum("amount"))

    def narrowed(self, rows):
        facets = self.chosen_facets
        if facets["etat"]:
            rows = rows.filter(stage__in=facets["etat"])
        if facets["etape"]:
            rows = rows.filter(step__in=facets["etape"])
        for name, condition in self.conditions.items():
            rows = rows.filter(condition) if facets[name] else rows
        return rows

    @property
    def step_choices(self) -> list[Choice]:
        chosen = self.chosen_facets["etape"]
        choices = [Choice(s, s, s in chosen, self.count(etape={s})) for s in self.filter.steps]
        without = Choice(NO_STEP, "Sans étape", "" in chosen, self.count(etape={""}))
        return [*choices, without] if without.chosen or without.count else choices

    @property
    def closing(self) -> str:
        """What the address asks of the expected closing, in words; nothing for nothing."""
        asked = self.filter.form.cleaned_data
        first, last = asked.get("cloture_du"), asked.get("cloture_au")
        if first and last:
            return f"du {written(first)} au {written(last)}"
        if first:
            return f"à partir du {written(first)}"
        return f"jusqu'au {written(last)}" if last else ""

    @property
    def ghost_count(self) -> int:
        return self.count(etat={Stage.EN_COURS.value}, fantomes={True}, sans_date=set())

    @property
    def undated_count(self) -> int:
        return self.count(etat={Stage.EN_COURS.value}, sans_date={True}, fantomes=set())
