"""The candidates of one page, from all that it declares."""

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from urllib.parse import urljoin

from accounts.services.logo.addresses import absolute, brand_of, file_name, host_of, path_of, size_in_name
from accounts.services.logo.candidate import SMALLEST_PX, Candidate, Kind, best_first
from accounts.services.logo.declared import declared_icons, masks, tiles
from accounts.services.logo.header import MOST_HEADERS, header_logo
from accounts.services.logo.linked_data import Publisher, publishers
from accounts.services.logo.manifests import is_left_as_made, manifest_icons
from accounts.services.logo.microdata import itemprop_logos
from accounts.services.logo.naming import site_name
from accounts.services.logo.page import Page, read_page
from accounts.services.logo.sizes import is_vector, shorter_px
from accounts.services.logo.strangers import (
    Owner,
    has_shared_root,
    is_default,
    is_no_site,
    is_on_others_site,
    is_parking,
    is_partners,
)

ANOTHERS_WEBSITE = 0.5  # the organisation says that its site is another one: a mother company, a host
MAX_IMAGES = 500  # the header comes first
GUESSES = ("/favicon.ico", "/apple-touch-icon.png")
SHARED_METAS = ("og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src")


def look_at(html: str | bytes, base_url: str) -> "Finding":
    """Read a page once, for its manifests, its candidates and its name. Never raises."""
    return Finding(read_page(html, base_url))


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
        told = [metas.get("og:site_name", ""), *(publisher.name for publisher in self.publishers[:5])]
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
        headings = [page.title, *(heading.get_text(" ", strip=True) for heading in page.tags["h1"][:1])]
        return (
            is_on_others_site(page.address)
            or any(is_no_site(heading) for heading in headings)
            or any(is_parking(url, page=page.address) for url in page.frames)
        )

    @cached_property
    def publishers(self) -> list[Publisher]:
        return publishers(self.page.linked_data)

    def candidates(self, manifests: dict[str, object] | None = None) -> list[Candidate]:
        """See `accounts.services.logo.candidates`."""
        if self.is_strangers:
            return []
        manifests = manifests or {}
        icons = [*declared_icons(self.page), *tiles(self.page), *manifest_icons(manifests)]
        own = [icon for icon in icons if not is_default(icon.url, self.owner)]
        logos = [logo for logo, words in self._logos() if not self._is_anothers(logo.url, words)]
        # Who leaves the builder's icon in the page has it at these addresses too.
        is_left = len(own) < len(icons) or any(map(is_left_as_made, manifests.values()))
        guesses = [] if is_left or has_shared_root(self.page.address) else self._guesses()
        never = masks(self.page)
        fit = [
            one
            for one in (*own, *logos, *guesses)
            if one.url not in never and not self._is_page(one.url) and one.expected_px >= SMALLEST_PX
        ]
        return best_first(fit, near=urljoin(self.page.address, "/"))

    @cached_property
    def owner(self) -> Owner:
        return Owner(self.page.address, self.name)

    def _is_page(self, url: str) -> bool:
        is_same = host_of(url) == host_of(self.page.address)
        return is_same and path_of(url) in {"", "/", path_of(self.page.address)}

    def _is_anothers(self, url: str, words: str) -> bool:
        return is_default(url, self.owner) or is_partners(f"{file_name(url)} {words}", self.owner)

    def _logos(self):
        """What calls itself the logo, each with the words about it."""
        yield from ((logo, "") for logo in self._linked_data())
        yield from ((logo, "") for logo in itemprop_logos(self.page))
        page = self.page
        if url := absolute(page.metas.get("og:logo", ""), page.base):
            yield Candidate(url, Kind.OG_LOGO, size_in_name(url), is_vector=is_vector(url)), ""
        headers = (
            header_logo(image, page=page.address, base=page.base) for image in page.tags["img"][:MAX_IMAGES]
        )
        yield from islice((header for header in headers if header), MOST_HEADERS)
        for name in SHARED_METAS:
            url = absolute(page.metas.get(name, ""), page.base)
            if url and file_name(url).startswith("logo"):
                yield Candidate(url, Kind.SHARED, None, is_vector=is_vector(url)), ""

    def _linked_data(self) -> list[Candidate]:
        found = []
        for publisher in self.publishers:
            website = absolute(publisher.website, self.page.base) if publisher.website else None
            is_anothers = website is not None and brand_of(website) != brand_of(self.page.address)
            for reference, width, height in publisher.logos:
                if url := absolute(reference, self.page.base):
                    side = shorter_px(width, height) or size_in_name(url)
                    weight = ANOTHERS_WEBSITE if is_anothers else 1.0
                    found.append(Candidate(url, Kind.LINKED_DATA, side, weight, is_vector(url)))
        return found

    def _guesses(self) -> list[Candidate]:
        urls = (absolute(path, self.page.address) for path in GUESSES)
        return [Candidate(url, Kind.WELL_KNOWN, None) for url in urls if url]
