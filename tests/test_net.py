"""The only door out to the web, on a web of our own and with a spy on the sockets."""

import ipaddress
import socket
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crm import net
from crm.addresses import FORBIDDEN_4, is_public

PUBLIC = "93.184.215.14"
SENTENCE = r"^Ce site web n'a pas pu être lu\.$"


@pytest.fixture(autouse=True)
def _nobody_is_contacted():
    """The real connector is what is tested here, on sockets that `spy` holds."""


@pytest.fixture
def spy(monkeypatch):
    """Answers each name by `spy.answers` (else by a public address), and keeps what is connected to."""

    class Spy:
        def __init__(self):
            self.answers = {}
            self.looked_up, self.connected = [], []

        def look_up(self, host, port, *args, **kwargs):
            self.looked_up.append(host)
            answers = self.answers.get(host, [PUBLIC])
            answers = answers.pop(0) if isinstance(answers[0], list) else answers
            return [
                (
                    socket.AF_INET6 if ":" in text else socket.AF_INET,
                    socket.SOCK_STREAM,
                    6,
                    "",
                    (text, port, 0, 0) if ":" in text else (text, port),
                )
                for text in answers
            ]

        def connect(self, connection, address):
            self.connected.append(address)
            raise ConnectionRefusedError

    spy = Spy()
    monkeypatch.setattr(socket, "getaddrinfo", spy.look_up)
    monkeypatch.setattr(
        socket.socket, "connect", lambda connection, address: spy.connect(connection, address)
    )
    return spy


@pytest.mark.parametrize(
    "url",
    (
        *(
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
        ),
        *("http://127.0.0.1./", "http://0/", "http://0.0.0.0/", "http://localhost/", "http://LOCALHOST./"),
        *("http://a.localhost/", "http://10.1.2.3/", "http://172.31.0.1/", "http://192.168.1.1/"),
        *("http://169.254.169.254/latest/meta-data/", "http://100.100.100.200/", "http://168.63.129.16/"),
        *("http://192.0.0.192/", "http://198.18.0.1/", "http://224.0.0.1/", "http://255.255.255.255/"),
        *("http://[::1]/", "http://[::]/", "http://[fe80::1]/", "http://[fc00::1]/", "http://[fec0::1]/"),
        *("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/"),
        *(
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://[2001:db8::1]/",
            "http://[ff02::1]/",
        ),
        *(
            "http://[2001::1]/",
            "http://[3fff::1]/",
            "http://[fe80::1%25eth0]/",
            "http://[2606:4700::1%25lo]/",
        ),
        *("http://①②⑦.⓪.⓪.①/", "http://１２７.０.０.１/", "http://127。0。0。1/", "http://ⓛocalhost/"),
        *("http://a@127.0.0.1/", "http://arval.fr@127.0.0.1/", "http://arval.fr:80@127.0.0.1/"),
        *("http://127.0.0.1\\@arval.fr/", "http:\\\\127.0.0.1\\", "http://arval.fr\\.local/"),
        *("http://arval.fr:22/", "http://arval.fr:8080/", "http://arval.fr:0/", "http://arval.fr:99999/"),
        *("http://intranet/", "http://serveur.local/", "http://db.internal/", "http://a.home.arpa/"),
        *(
            "http://printer.lan/",
            "http://a.test/",
            "http://a.onion/",
            "http://a.invalid/",
            "http://a.example/",
        ),
        *("file:///etc/passwd", "ftp://arval.fr/", "gopher://arval.fr/", "javascript:alert(1)", "data:,x"),
        *("http://", "http:///", "//arval.fr/", "arval.fr", "", "http://.fr/", "http://arval..fr/"),
        *("http://arval.fr\n/", "http://arval.fr/\r\nX: y", "http://ar\u200bval.fr/", " http://arval.fr/"),
        *(
            "http://arval.fr/\u202e",
            "http://[arval.fr]/",
            "http://[::1",
            "http://%31%32%37.0.0.1/",
            "http://-a.fr/",
        ),
        *(
            "http://0x7f.1/",
            "http://1.2.3/",
            "http://1.2.3.4.5/",
            "http://256.1.1.1/",
            "http://0x/",
            "http://a.0x7f/",
        ),
        "http://arval.fr/" + "x" * 3000,
    ),
)
def test_address_that_is_not_of_the_web_is_never_connected_to(url, spy):
    with pytest.raises(net.NetError, match=SENTENCE):
        net.get(url, max_bytes=1000)
    assert (spy.looked_up, spy.connected) == ([], [])


