"""What the trade's forms share: fields that forgive how people type, and the way to their service."""

from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import number_format

from accounts.forms.picker import PickField
from crm.forms.base import SavingForm
from crm.models import Espace

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)  # what a business date can be
LOOKING = "chercher"  # the button that searches a picker without JavaScript


class DayField(forms.DateField):
    """A calendar day: 2026-06-30 as browsers send it, 30/06/2026 as people type it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)
        self.error_messages["invalid"] = "Écrivez une date, par exemple 30/06/2026."

    def to_python(self, value):
        day = super().to_python(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(f"Cette date doit se situer entre {FIRST_DAY.year} et {LAST_DAY.year}.")
        return day


def day_or(typed: str | None, otherwise: date) -> date:
    """The day typed, or another when it is none (yet)."""
    try:
        return DayField(required=False).clean(typed) or otherwise
    except ValidationError:
        return otherwise


class LongTextField(forms.CharField):
    """A text of several lines. Browsers end them with CR LF: so left alone, it would seem to be changed."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class EurosField(forms.DecimalField):
    """An amount in euros before tax; spaces, € and a decimal comma are welcome."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def __init__(self, **kwargs):
        super().__init__(max_digits=12, decimal_places=2, min_value=0, **kwargs)
        self.error_messages["invalid"] = "Écrivez un montant en euros, par exemple 12 500."

    def to_python(self, value):
        if isinstance(value, str):
            value = "".join(value.split()).removesuffix("€").replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value):
        """« 32 000 », « 9 800,50 »: as people type it."""
        if not isinstance(value, Decimal):
            return value
        cents = 0 if value == value.to_integral_value() else 2
        return number_format(value, decimal_pos=cents, force_grouping=True)


class EspaceForm(SavingForm):
    """A form inside an espace: its pickers know which rows there are to choose from.

    Sent by a picker's « Chercher » button, it is shown again with what was typed and what was found,
    and nothing is checked or saved.
    """

    def __init__(self, data: QueryDict | None = None, *, espace: Espace, initial: dict | None = None):
        looking = data is not None and LOOKING in data
        if looking:
            initial = (initial or {}) | self._unchecked_boxes(data) | {name: data.get(name) for name in data}
        super().__init__(None if looking else data, initial=initial)
        self.espace = espace
        for name, field in self.fields.items():
            if isinstance(field, PickField):
                field.search_in(espace, typed=data.get(f"{name}_q", "") if data is not None else "")

    def _unchecked_boxes(self, data: QueryDict) -> dict:
        boxes = (name for name, field in self.base_fields.items() if isinstance(field, forms.BooleanField))
        return {name: False for name in boxes if name not in data}
