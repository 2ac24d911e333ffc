from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.forms.base import FIRST_DAY, LAST_DAY, LongTextField
from accounts.forms.lossless import LosslessForm
from accounts.forms.picker import account_field
from accounts.models import Note
from accounts.models.note import TEXT_MAX


class MomentField(forms.DateTimeField):
    """A moment to the minute, typed in the espace's time zone (`zone`)."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    zone = ZoneInfo("UTC")

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"], **kwargs)
        self.error_messages["invalid"] = "Écrivez un jour et une heure, par exemple 30/06/2026 14:30."

    def prepare_value(self, value):
        with timezone.override(self.zone):
            return super().prepare_value(value)

    def to_python(self, value):
        with timezone.override(self.zone):
            moment = super().to_python(value)
        if moment is not None and not FIRST_DAY.year <= moment.year <= LAST_DAY.year:
            raise ValidationError(f"L'année doit se situer entre {FIRST_DAY.year} et {LAST_DAY.year}.")
        return moment


class NoteForm(LosslessForm):
    """Writes or corrects a note. about: whether the page says which account it is about."""

    model = Note

    account = account_field(label="Compte")
    text = LongTextField(label="Note", max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 3}))
    happened_at = MomentField(label="Quand", required=False, help_text="Maintenant, si vous ne dites rien.")

    def __init__(self, *args, row: Note | None = None, about: bool = True, **kwargs):
        super().__init__(*args, row=row, **kwargs)
        if about:
            del self.fields["account"]
        moment = self.fields["happened_at"]
        moment.zone = ZoneInfo(self.espace.timezone)
        if row is not None:
            moment.required, moment.help_text = True, ""
