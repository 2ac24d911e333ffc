"""What microdata calls a logo: itemprop=logo."""

from bs4 import Tag

from accounts.services.logo.addresses import absolute, size_in_name
from accounts.services.logo.candidate import Candidate, Kind
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
        url = absolute(_address(tag), page.base) if _is_publishers(tag) else None
        if url and not url.startswith("data:"):
            side = shorter_px(pixels(tag.get("width", "")), pixels(tag.get("height", "")))
            found.append(Candidate(url, Kind.ITEMPROP, side or size_in_name(url), is_vector=is_vector(url)))
    return found


def _address(tag: Tag) -> str:
    own = tag.get("src") or tag.get("href") or tag.get("content")
    if own:
        return own
    inner = tag.find(["img", "meta", "link"])
    return (inner.get("src") or inner.get("href") or inner.get("content") or "") if inner else ""


def _is_publishers(tag: Tag) -> bool:
    for parent, _ in zip(tag.parents, range(DEEP), strict=False):
        if "itemscope" in parent.attrs:
            return parent.get("itemprop", "") not in OTHERS_ROLES and "Product" not in parent.get(
                "itemtype", ""
            )
    return True
