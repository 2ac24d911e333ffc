from django import forms

from accounts.choices import Rhythm
from crm.forms.base import SavingForm

NONE = ("", "Aucun")
WHAT_THEY_TELL = {
    "": "Vous ne recevez rien.",
    Rhythm.DAILY: "Du lundi au vendredi à 7 h, les jours où il y a quelque chose à dire.",
    Rhythm.WEEKLY: "Le lundi à 7 h, même quand rien n'a bougé.",
}


class DigestForm(SavingForm):
    """How often a member wants a summary; empty for never."""

    rhythm = forms.ChoiceField(
        label="Rythme", choices=[NONE, *Rhythm.choices], required=False, widget=forms.RadioSelect
    )

    @property
    def rhythms(self):
        """The radio buttons, each with what it means."""
        return [(radio, WHAT_THEY_TELL[radio.data["value"]]) for radio in self["rhythm"]]
