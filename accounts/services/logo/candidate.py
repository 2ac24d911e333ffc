"""A picture that may be the logo, and how much it is worth: one scale, before it is fetched and after."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

SMALLEST_PX = 8  # less is a tracker, or nothing
LARGEST_PX = 256  # the largest side that is kept: more pixels make no better logo
DARK_THEME = 0.5  # drawn for a dark ground: Vigie's pages are light as often
MASKABLE = 0.8  # drawn with wide margins, for a phone to cut
VECTOR = 0.7  # nothing here decodes SVG, so that an icon of 180 px or more goes before it


class Kind(StrEnum):
    """Where a candidate was found; the first of two equals goes first."""

    APPLE_TOUCH_ICON = "apple-touch-icon"
    MANIFEST = "manifest"
    ICON = "icon"
    TILE = "tile"
    OG_LOGO = "og:logo"
    LINKED_DATA = "json-ld"
    ITEMPROP = "itemprop"
    HEADER = "header"
    WELL_KNOWN = "well-known"
    SHARED = "shared"


# What is supposed of a side that is not declared, and the most that a side may count for, in pixels of an
# icon: an icon is square and drawn to be seen small; another may be a long wordmark, or white on nothing.
GUESSED_PX = {
    Kind.APPLE_TOUCH_ICON: 180,
    Kind.MANIFEST: 144,
    Kind.ICON: 48,
    Kind.TILE: 144,
    Kind.OG_LOGO: 160,
    Kind.LINKED_DATA: 100,
    Kind.ITEMPROP: 90,
    Kind.HEADER: 28,
    Kind.WELL_KNOWN: 12,
    Kind.SHARED: 10,
}
MOST_PX = {
    Kind.APPLE_TOUCH_ICON: LARGEST_PX,
    Kind.MANIFEST: LARGEST_PX,
    Kind.ICON: LARGEST_PX,
    Kind.TILE: 205,
    Kind.OG_LOGO: 160,
    Kind.LINKED_DATA: 100,
    Kind.ITEMPROP: 90,
    Kind.HEADER: 80,
    Kind.WELL_KNOWN: LARGEST_PX,
    Kind.SHARED: 60,
}
MOST_OF_A_KIND = 2
ICO_PX = 32  # an .ico that says nothing
FAVICON_PX = 14  # /favicon.ico that no page names: after all that is, and more often there than the other


@dataclass(frozen=True, slots=True)
class Candidate:
    """url: absolute, http or https, or data: with a raster picture in base64, decoded without a fetch.

    declared_px: the shorter side as the page gives it; None when it does not. weight: see worth_px.
    is_vector: SVG, which nothing here decodes: not worth a fetch.
    """

    url: str
    kind: Kind
    declared_px: int | None
    weight: float = 1.0
    is_vector: bool = False

    @property
    def expected_px(self) -> int:
        """The shorter side, declared or supposed."""
        if self.is_vector and self.kind in {Kind.ICON, Kind.MANIFEST}:
            return LARGEST_PX
        if self.declared_px is not None:
            return self.declared_px
        if self.url.partition("?")[0].lower().endswith(".ico"):
            if self.kind == Kind.ICON:
                return ICO_PX
            if self.kind == Kind.WELL_KNOWN:
                return FAVICON_PX
        return GUESSED_PX[self.kind]

    def worth_px(self, side_px: int) -> float:
        """What it is worth with such a shorter side: the side of the square icon that would be as good."""
        return min(side_px, MOST_PX[self.kind]) * self.weight * (VECTOR if self.is_vector else 1)


def best_first(candidates: list[Candidate], *, near: str) -> list[Candidate]:
    """Each address once, the best first; of equals, the one whose address begins with `near`, then the first.

    A size that is declared goes before one that is supposed, also for one address named twice.
    """
    kinds = list(Kind)

    def rank(candidate: Candidate):
        return (
            -candidate.worth_px(candidate.expected_px),
            candidate.declared_px is None,
            kinds.index(candidate.kind),
            not candidate.url.startswith(near),
            -(candidate.declared_px or 0),
        )

    once = {}
    for candidate in sorted(candidates, key=lambda one: (one.declared_px is None, rank(one))):
        once.setdefault(candidate.url, candidate)
    return sorted(once.values(), key=rank)


def shortlist(candidates: list[Candidate], *, most: int = 4) -> list[Candidate]:
    """The candidates worth a fetch, in order: what can be decoded, and no kind more than twice.

    Icons of one kind are often on one host, and fail together.
    """
    chosen, of_kind = [], Counter()
    for candidate in candidates:
        if not candidate.is_vector and of_kind[candidate.kind] < MOST_OF_A_KIND:
            chosen.append(candidate)
            of_kind[candidate.kind] += 1
    return chosen[:most]
