"""From a website to its logo: its page, the pictures it offers, the best of those that can be decoded."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from accounts.services.logo.candidate import Candidate, shortlist
from accounts.services.logo.decoding import Decoder, Encoded
from accounts.services.logo.finding import Finding, look_at
from accounts.services.logo.pictures import Picture, best
from accounts.services.logo.strangers import is_default, is_on_others_site
from crm.net import NetError, Response

PAGE_MAX_BYTES = 512 * 1024
MANIFEST_MAX_BYTES = 256 * 1024
PICTURE_MAX_BYTES = 1024 * 1024
SEARCH_S = 20.0  # for the whole of a search
EXCHANGE_S = 8.0
TRIED, DECODED = 8, 4  # candidates that are fetched at most, and decoded
ENOUGH_PX = 180  # with a first candidate as large and square, the others are not fetched
NOTHING = "Aucun logo n'a été trouvé sur ce site."
PASSING = {408, 425, 429, 500, 502, 503, 504}  # answers that another day may change

Get = Callable[..., Response]  # crm.net.get


@dataclass(frozen=True, slots=True)
class Found:
    """source: the picture's address. name: what the site calls itself, or an empty text."""

    encoded: Encoded
    source: str
    name: str


class NoLogo(Exception):
    """A search that gave none; the text is a sentence. is_lasting: trying again soon would change nothing."""

    def __init__(self, sentence: object, *, is_lasting: bool = False, name: str = ""):
        super().__init__(str(sentence))
        self.is_lasting = is_lasting
        self.name = name


def find(website: str, *, get: Get, decoder: Decoder, within_s: float = SEARCH_S) -> Found:
    """Find a website's logo, encoded anew. get: crm.net.get, or what stands for it.

    within_s: limit on the whole search. Raises NoLogo.
    """
    if is_on_others_site(website):
        raise NoLogo(NOTHING, is_lasting=True)
    way = _Way(get, time.monotonic() + within_s)
    finding, response = _read(website, way)
    way.is_hampered = response.status in PASSING
    manifests = dict(_manifests(finding, way))
    pictures = list(_pictures(finding, manifests, way, decoder))
    kept = best([picture for picture, _ in pictures])
    encoded = kept and decoder.encode(next(content for picture, content in pictures if picture is kept))
    if not encoded:
        raise NoLogo(NOTHING, is_lasting=not way.is_hampered, name=finding.name)
    return Found(encoded, kept.candidate.url, finding.name)


@dataclass
class _Way:
    """Fetches, while there is time left. is_hampered: something that was asked for may come another day."""

    get: Get
    ends_at: float
    is_hampered: bool = False

    def fetch(self, url: str, max_bytes: int) -> Response:
        left = self.ends_at - time.monotonic()
        try:
            if left <= 0:
                raise NetError
            response = self.get(url, max_bytes=max_bytes, timeout_s=min(left, EXCHANGE_S))
        except NetError:
            self.is_hampered = True
            raise
        self.is_hampered |= response.status in PASSING
        return response


def _read(website: str, way: _Way) -> tuple[Finding, Response]:
    """The home page, at the first of the site's likely addresses that answers."""
    for url in _addresses(website):
        try:
            response = way.fetch(url, PAGE_MAX_BYTES)
        except NetError as error:
            failure = error
            continue
        # An error's page shows nothing of the company; its icons may be in their usual place all the same.
        return look_at(response.body if response.is_ok else b"", response.url), response
    raise NoLogo(failure)


def _addresses(website: str) -> Iterator[str]:
    """As it was typed, then with www, then in plain HTTP: people seldom type what a site answers to."""
    parts = urlsplit(website)
    yield website
    if not parts.netloc.startswith("www."):
        yield parts._replace(netloc=f"www.{parts.netloc}").geturl()
    if parts.scheme == "https":
        yield parts._replace(scheme="http").geturl()


def _manifests(finding: Finding, way: _Way) -> Iterator[tuple[str, object]]:
    for url in finding.manifest_urls:
        try:
            yield url, json.loads(way.fetch(url, MANIFEST_MAX_BYTES).body)
        except (NetError, ValueError, RecursionError):
            continue


def _pictures(
    finding: Finding, manifests: dict, way: _Way, decoder: Decoder
) -> Iterator[tuple[Picture, bytes]]:
    """The best candidates that can be decoded, each with its file."""
    decoded = 0
    for candidate in shortlist(finding.candidates(manifests), most=TRIED):
        content = _content(candidate, finding, way)
        look = decoder.look(content) if content else None
        if look is None:
            continue
        decoded += 1
        yield Picture(candidate, look.width, look.height, look.is_blank, look.ground == "dark"), content
        is_square = abs(look.width - look.height) <= 0.1 * look.width
        is_enough = is_square and look.width >= ENOUGH_PX and not look.is_blank and not look.ground
        if decoded == DECODED or (decoded == 1 and is_enough):
            return


def _content(candidate: Candidate, finding: Finding, way: _Way) -> bytes | None:
    """The bytes of a picture; None when there are none, more than a logo has, or those of a site builder."""
    try:
        if candidate.url.startswith("data:"):
            return base64.b64decode(candidate.url.partition(",")[2])
        response = way.fetch(candidate.url, PICTURE_MAX_BYTES)
    except (NetError, ValueError):  # that is no base64, nor even ASCII
        return None
    is_whole = response.is_ok and not response.is_cut
    return response.body if is_whole and not is_default(response.url, finding.owner) else None
