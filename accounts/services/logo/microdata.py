"""What microdata and RDFa call a logo: itemprop=logo, property=logo."""

from lxml.html import HtmlElement

from accounts.services.logo.addresses import absolute, size_in_name
from accounts.services.logo.candidate import Candidate, Kind
from accounts.services.logo.images import IMAGES, image_address
from accounts.services.logo.page import Page
from accounts.services.logo.sizes import is_vector, pixels, shorter_px

MOST = 5
DEEP = 30  # elements around one, in which the item that it belongs to is looked for
# The item is another's than who publishes the page.
OTHERS_ROLES = frozenset(
    (
        *(
            "brand",
            "manufacturer",
            "sponsor",
            "funder",
            "author",
            "creator",
            "member",
            "memberOf",
            "worksFor",
        ),
        *("hiringOrganization", "client", "customer"),
    )
)


def itemprop_logos(page: Page) -> list[Candidate]:
    """The logos of who publishes the page, as its microdata says."""
    found = []
    for tag in page.tags["logo"][:MOST]:
        url = _address(tag, page.base) if _is_publishers(tag) else None
        if url and not url.startswith("data:"):
            side = shorter_px(pixels(tag.get("width", "")), pixels(tag.get("height", "")))
            found.append(Candidate(url, Kind.ITEMPROP, side or size_in_name(url), is_vector=is_vector(url)))
    return found


def _address(tag: HtmlElement, base: str) -> str | None:
    """Of an image, of what tells an address, or of the first such thing inside; a link's own comes last."""
    if tag.tag in IMAGES:
        return image_address(tag, base)
    told = tag.get("content") or tag.get("src")
    if not told and tag.tag != "link":
        inner = next(tag.iterdescendants(*IMAGES, "meta", "link"), None)
        if inner is not None:
            return _address(inner, base)
    return absolute(told or tag.get("href", ""), base)


def _is_publishers(tag: HtmlElement) -> bool:
    """By the item that it belongs to; where there is none, the page is who speaks."""
    for parent, _ in zip(tag.iterancestors(), range(DEEP), strict=False):
        if "itemscope" in parent.attrib or "typeof" in parent.attrib:
            roles = {*parent.get("itemprop", "").split(), *parent.get("property", "").split()}
            kind = f"{parent.get('itemtype', '')} {parent.get('typeof', '')}"
            return not roles & OTHERS_ROLES and "Product" not in kind
    return True
