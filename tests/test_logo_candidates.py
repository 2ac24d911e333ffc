"""Which pictures of a page may be its site's logo, and which goes first."""

import pytest

from accounts.services.logo import Kind, candidates, manifest_urls, shortlist

ACME = "https://www.acme.fr/"
LOGO = f"{ACME}logo.png"
GUESSES = [f"{ACME}favicon.ico", f"{ACME}apple-touch-icon.png"]


def urls(head: str, body: str = "", *, at: str = ACME, manifests=None) -> list[str]:
    html = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return [found.url for found in candidates(html, at, manifests)]


def first(head: str, body: str = "", **where) -> str:
    return urls(head, body, **where)[0]


def test_logo_candidates_are_the_icons_that_a_page_declares_the_best_first():
    found = candidates(
        """
        <title>Acme</title>
        <link rel="icon" type="image/png" sizes="32x32" href="/favicon-32x32.png">
        <link rel="apple-touch-icon" sizes="180x180" href="/apple-touch-icon.png?v=2">
        """,
        ACME,
    )
    assert [(one.url, one.kind, one.declared_px) for one in found] == [
        (f"{ACME}apple-touch-icon.png?v=2", Kind.APPLE_TOUCH_ICON, 180),
        (f"{ACME}favicon-32x32.png", Kind.ICON, 32),
        (f"{ACME}favicon.ico", Kind.WELL_KNOWN, None),
        (f"{ACME}apple-touch-icon.png", Kind.WELL_KNOWN, None),
    ]


def test_page_that_declares_nothing_is_asked_for_the_well_known_addresses():
    assert urls("<title>Acme</title>") == GUESSES


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="icon" href="/logo.png">',
        "<link rel=icon href=/logo.png>",
        '<LINK REL="SHORTCUT ICON" HREF=" /logo.png\n">',
        '<link rel="alternate icon" href="https://www.acme.fr/logo.png">',
        '<link rel="favicon" href="//www.acme.fr/logo.png">',
        '<link rel="apple-touch-icon-precomposed" href="logo.png">',
        '<link rel="icon" href="\\logo.png">',
        '<link rel="icon" href="/logo.png#haut">',
        '<noscript><link rel="icon" href="/logo.png"></noscript>',
        '<base target="_top"><base href="/"><base href="/autre/"><link rel="icon" href="logo.png">',
        '<!--[if IE]><link rel="icon" href="/ie.ico"><![endif]--><link rel="icon" href="/logo.png">',
        '<![if !IE]><link rel="icon" href="/logo.png"><![endif]>',
        '<meta name="msapplication-TileImage" content="/logo.png">',
        '<meta name="msapplication-square150x150logo" content="/logo.png">',
        '<meta property="og:logo" content="/logo.png">',
        '<meta itemprop="logo" content="/logo.png">',
    ],
)
def test_icon_is_found_however_it_is_written(head):
    assert first(head) == LOGO


def test_icons_of_a_site_in_a_folder_are_relative_to_its_page_and_its_guesses_to_its_root():
    assert urls('<link rel="icon" href="img/i.png">', at="https://acme.github.io/produit/fr/index.html") == [
        "https://acme.github.io/produit/fr/img/i.png",
        "https://acme.github.io/favicon.ico",
        "https://acme.github.io/apple-touch-icon.png",
    ]


def test_escapes_in_an_address_are_kept_as_they_are():
    href = "https://static.wixstatic.com/media/a%7Emv2.png/v1/fill/w_192%2Ch_192/a%7Emv2.png"
    assert first(f'<link rel="icon" href="{href}">') == href


@pytest.mark.parametrize("href", ["/%C3%A9t%C3%A9/%C3%ADLE.png", "/{42}/i.png", "/nullius.png", "/none.png"])
def test_address_that_looks_like_a_template_and_is_none_is_kept(href):
    assert first(f'<link rel="icon" href="{href}">') == f"{ACME.rstrip('/')}{href}"


def test_page_in_another_encoding_is_read():
    page = '<meta charset="iso-8859-15"><title>Été</title><link rel="icon" href="/été.png">'
    assert candidates(page.encode("iso-8859-15"), ACME)[0].url == f"{ACME}été.png"


