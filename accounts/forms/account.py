from django import forms
from django.core.exceptions import ValidationError

from accounts.choices import AccountType
from accounts.forms.base import DayField, LongTextField
from accounts.forms.lossless import LosslessForm
from accounts.forms.picker import account_field, member_field
from accounts.models import Account
from accounts.services import search
from accounts.services.siren import normalise_siren
from accounts.services.website import normalise_website


class TagsField(forms.CharField):
    """Names of tags separated by commas; cleans to a list of names."""

    def __init__(self, **kwargs):
        super().__init__(max_length=2000, required=False, **kwargs)

    def clean(self, value):
        names = [" ".join(name.split()) for name in super().clean(value).split(",")]
        for name in names:
            if len(name) > 60:
                raise ValidationError(f"Le tag « {name[:60]}… » dépasse 60 caractères.")
        return [name for name in names if name]

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else ", ".join(map(str, value))


class WebsiteField(forms.CharField):
    """A website as typed; cleans to its normalised address."""

    widget = forms.TextInput(
        attrs={"inputmode": "url", "placeholder": "bnpparibas.fr", "autocapitalize": "none"}
    )

    def clean(self, value):
        return normalise_website(super().clean(value))


class SirenField(forms.CharField):
    """A SIREN as typed; cleans to its nine digits."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def clean(self, value):
        return normalise_siren(super().clean(value))


class AccountForm(LosslessForm):
    """The creation form."""

    model = Account

    name = forms.CharField(label="Nom", max_length=200)
    type = forms.ChoiceField(label="Type", choices=[("", "Choisissez un type"), *AccountType.choices])
    website = WebsiteField(label="Site web", required=False)
    parent = account_field(label="Compte parent", required=False)
    tags = TagsField(label="Tags", help_text="Séparés par des virgules.")
    owner = member_field(label="Responsable", required=False)
    created_on = DayField(
        label="Entré au portefeuille le",
        help_text="Une date passée pour une entreprise que vous suivez depuis longtemps.",
    )
    description = LongTextField(label="Description", required=False, max_length=10_000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].widget.src += "?pour=parent"
        self.fields["parent"].find = search.parents
        self.fields["created_on"].widget.attrs["max"] = self.today.isoformat()

    def clean_created_on(self):
        day = self.cleaned_data["created_on"]
        if day > self.today:
            raise ValidationError("Cette date est dans le futur.")
        return day


class AccountEditForm(AccountForm):
    """The edit form: what the creation form asks, and what is learnt later.

    created_on is for those who may change it (Administrateurs); the field is absent otherwise.
    """

    siren = SirenField(label="SIREN", required=False, max_length=20)
    phone = forms.CharField(
        label="Téléphone", required=False, max_length=30, widget=forms.TextInput(attrs={"type": "tel"})
    )
    street = forms.CharField(label="Rue", required=False, max_length=200)
    postal_code = forms.CharField(label="Code postal", required=False, max_length=12)
    city = forms.CharField(label="Ville", required=False, max_length=100)
    country = forms.CharField(label="Pays", required=False, max_length=60)
    do_not_follow_up = forms.BooleanField(label="Ne pas relancer ce compte", required=False)
    do_not_follow_up_reason = forms.CharField(label="Pour quelle raison ?", required=False, max_length=200)
    do_not_follow_up_until = DayField(label="Jusqu'au", required=False, help_text="Vide : sans limite.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.by.may("account.backdate", espace_id=self.espace.pk):
            del self.fields["created_on"]
