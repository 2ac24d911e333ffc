"""Ids of rows, as addresses and forms write them."""


def id_of(text: str | None) -> int | None:
    """The id that a text writes; None when no row can have it."""
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def ids_of(texts: list[str]) -> list[int]:
    """Those that are ids."""
    return [pk for text in texts if (pk := id_of(text)) is not None]
