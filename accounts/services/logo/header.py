"""The header's picture: an image that links to the home page and calls itself the logo."""

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from accounts.services.logo.addresses import absolute, file_name, is_home, path_of
from accounts.services.logo.candidate import Candidate, Kind
from accounts.services.logo.images import image_address
from accounts.services.logo.page import Page
from accounts.services.logo.sizes import is_vector, pixels
from accounts.services.logo.stranger_sites import patterns
from accounts.services.logo.strangers import Owner, is_others_picture

MOST_IMAGES = 500  # of a page, the header comes first
MOST_FOUND = 10
MOST_HEADERS = 2
NEAR = 6  # elements around an image: its link
AROUND = 25  # elements around a link that may say that this is the footer, or a list of clients
LONGEST = 500  # characters of a class or of an alternative text
# Neither logout, nor the catalogo and the dialogo of other languages, nor the logos of many.
LOGO = re.compile(
    r"(?<!cata)(?<!dia)(?<!ana)(?<!psico)(?<!eco)logo(?!n\b|ut|ff|s\b|s[-_]|pedia|rithm)|\bbrand\b", re.I
)
ELSEWHERE = re.compile(
    r"partner|partenaire|client|sponsor|reference|référence|certif|payment|paiement|carousel|carrousel|marquee"
    r"|slick|swiper|splide|cookie|award|\bpress\b|newsletter|testimonial|temoignage|powered|credits"
    r"|trust|confiance|\blogos\b|logo-?(?:grid|wall|list|cloud|strip|slider|ticker)"
    # Not of a page that says how its footer behaves, or that it has some.
    r"|(?<!sticky-)(?<!fixed-)(?<!has-)(?<!with-)(?:footer|social)",
    re.I,
)
HEADER = re.compile(r"header|navbar|masthead|topbar|top-bar|entete|branding", re.I)
FLAG = re.compile(r"(?<![a-z])(?:flags?|drapeaux?|langs?|langues?|languages?|wpml)(?![a-z])", re.I)
# Words about a logo that tell whose it is no more than « logo ».
SAYS_NOTHING = frozenset(
    patterns(
        """
    logo logos header site web website main brand default image img picto home accueil retour page back to
    de du la le les our notre société company blanc white noir black color colour couleur couleurs dark light
    small large big mini new final hd retina x rvb rgb copy copie horizontal vertical desktop mobile
    png jpg jpeg gif svg webp avif
    """
    )
)


def header_logos(page: Page, owner: Owner) -> list[tuple[Candidate, str]]:
    """The logos of a page's header, and the words about each, at most two.

    Those that name the owner if any does, else those that name nobody: a header may show the logo of a
    region or of a network before its own.
    """
    found = list(islice(_logos(page, owner), MOST_FOUND))
    ranks = [_rank(words, owner) for _, words in found]
    return [one for one, rank in zip(found, ranks, strict=True) if rank == min(ranks)][:MOST_HEADERS]


def _logos(page: Page, owner: Owner) -> Iterator[tuple[Candidate, str]]:
    for image in page.tags["img"][:MOST_IMAGES]:
        found = _logo(image, page)
        if found and not is_others_picture(found[0].url, found[1], owner):
            yield found


def _rank(words: str, owner: Owner) -> int:
    if owner.is_in(words):
        return 0
    told = {word for word in re.findall(r"[^\W\d_]+", words.lower()) if word not in SAYS_NOTHING}
    return 2 if told else 1


def _logo(image: HtmlElement, page: Page) -> tuple[Candidate, str] | None:
    """The logo that an img is, and the words about it; None when it is not the one of the page's header."""
    link, inside = _link(image)
    if link is None or not _goes_home(link, page) or _is_elsewhere(link, page):
        return None
    url = image_address(image, page.base)
    if not url or any(pixels(image.get(side, "")) in {0, 1} for side in ("width", "height")):
        return None
    words = f"{file_name(url)} {image.get('alt', '')[:LONGEST]} {image.get('title', '')[:LONGEST]}"
    around = [image, *inside, link, *(tag for tag in [link.getparent()] if tag.tag != "header")]
    if not LOGO.search(f"{words} {' '.join(map(_labels, around))}"):
        return None
    if FLAG.search(f"{'/'.join(path_of(url).split('/')[-3:])} {_names(image)} {_names(link)}"):
        return None
    return Candidate(url, Kind.HEADER, _square_px(image), is_vector=is_vector(url)), words


def _link(image: HtmlElement) -> tuple[HtmlElement | None, list[HtmlElement]]:
    """The link that an image is in, and what lies between them."""
    between = []
    for tag, _ in zip(image.iterancestors(), range(NEAR), strict=False):
        if tag.tag == "a":
            return tag, between
        between.append(tag)
    return None, between


def _goes_home(link: HtmlElement, page: Page) -> bool:
    if "home" in link.get("rel", "").lower().split():
        return True
    href = link.get("href", "").strip()
    if href.startswith("#"):  # a button, unless it is in a header
        return any(tag.tag in {"header", "nav"} or HEADER.search(_names(tag)) for tag in _around(link))
    target = absolute(href, page.base)
    return target is not None and is_home(target, page.address)


def _is_elsewhere(link: HtmlElement, page: Page) -> bool:
    """Whether a link is in the footer, or in a list of others' logos; what holds the page is neither."""
    for tag in _around(link):
        if tag.tag == "header":
            return False
        if tag.tag == "footer" or (tag not in page.wrappers and ELSEWHERE.search(_names(tag))):
            return True
    return False


def _around(link: HtmlElement) -> Iterator[HtmlElement]:
    """A link and what it is in, up to the body."""
    yield link
    for parent, _ in zip(link.iterancestors(), range(AROUND), strict=False):
        if parent.tag in {"body", "html"}:
            return
        yield parent


def _names(tag: HtmlElement) -> str:
    return f"{tag.get('class', '')} {tag.get('id', '')}"[:LONGEST]


def _labels(tag: HtmlElement) -> str:
    return f"{_names(tag)} {tag.get('title', '')} {tag.get('aria-label', '')}"[:1000]


def _square_px(image: HtmlElement) -> int | None:
    """The shorter side that the page gives, of a picture about square: a wordmark is not worth its height."""
    width, height = pixels(image.get("width", "")), pixels(image.get("height", ""))
    if width and height and max(width, height) <= 2 * min(width, height):
        return min(width, height)
    return None
