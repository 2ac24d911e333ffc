"""A site's own name, to offer for an account: nothing rather than a slogan."""

import re
import unicodedata

from accounts.services.logo.addresses import brand_of, host_of
from accounts.services.logo.stranger_sites import lines

LONGEST = 80  # characters; more is a sentence
LONGEST_WITH_MORE = 40  # characters: the name, and what it adds to the address
SHORTEST_MATCH = 3  # letters
BETWEEN = re.compile(r"\s+[|–—•·»›:/~-]+\s+|\s*[|•·»›]\s*|\s*:\s+|\s+-\s*|,\s+")
BARE_DOMAIN = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
# Titles and site names that say nothing of who it is.
EMPTY_NAMES = lines(
    """
    accueil
    home
    homepage
    home page
    page d'accueil
    bienvenue
    welcome
    index
    untitled
    untitled document
    sans titre
    site officiel
    site web
    website
    mon site
    mon site web
    my site
    my website
    my wordpress
    my wordpress website
    my wordpress site
    react app
    vite app
    document
    menu
    connexion
    login
    blog
    actualités
    news
    boutique
    shop
    contact
    default
    title
    site
    wordpress
    joomla
    drupal
    prestashop
    wix
    squarespace
    shopify
    odoo
    """
)


def site_name(told: list[str], title: str, address: str) -> str:
    """The name that a site gives itself, or empty text when that is not sure.

    told: what it gives as its name, the surest first. Of a title, only the part that the address confirms:
    « BNP Paribas | La banque d'un monde qui change » at bnpparibas.fr gives BNP Paribas.
    """
    for name in told:
        parts = _parts(name)
        if chosen := _confirmed(parts, address) or (parts[0] if len(parts) == 1 else ""):
            return chosen
    return _confirmed(_parts(title), address)


def is_confirmed(name: str, address: str) -> bool:
    """Whether an address bears a name, or a part of it."""
    return _confirmed(_parts(name), address) != ""


def says_nothing(title: str) -> bool:
    """Whether a title does not tell whose site it is: none, a bare domain, « Accueil »."""
    title = title.strip().lower()
    return not title or title in EMPTY_NAMES or BARE_DOMAIN.fullmatch(title) is not None


def _parts(text: str) -> list[str]:
    text = " ".join("".join(c if c.isprintable() else " " for c in text[:500]).split())
    whole = [text] if text.count(" ") < 6 and not re.search(r"\s[|–—•·»›-]\s|[|•·»›]|:\s|,\s", text) else []
    parts = [part.strip(" -–—|") for part in whole or BETWEEN.split(text)]
    return [part for part in parts if 1 < len(part) <= LONGEST and part.lower() not in EMPTY_NAMES]


def _confirmed(parts: list[str], address: str) -> str:
    """The part that the address bears: whole, or by its initials as in smabtp or lcl."""
    brand = _letters(brand_of(address))
    host = _letters(host_of(address))
    for part in parts:
        letters = _letters(part)
        if len(letters) >= SHORTEST_MATCH and letters in host:
            return part
        if len(brand) >= SHORTEST_MATCH and letters.startswith(brand) and len(part) <= LONGEST_WITH_MORE:
            return part
    return next((part for part in parts if _initials(part) == brand and len(brand) >= SHORTEST_MATCH), "")


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in plain if c.isalnum())


def _initials(text: str) -> str:
    return "".join(_letters(word)[:1] for word in re.split(r"[\s'’-]+", text) if word)
