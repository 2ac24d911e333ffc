"""What calls itself the logo in a page: linked data, microdata, and the header's picture."""

import pytest

from accounts.services.logo import Kind, candidates, site_name

ACME = "https://www.acme.fr/"
LOGO = f"{ACME}logo.png"
GUESSES = [f"{ACME}favicon.ico", f"{ACME}apple-touch-icon.png"]


def urls(html: str) -> list[str]:
    return [found.url for found in candidates(html, ACME)]


def linked_data(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "Organization", "logo": "/logo.png"}',
        '{"@type": "https://schema.org/LocalBusiness", "logo": {"@type": "ImageObject", "url": "/logo.png"}}',
        '{"@type": ["Organization", "Place"], "logo": ["/logo.png"]}',
        '[{"@type": "WebSite"}, {"@type": "Plumber", "logo": {"contentUrl": "/logo.png", "width": "300px"}}]',
        '{"@graph": [{"@type": "WebPage"}, {"@type": "Brand", "logo": {"@id": "https://www.acme.fr/logo.png"}}]}',
        '{"@graph": [{"@type": "Organization", "logo": {"@id": "#l"}}, {"@type": "ImageObject", "@id": "#l",'
        ' "url": "/logo.png"}], "@context": "https://schema.org", "logo": 3}',
        '{"@type": "NewsArticle", "publisher": {"@type": "Organization", "logo": {"url": "/logo.png"}}}',
        '<!-- {"@type": "Organization", "name": "Acme\n", "logo": "/logo.png"}; -->',
        '//<![CDATA[\n{"@type": "Corporation", "logo": "/logo.png"}\n//]]>',
        '/* <![CDATA[ */ {"@type": "Corporation", "logo": "/logo.png"} /* ]]> */',
        '<!--//--><![CDATA[//><!--\n{"@type": "Corporation", "logo": "/logo.png"}\n//--><!]]>',
        '\ufeff{"@type": "Organization", "logo": "/logo.png"}',
        '// qui sommes-nous\n{"@type": "Organization", /* "logo": "/a.png" */ "logo": "/logo.png"}',
        '{"@type": ["Organization",], "url": "https://www.acme.fr/,}", "logo": "/logo.png" , }',
        '{"@type": "WebSite", "name": "L\\\'Acme"} {"@type": "Organization", "logo": "/logo.png"}',
        '{"@type": "WebSite"},\n{"@type": "Organization", "logo": "/logo.png"}; suite',
        "{&quot;@type&quot;: &quot;Organization&quot;, &quot;logo&quot;: &quot;/logo.png&quot;}",
    ],
)
def test_logo_of_the_publisher_in_linked_data_is_a_candidate(text):
    found = candidates(linked_data(text), ACME)
    assert [one.url for one in found if one.kind == Kind.LINKED_DATA] == [LOGO]


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "Product", "logo": "/logo.png", "brand": {"@type": "Brand", "logo": "/marque.png"}}',
        '{"@type": "Event", "sponsor": {"@type": "Organization", "logo": "/logo.png"}}',
        '{"@type": "JobPosting", "hiringOrganization": {"@type": "Organization", "logo": "/logo.png"}}',
        '{"@type": "Organization", "member": [{"@type": "Organization", "logo": "/logo.png"}]}',
        '{"@type": "Article", "author": {"@type": "Organization", "logo": "/logo.png"}}',
        '{"@type": "Organization", "image": "/photo.jpg"}',
        '{"@type": "Organization", "logo": "/logo.png"',
        '{"logo": "/logo.png"}',
        '{"@type": "Organization", "logo": {"url": {"a": 1}, "width": []}}',
        "null",
    ],
)
def test_logo_of_another_in_linked_data_is_no_candidate(text):
    assert urls(linked_data(text)) == GUESSES


def test_organisation_of_another_website_comes_after_the_own_one():
    texts = [
        '{"@type": "Organization", "url": "https://www.holding.com/", "logo": "/a.png"}',
        '{"@type": "Organization", "url": "https://www.acme.com/", "logo": "/b.png"}',
    ]
    assert urls("".join(map(linked_data, texts)))[:2] == [f"{ACME}b.png", f"{ACME}a.png"]


