"""What the forms of opportunités, affaires and projets share: their account, and « Et si ? »."""

import copy
from collections.abc import Callable
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict

from accounts.choices import AccountType
from accounts.forms.account import WebsiteField
from accounts.forms.lossless import LosslessForm
from accounts.forms.picker import Picker, account_field, member_field
from accounts.models import Account, Affaire, Opportunite
from accounts.services.account import create_account
from accounts.services.forecast import Forecast, forecasts
from accounts.services.similar import similar_accounts
from crm.actor import Actor
from crm.writing import check

NEW_ACCOUNT_ID = "nouveau-compte"  # of the <details> that the account's picker opens
NEW = "compte-"  # what the names of a new account's fields begin with


class RowForm(LosslessForm):
    """A form that changes a row of business, and says what its account's status becomes by it.

    `news` are the forecasts of what save() has just saved.
    asks_for: what « Et si ? » says while it has too little to go by.
    """

    asks_for = "Choisissez une date pour voir ce que devient le statut du compte."

    def __init__(self, *args, **kwargs):
        self.news: list[Forecast] = []
        super().__init__(*args, **kwargs)

    def typed_account(self) -> Account | None:
        """The account whose status is at stake."""
        return self.row.account

    @property
    def is_internal(self) -> bool:
        """Whether it makes non-billable work."""
        return False

    def typed_rows(self) -> list[Affaire | Opportunite]:
        """The rows as they would be saved; none until their dates are known."""
        return []

    @cached_property
    def forecasts(self) -> list[Forecast]:
        """« Et si ? » for what was typed; empty while it does not suffice."""
        if not self.is_bound:
            return []
        self.is_valid()  # fills cleaned_data
        rows, account = self.typed_rows(), self.typed_account()
        if not rows or account is None:
            return []
        return forecasts(account, *rows, today=self.today, left=self.row and self.row.account)

    def clean(self):
        """Refuse here what a row alone can tell, so that it shows together with what the form refuses."""
        values = super().clean()
        for row in self.typed_rows():
            try:
                check(row)
            except ValidationError as refusal:
                for name, errors in refusal.error_dict.items():
                    if (field := self.field_of(row, name)) in self.cleaned_data:
                        self.add_error(field, errors)
        return values

    def field_of(self, row: Affaire | Opportunite, column: str) -> str:
        """The field where a column of one of the typed rows is set."""
        return column

    def save(self, write: Callable):
        if not self.is_valid():
            return None
        news = self.forecasts
        saved = super().save(write)
        self.news = news if saved is not None else []
        return saved


class BusinessForm(RowForm):
    """Creates or edits a row of an account, which may itself be created in the same step.

    Those who may create accounts have the fields `compte-name`, `compte-type` and `compte-website`; they
    count when no account is chosen. Then the account and the row are saved together or not at all.
    """

    columns: tuple[str, ...] = ()  # those that the form sets besides account and owner

    account = account_field(label="Compte", widget=Picker(creates=NEW_ACCOUNT_ID))
    owner = member_field(label="Responsable", required=False)

    def __init__(self, data: QueryDict | None = None, *, by: Actor, row=None, initial=None, **context):
        given = {"owner": by.membership and by.membership.pk} if row is None else {}
        super().__init__(data, by=by, row=row, initial=given | (initial or {}), **context)
        self.account_created: Account | None = None
        if by.may("account.create", espace_id=self.espace.pk):
            self._offer_new_account()
        else:
            self.fields["account"].widget.creates = ""

    def _offer_new_account(self) -> None:
        name = forms.CharField(label="Nom du compte", max_length=200)
        name.widget.attrs["data-create-name"] = True
        types = [("", "Choisissez un type"), *AccountType.choices]
        self.fields |= {
            f"{NEW}name": name,
            f"{NEW}type": forms.ChoiceField(label="Type de compte", choices=types),
            f"{NEW}website": WebsiteField(label="Site web", required=False),
        }
        self.fields["account"].required = not self.creates_account
        for field in (self.fields[f"{NEW}name"], self.fields[f"{NEW}type"]):
            field.required = self.creates_account or not self.is_bound

    @property
    def creates_account(self) -> bool:
        """No account is chosen, and a new one's name is typed."""
        return (
            self.is_bound
            and f"{NEW}name" in self.fields
            and "account" not in self.given_up
            and not self.data.get("account")
            and bool(self.data.get(f"{NEW}name", "").strip())
        )

    @property
    def new_account_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith(NEW)]

    @property
    def new_account_open(self) -> bool:
        """Something was typed there, so it must be seen."""
        return any(field.value() or field.errors for field in self.new_account_fields)

    def clean(self):
        if not self.creates_account:  # then nothing typed there counts, nor can it be wrong
            for name in self.fields:
                if name.startswith(NEW):
                    self.errors.pop(name, None)
        return super().clean()

    def typed_row(self):
        """The row with what was typed, unsaved; a field that is refused keeps what the row had."""
        row = copy.copy(self.row) if self.row else self.model(espace=self.espace)
        for name in self.columns:
            if name in self.cleaned_data:
                setattr(row, name, self.cleaned_data[name])
        return row

    def typed_account(self) -> Account | None:
        if self.creates_account:
            name = " ".join(self.data[f"{NEW}name"].split())
            account_type = self.cleaned_data.get(f"{NEW}type", "")
            return Account(espace=self.espace, name=name, type=account_type, created_on=self.today)
        pk = self.cleaned_data.get("account")
        return self.espace.accounts.filter(pk=pk).first() if pk else None

    def save(self, write: Callable):
        return super().save(lambda **values: self._save_both(write, values))

    @transaction.atomic
    def _save_both(self, write: Callable, values: dict):
        new_account = {
            name.removeprefix(NEW): values.pop(name) for name in list(values) if name.startswith(NEW)
        }
        if self.creates_account:
            self.account_created = self._create_account(new_account)
            values["account"] = self.account_created.pk
        return write(**values)

    def _create_account(self, values: dict) -> Account:
        owner = self.by.membership and self.by.membership.pk
        try:
            return create_account(by=self.by, espace=self.espace, today=self.today, owner=owner, **values)
        except ValidationError as refusal:
            by_field = {
                f"{NEW}{name}" if f"{NEW}{name}" in self.fields else "account": errors
                for name, errors in refusal.error_dict.items()
            }
            raise ValidationError(by_field) from None

    def similar_to_created(self) -> list[Account]:
        """Accounts that the one just created may repeat."""
        new = self.account_created
        if new is None:
            return []
        return similar_accounts(espace=self.espace, name=new.name, website=new.website, but=new.pk)

    def typed_in_words(self, name):
        if name == "account" and self.creates_account:
            return self.data[f"{NEW}name"]
        return super().typed_in_words(name)
