"""The only door out to the web: public addresses, ordinary ports, bounded in size, time and redirects.

A name is looked up once, each answer is held against our own table, and the connection is made to the very
address that was checked; each redirect comes back through the same door.
Source: OWASP SSRF Prevention Cheat Sheet.
"""

import http.client
import ipaddress
import queue
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urljoin

import requests
import urllib3
from requests.adapters import HTTPAdapter

from crm.addresses import URL_MAX, NetError, canonical, is_public

TIMEOUT_S = 8.0
CONNECT_S = 3.0  # for one address, so that a dead one leaves time for the next
REDIRECTS_MAX = 4
HEADERS_MAX = 128 * 1024  # characters
CHUNK_BYTES = 16 * 1024
BUFFER_BYTES = (
    128 * 1024
)  # what the machine holds of an answer: a connection that is cut is still read to there
HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; Vigie/1.0)",
    "Accept": "text/html,application/xhtml+xml,image/*;q=0.9,*/*;q=0.5",
    "Accept-Language": "fr,en;q=0.6",
    "Accept-Encoding": "gzip",
}


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
                    body, is_cut = _read(answer, max_bytes, exchange)
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


def connect_publicly(host: str, port: int, seconds: float) -> socket.socket:
    """A connection to one of a host's addresses, all of which must be public.

    Raises OSError, and NetError when an address is not public.
    """
    ends_at = time.monotonic() + seconds
    found = _look_up(host, port, seconds)
    addresses = [ipaddress.ip_address(sockaddr[0]) for *_, sockaddr in found]
    if not all(map(is_public, addresses)):
        raise NetError
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


class _Session(requests.Session):
    """Follows nothing: asked not to, requests would still read the whole body of a redirect, unpacked."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class _Exchange:
    """One call of get(): a session of its own, and whatever it opens cut when its time is over."""

    def __init__(self, timeout_s: float, connect: Connect):
        self._ends_at = time.monotonic() + timeout_s
        self._connect = connect
        self._opened: list[socket.socket] = []
        self.session = _Session()
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
        # A second hold on it, since TLS takes the first one away.
        self._opened.append(connection.dup())
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        # After that: the alarm may have rung before there was anything to cut.
        connection.settimeout(self.check_time())
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


class _Answer(http.client.HTTPResponse):
    """Refuses headers that take long to read whatever the alarm does (100 of 64 KiB are let by), and chunks
    that are less than nothing, which would be read without limit.
    """

    def begin(self) -> None:
        super().begin()
        if sum(len(name) + len(value) for name, value in self.headers.items()) > HEADERS_MAX:
            raise http.client.HTTPException("headers")

    def _get_chunk_left(self) -> int | None:
        left = super()._get_chunk_left()
        if left is not None and left < 0:
            raise http.client.IncompleteRead(b"")
        return left


class _Adapter(HTTPAdapter):
    """Has requests open its connections by ours."""

    def __init__(self, exchange: _Exchange):
        self._exchange = exchange
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args, **kwargs) -> None:
        super().init_poolmanager(*args, **kwargs)
        exchange = self._exchange

        class Plain(urllib3.connection.HTTPConnection):
            response_class = _Answer

            def _new_conn(self):
                return exchange.open(self.host, self.port)

        class Secure(urllib3.connection.HTTPSConnection):
            response_class = _Answer

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
    # http.client reads headers as Latin-1; addresses in them are UTF-8 where they are not ASCII, or bytes.
    content = target.encode("latin-1")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in content)


def _read(answer: requests.Response, max_bytes: int, exchange: _Exchange) -> tuple[bytes, bool]:
    """The decoded body, and whether it went beyond max_bytes: it is never unpacked further than that."""
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"identity", "", "gzip", "x-gzip", "deflate"}:
        raise NetError
    unpack = zlib.decompressobj(wbits=47) if coding not in {"identity", ""} else None
    body = bytearray()
    # read1() and not stream(), which reads the lines between chunks without a limit on their length.
    while chunk := answer.raw.read1(CHUNK_BYTES, decode_content=False):
        exchange.check_time()  # for what had come before the alarm, in crumbs
        body += unpack.decompress(chunk, max_bytes + 1 - len(body)) if unpack else chunk
        if len(body) > max_bytes:
            return bytes(body[:max_bytes]), True
        if unpack and unpack.eof:  # whatever follows
            break
    return bytes(body), False