@pytest.mark.parametrize(
    "own",
    [
        '{"@type": "Organization", "name": "Acme", "logo": "/b.png"}',
        '{"@type": "Organization", "name": "Groupe Dupont", "url": "https://acme.fr", "logo": "/b.png"}',
    ],
)
@pytest.mark.parametrize("website", ["", '"url": "https://www.durand.fr",'])
def test_organisation_that_the_address_names_goes_before_a_client_told_first(own, website):
    client = f'{{"@type": "Organization", {website} "name": "Durand", "logo": "/durand.png"}}'
    page = linked_data(f'{{"@graph": [{client}, {own}]}}')
    assert urls(page)[:2] == [f"{ACME}b.png", f"{ACME}durand.png"]
    assert site_name(page, ACME) in {"Acme", "Groupe Dupont"}


def test_organisation_of_another_website_gives_no_name():
    page = linked_data('{"@type": "Organization", "url": "https://www.durand.fr", "name": "Durand"}')
    assert site_name(page, ACME) == ""


@pytest.mark.parametrize(
    "body",
    [
        '<img itemprop="image logo" src="/logo.png">',
        '<img itemprop="logo" src="data:image/gif;base64,R0lGOD" data-src="/logo.png">',
        '<a itemprop="logo" href="/accueil"><img src="/logo.png"></a>',
        '<a itemprop="logo" href="/logo.png">Logo</a>',
        '<div itemprop="logo" itemscope><meta itemprop="url" content="/logo.png"></div>',
        '<div typeof="Organization"><img property="logo" src="/logo.png"></div>',
        '<div typeof="Organization"><span property="schema:logo" content="/logo.png"></span></div>',
        '<amp-img itemprop="logo" src="/logo.png"></amp-img>',
    ],
)
def test_logo_of_microdata_and_rdfa_is_found_however_it_is_written(body):
    found = candidates(body, ACME)
    assert [one.url for one in found if one.kind == Kind.ITEMPROP] == [LOGO]


def test_itemprop_of_the_publisher_is_a_candidate_and_the_one_of_a_brand_is_not():
    body = """
    <div itemscope itemtype="https://schema.org/Organization"><img itemprop="logo" src="/logo.png"></div>
    <div itemprop="brand" itemscope><img itemprop="logo" src="/marque.png"></div>
    <div typeof="Product"><div property="brand" typeof="Brand"><img property="logo" src="/b.png"></div></div>
    """
    assert urls(body) == [LOGO, *GUESSES]


@pytest.mark.parametrize(
    "header",
    [
        '<a href="/"><img src="/logo.png"></a>',
        '<a href="https://acme.fr/index.php"><img src="/logo.png" alt="Acme"></a>',
        '<a href="/fr/"><span><img class="custom-logo" src="/logo.png"></span></a>',
        '<a class="navbar-brand" href="#"><img src="/logo.png"></a>',
        '<div id="site-logo"><a href="./"><img src="/logo.png" width="300" height="60"></a></div>',
        '<a href="/accueil" rel="home"><img src="data:image/gif;base64,R0lGOD" data-src="/logo.png"></a>',
        '<a href="/"><img class="logo" src="/placeholder.png" data-srcset="/a.png 1x, /logo.png 2x"></a>',
        '<a href="/"><amp-img class="logo" src="/logo.png" width="100" height="30"></amp-img></a>',
        '<a href="/"><img class="logo" srcset="/a,b.png 1x,/logo.png 1.5x"></a>',
        '<a href="/"><img class="logo" srcset="/a.png 90w 2h, ,, /logo.png 180w, /b.png 1.2.3x,"></a>',
        '<a href="/"><picture><source srcset="/logo.png"><img alt="Logo"></picture></a>',
        '<div class="site sticky-footer theme-wordpress"><a href="/"><img src="/logo.png"></a></div>',
        '<div class="has-social client"><header><a href="/"><img src="/logo.png"></a></header></div>',
        '<div class="press client"><a href="/"><img src="/logo.png"></a><main></main></div>',
        '<header class="social"><a href="#"><img src="/logo.png"></a></header>',
        '<a href="/"><picture><source srcset="/logo.png" /><img alt="Logo" /></picture></a>',
    ],
)
def test_header_picture_that_links_home_and_calls_itself_logo_is_a_candidate(header):
    found = candidates(header, ACME)
    assert [one.url for one in found if one.kind == Kind.HEADER] == [LOGO]


