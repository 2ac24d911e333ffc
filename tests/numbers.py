"""Numbers on pages that are links, and what they open: every number opens exactly its rows."""

from html import unescape
from re import findall

from accounts.forms.listing import SIZE


def linked(html: str, *patterns: str) -> list[tuple[str, int]]:
    """The addresses that a page's numbers open, and the numbers. patterns: of an address, then a number."""
    found = [pair for pattern in patterns for pair in findall(pattern, html)]
    return [(unescape(href), int(n.replace("\u202f", ""))) for href, n in found]


def opened(client, address: str) -> int:
    """How many rows the list at an address holds, which shows as many, up to a page of them."""
    listing = client.get(address).context["listing"]
    assert listing.errors == []
    assert len(listing.rows) == min(listing.total, SIZE)
    return listing.total
