"""What is typed to plan a relance for each of many accounts, and which of them are left out."""

from collections.abc import Callable
from datetime import date

from django import forms
from django.http import QueryDict

from accounts.forms.base import EspaceForm
from accounts.forms.picker import member_field
from accounts.forms.relance import USUAL_SUBJECT, DayMixin, kind_field
from accounts.services.relance.days import BASCULE, offered_to_many
from accounts.services.relance.many import LeftOut, choice_of
from accounts.services.relance.reason import NO_REASON, reasons_of
from crm.models import Espace
from crm.templatetags.ui import thousands

# Of one account, and of several.
WORDS = {
    LeftOut.PLANNED: (
        "a déjà une relance prévue : rien n'y change",
        "ont déjà une relance prévue : rien n'y change",
    ),
    LeftOut.SILENCED: (
        "est marqué « ne pas relancer » : il est laissé de côté",
        "sont marqués « ne pas relancer » : ils sont laissés de côté",
    ),
    LeftOut.ARCHIVED: ("est archivé : il est laissé de côté", "sont archivés : ils sont laissés de côté"),
}


class PlanManyForm(DayMixin, EspaceForm):
    """Plans a relance for each of these accounts (ids) but those that are left out.

    The page says how many; when there are more or fewer by then, it is shown again.
    announced: how many the page that leads here said, None when it did not.
    """

    subject = forms.CharField(label="Objet", max_length=200, initial=USUAL_SUBJECT)
    kind = kind_field()
    assignee = member_field(
        label="Confiées à",
        required=False,
        help_text="Laissez vide pour le responsable de chaque compte ; sans responsable, ce sera vous.",
    )
    attendu = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        espace: Espace,
        today: date,
        chosen: list[int],
        announced: int | None,
        at_most: int,
    ):
        self.today, self.announced = today, announced
        self.is_too_many, self.at_most, self.chosen = len(chosen) > at_most, at_most, len(chosen)
        self.choice = choice_of(espace, chosen[:at_most], today)
        self.count = self.chosen if self.is_too_many else len(self.choice.accounts)
        super().__init__(data, espace=espace, initial={"attendu": self.count})
        reasons = reasons_of(espace, [account.pk for account in self.choice.accounts], today)
        before = [reasons.get(account.pk, NO_REASON).until for account in self.choice.accounts]
        self.offer(offered_to_many(today, delay_days=espace.relance_delay_days, before=before))

    @property
    def left_out(self) -> list[str]:
        """A sentence for each reason: « 2 de ces comptes sont archivés : … »."""
        return [
            f"{thousands(len(accounts))} de ces comptes {WORDS[why][len(accounts) > 1]}."
            for why, accounts in self.choice.left_out.items()
        ]

    @property
    def arrival(self) -> str:
        """What is said where the list holds more or fewer accounts than the page that leads here told."""
        if self.is_bound or self.announced in (None, self.chosen):
            return ""
        several = self.chosen > 1
        kept = f"{thousands(self.chosen)} compte{'s' if several else ''} y {'sont' if several else 'est'}"
        return f"La liste a changé : {kept} maintenant, et non {thousands(self.announced)}."

    def clean(self):
        values = super().clean()
        self.check_day(self.today)
        if values.get("attendu") != self.count:
            self.data = self.data.copy()
            self.data["attendu"] = self.count
            self.add_error(None, self._changed())
        return values

    def _changed(self) -> str:
        if not self.count:
            return "La liste a changé : plus aucun de ces comptes n'est à relancer."
        several = self.count > 1
        counted = f"{thousands(self.count)} compte{'s sont' if several else ' est'}"
        return f"La liste a changé : {counted} maintenant à relancer. Vérifiez, puis envoyez à nouveau."

    def save(self, write: Callable):
        def plan(subject, kind, assignee, **others):
            return write(
                subject=subject,
                kind=kind,
                assignee=assignee,
                due_on=self.due_on,
                before_bascule=self.cleaned_data["jour"] == BASCULE,
            )

        return super().save(plan)