def test_only_the_first_512_kib_of_a_page_are_read():
    late = f"{' ' * 512 * 1024}<link rel='icon' href='/logo.png'>"
    assert urls(late) == GUESSES


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ('<link rel="icon" sizes="16x16" href="/a.png">', '<link rel="icon" sizes="192x192" href="/b.png">'),
        (
            '<link rel="icon" sizes="96x96" href="/a.png">',
            '<link rel="icon" sizes="16x16 32X32 128x128" href="/b.png">',
        ),
        ('<link rel="icon" href="/a.ico">', '<link rel="icon" href="/b.png">'),
        ('<link rel="icon" href="/a-32x32.png">', '<link rel="icon" href="/b-180x180.png">'),
        ('<link rel="icon" sizes="any" href="/a.ico">', '<link rel="apple-touch-icon" href="/b.png">'),
        ('<link rel="icon" sizes="64x64" href="/a.png">', '<link rel="icon" sizes="any" href="/b.svg">'),
        ('<link rel="icon" type="image/svg+xml" href="/a">', '<link rel="apple-touch-icon" href="/b.png">'),
        (
            '<link rel="icon" sizes="256x256" media="(prefers-color-scheme: dark)" href="/a.png">',
            '<link rel="icon" sizes="256x256" media="(prefers-color-scheme: light)" href="/b.png">',
        ),
        (
            '<link rel="icon" sizes="64x64" href="data:image/png;base64,'
            'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==">',
            '<link rel="icon" sizes="32x32" href="/b.png">',
        ),
        (
            '<meta name="msapplication-square310x310logo" content="/a.png">',
            '<link rel="icon" sizes="512x512" href="/b.png">',
        ),
        (
            '<script type="application/ld+json">{"@type": "Organization", "logo": "/a.png"}</script>',
            '<link rel="apple-touch-icon" sizes="144x144" href="/b.png">',
        ),
        (
            '<link rel="shortcut icon" href="/a.ico">',
            '<script type="application/ld+json">{"@type": "Organization", "logo": "/b.png"}</script>',
        ),
        ('<meta property="og:image" content="/logo-a.png">', '<link rel="icon" sizes="16x16" href="/b.png">'),
    ],
)
@pytest.mark.parametrize("is_better_last", [True, False])
def test_better_of_two_goes_first_wherever_it_stands(worse, better, is_better_last):
    found = first(worse + better if is_better_last else better + worse)
    assert found.startswith(f"{ACME}b")


def test_one_address_named_twice_is_one_candidate_of_the_size_that_is_declared():
    found = candidates(
        '<link rel="apple-touch-icon" href="/a.png">'
        '<link rel="apple-touch-icon" sizes="57x57" href="/a.png">',
        ACME,
    )
    assert [(one.url, one.declared_px) for one in found if one.kind == Kind.APPLE_TOUCH_ICON] == [
        (f"{ACME}a.png", 57)
    ]


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="og:image" content="/photos/equipe.jpg">',
        '<meta name="twitter:image" content="/catalogo/photo.jpg">',
        '<link rel="image_src" href="/photo.jpg">',
        '<link rel="mask-icon" href="/tab.svg" color="#f00">',
        '<link rel="icon mask-icon" href="/tab.svg"><link rel="icon" href="/tab.svg">',
        '<link rel="icon" href="/safari-pinned-tab.svg">',
        '<link rel="apple-touch-startup-image" href="/demarrage.png">',
        '<link rel="stylesheet" href="/icon.css">',
        '<link rel="icon" media="print" href="/papier.png">',
        '<link rel="icon" href="">',
        '<link rel="icon" href="/">',
        '<link rel="icon">',
        '<link rel="icon" href="data:,">',
        '<link rel="icon" href="data:image/svg+xml;base64,PHN2Zy8+">',
        '<meta name="msapplication-wide310x150logo" content="/bandeau.png">',
        "<!-- <link rel='icon' href='/ancien.png'> -->",
        '<link rel="icon" href="javascript:alert(1)">',
        '<link rel="icon" href="file:///etc/passwd">',
        '<link rel="icon" href="ftp://www.acme.fr/i.png">',
        '<link rel="icon" href="http://amina:secret@www.acme.fr/i.png">',
        '<link rel="icon" href="http://[::1/i.png">',
        '<link rel="icon" href="http://www.acme.fr:port/i.png">',
        f'<link rel="icon" href="/{"a" * 3000}.png">',
        *(
            f'<link rel="icon" href="{left}">'
            for left in (
                *("{{logo}}", "/{{ site.icon }}.png", "${logo}", "&lt;%= logo %&gt;", "{% static 'i.png' %}"),
                *("%PUBLIC_URL%/favicon.ico", "[[icon]]", "__ICON__", "undefined", "/undefined/i.png"),
                *("null", "false", "[object Object]", "https://{{cdn}}/i.png"),
            )
        ),
    ],
)
def test_what_is_no_logo_is_no_candidate(head):
    assert urls(head) == GUESSES