@pytest.mark.parametrize(
    "answers",
    (
        ["127.0.0.1"],
        [PUBLIC, "127.0.0.1"],
        ["10.0.0.1", PUBLIC],
        ["::1"],
        ["2606:4700::1111", "fd00::1"],
        ["::ffff:192.168.0.1"],
        ["64:ff9b::a9fe:a9fe"],
        ["169.254.169.254"],
        [],
    ),
)
def test_name_with_any_address_inside_is_never_connected_to(answers, spy):
    spy.answers["arval.fr"] = answers or [[]]
    with pytest.raises(net.NetError):
        net.get("https://arval.fr/", max_bytes=1000)
    assert spy.connected == []


def test_name_is_looked_up_once_and_the_checked_address_connected_to(spy):
    """A name that changes its mind between two questions (DNS rebinding) is asked only one."""
    spy.answers["arval.fr"] = [[PUBLIC], ["127.0.0.1"]]
    with pytest.raises(net.NetError):
        net.get("https://arval.fr/", max_bytes=1000)
    assert (spy.looked_up, spy.connected) == (["arval.fr"], [(PUBLIC, 443)])


def test_each_address_of_a_name_is_tried(spy):
    spy.answers["arval.fr"] = ["2606:4700::1111", PUBLIC]
    with pytest.raises(net.NetError):
        net.get("http://arval.fr/", max_bytes=1000)
    assert spy.connected == [("2606:4700::1111", 80), (PUBLIC, 80)]


def test_slow_name_server_is_left_in_time(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: time.sleep(5))
    began = time.monotonic()
    with pytest.raises(net.NetError):
        net.get("http://arval.fr/", max_bytes=1000, timeout_s=0.4)
    assert time.monotonic() - began < 0.9


@pytest.mark.parametrize(
    "url, host, port",
    (
        ("https://bnpparibas.fr", "bnpparibas.fr", 443),
        ("http://www.lcl.fr/pro?a=b#c", "www.lcl.fr", 80),
        ("HTTPS://Société-Générale.FR/", "xn--socit-gnrale-eebbcb.fr", 443),
        ("https://socie\u0301te\u0301.fr/", "xn--socit-esab.fr", 443),
        ("https://straße.de/", "xn--strae-oqa.de", 443),
        ("https://例え.jp/", "xn--r8jz45g.jp", 443),
        ("https://xn--caf-dma.fr/", "xn--caf-dma.fr", 443),
        ("https://1and1.fr/", "1and1.fr", 443),
        ("https://163.com/", "163.com", 443),
        ("https://my_shop.fr/", "my_shop.fr", 443),
        ("https://example.com/", "example.com", 443),
        ("https://arval.fr./", "arval.fr", 443),
        ("https://arval.fr:443/", "arval.fr", 443),
        ("http://arval.fr:443/", "arval.fr", 443),
        ("https://arval.fr:/", "arval.fr", 443),
        (f"http://{PUBLIC}/", PUBLIC, 80),
        ("http://[2606:4700:0::1111]/", "2606:4700::1111", 80),
        ("https://a.b.c.d.e.museum/", "a.b.c.d.e.museum", 443),
        ("https://testing.com/?u=http://127.0.0.1/@", "testing.com", 443),
        ("https://localhost.fr/", "localhost.fr", 443),
    ),
)
def test_ordinary_site_is_connected_to(url, host, port, spy):
    with pytest.raises(net.NetError):
        net.get(url, max_bytes=1000)
    assert spy.looked_up == [host]
    assert spy.connected == [(PUBLIC, port)]


