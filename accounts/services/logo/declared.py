"""The icons that a page declares in its head: links and tiles."""

from accounts.services.logo.addresses import absolute, file_name, size_in_name
from accounts.services.logo.candidate import DARK_THEME, Candidate, Kind
from accounts.services.logo.page import Page
from accounts.services.logo.sizes import declared_px, is_vector

ICON_RELS = frozenset({"icon", "favicon"})
APPLE_RELS = frozenset({"apple-touch-icon", "apple-touch-icon-precomposed"})
MASK_NAME = "safari-pinned-tab"  # as makers of icons call it
MAX_ICONS = 200  # some pages give forty
# Not the wide one: a wordmark in a strip.
TILES = {
    "msapplication-tileimage": None,
    "msapplication-square70x70logo": 70,
    "msapplication-square150x150logo": 150,
    "msapplication-square310x310logo": 310,
}


def declared_icons(page: Page) -> list[Candidate]:
    """Each link to an icon, for the screen; one made for dark themes is worth less."""
    found = []
    for rel, url, link in page.links:
        media = link.get("media", "").lower()
        if not rel & (ICON_RELS | APPLE_RELS) or "print" in media:
            continue
        found.append(
            Candidate(
                url,
                Kind.APPLE_TOUCH_ICON if rel & APPLE_RELS else Kind.ICON,
                _side(link.get("sizes", ""), url),
                weight=DARK_THEME if "dark" in media else 1.0,
                is_vector=is_vector(url, link.get("type", "")),
            )
        )
    return found[:MAX_ICONS]


def masks(page: Page) -> set[str]:
    """The silhouettes in one colour that Safari asks for: never a logo, even declared as an icon too."""
    return {url for rel, url, _ in page.links if "mask-icon" in rel or file_name(url).startswith(MASK_NAME)}


def tiles(page: Page) -> list[Candidate]:
    """The pictures of Windows' tiles."""
    found = []
    for name, side in TILES.items():
        if url := absolute(page.metas.get(name, ""), page.base):
            found.append(Candidate(url, Kind.TILE, side or size_in_name(url), is_vector=is_vector(url)))
    return found


def _side(sizes: str, url: str) -> int | None:
    if url.startswith("data:"):
        return size_in_name(url) or declared_px(sizes)
    return declared_px(sizes) or size_in_name(url)
