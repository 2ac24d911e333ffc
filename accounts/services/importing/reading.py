"""A file of accounts, from bytes to rows: the encoding, the columns, and what each cell alone can tell."""

import codecs
import csv
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError

from accounts.choices import AccountType
from accounts.models import Account, Tag
from accounts.models.derived import fold
from accounts.services.website import normalise_website

MAX_BYTES = 32 * 1024 * 1024  # about 300,000 accounts
LINE_MAX = 10_000  # characters
NAME_MAX = Account._meta.get_field("name").max_length
TAG_MAX = Tag._meta.get_field("name").max_length
QUOTED = 80  # characters of a cell that a sentence repeats

COLUMNS = ("nom", "type", "site_web", "compte_parent", "tags", "cree_le", "responsable")
REQUIRED = ("nom", "type")
TYPES = {fold(text): kind for kind in AccountType for text in (kind.value, kind.label)}
DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})"),
)
EXPECTED = f"Colonnes possibles : {', '.join(COLUMNS)}. Rien n'a été importé."
NOT_TEXT = "Ce fichier n'est pas un texte : enregistrez-le au format CSV (point-virgule, UTF-8)."


@dataclass(eq=False, slots=True)
class Row:
    """A line of the file. `parent` and `owner` are as written; planning makes `above` and `owner_id` of them.

    above: the parent, an account's id or another row; None at the top of a tree. is_there: an account of the
    espace already, or of an earlier line. refusals: sentences; the row makes an account when there is none.
    """

    line: int
    name: str = ""
    type: str = ""
    website: str = ""
    parent: str = ""
    tags: list[str] = field(default_factory=list)
    created_on: date | None = None
    owner: str = ""
    refusals: list[str] = field(default_factory=list)
    above: "int | Row | None" = None
    owner_id: int | None = None
    is_there: bool = False


