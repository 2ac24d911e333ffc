"""The only door out to the web: public addresses, ordinary ports, bounded in size, time and redirects.

A name is looked up once, each answer is held against our own table, and the connection is made to the very
address that was checked; each redirect comes back through the same door.
Source: OWASP SSRF Prevention Cheat Sheet; IANA special-purpose address registries; RFC 6761.
"""

import ipaddress
import queue
import re
import socket
import threading
import time
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import idna
import requests
import urllib3
from requests.adapters import HTTPAdapter

TIMEOUT_S = 8.0
CONNECT_S = 3.0  # for one address, so that a dead one leaves time for the next
REDIRECTS_MAX = 4
URL_MAX = 2048  # characters
CHUNK_BYTES = 16 * 1024
DEFAULT_PORTS = {"http": 80, "https": 443}
PORTS = set(DEFAULT_PORTS.values())
# One sentence for whatever goes wrong, so that nothing can be scanned by asking us to look.
SENTENCE = "Ce site web n'a pas pu être lu."
HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; Vigie/1.0)",
    "Accept": "text/html,application/xhtml+xml,image/*;q=0.9,*/*;q=0.5",
    "Accept-Language": "fr,en;q=0.6",
    "Accept-Encoding": "gzip",
}
# Names that never lead to the public web.
SPECIAL_NAMES = {
    *("localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan"),
    *("test", "example", "invalid", "onion", "alt", "arpa"),
}
FORBIDDEN_4 = [
    ipaddress.ip_network(block)
    for block in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
        *("192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # Azure's own services, as seen from its machines
    )
]
GLOBAL_6 = ipaddress.ip_network("2000::/3")
FORBIDDEN_6 = [
    ipaddress.ip_network(block)
    for block in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20")
]


class NetError(Exception):
    """What was asked for was not fetched; the text is a sentence fit for the user."""

    def __init__(self):
        super().__init__(SENTENCE)


@dataclass(frozen=True, slots=True)
class Response:
    """url: the address that answered, after redirects. body: decoded, cut at max_bytes when `is_cut`."""

    url: str
    status: int
    content_type: str
    body: bytes
    is_cut: bool

    @property
    def is_ok(self) -> bool:
        return self.status == 200


Connect = Callable[[str, int, float], socket.socket]  # host, port, seconds left


def get(url: str, *, max_bytes: int, timeout_s: float = TIMEOUT_S) -> Response:
    """Fetch a public web address.

    max_bytes: limit on the decoded body, enforced while reading (Content-Length may lie); more is cut.
    timeout_s: limit on the whole exchange, redirects included, not on each read.
    Raises NetError, whose text is a sentence fit for the user.
    Source: OWASP SSRF Prevention Cheat Sheet; IANA special-purpose address registries.
    """
    return fetch(url, max_bytes=max_bytes, timeout_s=timeout_s, connect=connect_publicly)


def fetch(url: str, *, max_bytes: int, timeout_s: float, connect: Connect) -> Response:
    """get(), by a way of connecting that tests may bring."""
    try:
        with _exchange(timeout_s, connect) as exchange:
            for _ in range(1 + REDIRECTS_MAX):
                url = canonical(url)
                answer = exchange.ask(url)
                target = _redirect(answer)
                if target is None:
                    body, is_cut = _read(answer, max_bytes)
                    exchange.check_time()
                    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                    return Response(url, answer.status_code, kind, body, is_cut)
                answer.close()
                if url.startswith("https:") and not urljoin(url, target).startswith("https:"):
                    raise NetError
                url = urljoin(url, target)
    # Whatever the far end did to requests, urllib3 and http.client, the answer is the same.
    except (OSError, ValueError, requests.RequestException, urllib3.exceptions.HTTPError, zlib.error):
        raise NetError from None
    raise NetError


def canonical(url: str) -> str:
    """An address in its one form: scheme and host in lower-case ASCII, no fragment.

    Raises NetError for what a person would not read as our code does (userinfo, backslashes, control and
    invisible characters, numbers that are not plain dotted quads, compatibility forms), and for other ports,
    other schemes and special-use names.
    """
    if len(url) > URL_MAX or any(c == "\\" or unicodedata.category(c)[0] in "CZ" for c in url):
        raise NetError
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NetError from None
    if parts.scheme not in DEFAULT_PORTS or "@" in parts.netloc or port not in {None, *PORTS}:
        raise NetError
    host = _canonical_host(parts.hostname or "")
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        netloc += f":{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{netloc}{parts.path or '/'}{query}"


def _canonical_host(host: str) -> str:
    if ":" in host:
        return str(_public(host))
    # What NFKC would change looks like another name than it is: ①②⑦, full-width letters, other dots.
    host = unicodedata.normalize("NFC", host).removesuffix(".")
    if unicodedata.normalize("NFKC", host) != host:
        raise NetError
    labels = host.split(".")
    if not host.isascii():
        try:
            labels = [idna.encode(label).decode() if not label.isascii() else label for label in labels]
        except idna.IDNAError:
            raise NetError from None
    host = ".".join(labels)
    if len(labels) > 1 and _is_number(labels[-1]):
        return str(_public(host))
    is_name = len(labels) > 1 and len(host) <= 253 and all(map(_is_label, labels))
    if not is_name or labels[-1] in SPECIAL_NAMES:
        raise NetError
    return host