def test_icon_inside_the_page_is_a_candidate_of_its_true_size():
    png = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQMAAACQp+OdAAAAA1BMVEUAAACnej3a"
    found = candidates(f'<link rel="icon" sizes="512x512" href="{png}">', ACME)
    assert (found[0].url, found[0].declared_px) == (png, 64)


MANIFEST = f"{ACME}site.webmanifest"


def test_manifest_is_asked_for_first_then_its_icons_are_candidates():
    page = '<link rel="manifest" href="/site.webmanifest"><link rel="icon" href="/favicon.ico">'
    assert manifest_urls(page, ACME) == [MANIFEST]
    icons = [
        {"src": "icons/192.png", "sizes": "192x192"},
        {"src": "icons/512-maskable.png", "sizes": "512x512", "purpose": "maskable"},
        {"src": "icons/512-mono.png", "sizes": "512x512", "purpose": "monochrome"},
        {"src": "icons/256.png", "sizes": "48x48 256x256", "purpose": "any maskable"},
    ]
    assert urls(page, manifests={MANIFEST: {"icons": icons}})[:3] == [
        f"{ACME}icons/256.png",
        f"{ACME}icons/512-maskable.png",
        f"{ACME}icons/192.png",
    ]


@pytest.mark.parametrize(
    "manifest",
    [
        None,
        [],
        "texte",
        {"icons": {"src": "/a.png"}},
        {"name": ["React App"], "icons": [{"src": ["/a.png"], "sizes": {}, "purpose": 3}]},
        {"icons": [{"src": "/a.png", "purpose": "any monochrome"}, {"src": "/b.png", "purpose": "badge"}]},
        {"icons": [None, 3, "/a.png", {}, {"src": 7}, {"src": "javascript:1"}, {"src": "/", "sizes": 4}]},
    ],
)
def test_manifest_that_is_not_one_is_passed_over(manifest):
    assert urls("<title>Acme</title>", manifests={MANIFEST: manifest}) == GUESSES


def test_icon_of_a_manifest_is_a_candidate_whatever_stands_beside_it():
    icon = {"src": "/a.png", "sizes": ["512x512"], "type": {"a": []}, "purpose": ["any"]}
    assert urls("", manifests={MANIFEST: {"name": {"fr": "Acme"}, "icons": [icon]}})[0] == f"{ACME}a.png"


def test_shared_picture_named_logo_is_the_last_resort():
    assert urls('<meta property="og:image" content="/img/logo-acme.png">') == [
        *GUESSES,
        f"{ACME}img/logo-acme.png",
    ]


def test_every_shared_picture_is_looked_at():
    photos = '<meta property="og:image" content="/photo.jpg">' * 2
    assert urls(f'{photos}<meta property="og:image" content="/logo.png">')[-1] == LOGO


def test_icon_from_the_site_of_an_agency_comes_after_an_own_one_of_any_size():
    agency = '<link rel="icon" sizes="192x192" href="https://www.agence.fr/uploads/cropped-192x192.png">'
    own = '<link rel="icon" href="/favicon.ico">'
    assert first(agency + own) == f"{ACME}favicon.ico"
    assert first(agency) == "https://www.agence.fr/uploads/cropped-192x192.png"


@pytest.mark.parametrize(
    "href",
    ["https://www.acme-groupe.com/i.png", "https://cdn.fichiers.net/i.png", "https://acmecdn.com/i.png"],
)
def test_icon_from_a_sister_site_or_a_server_of_files_is_the_own_one(href):
    icon = f'<link rel="icon" sizes="192x192" href="{href}"><link rel="icon" href="/favicon.ico">'
    assert first(icon) == href


def test_shortlist_is_four_pictures_that_can_be_decoded_and_no_kind_more_than_twice():
    icons = "".join(f'<link rel="icon" sizes="{n}x{n}" href="/{n}.png">' for n in (96, 192, 256))
    page = f'{icons}<link rel="icon" href="/i.svg"><link rel="apple-touch-icon" href="/t.png">'
    assert [one.url.removeprefix(ACME) for one in shortlist(candidates(page, ACME))] == [
        "256.png",
        "192.png",
        "t.png",
        "favicon.ico",
    ]
