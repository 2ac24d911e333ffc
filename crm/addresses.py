"""Addresses of the web: their one form, and which of them are public.

Source: OWASP SSRF Prevention Cheat Sheet; IANA special-purpose address registries; RFC 5891, 6761, 6762
(appendix G); SAC 045 on names that are used inside without ever having been delegated.
"""

import ipaddress
import re
import unicodedata
from urllib.parse import SplitResult, urlsplit

import idna

URL_MAX = 2048  # characters
DEFAULT_PORTS = {"http": 80, "https": 443}
# One sentence for whatever goes wrong, so that nothing can be scanned by asking us to look.
SENTENCE = "Ce site web n'a pas pu être lu."
# Last labels that never lead to the public web.
SPECIAL_NAMES = frozenset((
    *("localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan"),
    *("test", "example", "invalid", "onion", "alt", "arpa"),
    # Never delegated: networks and machines call themselves so.
    *("localnet", "homenet", "workgroup", "domain", "intra", "loc", "mail", "server", "gateway", "wpad"),
    *("dhcp", "nat", "resolver", "router", "modem", "belkin", "dlink", "dlinkrouter", "totolink"),
    *("svc", "cluster", "consul", "docker", "kubernetes", "podman", "vagrant", "lxd"),
    # Never delegated: roots of others than ICANN.
    *("bit", "i2p", "eth", "exit", "gnu", "zkey", "ygg", "loki"),
))  # fmt: skip
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

NETLOC = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^\[\]@:]+))(?::[0-9]*)?")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NetError(Exception):
    """What was asked for was not fetched; the text is a sentence fit for the user."""

    def __init__(self):
        super().__init__(SENTENCE)


def canonical(url: str) -> str:
    """The one form of an address that may be asked for: of the public web, on its ordinary ports.

    Raises NetError for any other: what parts_of refuses, other ports, special-use names, addresses that are
    not public.
    """
    if len(url) > URL_MAX:
        raise NetError
    parts = parts_of(url)
    host = parts.hostname
    last = host.rpartition(".")[2]
    is_fit = is_public(_address(host)) if is_numeric(host) else last not in SPECIAL_NAMES
    if not is_fit or parts.port not in {None, *DEFAULT_PORTS.values()}:
        raise NetError
    return parts._replace(path=parts.path or "/").geturl()


def parts_of(url: str) -> SplitResult:
    """A web address taken apart, in its one form: scheme and host in lower-case ASCII, spaces escaped, no
    default port, no fragment.

    Raises NetError for what a person would not read as our code does: userinfo, backslashes, control and
    invisible characters, numbers that are not plain dotted quads, compatibility forms, names that no
    registry gives; for other schemes.
    """
    if url != url.strip() or any(map(_is_unreadable, url)):
        raise NetError
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NetError from None
    if parts.scheme not in DEFAULT_PORTS:
        raise NetError
    netloc = _canonical_host(parts.netloc)
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        netloc += f":{port}"
    path, query = (part.replace(" ", "%20") for part in (parts.path, parts.query))
    return SplitResult(parts.scheme, netloc, path, query, "")


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public web. Our own table: `is_global` lets 22 kinds of others by."""
    if address.version == 6:
        if address.scope_id is not None:
            return False
        if address.ipv4_mapped is None:
            return address in GLOBAL_6 and not any(address in block for block in FORBIDDEN_6)
        address = address.ipv4_mapped
    return not any(address in block for block in FORBIDDEN_4)


def is_numeric(host: str) -> bool:
    """Whether a host is an address, or read as one by some (WHATWG URL, « ends in a number »)."""
    last = host.rpartition(".")[2]
    return ":" in host or last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last) is not None


def _is_unreadable(character: str) -> bool:
    kind = unicodedata.category(character)[0]
    return character == "\\" or kind == "C" or (kind == "Z" and character != " ")


def _canonical_host(netloc: str) -> str:
    """The host of « host:port », an IPv6 address in its brackets."""
    found = NETLOC.fullmatch(netloc)
    if not found:
        raise NetError
    if found[1]:
        return f"[{_address(found[1])}]"
    # What NFKC would change looks like another name than it is: ①②⑦, full-width letters, other dots.
    host = unicodedata.normalize("NFC", found[2].lower()).removesuffix(".")
    if unicodedata.normalize("NFKC", host) != host:
        raise NetError
    if host.isascii() and is_numeric(host):
        return str(_address(host))
    labels = [_canonical_label(label) for label in host.split(".")]
    name = ".".join(labels)
    if len(labels) < 2 or len(name) > 253 or not _is_last_label(labels[-1]):
        raise NetError
    # Registries give no hyphen at an end; who has a name may give one to what is under it.
    if any(label[0] == "-" or label[-1] == "-" for label in labels[-2:]):
        raise NetError
    return name


def _canonical_label(label: str) -> str:
    """In ASCII. Neither the digits of other scripts, nor escapes that stand for nothing of their own."""
    if not label.isascii():
        if label.isdigit():
            raise NetError
        try:
            return idna.encode(label).decode()
        except idna.IDNAError:
            raise NetError from None
    if not re.fullmatch(r"[a-z0-9_-]{1,63}", label) or (label.startswith("xn--") and not _unescaped(label)):
        raise NetError
    return label


def _unescaped(label: str) -> str:
    """What an xn-- label stands for; empty when it is no such label, or one that is written otherwise."""
    try:
        meant = label.removeprefix("xn--").encode().decode("punycode")
        is_its_form = meant.encode("punycode").decode() == label.removeprefix("xn--")
    except UnicodeError:
        return ""
    is_plain = unicodedata.normalize("NFKC", meant.lower()) == meant and not any(map(_is_unreadable, meant))
    return meant if is_its_form and is_plain and not meant.isascii() and not meant.isdigit() else ""


def _is_last_label(label: str) -> bool:
    """Whether a top level may be called so: letters of one script or another, two at least."""
    meant = _unescaped(label) if label.startswith("xn--") else label
    return len(meant) > 1 and all(unicodedata.category(c)[0] in "LM" for c in meant)


def _address(text: str) -> Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise NetError from None
