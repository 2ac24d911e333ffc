"""What calls itself the logo in a page: linked data, microdata, and the header's picture."""

import pytest

from accounts.services.logo import Kind, candidates

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


def test_itemprop_of_the_publisher_is_a_candidate_and_the_one_of_a_brand_is_not():
    body = """
    <div itemscope itemtype="https://schema.org/Organization"><img itemprop="logo" src="/logo.png"></div>
    <div itemprop="brand" itemscope><img itemprop="logo" src="/marque.png"></div>
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
        '<a href="/"><picture><source srcset="/logo.png"><img alt="Logo"></picture></a>',
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
        '<a href="/"><img src="/logo-qualiopi.png"></a>',
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
