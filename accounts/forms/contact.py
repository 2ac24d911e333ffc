from django import forms
from django.db.models import Case, Count, F, Value, When

from accounts.forms.base import DayField
from accounts.forms.business import BusinessForm
from accounts.forms.business_filters import ALL, BusinessFilter, Listing
from accounts.models import Contact
from accounts.services import search

THERE, GONE = "en_poste", "parti"


class ContactForm(BusinessForm):
    model = Contact
    owner = None

    first_name = forms.CharField(label="Prénom", max_length=100, required=False)
    last_name = forms.CharField(label="Nom", max_length=100)
    job_title = forms.CharField(label="Fonction", max_length=150, required=False)
    email = forms.EmailField(
        label="Adresse e-mail",
        max_length=254,
        required=False,
        error_messages={"invalid": "Écrivez une adresse e-mail, par exemple claire.morel@exemple.fr."},
    )
    phone = forms.CharField(label="Téléphone", max_length=30, required=False)
    is_main = forms.BooleanField(
        label="Contact principal du compte",
        required=False,
        help_text="Il n'y en a qu'un : il prend la place de celui qui l'était.",
    )
    left_on = DayField(
        label="Parti le",
        required=False,
        help_text="Gardez ainsi la fiche d'une personne qui a quitté le compte.",
    )

    def __init__(self, *args, row: Contact | None = None, **kwargs):
        super().__init__(*args, row=row, **kwargs)
        if row is None:
            del self.fields["left_on"]


class ContactFilter(BusinessFilter):
    responsable = None

    class Meta:
        model = Contact
        fields: list[str] = []

    def by_text(self, rows, name, typed):
        return search.matching(rows, typed, "name_fold", "email", "account__name_fold")


class ContactListing(Listing):
    filter_class = ContactFilter
    states = {THERE: "En poste", GONE: "Partis", ALL: "Tous"}
    orders = {
        "nom": ("Nom, de A à Z", "Nom, de Z à A", F("name_fold")),
        "compte": ("Compte, de A à Z", "Compte, de Z à A", F("account__name_fold")),
        "depart": ("Départ, le plus ancien d'abord", "Départ, le plus récent d'abord", F("left_on")),
    }
    usual_orders = {THERE: "nom", GONE: "-depart", ALL: "nom"}

    def queryset(self):
        return self.espace.contacts.select_related("account")

    def facets_of(self, rows):
        etat = Case(When(left_on__isnull=True, then=Value(THERE)), default=Value(GONE))
        return rows.values(etat=etat).annotate(n=Count("pk"))

    def narrowed(self, rows):
        return rows if self.etat == ALL else rows.filter(left_on__isnull=self.etat == THERE)
