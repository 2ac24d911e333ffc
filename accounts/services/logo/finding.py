"""The candidates of one page, from all that it declares."""

from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property
from urllib.parse import urljoin

from accounts.services.logo.addresses import (
    absolute,
    brand_of,
    file_name,
    host_of,
    is_unfilled,
    path_of,
    size_in_name,
)
from accounts.services.logo.candidate import SMALLEST_PX, Candidate, Kind, best_first
from accounts.services.logo.declared import declared_icons, masks, tiles
from accounts.services.logo.header import header_logos
from accounts.services.logo.linked_data import Publisher, publishers
from accounts.services.logo.manifests import is_left_as_made, manifest_icons
from accounts.services.logo.microdata import itemprop_logos
from accounts.services.logo.naming import is_confirmed, says_nothing, site_name
from accounts.services.logo.page import Page, read_page, text_of
from accounts.services.logo.sizes import is_vector, shorter_px
from accounts.services.logo.strangers import (
    Owner,
    has_shared_root,
    is_default,
    is_from_anothers_site,
    is_no_site,
    is_on_others_site,
    is_others_picture,
    is_parking,
)

ANOTHERS = 0.5  # the logo of an organisation that is not who has the site: a mother company, a client
ON_ANOTHERS_SITE = 0.05  # an icon from the site of an agency, that declares an own one too
MAX_SHARED = 20
GUESSES = ("/favicon.ico", "/apple-touch-icon.png")
SHARED_METAS = ("og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src")


def look_at(html: str | bytes, base_url: str) -> "Finding":
    """Read a page once, for its manifests, its candidates and its name. Never raises."""
    return Finding(read_page(html, base_url))


class Kin(IntEnum):
    """What an organisation that a page tells of is to the site: by its name, else by its website."""

    OWNER = 0
    UNSURE = 1
    ANOTHER = 2


@dataclass(frozen=True)
class Finding:
    """What a page says of its site's logo and name."""

    page: Page

    @cached_property
    def name(self) -> str:
        """The name that the site gives itself; empty when unsure, or when the page is no site of its own."""
        if self.is_strangers:
            return ""
        metas = self.page.metas
        told = [metas.get("og:site_name", "")]
        told += [publisher.name for kin, publisher in self.publishers[:5] if kin != Kin.ANOTHER]
        told += [metas.get("application-name", ""), metas.get("apple-mobile-web-app-title", "")]
        return site_name(told, self.page.title, self.page.address)

    @cached_property
    def manifest_urls(self) -> list[str]:
        """The manifests worth a fetch, at most one: browsers read the first only."""
        if self.is_strangers:
            return []
        return [url for rel, url, _ in self.page.links if "manifest" in rel and url.startswith("http")][:1]

    @cached_property
    def is_strangers(self) -> bool:
        """Whether the page is another's: a profile on a network, a parked domain, a host's default page."""
        page = self.page
        headings = [page.title]
        # Sites of their own have a first heading on maintenance, or on what is coming soon.
        if says_nothing(page.title):
            headings += [text_of(heading) for heading in page.tags["h1"][:1]]
        return (
            is_on_others_site(page.address)
            or any(is_no_site(heading) for heading in headings)
            or any(is_parking(url, page=page.address) for url in page.frames)
        )

    @cached_property
    def publishers(self) -> list[tuple[Kin, Publisher]]:
        """Those of the page's linked data, the owner first: a page may tell its clients before itself."""
        told = [(self._kin(publisher), publisher) for publisher in publishers(self.page.linked_data)]
        return sorted(told, key=lambda one: one[0])

    def _kin(self, publisher: Publisher) -> Kin:
        if is_confirmed(publisher.name, self.page.address):
            return Kin.OWNER
        website = absolute(publisher.website, self.page.base) if publisher.website else None
        if website is None:
            return Kin.UNSURE
        return Kin.OWNER if brand_of(website) == brand_of(self.page.address) else Kin.ANOTHER

    def candidates(self, manifests: dict[str, object] | None = None) -> list[Candidate]:
        """See `accounts.services.logo.candidates`."""
        if self.is_strangers:
            return []
        manifests = manifests or {}
        icons = [*declared_icons(self.page), *tiles(self.page), *manifest_icons(manifests)]
        own = self._own_first([icon for icon in icons if not is_default(icon.url, self.owner)])
        logos = [logo for logo, words in self._logos() if not is_others_picture(logo.url, words, self.owner)]
        # Who leaves the builder's icon in the page has it at these addresses too.
        is_left = len(own) < len(icons) or any(map(is_left_as_made, manifests.values()))
        guesses = [] if is_left or has_shared_root(self.page.address) else self._guesses()
        never = masks(self.page)
        fit = [
            one
            for one in (*own, *logos, *guesses)
            if one.url not in never
            and not self._is_page(one.url)
            and not is_unfilled(one.url)
            and one.expected_px >= SMALLEST_PX
        ]
        return best_first(fit, near=urljoin(self.page.address, "/"))

    def _own_first(self, icons: list[Candidate]) -> list[Candidate]:
        """The icons, those from another's site worth little if there are others."""
        others = {icon.url for icon in icons if is_from_anothers_site(icon.url, self.owner)}
        if all(icon.url in others for icon in icons):
            return icons
        return [
            replace(icon, weight=icon.weight * ON_ANOTHERS_SITE) if icon.url in others else icon
            for icon in icons
        ]

    @cached_property
    def owner(self) -> Owner:
        return Owner(self.page.address, self.name)

    def _is_page(self, url: str) -> bool:
        is_same = host_of(url) == host_of(self.page.address)
        return is_same and path_of(url) in {"", "/", path_of(self.page.address)}

    def _logos(self):
        """What calls itself the logo, each with the words about it."""
        yield from ((logo, "") for logo in self._linked_data())
        yield from ((logo, "") for logo in itemprop_logos(self.page))
        page = self.page
        if url := absolute(page.metas.get("og:logo", ""), page.base):
            yield Candidate(url, Kind.OG_LOGO, size_in_name(url), is_vector=is_vector(url)), ""
        yield from header_logos(page, self.owner)
        for shared in [content for name, content in page.all_metas if name in SHARED_METAS][:MAX_SHARED]:
            url = absolute(shared, page.base)
            if url and file_name(url).startswith("logo"):
                yield Candidate(url, Kind.SHARED, None, is_vector=is_vector(url)), ""

    def _linked_data(self) -> list[Candidate]:
        telling = [(kin, publisher) for kin, publisher in self.publishers if publisher.logos]
        found = []
        for kin, publisher in telling:
            is_first = kin == telling[0][0] and kin != Kin.ANOTHER
            for reference, width, height in publisher.logos:
                if url := absolute(reference, self.page.base):
                    side = shorter_px(width, height) or size_in_name(url)
                    weight = 1.0 if is_first else ANOTHERS
                    found.append(Candidate(url, Kind.LINKED_DATA, side, weight, is_vector(url)))
        return found

    def _guesses(self) -> list[Candidate]:
        urls = (absolute(path, self.page.address) for path in GUESSES)
        return [Candidate(url, Kind.WELL_KNOWN, None) for url in urls if url]
