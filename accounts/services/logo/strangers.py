"""What is never a site's own logo: profiles on networks, parked domains, builders' and partners' pictures."""

import re
from dataclasses import dataclass
from fnmatch import translate

from accounts.services.logo.addresses import HOME_PATH, brand_of, file_name, host_of, path_of, site_of
from accounts.services.logo.stranger_pictures import DEFAULT_ICONS, PARTNERS
from accounts.services.logo.stranger_sites import (
    DIRECTORIES,
    DIRECTORY_PATHS,
    NOBODYS,
    PARKING_HOSTS,
    PARKING_PATHS,
    PROFILES,
    SHARED_HOMES,
)
from accounts.services.logo.stranger_titles import NOT_A_SITE

NOT_A_SITE_TITLE = re.compile("|".join(NOT_A_SITE), re.IGNORECASE)
DEFAULT_ICON = {
    maker: re.compile("|".join(map(translate, patterns))) for maker, patterns in DEFAULT_ICONS.items()
}
PARTNER = re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, PARTNERS))})s?(?![a-z])")
# What names of hosts add to a brand: simplecastcdn, wixstatic, cdn-acme.
SERVING = re.compile(
    r"^(cdn|static|assets|images|img|media)|(cdn|static|assets|images|img|media|usercontent)$"
)
A_HANDLE_ANYWHERE = re.compile(r"/@[^/]+")  # on Mastodon and its like, at hosts of any name
SHORTEST_BRAND = 4  # letters; less is found in any name
SHORTEST_NAME = 3  # letters, of a name that is looked for in the words about a picture


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose logo is looked for: the address of the page, and the name that the site gives itself."""

    address: str
    name: str = ""

    def is_named(self, word: str) -> bool:
        said = f"{host_of(self.address)} {self.name}"
        return word in _letters(said)

    def is_in(self, words: str) -> bool:
        """Whether words name the owner, by the address's brand or by the name."""
        told = (brand_of(self.address), _letters(self.name))
        return any(len(name) >= SHORTEST_NAME and name in _letters(words) for name in told)


def is_on_others_site(address: str) -> bool:
    """Whether a website is a page that its owner has on somebody else's site, whose logo would be shown.

    linkedin.com/company/acme is; linkedin.com, which is LinkedIn's own, is not.
    """
    host, path = host_of(address), path_of(address)
    if any(name in NOBODYS for name in _names(host)) or A_HANDLE_ANYWHERE.match(path):
        return True
    if not HOME_PATH.fullmatch(path) and any(name in {*DIRECTORIES, *PARKING_HOSTS} for name in _names(host)):
        return True
    if any(f"{site_of(address)}{path}".startswith(known) for known in DIRECTORY_PATHS):
        return True
    profile = next((PROFILES[name] for name in _names(host) if name in PROFILES), None)
    return profile is not None and re.fullmatch(profile, path.rstrip("/")) is not None


def is_no_site(title: str) -> bool:
    """Whether a page's title is the one of a host, of a parked domain, or of a wall in front of the site."""
    return NOT_A_SITE_TITLE.search(title.strip()[:200]) is not None


def is_parking(frame: str, *, page: str) -> bool:
    """Whether what a page runs or shows is what fills a domain that is for sale."""
    if site_of(frame) == site_of(page):
        return False
    is_there = any(name in PARKING_HOSTS for name in _names(host_of(frame)))
    return is_there or f"{site_of(frame)}{path_of(frame)}".startswith(PARKING_PATHS)


def has_shared_root(address: str) -> bool:
    """Whether what lies at the root of an address is another's: acme.wixsite.com, or www.ecole.fr/~acme/."""
    above = _names(host_of(address))[1:]
    return path_of(address).startswith("/~") or any(name in SHARED_HOMES for name in above)


def is_default(url: str, owner: Owner) -> bool:
    """Whether a picture is a builder's, a framework's or a host's own, by its address.

    Worth asking again of where a redirect leads: /favicon.ico of a WordPress site without icon gives its W.

    On Wix's own site, Wix's icon is right.
    """
    if url.startswith("data:"):
        return False
    where = f"{host_of(url)}{path_of(url)}".lower()
    own = "" if has_shared_root(owner.address) else brand_of(owner.address)
    makers = (maker for maker, icon in DEFAULT_ICON.items() if icon.match(where))
    if any(maker != own for maker in makers):
        return True
    return _is_its_hosts(url, owner) or _bears_its_hosts_name(url, owner)


def is_from_anothers_site(url: str, owner: Owner) -> bool:
    """Whether a picture is at the home of another site (an agency's), and not at a server of files."""
    host, brand = host_of(url), brand_of(url)
    if not host or host != site_of(url) or host == site_of(owner.address) or SERVING.search(brand):
        return False
    return not owner.is_named(brand) and brand_of(owner.address) not in brand


def is_others_picture(url: str, words: str, owner: Owner) -> bool:
    """Whether a picture that calls itself a logo is a builder's or a partner's. words: those about it."""
    return is_default(url, owner) or _is_partners(f"{file_name(url)} {words}", owner)


def _is_partners(words: str, owner: Owner) -> bool:
    """Whether the words about a picture (its file's name, its alt) name a partner and not the site itself."""
    return any(not owner.is_named(found[0].replace("-", "")) for found in PARTNER.finditer(words.lower()))


def _is_its_hosts(url: str, owner: Owner) -> bool:
    """A file of the very site that gives others a home: www.e-monsite.com's, on acme.e-monsite.com."""
    return host_of(url) in SHARED_HOMES and host_of(url) in _names(host_of(owner.address))[1:]


def _bears_its_hosts_name(url: str, owner: Owner) -> bool:
    """A file of another site that bears that site's name: the logo of the platform that hosts the page."""
    brand = SERVING.sub("", brand_of(url))
    if site_of(url) == site_of(owner.address) or len(brand) < SHORTEST_BRAND or owner.is_named(brand):
        return False
    name = file_name(url).replace("-", "")
    return brand in name and brand_of(owner.address) not in name


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.lower())


def _names(host: str) -> list[str]:
    """A host and what it is under: pro.bnpparibas.fr, bnpparibas.fr, fr."""
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]
