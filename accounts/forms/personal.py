from django import forms

from accounts.forms.base import EspaceForm


class EraseForm(EspaceForm):
    """Erasing cannot be undone: it is asked for twice."""

    sure = forms.BooleanField(
        label="J'ai compris : c'est définitif.",
        error_messages={"required": "Cochez cette case pour confirmer."},
    )