def _is_label(label: str) -> bool:
    return re.fullmatch(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", label) is not None


def _is_number(label: str) -> bool:
    """Whether a host that ends so is read as an IPv4 address by some (WHATWG URL, « ends in a number »)."""
    return label.isdigit() or re.fullmatch(r"0x[0-9a-f]*", label) is not None


def _public(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """A public address in its plain form; raises NetError for any other."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise NetError from None
    if "%" in text or not is_public(address):
        raise NetError
    return address


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address belongs to the public web. Our own table: `is_global` lets 22 kinds of others by."""
    if address.version == 6:
        if address.ipv4_mapped is None:
            return address in GLOBAL_6 and not any(address in block for block in FORBIDDEN_6)
        address = address.ipv4_mapped
    return not any(address in block for block in FORBIDDEN_4)


def connect_publicly(host: str, port: int, seconds: float) -> socket.socket:
    """A connection to one of a host's addresses, all of which must be public.

    Raises OSError, and NetError when an address is not public.
    """
    ends_at = time.monotonic() + seconds
    found = _look_up(host, port, seconds)
    addresses = [_public(sockaddr[0]) for *_, sockaddr in found]
    failure = OSError("no address")
    for (family, *_), address in zip(found, addresses, strict=True):
        left = ends_at - time.monotonic()
        if left <= 0:
            break
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(min(left, CONNECT_S))
            connection.connect((str(address), port))
            return connection
        except OSError as error:
            connection.close()
            failure = error
    raise failure


def _look_up(host: str, port: int, seconds: float) -> list[tuple]:
    """getaddrinfo() in a thread of its own, since nothing else bounds its time."""
    found: queue.SimpleQueue = queue.SimpleQueue()

    def look() -> None:
        try:
            found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:  # whatever it is, it is for the one who waits
            found.put(error)

    threading.Thread(target=look, daemon=True).start()
    try:
        answer = found.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


class _Exchange:
    """One call of get(): a session of its own, and whatever it opens cut when its time is over."""

    def __init__(self, timeout_s: float, connect: Connect):
        self._ends_at = time.monotonic() + timeout_s
        self._connect = connect
        self._opened: list[socket.socket] = []
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers = requests.structures.CaseInsensitiveDict(HEADERS)
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, _Adapter(self))

    def ask(self, url: str) -> requests.Response:
        return self.session.get(url, stream=True, allow_redirects=False, timeout=self.check_time())

    def check_time(self) -> float:
        """The seconds left; raises TimeoutError when there are none."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def open(self, host: str, port: int) -> socket.socket:
        connection = self._connect(host.strip("[]"), port, self.check_time())
        connection.settimeout(self.check_time())
        # A second hold on it, since TLS takes the first one away.
        self._opened.append(connection.dup())
        return connection

    def cut(self) -> None:
        """End every read at once: a server that sends a byte now and then never times out by itself."""
        for connection in self._opened:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.session.close()
        for connection in self._opened:
            connection.close()


@contextmanager
def _exchange(timeout_s: float, connect: Connect) -> Iterator[_Exchange]:
    exchange = _Exchange(timeout_s, connect)
    alarm = threading.Timer(timeout_s, exchange.cut)
    alarm.daemon = True
    alarm.start()
    try:
        yield exchange
    finally:
        alarm.cancel()
        exchange.close()


class _Adapter(HTTPAdapter):
    """Has requests open its connections by ours."""

    def __init__(self, exchange: _Exchange):
        self._exchange = exchange
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args, **kwargs) -> None:
        super().init_poolmanager(*args, **kwargs)
        exchange = self._exchange

        class Plain(urllib3.connection.HTTPConnection):
            def _new_conn(self):
                return exchange.open(self.host, self.port)

        class Secure(urllib3.connection.HTTPSConnection):
            def _new_conn(self):
                return exchange.open(self.host, self.port)

        class PlainPool(urllib3.HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(urllib3.HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _redirect(answer: requests.Response) -> str | None:
    if answer.status_code not in {301, 302, 303, 307, 308}:
        return None
    target = answer.headers.get("Location", "")
    if not target or len(target) > URL_MAX:
        raise NetError
    # http.client reads headers as Latin-1; addresses in them are UTF-8 where they are not ASCII.
    return target.encode("latin-1").decode()


def _read(answer: requests.Response, max_bytes: int) -> tuple[bytes, bool]:
    """The decoded body, and whether it went beyond max_bytes: it is never unpacked further than that."""
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"identity", "", "gzip", "x-gzip", "deflate"}:
        raise NetError
    unpack = zlib.decompressobj(wbits=47) if coding not in {"identity", ""} else None
    body = bytearray()
    for chunk in answer.raw.stream(CHUNK_BYTES, decode_content=False):
        body += unpack.decompress(chunk, max_bytes + 1 - len(body)) if unpack else chunk
        if len(body) > max_bytes:
            return bytes(body[:max_bytes]), True
    return bytes(body), False
