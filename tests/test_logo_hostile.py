"""Whatever a page holds, the finder answers, in time, with addresses of the web."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.services.logo import Candidate, candidates, site_name

ACME = "https://www.acme.fr/"
FULL = 512 * 1024  # bytes
PIECES = [
    *(
        "<link rel=icon href=",
        'rel="apple-touch-icon"',
        "sizes=16x16",
        "<meta property=og:logo content=",
        "<base href=",
    ),
    *(
        '<script type="application/ld+json">',
        "</script>",
        '{"@type":"Organization","logo":',
        '"@graph":[',
        "]}",
    ),
    *(
        "<a href=/>",
        "<img src=",
        "class=logo",
        "srcset=",
        "1.2.3x",
        "<header>",
        "</a>",
        "<title>",
        "</title>",
        "<h1>",
        "itemprop=logo",
    ),
    *(
        "data:image/png;base64,",
        "http://",
        "https://[",
        "//a:",
        "@",
        "javascript:",
        "../",
        "%zz",
        "1x ,",
        "|",
        ">",
    ),
    *(
        "é",
        "\u202e",
        "\ud800",
        "\x00",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<svg>",
        "<?xml",
        "&amp;",
        "&#0;",
        "'",
    ),
]


def off_the_web(found: list[Candidate]) -> list[str]:
    return [one.url for one in found if not one.url.startswith(("http://", "https://", "data:image/"))]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=40),
    st.one_of(st.just(ACME), st.text()),
)
def test_no_text_makes_the_finder_fail_nor_leave_the_web(pieces, address):
    html = " ".join(pieces)
    found = candidates(html, address, {address: pieces})
    assert off_the_web(found) == []
    assert isinstance(site_name(html, address), str)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_the_finder_fail(content):
    assert off_the_web(candidates(content, ACME)) == []


@pytest.mark.parametrize(
    "charset", ["hex", "idna", "utf-7", "utf-16", "punycode", "unicode_escape", "nulle", "gbk"]
)
def test_charset_that_a_page_pretends_to_have_does_no_harm(charset):
    page = f"<meta charset={charset}><link rel=icon href=/i.png sizes=32x32><title>".encode() + b"\xff\x81\\x"
    assert candidates(page, ACME)[0].url == f"{ACME}i.png"


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16"])
def test_mark_at_the_start_of_a_page_tells_its_encoding(charset):
    page = "<link rel=icon href=/été.png>".encode(charset)
    assert candidates(page, ACME)[0].url == f"{ACME}été.png"


@pytest.mark.parametrize("data", ["[" * 100_000, '{"@graph":' * 10_000 + "1" + "}" * 10_000, "9" * 100_000])
def test_linked_data_nested_without_end_is_passed_over(data):
    page = f'<script type="application/ld+json">{data}</script><link rel="icon" sizes="32x32" href="/i.png">'
    assert candidates(page, ACME)[0].url == f"{ACME}i.png"


def test_logo_after_a_hundred_nested_elements_is_found():
    page = f"{'<div>' * 100}<link rel='icon' sizes='32x32' href='/i.png'>"
    assert candidates(page, ACME)[0].url == f"{ACME}i.png"


def filled(piece: str) -> str:
    return piece * (FULL // len(piece))


@pytest.mark.serial
@pytest.mark.parametrize(
    "page",
    [
        filled("<"),
        filled("<a>"),
        filled("<div>"),
        filled("<br>"),
        filled("<template>"),
        filled("\0"),
        filled("<link rel=icon href=/i.png>"),
        "".join(f"<link rel=icon href=https://{n}.fr/{'a/' * 9}>" for n in range(12_000)),
        filled("<meta name=a content=b>"),
        filled("<a href=/><img class=logo src=/l.png></a>"),
        filled("<a href=/><img src=/l.png>"),
        "<div class=client>" * 9_000 + filled("<a href=/><img class=logo src=/l.png>"),
        f"<a href=/><img class=logo src=/l.png alt='{filled('catalogo ')}'></a>",
        f"<a href=/><img class=logo srcset='{filled('a.png 1x, ')}'></a>",
        f"<a href=/><img class=logo srcset='{filled('a')}'></a>",
        filled(f"<a href=/><img class=logo srcset='{'a' * 4000} b c'></a>"),
        filled(f"<a href=/><img class=logo srcset='{', ' * 2000}x'></a>"),
        f"<title>Visa</title><a href=/><img class=logo src=/l.png alt='{filled('visa ')}'></a>",
        "<div>" * 5_000 + filled("<main><header></header>"),
        f"<a {filled('b=c ')}>",
        f"<title>{filled('a - ')}",
        f"<link rel=icon href='{filled('a/')}'>",
        f"<link rel=icon href='data:image/png;base64,{filled('A')}'>",
        f"<link rel=icon href=/i.png sizes='{filled('1x1 ')}'>",
        filled('<script type=application/ld+json>{"@type":"Organization","logo":"/l.png"}</script>'),
        "<script type=application/ld+json>[" + filled('{"@type":"Brand","logo":"/l.png"},') + "1]</script>",
        *(
            filled(f"<script type=application/ld+json>{start}{piece * (100_000 // len(piece))}{end}</script>")
            for start, piece, end in (
                *(
                    ("{", "/*", ""),
                    ('["', '\\"', ""),
                    ('["', '\\"', "\\"),
                    ("[1,", "1,", "]"),
                    ("", "1 ", ""),
                ),
                *(
                    ("[1,]", "[1],", ""),
                    ("{,", " ", "x"),
                    ("//", "//", ""),
                    ("", "&quot;", ""),
                    ("", "<!--", ""),
                ),
            )
        ),
        filled("<div itemscope itemprop=logo>"),
        filled("<a itemprop=logo>"),
    ],
    ids=lambda page: page[:30].replace("\0", "0"),
)
def test_512_kib_of_anything_take_less_than_a_second(page):
    started = time.process_time()
    candidates(page, ACME)
    assert time.process_time() - started < 1
