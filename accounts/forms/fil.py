from datetime import date
from functools import cached_property

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict

from accounts.forms.listing import Choice
from accounts.models import Account
from accounts.services.fil import KINDS, Fil, Place, fil_of

SENTENCES = {"genre": "Ce genre n'existe pas.", "suite": "Cette suite n'existe pas."}


class FilState(forms.Form):
    genre = forms.MultipleChoiceField(choices=KINDS.items(), required=False)
    suite = forms.CharField(required=False, validators=[RegexValidator(r"^-?\d{1,10}_\d{1,2}_\d{1,18}\Z")])


class FilListing:
    """The fil of an account as its address asks for it; `errors` has a sentence for each invalid value."""

    def __init__(self, data: QueryDict, *, account: Account, on: date, size: int):
        self.account, self.on, self.size = account, on, size
        self.state = FilState(data)
        self.state.full_clean()
        self.errors = [SENTENCES[name] for name in self.state.errors]

    @property
    def kinds(self) -> list[str]:
        return self.state.cleaned_data.get("genre", [])

    @property
    def choices(self) -> list[Choice]:
        return [Choice(kind, label, kind in self.kinds) for kind, label in KINDS.items()]

    @cached_property
    def fil(self) -> Fil:
        if self.errors:
            return Fil([], [], None)
        suite = self.state.cleaned_data["suite"]
        after = Place.parse(suite) if suite else None
        return fil_of(self.account, on=self.on, kinds=self.kinds, size=self.size, after=after)
