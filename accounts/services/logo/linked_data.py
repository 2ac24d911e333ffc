"""JSON-LD: what a page tells machines about who publishes it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

MAX_NODES = 1000
MAX_DOCUMENTS = 100  # in one script
MAX_PUBLISHERS = 100
SALVAGED_MAX = 128 * 1024  # characters of a script that is no JSON as it stands
# What is not JSON is looked for between its texts, in one pass that never goes back over what it has read.
A_TEXT = r'"(?:[^"\\]|\\.?)*+(?:"|\Z)'
COMMENT = re.compile(
    rf"{A_TEXT}|(?://[ \t]*)?(?:<!\[CDATA\[|\]\]>|<!--|-->)|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL
)
TRAILING_COMMA = re.compile(rf"{A_TEXT}|,(?=\s*[}}\]])", re.DOTALL)
BAD_ESCAPE = re.compile(r"(\\[\"\\/bfnrtu])|\\(.)", re.DOTALL)
BETWEEN = re.compile(r"[\s,;]*")
# From a page or an article to who publishes it. Its author, its sponsor or a product's brand is another.
ROLES = (
    "@graph",
    "publisher",
    "mainEntity",
    "mainEntityOfPage",
    "isPartOf",
    "copyrightHolder",
    "sourceOrganization",
)
# What is only this may carry a logo, or a name, that is not the one of who publishes the page.
OTHERS = frozenset(
    (
        *(
            "Product",
            "Service",
            "Event",
            "JobPosting",
            "Offer",
            "Person",
            "Article",
            "NewsArticle",
            "BlogPosting",
        ),
        *("Review", "Course", "Recipe", "WebPage", "ImageObject", "VideoObject", "SoftwareApplication"),
        *("MobileApplication", "Place", "BreadcrumbList", "ListItem"),
    )
)


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes a page, as its JSON-LD says.

    logos: (address as written, width, height), sides in pixels or None. website: as written, or empty.
    """

    name: str
    website: str
    logos: list[tuple[str, int | None, int | None]]


def publishers(scripts: list[str]) -> list[Publisher]:
    """The organisations and sites that publish a page, in order. What is no JSON is passed over."""
    nodes = [node for script in scripts for node in _nodes(_parsed(script))]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    told = [node for node in nodes if set(_types(node)) - OTHERS]
    return [
        Publisher(
            name=_text(node.get("name")),
            website=_text(node.get("url")),
            logos=_pictures(node.get("logo"), by_id),
        )
        for node in told[:MAX_PUBLISHERS]
    ]


def _parsed(script: str) -> list:
    """The documents of a script, however they are wrapped, commented, or put one after the other."""
    text = script.strip("\ufeff \r\n\t")
    if '"' not in text and "&quot;" in text:
        text = unescape(text)
    try:
        return [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        if len(text) > SALVAGED_MAX:
            return []
        plain = COMMENT.sub(_kept, text)
        return list(_documents(TRAILING_COMMA.sub(lambda found: found[0].rstrip(","), plain)))


def _kept(found: re.Match) -> str:
    """A text, without the escapes that JSON has not; nothing of what is none."""
    return BAD_ESCAPE.sub(r"\1\2", found[0]) if found[0].startswith('"') else " "


def _documents(text: str) -> Iterator:
    decoder, at = json.JSONDecoder(strict=False), 0
    for _ in range(MAX_DOCUMENTS):
        at = BETWEEN.match(text, at).end()
        try:
            document, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield document


def _nodes(parsed) -> Iterator[dict]:
    """The objects of a document that speak of the page or of who publishes it, in order."""
    waiting, seen = [parsed], 0
    while waiting and seen < MAX_NODES:
        node, seen = waiting.pop(), seen + 1
        if isinstance(node, list):
            waiting.extend(reversed(node[:MAX_NODES]))
        elif isinstance(node, dict):
            yield node
            waiting.extend(node[role] for role in reversed(ROLES) if role in node)
            if isinstance(node.get("logo"), dict):
                waiting.append(node["logo"])  # may be told once, and named by its @id afterwards


def _types(node: dict) -> list[str]:
    types = node.get("@type")
    return [
        kind.rpartition("/")[2].rpartition(":")[2]
        for kind in (types if isinstance(types, list) else [types])
        if isinstance(kind, str)
    ]


def _pictures(logo, by_id: dict) -> list[tuple[str, int | None, int | None]]:
    pictures = []
    for one in logo[:5] if isinstance(logo, list) else [logo]:
        if isinstance(one, dict):
            told = by_id.get(one.get("@id"), one) if isinstance(one.get("@id"), str) else one
            address = _text(told.get("url")) or _text(told.get("contentUrl")) or _text(told.get("@id"))
            pictures.append((address, _pixels(told.get("width")), _pixels(told.get("height"))))
        else:
            pictures.append((_text(one), None, None))
    return [picture for picture in pictures if picture[0]]


def _pixels(side) -> int | None:
    if isinstance(side, dict):
        side = side.get("value")
    text = str(side).strip().lower().removesuffix("px").strip() if isinstance(side, int | float | str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


def _text(value) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@value") or value.get("@id") or value.get("url")
    return value.strip() if isinstance(value, str) else ""