@pytest.mark.parametrize(
    "body",
    [
        '<img src="/logo.png" alt="Logo">',
        '<a href="/clients/"><img src="/logo.png"></a>',
        '<a href="https://www.autre.fr/"><img src="/logo.png"></a>',
        '<a href="/"><img src="/photo.jpg" alt="Notre équipe"></a>',
        '<a href="/"><img src="/catalogo.png"></a>',
        '<a href="/"><img src="/logout.png"></a>',
        '<a href="/"><img src="/t.gif?logo" class="logo" width="1" height="1"></a>',
        '<footer><a href="/"><img src="/logo.png"></a></footer>',
        '<section class="nos-partenaires"><a href="/"><img src="/logo.png"></a></section>',
        '<ul class="clients-slider"><li><a href="/"><img src="/logo.png"></a></li></ul>',
        '<div class="press client"><a href="/"><img src="/logo.png"></a></div><main></main>',
        '<div class="trusted-by"><a href="/"><img src="/logo.png"></a></div>',
        '<section id="ils-nous-font-confiance"><a href="/"><img src="/logo.png"></a></section>',
        '<div class="logo-grid"><a href="/"><img src="/edf.png"></a></div>',
        '<a href="#"><img src="/logo.png"></a>',
        '<div class="logo"><a href="/en/"><img src="/flags/en.png" alt="English"></a></div>',
        '<li class="logo"><a href="/en/" class="wpml-ls-link"><img src="/en.png"></a></li>',
        '<a href="/"><img src="/logo-qualiopi.png"></a>',
        '<a href="/"><img src="/logo-insta.png"></a>',
        '<a href="/"><img src="/logo-cnil.png"></a>',
        '<a href="/"><img src="/logo-oney.png"></a>',
        '<a href="/"><img src="/logo-visa.png" alt="Paiement sécurisé"></a>',
        '<a href="/"><img src="/logo.png" alt="Linkedin"></a>',
    ],
)
def test_other_pictures_of_the_page_are_no_candidates(body):
    assert urls(body) == GUESSES


def test_wordmark_of_the_header_comes_after_a_declared_icon_and_a_square_one_before_a_small_icon():
    icon = '<link rel="icon" href="/favicon.ico">'
    assert (
        urls(icon + '<a href="/"><img src="/logo.png" width="400" height="80"></a>')[0]
        == f"{ACME}favicon.ico"
    )
    assert urls(icon + '<a href="/"><img src="/logo.png" width="120" height="120"></a>')[0] == LOGO


@pytest.mark.parametrize(
    ("header", "own"),
    [
        (
            '<a href="/"><img src="/region-logo.png" alt="Région"></a>'
            '<a href="/"><img src="/logo-acme.png"></a>',
            "logo-acme.png",
        ),
        (
            '<a href="/"><img src="/region-logo.png" width="90" height="90"></a>'
            '<a href="/"><img src="/logo-blanc.png"></a>',
            "logo-blanc.png",
        ),
        (
            '<a href="/"><img src="/logo-mar.png" alt="Logo"></a>'
            '<a href="/"><img src="/l.png" alt="Logo Acme"></a>',
            "l.png",
        ),
    ],
)
def test_header_picture_that_names_the_owner_or_nobody_goes_before_one_that_names_another(header, own):
    found = candidates(f"<title>Acme</title>{header}", ACME)
    assert [one.url for one in found if one.kind == Kind.HEADER] == [f"{ACME}{own}"]
