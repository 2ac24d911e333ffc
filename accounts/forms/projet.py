from django import forms
from django.db.models import Count, DecimalField, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.forms.base import LongTextField
from accounts.forms.business import BusinessForm
from accounts.forms.business_filters import ALL, BusinessFilter, Listing
from accounts.models import Affaire, Projet


class ProjetForm(BusinessForm):
    model = Projet
    columns = ("name", "code", "description")

    name = forms.CharField(label="Nom du projet", max_length=200)
    code = forms.CharField(label="Code", max_length=30, required=False, help_text="Le vôtre, ou le leur.")
    description = LongTextField(label="Description", required=False)


class ProjetFilter(BusinessFilter):
    class Meta:
        model = Projet
        fields: list[str] = []


class ProjetListing(Listing):
    filter_class = ProjetFilter
    orders = {
        "nom": ("Nom, de A à Z", "Nom, de Z à A", F("name_fold")),
        "compte": ("Compte, de A à Z", "Compte, de Z à A", F("account__name_fold")),
        "affaires": ("Affaires, le moins d'abord", "Affaires, le plus d'abord", F("affaires_count")),
        "montant": ("Montant, le plus petit d'abord", "Montant, le plus grand d'abord", F("affaires_total")),
    }
    usual_orders = {ALL: "nom"}

    def queryset(self):
        affaires = Affaire.objects.filter(projet=OuterRef("pk")).order_by().values("projet")
        total = affaires.signed().annotate(total=Sum("amount")).values("total")
        return self.espace.projets.select_related("account", "owner__user").annotate(
            affaires_count=Coalesce(Subquery(affaires.annotate(n=Count("pk")).values("n")), 0),
            affaires_total=Subquery(total, output_field=DecimalField()),
        )

    def facets_of(self, rows):
        return [{"etat": ALL, "n": rows.count(), "total": None}]

    def narrowed(self, rows):
        return rows
