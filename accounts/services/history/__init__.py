"""The journal's lines in words: of one row, or of a whole espace."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import models

from accounts.services.history.names import Ref, kinds, last_names_of, names_of
from accounts.services.history.values import Change, Column, Names, change_in_words
from crm.actor import Door
from crm.journal import Action
from crm.models import Espace, JournalChain, JournalEntry, User

SIZE = 50  # lines a page
# Not by seq alone: a clock that is set back would mix the days.
LATEST_FIRST, OLDEST_FIRST = ("-at", "-seq"), ("at", "seq")
HOUSE = "Vigie"

VERBS = {
    Action.CREATED: "a créé",
    Action.CHANGED: "a modifié",
    Action.TRASHED: "a mis à la Corbeille",
    Action.RESTORED: "a sorti de la Corbeille",
    Action.PURGED: "a supprimé définitivement",
    Action.REFUSED: "s'est vu refuser",
    Action.SIGNED_IN: "a ouvert une session",
    Action.SIGN_IN_REFUSED: "Connexion refusée à",
    Action.EXPORTED: "a exporté les données personnelles de",
    Action.ERASED: "a effacé des données personnelles",
}
ACTIONS = {
    Action.CREATED: "Création",
    Action.CHANGED: "Modification",
    Action.TRASHED: "Mise à la Corbeille",
    Action.RESTORED: "Restauration",
    Action.PURGED: "Suppression définitive",
    Action.REFUSED: "Refus",
    Action.SIGNED_IN: "Connexion",
    Action.SIGN_IN_REFUSED: "Connexion refusée",
    Action.EXPORTED: "Export de données personnelles",
    Action.ERASED: "Effacement de données personnelles",
}
DOORS = {
    Door.PAGE: "Page",
    Door.ADMIN: "Administration",
    Door.IMPORT: "Import",
    Door.COMMAND: "Commande",
    Door.WORKER: "Travail de fond",
    Door.API: "API",
}
OF_A_PERSON = {Action.SIGNED_IN, Action.SIGN_IN_REFUSED, Action.EXPORTED}  # said without « l'utilisateur »
WHOLE = {Action.CREATED, Action.TRASHED, Action.RESTORED, Action.PURGED}
FEMININE = {"note", "relance"}  # kinds of row that « la » goes with; a vowel takes « l' » either way


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the journal in words: « {who} {verb} {kind} {name} », then what changed.

    at: in the espace's time zone. who: "" for what nobody did. model: None for a line about no row, or about
    one of a kind that is no more. exists: whether the row still has a page to go to.
    """

    seq: int
    at: datetime
    who: str
    door: str
    verb: str
    kind: str
    name: str
    model: type[models.Model] | None
    row_id: int | None
    exists: bool
    changes: list[Change]
    words: str
    is_whole: bool  # the changes are all that the row held, once or from now on

    @property
    def day(self) -> date:
        return self.at.date()


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, the latest first; cursors of the pages of newer and older ones, None when there is none."""

    lines: list[Told]
    newer: int | None
    older: int | None


def entries_of(espace: Espace, row: models.Model | None = None) -> models.QuerySet[JournalEntry]:
    """The lines of an espace's journal, or those about one row."""
    chain = JournalChain.objects.filter(espace=espace).values("pk")[:1]
    entries = JournalEntry.objects.filter(chain=models.Subquery(chain)).select_related("user")
    return entries if row is None else entries.filter(model=row._meta.model_name, row_id=row.pk)


def latest(espace: Espace, row: models.Model, number: int) -> list[Told]:
    """The last lines about a row. Two queries, three when a line refers to a row that is gone."""
    return in_words(espace, entries_of(espace, row).order_by(*LATEST_FIRST)[:number])