def test_environment_opens_no_way_around(spy, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:3128")
    with pytest.raises(net.NetError):
        net.get("http://arval.fr/", max_bytes=1000)
    assert spy.connected == [(PUBLIC, 80)]


def test_https_never_goes_back_to_http(monkeypatch):
    """The door itself is asked: no server of ours has a certificate that the world trusts."""
    answers = iter((moved_answer("http://arval.fr/"),))
    monkeypatch.setattr(net._Exchange, "ask", lambda self, url: next(answers))
    with pytest.raises(net.NetError):
        net.get("https://arval.fr/", max_bytes=1000)


def moved_answer(to):
    answer = net.requests.Response()
    answer.status_code, answer.raw = 302, net.urllib3.HTTPResponse(b"")
    answer.headers["Location"] = to
    return answer


def test_connection_that_opens_as_the_time_runs_out_is_not_kept(monkeypatch):
    """The alarm may ring between the connecting and the holding: nobody would cut what it did not see."""
    here = socket.socketpair()

    def connect_late(host, port, seconds):
        time.sleep(seconds + 0.05)
        return here[0]

    began = time.monotonic()
    with pytest.raises(net.NetError):
        net.fetch("http://arval.fr/", max_bytes=1000, timeout_s=0.2, connect=connect_late)
    assert time.monotonic() - began < 0.7


def test_forged_certificate_is_refused(spy, monkeypatch):
    """TLS is spoken to the name asked for: what cannot prove it is that name is not read."""
    here = socket.socketpair()
    here[1].sendall(b"HTTP/1.1 200 OK\r\n\r\nnot TLS at all")
    monkeypatch.setattr(net, "connect_publicly", lambda host, port, seconds: here[0])
    with pytest.raises(net.NetError):
        net.get("https://arval.fr/", max_bytes=1000, timeout_s=1)


HOSTS = st.one_of(
    st.ip_addresses().map(lambda a: f"[{a}]" if a.version == 6 else str(a)),
    st.integers(0, 2**32 - 1).map(str),
    st.integers(0, 2**32 - 1).map(hex),
    st.sampled_from([str(block) for block in FORBIDDEN_4]).map(lambda b: b.split("/")[0]),
    st.from_regex(r"[a-z0-9.\-]{1,20}", fullmatch=True),
    st.text(min_size=1, max_size=20),
)
URLS = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(("http", "https", "HTTP", "ftp", "file")),
    st.sampled_from(("", "", "a@", "a:b@", "arval.fr@", "\\")),
    HOSTS,
    st.sampled_from(("", "", ":80", ":443", ":8080", ":", ":0080")),
    st.text(max_size=10).map(lambda t: f"/{t}"),
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(url=URLS, answers=st.lists(st.ip_addresses().map(str), min_size=1, max_size=3))
@example(url="http://arval.fr/", answers=["::ffff:10.0.0.1"])
def test_whatever_the_address_only_what_is_public_is_connected_to(url, answers, spy):
    spy.connected, spy.looked_up = [], []
    spy.answers = _Always(answers)
    with pytest.raises(net.NetError):
        net.get(url, max_bytes=1000, timeout_s=2)
    for host, port, *_ in spy.connected:
        assert port in {80, 443}
        address = ipaddress.ip_address(host)
        address = getattr(address, "ipv4_mapped", None) or address
        # The standard library's opinion is not ours, and forbids nothing that we would allow.
        assert address.is_global and not address.is_multicast
        assert address.version == 4 or address in ipaddress.ip_network("2000::/3")


class _Always(dict):
    """The same answers for every name."""

    def __init__(self, answers):
        self.answers = answers

    def get(self, host, default):
        return list(self.answers)


@pytest.mark.parametrize(
    "text, public",
    (
        ("8.8.8.8", True),
        ("1.1.1.1", True),
        ("100.63.255.255", True),
        ("100.64.0.0", False),
        ("172.15.255.255", True),
        ("172.32.0.0", True),
        ("192.88.99.1", False),
        ("::ffff:8.8.8.8", True),
        ("::ffff:100.64.0.1", False),
        ("2a00:1450:4007::200e", True),
        ("2001:200::1", True),
        ("2001:1ff::1", False),
        ("fec0::1", False),
        ("64:ff9b::808:808", False),
        ("64:ff9b:1::1", False),
        ("100::1", False),
        ("5f00::1", False),
        ("4000::1", False),
    ),
)
def test_public_addresses(text, public):
    assert is_public(ipaddress.ip_address(text)) == public
