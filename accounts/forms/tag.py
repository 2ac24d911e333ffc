from django import forms

from accounts.choices import Tone
from accounts.forms.base import EspaceForm
from accounts.forms.picker import PickField
from accounts.models import Tag
from accounts.models.tag import NAME_MAX_LENGTH
from accounts.services import search


class NewTagForm(EspaceForm):
    name = forms.CharField(label="Nouveau tag", max_length=NAME_MAX_LENGTH)


class TagForm(EspaceForm):
    name = forms.CharField(label="Nom", max_length=NAME_MAX_LENGTH)
    tone = forms.ChoiceField(
        label="Couleur",
        choices=[("", "Automatique"), *Tone.choices],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, tag: Tag, **kwargs):
        super().__init__(*args, initial={"name": tag.name, "tone": tag.tone}, **kwargs)


class MergeForm(EspaceForm):
    into = PickField(
        label="Dans",
        rows=lambda espace: espace.tags.all(),
        find=search.rows_named,
        src="tag_choix",
        help_text="Celui qui reste.",
    )
