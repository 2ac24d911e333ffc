"""A web page, read once: its pictures that may be the logo, its manifests, its name."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from bs4 import BeautifulSoup, ParserRejectedMarkup, Tag

from accounts.services.logo.addresses import absolute

MAX_BYTES = 512 * 1024
MAX_TAGS = 25_000  # each costs some 15 µs: the largest of ordinary pages have 10,000
MAX_LINKS = 1000  # an honest page has some hundred at most
MAX_SCRIPTS = 50
DECLARED_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{1,20})", re.IGNORECASE)
ASCII_BASED = re.compile(
    r"iso-8859-\d{1,2}|windows-125\d|koi8-[ru]|gbk|gb2312|gb18030|big5|shift_jis|euc-(jp|kr)", re.IGNORECASE
)
TAG = re.compile(r"<[a-zA-Z]")
READ = ("base", "title", "h1", "link", "meta", "script", "iframe", "frame", "img")


@dataclass(frozen=True)
class Page:
    """What a page's first 512 KiB declare; see `read_page`.

    address: where it was found; empty when that is no address of the web. base: from where its relative
    addresses are read. tags: the elements of each name in READ, in order, and under "logo" those whose
    itemprop is logo.
    """

    address: str
    base: str
    tags: dict[str, list[Tag]] = field(repr=False)

    @cached_property
    def metas(self) -> dict[str, str]:
        """The content of each meta, by its name or property in lower case; the first one wins."""
        metas = {}
        for meta in self.tags["meta"]:
            for name in (meta.get("property"), meta.get("name")):
                if name and meta.get("content"):
                    metas.setdefault(name.strip().lower(), meta["content"].strip())
        return metas

    @cached_property
    def links(self) -> list[tuple[set[str], str, Tag]]:
        """Each link that goes somewhere: the words of its rel in lower case, its address, itself."""
        links = []
        for link in self.tags["link"][:MAX_LINKS]:
            if url := absolute(link.get("href", ""), self.base):
                links.append((set(link.get("rel", "").lower().split()), url, link))
        return links

    @property
    def title(self) -> str:
        return self.tags["title"][0].get_text(" ", strip=True) if self.tags["title"] else ""

    @property
    def linked_data(self) -> list[str]:
        """The text of each JSON-LD script."""
        scripts = [script for script in self.tags["script"] if "ld+json" in script.get("type", "").lower()]
        return [script.get_text() for script in scripts[:MAX_SCRIPTS]]

    @property
    def frames(self) -> Iterator[str]:
        """The addresses of what the page runs or shows of others'."""
        for name in ("script", "iframe", "frame"):
            for tag in self.tags[name][:MAX_SCRIPTS]:
                if tag.get("src") and (url := absolute(tag["src"], self.base)):
                    yield url


def read_page(html: str | bytes, address: str) -> Page:
    """Read the first 512 KiB of a page. Never raises: what cannot be read is an empty page."""
    tags = {name: [] for name in (*READ, "logo")}
    for tag in _soup(html).find_all(True):
        if tag.name in tags:
            tags[tag.name].append(tag)
        if tag.get("itemprop", "").strip().lower() == "logo":
            tags["logo"].append(tag)
    address = absolute(address, "") or ""
    first_base = next((base["href"] for base in tags["base"] if base.get("href", "").strip()), "")
    base = absolute(first_base, address) or address
    return Page(address, address if base.startswith("data:") else base, tags)


def _soup(html: str | bytes) -> BeautifulSoup:
    text = _decoded(html[:MAX_BYTES]) if isinstance(html, bytes) else html[:MAX_BYTES]
    text = text.replace("\0", "").encode("utf-8", "replace").decode()
    for number, tag in enumerate(TAG.finditer(text)):
        if number == MAX_TAGS:
            text = text[: tag.start()]
            break
    # Without an XML declaration, for which a warning is printed; nor can a text be taken for a file's name.
    text = "<!DOCTYPE html>" + re.sub(r"^\s*<\?xml[^>]*>", "", text)
    try:
        return BeautifulSoup(text, "lxml", multi_valued_attributes=None)
    except ParserRejectedMarkup:
        return BeautifulSoup("<!DOCTYPE html>", "lxml")


def _decoded(html: bytes) -> str:
    """By its mark, its declaration, as UTF-8, or as the Windows encoding of western Europe."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if html.startswith(mark):
            return html[len(mark) :].decode(encoding, "replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(html)
    except UnicodeDecodeError:
        declared = DECLARED_CHARSET.search(html[:4096])
        return html.decode(_encoding(declared[1].decode()) if declared else "cp1252", "replace")


def _encoding(charset: str) -> str:
    """The encoding that a page means. As browsers do, Windows' is read where Latin-1 is declared."""
    try:
        is_known = ASCII_BASED.fullmatch(charset) and codecs.lookup(charset).name != "iso8859-1"
    except LookupError:
        is_known = False
    return charset if is_known else "cp1252"
