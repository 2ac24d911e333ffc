"""A company's logo, found from its website. Pure: nothing here goes out to the web, nor decodes a picture.

`look_at` reads a page once. `Page` is what it declares, `finding` its candidates, `pictures` the choice among
those that could be decoded, `strangers` what is never the site's own.
"""

from accounts.services.logo.candidate import Candidate, Kind, shortlist
from accounts.services.logo.finding import Finding, look_at
from accounts.services.logo.pictures import Picture, best
from accounts.services.logo.strangers import Owner, is_default, is_on_others_site

__all__ = [
    "Candidate",
    "Finding",
    "Kind",
    "Owner",
    "Picture",
    "best",
    "candidates",
    "is_default",
    "is_on_others_site",
    "look_at",
    "manifest_urls",
    "shortlist",
    "site_name",
]


def candidates(
    html: str | bytes, base_url: str, manifests: dict[str, object] | None = None
) -> list[Candidate]:
    """The pictures that may be a site's logo, best first; none means the monogram.

    html: its first 512 KiB are read. base_url: the final address of the page. manifests: address
    to parsed JSON of the web app manifests already fetched. Never raises, whatever the page holds.
    """
    return look_at(html, base_url).candidates(manifests)


def manifest_urls(html: str | bytes, base_url: str) -> list[str]:
    """The web app manifests worth a fetch before `candidates`, at most one."""
    return look_at(html, base_url).manifest_urls


def site_name(html: str | bytes, base_url: str = "") -> str:
    """The name that a site gives itself, to offer for an account; empty when unsure.

    Without its address, the title is not trusted: nothing tells its name from its slogan.
    """
    return look_at(html, base_url).name
