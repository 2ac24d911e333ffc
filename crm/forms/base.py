"""What the house's forms share: the way to their service, and lists typed one a line."""

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError


class SavingForm(forms.Form):
    def save(self, write: Callable):
        """What `write(**values)` returns; None when the form is invalid, or the service refuses."""
        if not self.is_valid():
            return None
        try:
            return write(**self.cleaned_data)
        except ValidationError as refusal:
            self.refuse(refusal)
            return None

    def refuse(self, refusal: ValidationError) -> None:
        """Show a service's refusal: by the field where the form has it, at the top otherwise."""
        for name, errors in refusal.update_error_dict({}).items():
            self.add_error(name if name in self.fields else None, errors)


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 6})

    def to_python(self, value):
        return [line for text in super().to_python(value).splitlines() if (line := text.strip())]

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value
