"""From a website to its logo: its page, the pictures it offers, the best of those that can be decoded."""

import base64
import binascii
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
    ends_at = time.monotonic() + within_s

    def fetch(url: str, max_bytes: int) -> Response:
        left = ends_at - time.monotonic()
        if left <= 0:
            raise NetError
        return get(url, max_bytes=max_bytes, timeout_s=min(left, EXCHANGE_S))

    if is_on_others_site(website):
        raise NoLogo(NOTHING, is_lasting=True)
    finding, response = _read(website, fetch)
    manifests = dict(_manifests(finding, fetch))
    pictures = list(_pictures(finding, manifests, fetch, decoder))
    kept = best([picture for picture, _ in pictures])
    encoded = kept and decoder.encode(next(content for picture, content in pictures if picture is kept))
    if not encoded:
        is_lasting = response.status not in PASSING and time.monotonic() < ends_at
        raise NoLogo(NOTHING, is_lasting=is_lasting, name=finding.name)
    return Found(encoded, kept.candidate.url, finding.name)


def _read(website: str, fetch: Callable) -> tuple[Finding, Response]:
    """The home page, at the first of the site's likely addresses that answers."""
    for url in _addresses(website):
        try:
            response = fetch(url, PAGE_MAX_BYTES)
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


def _manifests(finding: Finding, fetch: Callable) -> Iterator[tuple[str, object]]:
    for url in finding.manifest_urls:
        try:
            yield url, json.loads(fetch(url, MANIFEST_MAX_BYTES).body)
        except (NetError, ValueError, RecursionError):
            continue


def _pictures(
    finding: Finding, manifests: dict, fetch: Callable, decoder: Decoder
) -> Iterator[tuple[Picture, bytes]]:
    """The best candidates that can be decoded, each with its file."""
    decoded = 0
    for candidate in shortlist(finding.candidates(manifests), most=TRIED):
        content = _content(candidate, finding, fetch)
        look = decoder.look(content) if content else None
        if look is None:
            continue
        decoded += 1
        yield Picture(candidate, look.width, look.height, look.is_blank, look.ground == "dark"), content
        is_square = abs(look.width - look.height) <= 0.1 * look.width
        is_enough = is_square and look.width >= ENOUGH_PX and not look.is_blank and not look.ground
        if decoded == DECODED or (decoded == 1 and is_enough):
            return


def _content(candidate: Candidate, finding: Finding, fetch: Callable) -> bytes | None:
    """The bytes of a picture; None when there are none, more than a logo has, or those of a site builder."""
    try:
        if candidate.url.startswith("data:"):
            return base64.b64decode(candidate.url.partition(",")[2])
        response = fetch(candidate.url, PICTURE_MAX_BYTES)
    except (NetError, binascii.Error):
        return None
    is_whole = response.is_ok and not response.is_cut
    return response.body if is_whole and not is_default(response.url, finding.owner) else None
