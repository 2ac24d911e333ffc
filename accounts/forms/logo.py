from django import forms
from django.core.exceptions import ValidationError

from accounts.services.logo.keeping import UPLOAD_MAX_BYTES
from crm.forms.base import SavingForm


class LogoForm(SavingForm):
    """A logo added by hand; cleans to the file's bytes."""

    content = forms.FileField(
        label="Une image de votre choix",
        help_text="PNG, JPEG ou WebP, de 5 Mo au plus. Un carré d'au moins 256 pixels rend le mieux.",
        error_messages={"required": "Choisissez une image.", "empty": "Ce fichier est vide."},
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )

    def clean_content(self):
        file = self.cleaned_data["content"]
        if file.size > UPLOAD_MAX_BYTES:
            raise ValidationError(f"Ce fichier dépasse {UPLOAD_MAX_BYTES // 1024**2} Mo.")
        return file.read()
