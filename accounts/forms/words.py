"""What a field holds, as people read it."""

from datetime import date, datetime
from decimal import Decimal

from django import forms

from accounts.services.history.values import moment
from crm import french
from crm.templatetags.ui import euros_full

NOTHING = "rien"


def in_words(field: forms.Field, value) -> str:
    """A value that a field cleans to: the name of a row, a date in French, an amount in euros, « rien »."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if value in (None, "", []):
        return NOTHING
    if hasattr(field, "queryset"):
        return str(field.queryset.filter(pk=value).first() or "un choix qui n'est plus proposé")
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, datetime):
        return moment(value.astimezone(field.zone))
    if isinstance(value, date):
        return french.day(value)
    return euros_full(value) if isinstance(value, Decimal) else str(value)
