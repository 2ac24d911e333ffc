"""Columns derived from another one, whatever writes the row (create, save, bulk_create)."""

import unicodedata
from urllib.parse import urlsplit

from django.db import models

# Ligatures, and the apostrophe that phones type.
ALIKE = str.maketrans({"œ": "oe", "æ": "ae", "’": "'"})


def fold(text: str) -> str:
    """Text without case, accents or superfluous blanks: « Île-de-France » gives « ile-de-france »."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(ALIKE))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def domain_of(website: str) -> str:
    """The host of a website without its www, or an empty text: https://www.lcl.fr/pro gives lcl.fr."""
    return (urlsplit(website).hostname or "").removeprefix("www.")


class DerivedField(models.CharField):
    """A text computed from the column named `source` each time the row is written, cut to max_length."""

    def __init__(self, *args, source: str, **kwargs):
        self.source = source
        kwargs |= {"editable": False, "default": ""}
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source}

    def db_parameters(self, connection):
        # Bytes order, so that both databases sort alike and PostgreSQL's LIKE 'x%' can use the index.
        collation = "C" if connection.vendor == "postgresql" else None
        return super().db_parameters(connection) | {"collation": collation}

    def pre_save(self, instance, add):
        value = self.derive(getattr(instance, self.source))[: self.max_length]
        setattr(instance, self.attname, value)
        return value

    @staticmethod
    def derive(text: str) -> str:
        raise NotImplementedError


class FoldField(DerivedField):
    """See fold(): what lists sort by and searches look in."""

    derive = staticmethod(fold)


class DomainField(DerivedField):
    """See domain_of(): what tells that two accounts have the same website."""

    derive = staticmethod(domain_of)
