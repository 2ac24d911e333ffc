"""What pages say of a picture's sides, in pixels, and of its type."""

import re

from accounts.services.logo.addresses import file_name

SIZE = re.compile(r"(\d{1,4})\s*[x×]\s*(\d{1,4})", re.IGNORECASE)
DESCRIPTOR = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)[wx]")
LONGEST_SOURCES = 10_000  # characters
LARGEST_TOLD_PX = 4096


def declared_px(sizes: str) -> int | None:
    """The largest shorter side in a `sizes`: 48 for « 16x16 32x32 48x48 »; None for « any » or nothing."""
    sides = [min(int(width), int(height)) for width, height in SIZE.findall(sizes[:500])]
    if not sides and sizes.strip().isascii() and sizes.strip().isdigit():
        sides = [int(sizes.strip()[:5])]
    return max((side for side in sides if 0 < side <= LARGEST_TOLD_PX), default=None)


def shorter_px(width: int | None, height: int | None) -> int | None:
    """The shorter of two sides as they are told; None when neither is, or when they cannot be true."""
    sides = [side for side in (width, height) if side]
    return min(sides) if sides and max(sides) <= LARGEST_TOLD_PX else None


def pixels(attribute: str) -> int | None:
    """A width or height attribute: 160 for « 160 » or « 160px »; None for « 50% »."""
    text = attribute.strip().lower().removesuffix("px").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else None


def largest_source(source_set: str) -> str:
    """The address with the largest descriptor: b.png of « a.png 1x, b.png 2x »; empty when there is none."""
    found, address = [], ""
    for word in source_set[:LONGEST_SOURCES].split():
        if address:
            # A comma ends a descriptor, and belongs to an address: « a.png 1x,w_90,h_40/b.png 2x ».
            descriptor, comma, word = word.partition(",")
            if told := DESCRIPTOR.fullmatch(descriptor):
                found[-1] = (float(told[1]), address)
            if not comma:
                continue
        word = word.lstrip(",")
        address = "" if word.endswith(",") else word
        if word:
            found.append((1.0, word.rstrip(",")))
    return max(found, key=lambda one: one[0], default=(0.0, ""))[1]


def is_vector(url: str, media_type: str = "") -> bool:
    """Whether a picture is SVG, by its type or its address."""
    return "svg" in media_type.lower() or file_name(url).endswith((".svg", ".svgz")) or "format=svg" in url
