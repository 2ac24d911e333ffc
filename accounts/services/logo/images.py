"""The address of an image, as lazy pages write it."""

import re
from itertools import islice

from lxml.html import HtmlElement

from accounts.services.logo.addresses import absolute
from accounts.services.logo.sizes import largest_source

NEAR = 6  # elements around an image: the picture that it is the last resort of
IMAGES = ("img", "amp-img")
# Lazy pages put the address there first, and an empty picture in src.
SOURCES = ("data-src", "data-lazy-src", "data-original", "data-orig-src", "data-lazy", "src")
SOURCE_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
EMPTY_PICTURE = re.compile(r"placeholder|blank\.|spacer|transparent|1x1|pixel\.|lazy|loading|loader")


def image_address(image: HtmlElement, base: str) -> str | None:
    """What an image shows once it is loaded; None when that is nothing, or inside the page."""
    told = [image.get(name, "") for name in SOURCES]
    told += [largest_source(image.get(name, "")) for name in SOURCE_SETS]
    around = zip(image.iterancestors(), range(NEAR), strict=False)
    picture = next((tag for tag, _ in around if tag.tag == "picture"), None)
    if picture is not None:
        told += [largest_source(source.get("srcset", "")) for source in islice(picture.iter("source"), 3)]
    for reference in told:
        if reference and not EMPTY_PICTURE.search(reference[-200:].lower()):
            url = absolute(reference, base)
            if url and not url.startswith("data:"):
                return url
    return None
