"""The accounts that an address of the list keeps, without what the page shows around them."""

from datetime import date

from django.http import QueryDict

from accounts.forms.filters import AccountFilter, ListState
from accounts.forms.portfolio import Narrowed, sentences
from crm.french import day as written
from crm.models import Membership


class ListedAccounts(Narrowed):
    """The accounts that an address of the list keeps: `filter.qs`, on the day `on`.

    `errors` holds a sentence for each invalid value.
    """

    def __init__(self, data: QueryDict, *, member: Membership, today: date):
        super().__init__(data, member=member, today=today)
        self.state = ListState(self.data)
        self.state.full_clean()
        self.on = self.state.cleaned_data.get("au") or today
        self.since = self.state.cleaned_data.get("depuis")
        self.filter = AccountFilter(
            self.data,
            rows=self.espace.accounts.with_status(self.on),
            member=member,
            on=self.on,
            since=self.since,
            heads=self.heads,
            tag_ids=self.tag_ids,
        )
        self.errors = [*sentences(self.state.errors), *sentences(self.filter.errors)]
        self.errors += [*self._half_asked(), *self.unknown()]

    def _half_asked(self) -> list[str]:
        """Sentences for a comparison with another day that says only when, only what, or a day to come."""
        if self.state.errors:
            return []
        if bool(self.since) != bool(self.chosen("venant")):
            return ["« depuis » et « venant » vont ensemble : une date, et un statut."]
        if self.since and self.since > self.on:
            return [f"La date de « depuis » doit précéder le {written(self.on)}."]
        return []
