"""A web page, read once: its pictures that may be the logo, its manifests, its name."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml.html import HtmlElement, HTMLParser, document_fromstring

from accounts.services.logo.addresses import absolute
from accounts.services.logo.images import IMAGES

MAX_BYTES = 512 * 1024
MAX_LINKS = 1000  # an honest page has some hundred at most
MAX_SCRIPTS = 50
DECLARED_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{1,20})", re.IGNORECASE)
ASCII_BASED = re.compile(
    r"iso-8859-\d{1,2}|windows-125\d|koi8-[ru]|gbk|gb2312|gb18030|big5|shift_jis|euc-(jp|kr)", re.IGNORECASE
)
LOGO_PROPERTIES = frozenset({"logo", "schema:logo"})
LANDMARKS = ("header", "main", "footer")
READ = ("base", "title", "h1", "link", "meta", "script", "iframe", "frame", "img", *LANDMARKS)


@dataclass(frozen=True)
class Page:
    """What a page's first 512 KiB declare; see `read_page`.

    address: where it was found; empty when that is no address of the web. base: from where its relative
    addresses are read. tags: the elements of each name in READ, in order, and under "logo" those that
    microdata or RDFa call so.
    """

    address: str
    base: str
    tags: dict[str, list[HtmlElement]] = field(repr=False)

    @cached_property
    def metas(self) -> dict[str, str]:
        """The content of each meta, by its name or property in lower case; the first one wins."""
        return dict(reversed(self.all_metas))

    @cached_property
    def all_metas(self) -> list[tuple[str, str]]:
        """The names and properties of metas in lower case, each with its content, in order."""
        return [
            (name.strip().lower(), meta.get("content").strip())
            for meta in self.tags["meta"]
            for name in (meta.get("property"), meta.get("name"))
            if name and meta.get("content")
        ]

    @cached_property
    def links(self) -> list[tuple[set[str], str, HtmlElement]]:
        """Each link that goes somewhere: the words of its rel in lower case, its address, itself."""
        links = []
        for link in self.tags["link"][:MAX_LINKS]:
            if url := absolute(link.get("href", ""), self.base):
                links.append((set(link.get("rel", "").lower().split()), url, link))
        return links

    @cached_property
    def wrappers(self) -> frozenset[HtmlElement]:
        """The elements that hold the page and not a part of it: a header, a main or a footer is in them."""
        wrappers = set()
        for name in LANDMARKS:
            for tag in self.tags[name]:
                for parent in tag.iterancestors():
                    if parent in wrappers:
                        break
                    wrappers.add(parent)
        return frozenset(wrappers)

    @property
    def title(self) -> str:
        return text_of(self.tags["title"][0]) if self.tags["title"] else ""

    @property
    def linked_data(self) -> list[str]:
        """The text of each JSON-LD script."""
        scripts = [script for script in self.tags["script"] if "ld+json" in script.get("type", "").lower()]
        return [script.text or "" for script in scripts[:MAX_SCRIPTS]]

    @property
    def frames(self) -> Iterator[str]:
        """The addresses of what the page runs or shows of others'."""
        for name in ("script", "iframe", "frame"):
            for tag in self.tags[name][:MAX_SCRIPTS]:
                if tag.get("src") and (url := absolute(tag.get("src"), self.base)):
                    yield url


def read_page(html: str | bytes, address: str) -> Page:
    """Read the first 512 KiB of a page. Never raises: what cannot be read is an empty page."""
    tags = {name: [] for name in (*READ, "logo")}
    for tag in _tree(html).iter("*"):
        name = "img" if tag.tag in IMAGES else tag.tag
        if name in tags:
            tags[name].append(tag)
        if LOGO_PROPERTIES & {
            *tag.get("itemprop", "").lower().split(),
            *tag.get("property", "").lower().split(),
        }:
            tags["logo"].append(tag)
    address = absolute(address, "") or ""
    first_base = next((base.get("href") for base in tags["base"] if base.get("href", "").strip()), "")
    base = absolute(first_base, address) or address
    return Page(address, address if base.startswith("data:") else base, tags)


def text_of(tag: HtmlElement) -> str:
    """The words in an element, without its comments."""
    return " ".join(" ".join(tag.xpath(".//text()")).split())


def _tree(html: str | bytes) -> HtmlElement:
    text = _decoded(html[:MAX_BYTES]) if isinstance(html, bytes) else html[:MAX_BYTES]
    text = text.replace("\0", "")
    # With an element of its own, so that there is always a tree; as bytes, which may declare themselves.
    page = f"<!DOCTYPE html><html>{text}".encode("utf-8", "replace")
    return document_fromstring(page, parser=HTMLParser(encoding="utf-8", huge_tree=True))


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