def read_rows(content: bytes, *, today: date) -> list[Row]:
    """The rows of a file, blank lines left out, each with the refusals that its own cells call for.

    Columns may come in any order. No cell holds a line break, so that a quote left open spoils one line only.
    Raises ValidationError when nothing can be read: no text, no header, a column missing or unknown.
    """
    lines = decode(content).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    numbered = ((n, line) for n, line in enumerate(lines, 1) if line.strip(' \t;"'))
    header = next(numbered, None)
    if header is None:
        raise ValidationError("Ce fichier est vide.")
    columns = _columns(header[1])
    return [_row(n, line, columns, today) for n, line in numbered]


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, with or without BOM, or else in Windows-1252 (what Excel writes)."""
    if len(content) > MAX_BYTES:
        raise ValidationError(f"Ce fichier dépasse {MAX_BYTES // 1024**2} Mo : découpez-le.")
    if content.startswith(b"PK\x03\x04"):
        raise ValidationError("C'est un classeur : enregistrez-le au format CSV (point-virgule, UTF-8).")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ValidationError("Ce fichier est en UTF-16 : enregistrez-le en UTF-8.")
    has_bom = content.startswith(codecs.BOM_UTF8)
    for encoding in ("utf-8-sig",) if has_bom else ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            pass
    raise ValidationError(NOT_TEXT)


def _columns(header: str) -> list[str]:
    if _control_in(header):
        raise ValidationError(NOT_TEXT)
    try:
        cells = _cells(header)
    except ValidationError as refusal:
        raise ValidationError(f"Première ligne illisible. {' '.join(refusal.messages)}") from None
    while cells and not cells[-1].strip():
        cells.pop()
    names = [re.sub(r"[ _-]+", "_", fold(cell)) for cell in cells]
    if len(names) == 1 and re.search(r"[,\t]", header):
        raise ValidationError(f"Les colonnes doivent être séparées par des points-virgules. {EXPECTED}")
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise ValidationError(f"Il manque à la première ligne : {', '.join(missing)}. {EXPECTED}")
    # Not ignored: under a misspelt « compte_parent » every account would lose its group.
    unknown = [_quoted(cell) for cell, name in zip(cells, names, strict=True) if name not in COLUMNS]
    if unknown:
        raise ValidationError(f"Colonne inconnue : {', '.join(unknown[:5])}. {EXPECTED}")
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ValidationError(f"Colonne en double : {', '.join(doubled)}. {EXPECTED}")
    return names


def _cells(line: str) -> list[str]:
    if len(line) > LINE_MAX:
        raise ValidationError(f"Elle dépasse {LINE_MAX} caractères.")
    try:
        return next(csv.reader([line], delimiter=";", strict=True))
    except csv.Error:
        raise ValidationError(
            "Ses guillemets ne vont pas par deux : dans une cellule entre guillemets, doublez-les."
        ) from None


def _row(n: int, line: str, columns: list[str], today: date) -> Row:
    row = Row(n)
    try:
        cells = _cells(line)
        while len(cells) > len(columns) and not cells[-1].strip():
            cells.pop()
        if len(cells) != len(columns):
            raise ValidationError(f"Elle a {_count(len(cells), 'cellule')} au lieu de {len(columns)}.")
    except ValidationError as refusal:
        row.refusals += refusal.messages
        return row
    by_column = dict.fromkeys(COLUMNS, "") | dict(zip(columns, cells, strict=True))
    for column, (attribute, read) in READERS.items():
        try:
            if control := _control_in(by_column[column]):
                code = f"U+{ord(control):04X}"
                raise ValidationError(f"La colonne {column} contient un caractère de contrôle ({code}).")
            setattr(row, attribute, read(" ".join(by_column[column].split())))
        except ValidationError as refusal:
            row.refusals += refusal.messages
    row.created_on = row.created_on or today
    if row.created_on > today:
        row.refusals.append(f"Sa date de création, le {row.created_on:%d/%m/%Y}, est dans le futur.")
    return row


def _name(text: str) -> str:
    if not fold(text):
        raise ValidationError("Il manque le nom.")
    if len(text) > NAME_MAX:
        raise ValidationError(f"Le nom dépasse {NAME_MAX} caractères.")
    return text


def _type(text: str) -> str:
    if kind := TYPES.get(fold(text)):
        return kind.value
    labels = [kind.label for kind in AccountType]
    known = f"{', '.join(labels[:-1])} ou {labels[-1]}"
    if not text:
        raise ValidationError(f"Il manque le type : {known}.")
    raise ValidationError(f"{_quoted(text)} n'est pas un type de compte : {known}.")


def _tags(text: str) -> list[str]:
    tags = [tag for part in text.split(",") if (tag := " ".join(part.split()))]
    for tag in tags:
        # fold() may lengthen a tag: one ﷺ makes 18 letters.
        if max(len(tag), len(fold(tag))) > TAG_MAX:
            raise ValidationError(f"Le tag {_quoted(tag)} dépasse {TAG_MAX} caractères.")
    return tags


def _date(text: str) -> date | None:
    if not text:
        return None
    for form in DATES:
        if found := form.fullmatch(text):
            try:
                return date(**{part: int(number) for part, number in found.groupdict().items()})
            except ValueError:
                break
    raise ValidationError(f"{_quoted(text)} n'est pas une date : écrivez 2024-03-01 ou 01/03/2024.")


READERS = {
    "nom": ("name", _name),
    "type": ("type", _type),
    "site_web": ("website", normalise_website),
    "compte_parent": ("parent", str),
    "tags": ("tags", _tags),
    "cree_le": ("created_on", _date),
    "responsable": ("owner", str),
}


def _control_in(text: str) -> str | None:
    """The first control character, the tab apart: PostgreSQL refuses some, and nobody types the others."""
    return next((c for c in text if c != "\t" and unicodedata.category(c) == "Cc"), None)


def _quoted(text: str) -> str:
    return f"« {text if len(text) <= QUOTED else text[: QUOTED - 1] + '…'} »"


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'s' if n > 1 else ''}"
