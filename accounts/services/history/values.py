"""Values of the journal as people read them: dates, euros, choices, relations, lists."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from zoneinfo import ZoneInfo

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from crm import french
from crm.templatetags.ui import THIN_SPACE, thousands

EMPTY = "vide"
Names = dict[tuple[str, int], str]  # by model name and id


@dataclass(frozen=True)
class Column:
    """A column of a model by its name, perhaps one that a migration has removed since."""

    model: type[models.Model] | None
    name: str

    @cached_property
    def field(self) -> models.Field | None:
        try:
            return self.model and self.model._meta.get_field(self.name)
        except FieldDoesNotExist:
            return None

    @cached_property
    def _words(self) -> tuple[str, str]:
        """What its French name says, and the unit that it has in parentheses: « montant (€ HT) »."""
        text = str(getattr(self.field, "verbose_name", self.name.replace("_", " ")))
        return re.fullmatch(r"(.+?)(?: \((.+)\))?", text).groups(default="")

    @property
    def label(self) -> str:
        """« Montant », « SIREN »."""
        return self._words[0][:1].upper() + self._words[0][1:]

    @property
    def referred(self) -> type[models.Model] | None:
        """The model that its values are ids of."""
        return self.field.related_model if isinstance(self.field, models.ForeignKey) else None

    def in_words(self, value, names: Names, timezone: ZoneInfo) -> str:
        if value is None or value == "" or value == []:
            return EMPTY
        if isinstance(value, bool):
            return "oui" if value else "non"
        if isinstance(value, list):
            return ", ".join(map(str, value))
        if self.referred:
            return names.get((self.referred._meta.model_name, value)) or f"n° {value}"
        if choices := getattr(self.field, "flatchoices", None):
            return str(dict(choices).get(value, value))
        try:
            return self._of_its_type(value, timezone)
        except (TypeError, ValueError, InvalidOperation):
            return str(value)  # no longer of the column's type, or redacted

    def _of_its_type(self, value, timezone: ZoneInfo) -> str:
        match self.field:
            case models.DateTimeField():
                return moment(datetime.fromisoformat(value).astimezone(timezone))
            case models.DateField():
                return french.day(date.fromisoformat(value))
            case models.DecimalField() | models.IntegerField():
                number, unit = Decimal(value), self._words[1]
                whole = number.to_integral_value()
                return f"{thousands(whole if number == whole else number)}{THIN_SPACE}{unit}".strip()
        return str(value)


def moment(at: datetime) -> str:
    """`3 juin 2027 à 14 h 05`."""
    return f"{french.day(at.date())} à {at.hour} h {at.minute:02}"


@dataclass(frozen=True, slots=True)
class Change:
    """A column that changed, in words: a list by what it gained and lost, the rest by before and after."""

    label: str
    before: str = EMPTY
    after: str = EMPTY
    gained: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def only(self) -> str:
        """The side that holds something, where a whole row came or went."""
        return self.before if self.after == EMPTY else self.after


def change_in_words(column: Column, pair: list, names: Names, timezone: ZoneInfo) -> Change:
    before, after = pair
    if isinstance(before, list) and isinstance(after, list):
        gained = [str(value) for value in after if value not in before]
        lost = [str(value) for value in before if value not in after]
        if gained or lost:  # otherwise only their order differs
            return Change(column.label, gained=gained, lost=lost)
    return Change(
        column.label,
        before=column.in_words(before, names, timezone),
        after=column.in_words(after, names, timezone),
    )
