"""The one form of an address, and what is no address of the web."""

import pytest
from hypothesis.provisional import get_top_level_domains

from crm.addresses import SPECIAL_NAMES, NetError, canonical

SENTENCE = r"^Ce site web n'a pas pu être lu\.$"


@pytest.mark.parametrize(
    "url",
    (
        # Text around brackets, and what brackets hold that is no IPv6
        *("http://x[2606:4700::1111]/", "http://[2606:4700::1111].fr/", "http://[2606:4700::1111]x:80/"),
        *("http://[v1.a.fr]/", "http://[v1.fe80::1+en1]/", "http://[2606:4700::1111]a@b/", "http://[]/"),
        # Digits of other scripts, also escaped, alone or as a label
        *("http://१२७.०.०.१/", "http://127.0.0.१/", "http://๑๒๗.๐.๐.๑/", "http://၁၂၇.၀.၀.၁/"),
        *("http://۱۲۷.۰.۰.۱/", "http://一二七.〇.〇.一/", "http://१२७.fr/", "http://xn--e4bcp.fr/"),
        # Last labels that no top level has
        *("http://a.b_/", "http://arval.c/", "http://a.0b1/", "http://a.0xg/", "http://arval.123a/"),
        *("http://a.x-/", "http://localhost.é/", "http://a.xn--localhost/", "http://a.xn--e4b/"),
        # Escapes that stand for nothing, or for what is written otherwise
        *("http://xn--a.fr/", "http://xn--0.fr/", "http://xn--.fr/", "http://xn--999999999.fr/"),
        # Names that are used inside
        *("http://mx.mail/", "http://pc.domain/", "http://box.localnet/", "http://pc.workgroup/"),
        *("http://kubernetes.default.svc/", "http://x.consul/", "http://web.docker/", "http://x.i2p/"),
        *("http://x.bit/", "http://x.exit/", "http://x.gnu/", "http://x.zkey/", "http://x.dhcp/"),
        *("http://tplink.router/", "http://x.belkin/", "http://A.MAIL./"),
        # Userinfo, whatever it looks like
        *("http://arval.fr:80@127.0.0.1/", "http://@arval.fr/", "http://arval.fr:80:80/"),
        *(" http://arval.fr/", "http://arval.fr/ ", "http:// arval.fr/", "http://ar val.fr/"),
        *("http://arval.fr/\u00a0x", "http://arval.fr\t/", "http://-arval.fr/", "http://a.-arval.fr/"),
    ),
)
def test_what_is_no_address_of_the_public_web_is_refused(url):
    with pytest.raises(NetError, match=SENTENCE):
        canonical(url)


@pytest.mark.parametrize(
    "url, form",
    (
        ("HTTP://Arval.FR", "http://arval.fr/"),
        ("https://arval.fr:443/#haut", "https://arval.fr/"),
        ("https://arval.fr:80/?", "https://arval.fr:80/"),
        ("http://[2606:4700:0::1111]:80/a", "http://[2606:4700::1111]/a"),
        ("https://arval.fr/nos agences?q=a b", "https://arval.fr/nos%20agences?q=a%20b"),
        ("https://arval.fr/a%20b?c=%zz", "https://arval.fr/a%20b?c=%zz"),
        ("https://straße.de/", "https://xn--strae-oqa.de/"),
        ("https://भारत.भारत/", "https://xn--h2brj9c.xn--h2brj9c/"),
        ("https://xn--ls8h.la/", "https://xn--ls8h.la/"),
        ("https://-x.tumblr.com/", "https://-x.tumblr.com/"),
        ("https://x_-.deviantart.com/", "https://x_-.deviantart.com/"),
        ("https://r3---sn-xyz.googlevideo.com/", "https://r3---sn-xyz.googlevideo.com/"),
        *((f"https://a.{top}/", f"https://a.{top}/") for top in ("box", "host", "zip", "name", "domains")),
        ("https://127.0.0.1.fr/", "https://127.0.0.1.fr/"),
    ),
)
def test_address_has_one_form(url, form):
    assert canonical(url) == form
    assert canonical(form) == form


def test_no_name_that_the_root_gives_is_refused():
    given = {name.lower() for name in get_top_level_domains()} - {"arpa"}
    assert not given & SPECIAL_NAMES
    for top in given:
        assert canonical(f"https://nic.{top}/") == f"https://nic.{top}/"
