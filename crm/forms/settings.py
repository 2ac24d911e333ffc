"""The forms of Réglages: the espace itself."""

from django import forms

from crm.forms.base import LinesField, SavingForm
from crm.models import Espace
from crm.once import key_field

# Offered while one types; any other zone that Python knows is accepted.
USUAL_TIMEZONES = (
    "Europe/Paris",
    "Europe/Brussels",
    "Europe/Luxembourg",
    "Europe/Zurich",
    "Europe/Monaco",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Rome",
    "Europe/Berlin",
    "Europe/Lisbon",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "America/Miquelon",
    "Indian/Reunion",
    "Indian/Mayotte",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Pacific/Wallis",
    "America/Montreal",
    "America/New_York",
    "Africa/Casablanca",
    "Africa/Algiers",
    "Africa/Tunis",
    "Africa/Dakar",
    "Africa/Abidjan",
    "UTC",
)


class EspaceForm(SavingForm):
    name = forms.CharField(label="Nom", max_length=120)
    timezone = forms.CharField(
        label="Fuseau horaire",
        max_length=60,
        help_text="Il décide du jour, donc des statuts. Par exemple Europe/Paris.",
        widget=forms.TextInput(attrs={"list": "fuseaux", "autocomplete": "off"}),
    )
    steps = LinesField(
        label="Étapes des opportunités",
        help_text="Une par ligne, dans l'ordre. Une opportunité garde la sienne, même retirée d'ici.",
    )
    relance_delay_days = forms.IntegerField(
        label="Délai de relance",
        min_value=1,
        max_value=365,
        help_text="Proposé quand on planifie une relance.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    fetches_logos = forms.BooleanField(
        label="Chercher les logos",
        required=False,
        help_text="Sur les sites web des comptes : c'est la seule chose que Vigie aille chercher dehors.",
    )
    requires_two_factor = forms.BooleanField(
        label="Exiger la double authentification",
        required=False,
        help_text="Les membres qui ne l'ont pas la mettent en place à leur prochaine visite.",
    )

    usual_timezones = USUAL_TIMEZONES

    def __init__(self, *args, espace: Espace, **kwargs):
        initial = {name: getattr(espace, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, **kwargs)


class NewEspaceForm(SavingForm):
    name = forms.CharField(
        label="Nom de l'espace", max_length=120, help_text="Celui de l'entreprise, le plus souvent."
    )
    cle = key_field()


class DeleteEspaceForm(SavingForm):
    name = forms.CharField(label="Nom de l'espace", widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args, espace: Espace, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = f"Pour confirmer, écrivez : {espace.name}"
