"""What servers answer to the only door out to the web, and how far they are followed."""

import gzip
import time
import tracemalloc
import zlib

import pytest

from crm import net
from tests.web import Answer, moved, page, web_of

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BOMB = gzip.compress(b"\0" * 300_000_000)
HELLO = page("<p>Bonjour</p>")
KEPT_MAX_BYTES = 64 * 1024 * 1024
SENTENCE = r"^Ce site web n'a pas pu être lu\.$"


def fetch(web, url, *, max_bytes=512 * 1024, timeout_s=8.0):
    return net.fetch(url, max_bytes=max_bytes, timeout_s=timeout_s, connect=web.connect)


def test_page_is_fetched():
    with web_of({"arval.fr": {"/": HELLO}}) as web:
        response = fetch(web, "http://Arval.fr#top")
    assert response == net.Response("http://arval.fr/", 200, "text/html", b"<p>Bonjour</p>", False)
    assert response.is_ok


def test_redirects_are_followed_to_the_last_address():
    with web_of({"arval.fr": {"/": moved("http://www.arval.fr/fr")}, "www.arval.fr": {"/fr": HELLO}}) as web:
        assert fetch(web, "http://arval.fr/").url == "http://www.arval.fr/fr"


def test_relative_redirect_with_accents_is_followed():
    sites = {"/": moved("/soci\u00e9t\u00e9".encode().decode("latin-1")), "/soci%C3%A9t%C3%A9": HELLO}
    with web_of({"arval.fr": sites}) as web:
        assert fetch(web, "http://arval.fr/").is_ok


@pytest.mark.parametrize(
    "target, path", (("/soci\xe9t\xe9", "/soci%E9t%E9"), ("/nos agences?a=b c", "/nos%20agences?a=b%20c"))
)
def test_redirect_written_in_latin_1_or_with_spaces_is_followed(target, path):
    with web_of({"arval.fr": {"/": moved(target), path: HELLO}}) as web:
        assert fetch(web, "http://arval.fr/").url == f"http://arval.fr{path}"


@pytest.mark.parametrize("packed", (False, True), ids=("endless", "gzip bomb"))
def test_body_of_a_redirect_is_never_read(packed):
    def moved_with_a_body(connection):
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /fr\r\n")
        connection.sendall(b"Content-Encoding: gzip\r\n\r\n" + BOMB if packed else b"\r\n")
        _drip(connection, b"x" * 65_536, pause_s=0)

    with web_of({"arval.fr": {"/": moved_with_a_body, "/fr": HELLO}}) as web:
        tracemalloc.start()
        assert fetch(web, "http://arval.fr/").is_ok
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < KEPT_MAX_BYTES


@pytest.mark.parametrize("redirects, is_fetched", ((4, True), (5, False)))
def test_four_redirects_are_the_most(redirects, is_fetched):
    steps = {f"/{n}": moved(f"/{n + 1}") for n in range(redirects)} | {f"/{redirects}": HELLO}
    with web_of({"arval.fr": steps}) as web:
        if is_fetched:
            assert fetch(web, "http://arval.fr/0").is_ok
        else:
            with pytest.raises(net.NetError):
                fetch(web, "http://arval.fr/0")
    assert len(web.asked) == 5


@pytest.mark.parametrize(
    "target",
    (
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://localhost/",
        "http://arval.fr:8080/",
        "http://user@arval.fr/",
        "file:///etc/passwd",
        "ftp://arval.fr/",
        "//2130706433/",
        "http://" + "a" * 65_536 + ".fr/",
    ),
)
def test_redirect_passes_the_same_door(target):
    with (
        web_of(
            {"arval.fr": {"/": moved(target)}, "localhost": {"/": HELLO}, "127.0.0.1": {"/": HELLO}}
        ) as web,
        pytest.raises(net.NetError),
    ):
        fetch(web, "http://arval.fr/")
    assert web.asked == ["arval.fr/"]


@pytest.mark.parametrize(
    "body, headers",
    (
        (b"x" * 3_000_000, {}),
        (BOMB, {"Content-Encoding": "gzip"}),
        (zlib.compress(b"\0" * 300_000_000), {"Content-Encoding": "deflate"}),
    ),
    ids=("long", "gzip bomb", "deflate bomb"),
)
def test_body_is_cut_at_its_limit(body, headers):
    with web_of({"arval.fr": {"/": Answer(body, headers=headers)}}) as web:
        tracemalloc.start()
        response = fetch(web, "http://arval.fr/", max_bytes=1000)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (len(response.body), response.is_cut) == (1000, True)
    assert peak < KEPT_MAX_BYTES


def test_body_of_exactly_the_limit_is_whole():
    with web_of({"arval.fr": {"/": Answer(b"x" * 1000)}}) as web:
        assert not fetch(web, "http://arval.fr/", max_bytes=1000).is_cut


def test_packed_page_is_unpacked():
    body = Answer(gzip.compress(b"Bonjour"), headers={"Content-Encoding": "gzip"})
    with web_of({"arval.fr": {"/": body}}) as web:
        assert fetch(web, "http://arval.fr/").body == b"Bonjour"


