"""The header's picture: an image that links to the home page and calls itself the logo."""

import re

from bs4 import Tag

from accounts.services.logo.addresses import absolute, file_name, is_home
from accounts.services.logo.candidate import Candidate, Kind
from accounts.services.logo.sizes import is_vector, pixels

MOST_HEADERS = 2
NEAR = 6  # elements around an image: its link, and what the link is in
AROUND = 25  # elements around a link that may say that this is the footer, or a list of clients
# Lazy pages put the address there first, and an empty picture in src.
SOURCES = ("data-src", "data-lazy-src", "data-original", "data-lazy", "src")
SOURCE_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
EMPTY_PICTURE = re.compile(r"placeholder|blank\.|spacer|transparent|1x1|pixel\.|lazy|loading|loader")
# Neither logout, nor the catalogo and the dialogo of other languages, nor the logos of many.
LOGO = re.compile(
    r"(?<!cata)(?<!dia)(?<!ana)(?<!psico)(?<!eco)logo(?!n\b|ut|ff|s\b|s[-_]|pedia|rithm)|\bbrand\b", re.I
)
ELSEWHERE = re.compile(
    r"partner|partenaire|client|sponsor|reference|référence|certif|payment|paiement|footer|carousel|carrousel"
    r"|slick|swiper|splide|cookie|social|award|press\b|newsletter|testimonial|temoignage|powered|credits",
    re.I,
)


def header_logo(image: Tag, *, page: str, base: str) -> tuple[Candidate, str] | None:
    """The logo that an img is, and the words about it; None when it is not the one of the page's header."""
    link, inside = _link(image)
    if link is None or not _goes_home(link, page=page, base=base) or _is_elsewhere(link):
        return None
    url = _address(image, base)
    if not url or any(pixels(image.get(side, "")) in {0, 1} for side in ("width", "height")):
        return None
    words = f"{file_name(url)} {image.get('alt', '')} {image.get('title', '')}"
    if not LOGO.search(f"{words} {' '.join(_labels(tag) for tag in [image, *inside, link, link.parent])}"):
        return None
    return Candidate(url, Kind.HEADER, _square_px(image), is_vector=is_vector(url)), words


def _link(image: Tag) -> tuple[Tag | None, list[Tag]]:
    """The link that an image is in, and what lies between them."""
    between = []
    for tag, _ in zip(image.parents, range(NEAR), strict=False):
        if tag.name == "a":
            return tag, between
        between.append(tag)
    return None, between


def _goes_home(link: Tag, *, page: str, base: str) -> bool:
    if "home" in link.get("rel", "").lower().split():
        return True
    target = absolute(link.get("href", ""), base) if link.get("href", "").strip() else None
    return target is not None and is_home(target, page)


def _is_elsewhere(link: Tag) -> bool:
    around = zip([link, *_parents(link)], range(AROUND), strict=False)
    return any(tag.name == "footer" or ELSEWHERE.search(_names(tag)) for tag, _ in around)


def _parents(tag: Tag) -> list[Tag]:
    parents = []
    for parent, _ in zip(tag.parents, range(AROUND), strict=False):
        if parent.name in {"body", "html", "[document]"}:
            break
        parents.append(parent)
    return parents


def _names(tag: Tag) -> str:
    return f"{tag.get('class', '')} {tag.get('id', '')}"[:500]


def _labels(tag: Tag) -> str:
    return f"{_names(tag)} {tag.get('title', '')} {tag.get('aria-label', '')}"[:1000]


def _address(image: Tag, base: str) -> str | None:
    told = [image.get(name, "") for name in SOURCES]
    told += [_largest(image.get(name, "")) for name in SOURCE_SETS]
    around = zip(image.parents, range(NEAR), strict=False)
    if picture := next((tag for tag, _ in around if tag.name == "picture"), None):
        told += [_largest(source.get("srcset", "")) for source in picture.find_all("source", limit=3)]
    for reference in told:
        url = (
            absolute(reference, base)
            if reference and not EMPTY_PICTURE.search(reference[-200:].lower())
            else None
        )
        if url and not url.startswith("data:"):
            return url
    return None


def _largest(source_set: str) -> str:
    """The address with the largest descriptor: b.png of « a.png 1x, b.png 2x »."""
    pairs = re.findall(r"([^\s,]\S*[^\s,])(?:\s+([\d.]{1,6})[wx])?\s*(?:,|$)", source_set[:4000])
    return max(pairs, key=lambda pair: float(pair[1].strip(".").replace("..", ".") or 1), default=("", ""))[0]


def _square_px(image: Tag) -> int | None:
    """The shorter side that the page gives, of a picture about square: a wordmark is not worth its height."""
    width, height = pixels(image.get("width", "")), pixels(image.get("height", ""))
    if width and height and max(width, height) <= 2 * min(width, height):
        return min(width, height)
    return None
