"""Addresses as pages write them: made absolute, or refused; whose site they are on."""

import base64
import binascii
import re
from urllib.parse import unquote, urljoin, urlsplit

MAX_CHARACTERS = 2048  # more than that is no address of a logo
RASTER = re.compile(r"data:image/(png|jpeg|jpg|gif|webp|x-icon|vnd\.microsoft\.icon);base64,", re.IGNORECASE)
SECOND_LEVELS = frozenset(
    {"ac", "asso", "co", "com", "edu", "gob", "gov", "gouv", "govt", "net", "nom", "or", "org", "tm"}
)
HOME_PATH = re.compile(
    r"/?([a-z]{2}([-_][a-z]{2})?/?)?((index|home|accueil|default|welcome)(\.[a-z]{2,5})?/?)?", re.IGNORECASE
)
# 192x192 in a file's name, as makers of icons write it, or Wix's w_192,h_192 and WordPress.com's fit=192,192.
SIZE_IN_NAME = re.compile(
    r"(?<!\d)(\d{2,4})x(\d{2,4})(?!\d)|\bw_(\d{2,4}),h_(\d{2,4})|\bfit=(\d{2,4}),(\d{2,4})"
)

# What a template leaves where nothing was put: {{logo}}, ${logo}, %PUBLIC_URL%/a.png, undefined.
UNFILLED = re.compile(
    r"\{\{|\{%|\$\{|<%|\[\[|/%[A-Z_]{4,}%|/__[A-Z_]+__"
    r"|/(?i:\[object%20object\]|undefined)|/(?i:null|false|none|nan)/?(?:[?#]|$)"
)


def absolute(reference: str, base: str) -> str | None:
    """The http or https address that a page means, percent escapes as they are; None when there is none.

    No address with a user's name in it. A data: address is kept only as Candidate says.
    """
    reference = re.sub(r"[\t\r\n]", "", reference).strip()
    if RASTER.match(reference):
        return reference
    if not reference or len(reference) > MAX_CHARACTERS:
        return None
    try:
        url = urljoin(base, reference.replace("\\", "/").replace(" ", "%20")).partition("#")[0]
        parts = urlsplit(url)
        is_fit = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
        parts.port  # noqa: B018 - raises on a port that is none
    except ValueError:
        return None
    return url if is_fit and url.isprintable() and len(url) <= MAX_CHARACTERS else None


def is_unfilled(url: str) -> bool:
    """Whether an address is what a template left, and no address."""
    return not url.startswith("data:") and UNFILLED.search(url) is not None


def host_of(url: str) -> str:
    """Lower case, without www. Empty for a data: address."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def path_of(url: str) -> str:
    return urlsplit(url).path if host_of(url) else ""


def file_name(url: str) -> str:
    """The last part of the path, unescaped, in lower case."""
    return unquote(path_of(url)).rstrip("/").rpartition("/")[2].lower()


def site_of(url: str) -> str:
    """The registered name: bnpparibas.fr for www.pro.bnpparibas.fr, telegraph.co.uk with its two levels."""
    labels = host_of(url).split(".")
    is_two_level = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVELS
    return ".".join(labels[-3 if is_two_level else -2 :])


def brand_of(url: str) -> str:
    """What a registered name says, without its ending: bnpparibas, or labanque for la-banque.com."""
    return site_of(url).partition(".")[0].replace("-", "")


def is_home(url: str, page: str) -> bool:
    """Whether an address is the home page of the page's site, or the page itself."""
    if host_of(url) != host_of(page):
        return False
    here = path_of(page)
    return bool(HOME_PATH.fullmatch(path_of(url))) or path_of(url) in {here, f"{here.rpartition('/')[0]}/"}


def size_in_name(url: str) -> int | None:
    """The shorter side that an address tells, in pixels; the true one for a PNG inside the page."""
    if url.startswith("data:"):
        return _png_side(url)
    parts = urlsplit(url)
    told = f"{'/'.join(parts.path.split('/')[-3:])}?{parts.query}"
    if found := SIZE_IN_NAME.search(unquote(told)):
        return min(int(digits) for digits in found.groups() if digits)
    return None


def _png_side(url: str) -> int | None:
    try:
        head = base64.b64decode(url.partition(",")[2][:32], validate=True)
    except (binascii.Error, ValueError):
        return None
    if not head.startswith(b"\x89PNG\r\n\x1a\n") or len(head) < 24:
        return None
    return min(int.from_bytes(head[16:20]), int.from_bytes(head[20:24]))