def page_of(espace: Espace, entries: models.QuerySet[JournalEntry], cursor: int | None) -> Page:
    """A page of lines by keyset.

    cursor: the seq of the line that the page comes after, or before when it is negative; None for the latest.
    """
    backwards = cursor is not None and cursor < 0
    if cursor is not None:
        entries = entries.filter(_beyond(espace, abs(cursor), newer=backwards))
    found = list(entries.order_by(*(OLDEST_FIRST if backwards else LATEST_FIRST))[: SIZE + 1])
    more, found = len(found) > SIZE, found[:SIZE]
    if backwards:
        found.reverse()
    has_newer, has_older = (more, True) if backwards else (cursor is not None, more)
    return Page(
        in_words(espace, found),
        newer=-found[0].seq if found and has_newer else None,
        older=found[-1].seq if found and has_older else None,
    )


def _beyond(espace: Espace, seq: int, *, newer: bool) -> models.Q:
    """The lines newer or older than one, none when it does not exist."""
    at = models.Subquery(entries_of(espace).filter(seq=seq).values("at"))
    # The first condition is implied by the other one: it lets the database start in the index at that place.
    if newer:
        return models.Q(at__gte=at) & (models.Q(at__gt=at) | models.Q(seq__gt=seq))
    return models.Q(at__lte=at) & (models.Q(at__lt=at) | models.Q(seq__lt=seq))


def in_words(espace: Espace, entries: Iterable[JournalEntry]) -> list[Told]:
    """Lines of an espace's journal in words, each with its `user`. One query, two when a row is gone."""
    entries, known = list(entries), kinds()
    referred = {ref for entry in entries for ref in _refs(entry, known)}
    own = {(known[entry.model], entry.row_id) for entry in entries if entry.row_id and entry.model in known}
    people = {(User, entry.user_id) for entry in entries if entry.user_id}
    names = names_of(espace, referred | own | people)
    gone = [ref for ref in referred if (ref[0]._meta.model_name, ref[1]) not in names]
    past = last_names_of(espace, gone)
    timezone = ZoneInfo(espace.timezone)
    return [_told(entry, known, names, past, timezone) for entry in entries]


def _refs(entry: JournalEntry, known: dict) -> Iterator[Ref]:
    for column, pair in _pairs(entry, known):
        if column.referred:
            yield from ((column.referred, pk) for pk in pair if isinstance(pk, int))


def _pairs(entry: JournalEntry, known: dict) -> Iterator[tuple[Column, list]]:
    """What changed of the line's row, in the order in which its model declares its columns."""
    if not entry.model:
        return
    model = known.get(entry.model)
    changes = entry.payload.get("changes", {})
    order = [column.name for column in model._meta.get_fields()] if model else []
    for name in sorted(changes, key=lambda name: order.index(name) if name in order else len(order)):
        yield Column(model, name), changes[name]


def _told(entry: JournalEntry, known: dict, names: Names, past: Names, timezone: ZoneInfo) -> Told:
    model = known.get(entry.model)
    called = names.get((entry.model, entry.row_id))
    return Told(
        seq=entry.seq,
        at=entry.at.astimezone(timezone),
        who=_who(entry, names),
        door=DOORS.get(entry.door, entry.door),
        verb=VERBS.get(entry.action, f"a fait « {entry.action} »"),
        kind="" if entry.action in OF_A_PERSON or not entry.model else _with_article(model, entry.model),
        name="" if entry.action == Action.SIGNED_IN else called or entry.payload.get("label", ""),
        model=model,
        row_id=entry.row_id,
        exists=called is not None,
        changes=[
            change_in_words(column, pair, past | names, timezone) for column, pair in _pairs(entry, known)
        ],
        words=entry.payload.get("words", ""),
        is_whole=entry.action in WHOLE,
    )


def _who(entry: JournalEntry, names: Names) -> str:
    if entry.user is not None:
        return names.get(("user", entry.user_id)) or str(entry.user)
    return "" if entry.action == Action.SIGN_IN_REFUSED else HOUSE


def _with_article(model: type[models.Model] | None, name: str) -> str:
    """« le compte », « l'affaire », « la relance »."""
    noun = str(model._meta.verbose_name) if model else name
    if noun[:1] in "aeiouyéèêhœ":
        return f"l'{noun}"
    return f"{'la' if noun in FEMININE else 'le'} {noun}"
