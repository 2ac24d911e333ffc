"""Forms that lose no work: a creation sent twice makes one row, edits that meet keep both people's changes.

An edit form carries the version of its row. What others changed since is merged with what was typed (see
crm.merging). Where both changed a field, the form is shown again with both values, and has to be sent with
a choice; it then carries the new version, so that a further change shows again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.http import QueryDict

from accounts.forms.base import EspaceForm
from accounts.forms.words import in_words
from crm import french
from crm.actor import Actor
from crm.journal import values_of
from crm.merging import STALE, Meeting, Stale, changes_since, meet, to_python
from crm.models import Espace, Membership, User
from crm.once import key_field, new_key, once

CONTESTED = "conflit"  # hidden, repeated: the fields about which one has to choose
SINCE = "depuis"  # hidden: the version from which they were changed
CHOICE = "choix-"  # what the names of the choices begin with
MINE, THEIRS = "mienne", "sienne"


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people changed. options: each side's radio button, whose it is, its value in words."""

    name: str
    choice: forms.BoundField
    options: list[tuple[forms.boundfield.BoundWidget, str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody else, or oneself in another window, made of a row meanwhile; labels are the fields'."""

    who: str
    is_mine: bool
    when: str
    labels: list[str]


class LosslessForm(EspaceForm):
    """Creates a row of `model` once, or edits `row`.

    meant: the form asks for new values, so that what is typed counts even where it is what the row held.
    """

    model: type[models.Model]
    meant = False

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        espace: Espace,
        by: Actor,
        today: date,
        row: models.Model | None = None,
        initial: dict | None = None,
    ):
        self.by, self.today, self.row = by, today, row
        self.submitted = QueryDict() if data is None else data  # by the page, and left as it was
        self.merged: list[str] = []  # fields that hold what others made of them meanwhile
        self.sent = self._completed(self.submitted)
        stored = {} if row is None else self.stored | {"version": row.version}
        super().__init__(None if data is None else self.sent, espace=espace, initial=stored | (initial or {}))
        if row is None:
            self.fields["cle"] = key_field()
        elif self.base_fields:  # a button alone has seen nothing that could have changed
            self.fields["version"] = forms.IntegerField(required=False, widget=forms.HiddenInput)
        self._ask(self.sent.getlist(CONTESTED))

    def _completed(self, data: QueryDict) -> QueryDict:
        """A field that the page did not have yet, before others changed the row, holds what the row does."""
        if self.row is None or self.meant or not data:
            return data
        lacking = [
            name
            for name, field in self.base_fields.items()
            if name in self.present and field.widget.value_omitted_from_data(data, {}, name)
        ]
        data = data.copy()
        for name in lacking:
            data[name] = self.stored[name]
        return data

    def leave_out(self, name: str, *, unless: bool) -> None:
        """Drop a field that says nothing of the row as it is; one that the page had before others changed
        the row, though, is not lost."""
        if self.row is None or not (unless or self._had(name)):
            del self.fields[name]

    def _had(self, name: str) -> bool:
        """Whether the page had a field that a page of the row as it is has not."""
        is_outdated = self.submitted.get("version") != f"{self.row.version}" or SINCE in self.submitted
        return name in self.submitted and is_outdated

    @cached_property
    def present(self) -> dict:
        """What the row holds, as the journal keeps it."""
        return values_of(self.row)

    @cached_property
    def stored(self) -> dict:
        """What the row holds, as the fields clean to it."""
        return {name: to_python(self.row, name, value) for name, value in self.present.items()}

    def clean(self):
        super().clean()
        for name in self.given_up:
            self.errors.pop(name, None)
            self.cleaned_data[name] = self.stored[name]
        version = self.cleaned_data.get("version")
        if self.row is not None and version not in (None, self.row.version) and not self.errors:
            self.meet(version)
        return self.cleaned_data

    def meet(self, version: int) -> None:
        """Merge what others changed since that version, before anything is made of what was typed."""
        values = {name: value for name, value in self.cleaned_data.items() if name in self.present}
        self._take(meet(self.row, values, version, present=self.present, meant=self.meant))

    def save(self, write: Callable):
        """What `write(**values)` returns; None when the form is invalid, or the service refuses."""
        return super().save(lambda **values: self._write(write, values))

    def _write(self, write: Callable, values: dict):
        values = {name: value for name, value in values.items() if not name.startswith(CHOICE)}
        if "cle" not in values:
            return write(**values)
        return once(
            self.model,
            by=self.by,
            espace=self.espace,
            key=values.pop("cle"),
            content=self.submitted,
            make=lambda: write(**values),
        )

    def refuse(self, refusal: ValidationError) -> None:
        if isinstance(refusal, Stale):
            self._take(refusal.meeting)
            return
        super().refuse(refusal)
        if getattr(refusal, "code", "") == "gone":  # sent again, it is meant
            self.data = self.data.copy()
            self.data["cle"] = new_key()

    def _take(self, meeting: Meeting) -> None:
        """Go on from the row as it is now: hold what is merged, ask for what is not."""
        data = self.data.copy()
        for name in self.given_up:
            data[name] = self.cleaned_data[name]
        for name in self.contested:
            del self.fields[f"{CHOICE}{name}"]
            data.pop(f"{CHOICE}{name}", None)
        self.row = meeting.row
        for cached in ("present", "stored", "changes"):
            self.__dict__.pop(cached, None)
        for name, value in meeting.merged.items():
            data[name] = self.cleaned_data[name] = to_python(self.row, name, value)
        data[SINCE] = self.cleaned_data["version"]
        data["version"] = self.cleaned_data["version"] = self.row.version
        data.setlist(CONTESTED, list(meeting.conflicts))
        self.data = self.sent = data
        self.merged = [name for name in self.fields if name in meeting.merged]
        self._ask(meeting.conflicts)
        if meeting.conflicts:
            self.add_error(None, ValidationError(STALE, code="stale"))

    def _ask(self, names) -> None:
        """Have a choice for each of these fields; a page may well name others, which have none."""
        for name in dict.fromkeys(names):
            if self.row is not None and name in self.fields and name in self.present:
                self.fields[f"{CHOICE}{name}"] = forms.ChoiceField(
                    label=self.fields[name].label,
                    choices=[(MINE, MINE), (THEIRS, THEIRS)],  # named by `clashes`
                    widget=forms.RadioSelect,
                    error_messages={"required": "Choisissez l'une des deux."},
                )

    # What the page shows.

    @property
    def contested(self) -> list[str]:
        """The fields about which one has to choose, in the form's order."""
        return [name for name in self.fields if f"{CHOICE}{name}" in self.fields]

    @property
    def given_up(self) -> list[str]:
        return [name for name in self.contested if self.sent.get(f"{CHOICE}{name}") == THEIRS]

    @property
    def has_just_met(self) -> bool:
        """The page is shown for the choice, and for nothing else."""
        return self.is_bound and self.has_error(NON_FIELD_ERRORS, code="stale")

    @property
    def clashes(self) -> list[Clash]:
        found = []
        for name in self.contested:
            choice, theirs = self[f"{CHOICE}{name}"], in_words(self.fields[name], self.stored[name])
            words = (self.typed_in_words(name), theirs)
            whose = ("La vôtre", "La sienne" if self.met_one_person else "L'autre")
            found.append(Clash(name, choice, list(zip(choice.subwidgets, whose, words, strict=True))))
        return found

    @property
    def met_one_person(self) -> bool:
        return len(self.changes) == 1 and not self.changes[0].is_mine

    def typed_in_words(self, name: str) -> str:
        field = self.fields[name]
        typed = field.widget.value_from_datadict(self.sent, {}, name)
        try:
            return in_words(field, field.clean(typed))
        except ValidationError:
            return str(typed)

    @cached_property
    def changes(self) -> list[Change]:
        """Who made what of the fields that are contested or merged; the last one first."""
        since, names = str(self.sent.get(SINCE, "")), {*self.contested, *self.merged}
        if not names or not (since.isdecimal() and len(since) < 10):
            return []
        last, labels = {}, {}
        for line in changes_since(self.row, int(since)):
            if found := names & line.payload.get("changes", {}).keys():
                last.setdefault(line.user, line.at)
                labels[line.user] = labels.get(line.user, set()) | found
                names -= found
        return [self._change(user, last[user], labels[user]) for user in last]

    def _change(self, user: User | None, at, names: set[str]) -> Change:
        member = user and Membership.objects.filter(espace=self.espace, user=user).first()
        return Change(
            who=str(member or user or "Vigie"),
            is_mine=user is not None and user == self.by.user,
            when=french.time(at.astimezone(ZoneInfo(self.espace.timezone)), self.today),
            labels=[str(field.label) for name, field in self.fields.items() if name in names],
        )

    @property
    def conflict_sentence(self) -> str:
        match self.changes:
            case []:
                return "Quelqu'un a modifié cette fiche pendant que vous l'éditiez."
            case [Change(is_mine=True, when=when)]:
                return f"Vous avez modifié cette fiche {when} dans une autre fenêtre."
            case [Change(who=who, when=when)]:
                return f"{who} a modifié cette fiche {when} pendant que vous l'éditiez."
        people = [f"par {'vous-même' if c.is_mine else c.who} {c.when}" for c in self.changes]
        return f"Cette fiche a été modifiée {french.listed(people)} pendant que vous l'éditiez."

    @property
    def merged_labels(self) -> str:
        return french.listed([str(self.fields[name].label) for name in self.merged])

    @property
    def merge_sentence(self) -> str:
        """What is said once saved: « Amina Haddad a modifié Téléphone entre-temps : … »."""
        if not self.merged:
            return ""
        told = [
            f"{'Vous avez' if c.is_mine else f'{c.who} a'} modifié {french.listed(c.labels)}"
            for c in self.changes
        ]
        kept = "les deux changements sont gardés" if len(told) == 1 else "tous les changements sont gardés"
        return f"{', '.join(told)} entre-temps : {kept}."