def chunks_of_any_size(connection):
    connection.sendall(CHUNKED + b"1;name=value\r\nB\r\n6\r\nonjour\r\n0\r\nX: y\r\n\r\n")


def test_page_in_chunks_is_read():
    with web_of({"arval.fr": {"/": chunks_of_any_size}}) as web:
        assert fetch(web, "http://arval.fr/").body == b"Bonjour"


def packed_then_noise(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"Bonjour"))
    _drip(connection, b"x" * 65_536, pause_s=0)


def test_what_follows_a_packed_page_is_left():
    with web_of({"arval.fr": {"/": packed_then_noise}}) as web:
        assert fetch(web, "http://arval.fr/").body == b"Bonjour"


def chunk_without_end(connection):
    connection.sendall(CHUNKED + b"ffffffffffffffff\r\n")
    _drip(connection, b"x" * 65_536, pause_s=0)


def test_chunk_that_says_it_has_no_end_is_cut():
    with web_of({"arval.fr": {"/": chunk_without_end}}) as web:
        response = fetch(web, "http://arval.fr/", max_bytes=1000)
    assert (response.body, response.is_cut) == (b"x" * 1000, True)


@pytest.mark.parametrize("coding", ("br", "zstd", "gzip, gzip", "x-unknown"))
def test_packing_that_was_not_asked_for_is_refused(coding):
    packed = Answer(b"x", headers={"Content-Encoding": coding})
    with web_of({"arval.fr": {"/": packed}}) as web, pytest.raises(net.NetError):
        fetch(web, "http://arval.fr/")


def drip(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    _drip(connection, b"x")


def drip_without_length(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    _drip(connection, b"x")


def dripped_header(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(connection, b"x")


def hundred_continues(connection):
    _drip(connection, b"HTTP/1.1 100 Continue\r\n\r\n", pause_s=0)


def dripped_chunk(connection):
    connection.sendall(CHUNKED + b"5;")
    _drip(connection, b"x")


def endless_trailers(connection):
    connection.sendall(CHUNKED + b"0\r\n")
    _drip(connection, b"X: y\r\n", pause_s=0)


def crumbs(connection):
    connection.sendall(CHUNKED)
    _drip(connection, b"1\r\nx\r\n" * 1000, pause_s=0)


def empty_blocks(connection):
    packer = zlib.compressobj(wbits=31)
    begun = packer.compress(b"") + packer.flush(zlib.Z_SYNC_FLUSH)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + begun)
    _drip(connection, b"\0\0\0\xff\xff" * 10_000, pause_s=0)


def silence(connection):
    time.sleep(5)


def _drip(connection, what, pause_s=0.05):
    ends_at = time.monotonic() + 20
    while time.monotonic() < ends_at:
        connection.sendall(what)
        time.sleep(pause_s)


@pytest.mark.parametrize(
    "behave",
    (
        drip,
        drip_without_length,
        dripped_header,
        hundred_continues,
        dripped_chunk,
        endless_trailers,
        crumbs,
        empty_blocks,
        silence,
    ),
)
def test_slow_server_is_left_in_time(behave):
    with web_of({"arval.fr": {"/": behave}}) as web:
        began = time.monotonic()
        with pytest.raises(net.NetError):
            fetch(web, "http://arval.fr/", timeout_s=0.6)
        took_s = time.monotonic() - began
    assert took_s < 1.1


def endless_header(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 10_000_000)


def endless_headers(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1_000_000)


def endless_chunk_line(connection):
    connection.sendall(CHUNKED + b"1;")
    _drip(connection, b"x" * 65_536, pause_s=0)


def endless_trailer(connection):
    connection.sendall(CHUNKED + b"0\r\nX: ")
    _drip(connection, b"x" * 65_536, pause_s=0)


def negative_chunk(connection):
    connection.sendall(CHUNKED + b"-1\r\n")
    _drip(connection, b"x" * 65_536, pause_s=0)


def cookies_that_take_long_to_read(connection):
    cookie = b"Set-Cookie: a=b" + b";" * 60_000 + b"\r\n"
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n" + cookie * 90 + b"\r\n")


def no_http(connection):
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


def endless_redirects(connection):
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")


def nothing(connection):
    pass


def short_of_its_length(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")


def spoilt_gzip(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!")


@pytest.mark.parametrize(
    "behave",
    (
        endless_header,
        endless_headers,
        endless_chunk_line,
        endless_trailer,
        negative_chunk,
        cookies_that_take_long_to_read,
        no_http,
        endless_redirects,
        nothing,
        short_of_its_length,
        spoilt_gzip,
    ),
)
def test_hostile_server_gets_the_one_sentence(behave):
    with web_of({"arval.fr": {"/": behave}}) as web:
        tracemalloc.start()
        with pytest.raises(net.NetError, match=SENTENCE):
            fetch(web, "http://arval.fr/", timeout_s=3)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < KEPT_MAX_BYTES
