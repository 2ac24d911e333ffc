"""Fields that choose one row among many: searched on the server, so a form's weight does not grow."""

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse

from accounts.services import search
from crm.ids import id_of
from crm.models import Espace


class Picker(forms.Select):
    """A select holding only the chosen row and what a search found, inside the combo-box element.

    Without JavaScript, a text box and a « Chercher » button beside it search on the server.
    depends_on: name of the field whose choice narrows this one. creates: id of the <details> where what
    was typed can be created.
    """

    template_name = "ui/picker.html"

    def __init__(self, *, depends_on: str = "", creates: str = ""):
        super().__init__()
        self.depends_on, self.creates = depends_on, creates
        self.src = self.typed = ""
        self.options_for = lambda values: []

    def optgroups(self, name, value, attrs=None):
        self.choices = [("", ""), *self.options_for(value)]
        return super().optgroups(name, value, attrs)

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "src": self.src,
            "typed": self.typed,
            "search_name": f"{name}_q",
            "depends_on": self.depends_on,
            "creates": self.creates,
        }
        return context


class PickField(forms.Field):
    """A row of the espace, by id; cleans to the id, or None.

    rows: from the espace, the rows there are to choose from. find: those that match a text, best first.
    src: name of the address where the combo-box searches.
    """

    widget = Picker

    def __init__(
        self,
        *,
        rows: Callable[[Espace], QuerySet],
        find: Callable[[QuerySet, str], QuerySet],
        src: str,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.rows, self.find, self.src = rows, find, src
        self.error_messages["invalid_choice"] = "Ce choix n'existe pas, ou plus."

    def search_in(self, espace: Espace, *, typed: str = "") -> None:
        """Tell the field its espace, and what was typed in the search box."""
        self.queryset = self.rows(espace)
        self.widget.src = reverse(self.src, args=[espace.slug])
        self.widget.typed = typed
        self.widget.options_for = self._options

    def _options(self, values: list) -> list[tuple[int, str]]:
        chosen = [self._row(value) for value in values]
        found = self.find(self.queryset, self.widget.typed)[: search.SHOWN] if self.widget.typed else []
        return [(row.pk, str(row)) for row in dict.fromkeys([*chosen, *found]) if row]

    def _row(self, value):
        pk = id_of(str(value or ""))
        return self.queryset.filter(pk=pk).first() if pk else None

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return None
        row = self._row(value)
        if row is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return row.pk


def account_field(**kwargs) -> PickField:
    return PickField(
        rows=lambda espace: espace.accounts.all(), find=search.accounts, src="compte_choix", **kwargs
    )


def member_field(**kwargs) -> PickField:
    return PickField(
        rows=lambda espace: espace.memberships.select_related("user"),
        find=search.members,
        src="membre_choix",
        **kwargs,
    )


def projet_field(**kwargs) -> PickField:
    return PickField(
        rows=lambda espace: espace.projets.all(), find=search.rows_named, src="projet_choix", **kwargs
    )


def opportunite_field(**kwargs) -> PickField:
    return PickField(
        rows=lambda espace: espace.opportunites.all(),
        find=search.rows_named,
        src="opportunite_choix",
        **kwargs,
    )
