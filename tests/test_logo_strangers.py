"""What is never shown as a company's logo: that of a network, of a host, of a site builder, of a partner."""

import pytest

from accounts.services.logo import Owner, candidates, is_default, is_on_others_site, manifest_urls, site_name

ACME = "https://www.acme.fr/"
ICON = '<link rel="icon" sizes="192x192" href="/icone.png"><link rel="manifest" href="/m.json">'


def urls(html: str, *, at: str = ACME, manifests=None) -> list[str]:
    return [found.url for found in candidates(html, at, manifests)]


@pytest.mark.parametrize(
    "website",
    [
        "https://www.linkedin.com/company/acme/",
        "https://fr.linkedin.com/in/amina",
        "https://www.facebook.com/acme.fr",
        "https://m.facebook.com/profile.php?id=42",
        "https://www.instagram.com/acme/",
        "https://x.com/acme",
        "https://www.youtube.com/@acme/videos",
        "https://www.youtube.com/channel/UC42",
        "https://github.com/acme",
        "https://www.pagesjaunes.fr/pros/42",
        "https://www.societe.com/societe/acme-42.html",
        "https://www.pappers.fr/entreprise/acme-42",
        "https://linktr.ee/acme",
        "https://sites.google.com/view/acme",
        "https://www.google.fr/maps/place/Acme",
        "https://maps.app.goo.gl/42",
        "https://www.amazon.fr/stores/Acme/page/42",
        "https://www.etsy.com/fr/shop/acme",
        "https://www.welcometothejungle.com/fr/companies/acme",
        "https://fr.wikipedia.org/wiki/Acme",
        "https://www.tripadvisor.fr/Restaurant_Review-acme.html",
        "https://www.hugedomains.com/domain_profile.cfm?d=acme.fr",
        "https://www.godaddy.com/fr/forsale/acme.fr",
        "https://login.microsoftonline.com/common/oauth2",
        "https://accounts.google.com/",
        "https://acme-fr.translate.goog/",
        "https://web.archive.org/web/2020/http://acme.fr/",
        "https://mastodon.social/@acme",
        "https://telegram.me/acme",
        "https://www.twitch.tv/acme",
        "https://www.reddit.com/r/acme/",
        "https://www.malt.com/profile/acme",
        "https://www.airbnb.com/rooms/42",
        "https://www.amazon.de/Acme-Rollschuh/dp/B042",
        "https://open.spotify.com/artist/42",
        "https://podcasts.apple.com/fr/podcast/acme/id42",
        "https://wellfound.com/company/acme",
        "https://foursquare.com/v/acme/42",
        "https://www.seloger.com/annonces/achat/42.htm",
        "https://www.meilleursagents.com/agence-immobiliere/acme-42/",
        "https://www.infonet.fr/entreprises/42-acme/",
        "https://rubypayeur.com/societe/acme-42",
        "https://www.net1901.org/association/acme,42.html",
        "https://www.houzz.fr/professionnels/acme",
    ],
)
def test_website_that_is_a_page_on_anothers_site_gives_no_logo_and_no_name(website):
    page = f"<title>Acme</title><meta property='og:site_name' content='Réseau'>{ICON}"
    assert is_on_others_site(website)
    assert urls(page, at=website) == []
    assert manifest_urls(page, website) == []
    assert site_name(page, website) == ""


@pytest.mark.parametrize(
    "website",
    [
        ACME,
        "https://www.linkedin.com/",
        "https://about.linkedin.com/fr-fr",
        "https://www.facebook.com",
        "https://www.societe.com/",
        "https://www.kompass.com/fr/",
        "https://github.com/about",
        "https://www.google.fr/",
        "https://acme.github.io/produit/",
        "https://www.acme.fr/company/linkedin.com",
        "https://www.notlinkedin.com/company/acme",
        "https://www.malt.com/",
        "https://www.malt.fr/c/entreprises",
        "https://www.airbnb.fr/help",
        "https://www.amazon.fr/",
        "https://www.infonet.fr/",
        "https://www.microsoft.com/fr-fr/",
    ],
)
def test_website_of_ones_own_keeps_its_logo(website):
    assert not is_on_others_site(website)
    assert (
        urls('<link rel="icon" sizes="192x192" href="https://www.acme.fr/i.png">', at=website)[0]
        == f"{ACME}i.png"
    )


@pytest.mark.parametrize(
    "page",
    [
        "<title>Welcome to nginx!</title>",
        "<title>Apache2 Debian Default Page: It works</title>",
        "<title>IIS Windows Server</title>",
        "<title>Félicitations ! Votre domaine a bien été créé chez OVHcloud !</title>",
        "<title>acme.fr</title><h1>Site en construction</h1>",
        "<title>Coming soon</title>",
        "<title>acme.fr - This domain name is for sale</title>",
        "<title>Ce nom de domaine est à vendre</title>",
        "<title>acme.fr</title><script src='//img.sedoparking.com/js/p.js'></script>",
        "<title>acme.fr</title><iframe src='https://www.parkingcrew.net/x'></iframe>",
        "<title>Accueil</title><h1>Coming soon</h1>",
        "<title>acme.fr</title><script src='https://img1.wsimg.com/parking-lander/static/js/main.js'></script>",
        "<title>Index of /</title>",
        "<title>React App</title>",
    ],
)
def test_page_of_a_host_or_of_a_parked_domain_gives_the_monogram(page):
    assert urls(page + ICON) == []


@pytest.mark.parametrize(
    "title",
    [
        # Servers
        *("Test Page for the HTTP Server on Fedora", "Apache HTTP Server Test Page powered by CentOS"),
        *("Welcome to CentOS", "Welcome to OpenResty!", "Caddy works!", "PHP 8.2.1 - phpinfo()"),
        *("Default Parallels Plesk Panel Page", "Hostinger - Default page", "404 Not Found"),
        "Bienvenue sur Synology Web Station !",
        # Tools
        *("cPanel Login", "Login - Plesk", "Roundcube Webmail", "phpMyAdmin", "Sign in to your account"),
        "WordPress › Installation",
        # Gone
        *("Suspended Domain", "Expired domain", "Domain Expired", "Website Expired", "Compte suspendu"),
        *("Squarespace - Website Expired", "Wix.com - Website not found", "Site not found · GitHub Pages"),
        # Parked
        *("acme.fr - This website is for sale!", "acme.fr is parked free, courtesy of GoDaddy.com"),
        *("acme.fr est à vendre", "Domaine à vendre | Sedo", "acme.fr – Domaine à vendre | Sedo"),
        *("Ce nom de domaine est réservé", "Domaine réservé - Gandi", "acme.fr est enregistré par Gandi.net"),
        *("IONOS - Domaine déjà enregistré", "Domaine enregistré chez LWS"),
        "Congratulations! Your site has been created",
        # Not yet
        *("Opening Soon", "GoDaddy - Coming Soon", "Votre site est bien installé", "Hello, world!"),
        *("Create an Ecommerce Website and Sell Online!", "Notre site internet est en construction"),
        # Walls
        *("Just a moment...", "Attention Required! | Cloudflare", "Un instant…", "Access denied"),
        "Vérification de sécurité",
    ],
)
def test_title_of_what_is_no_site_gives_the_monogram(title):
    assert urls(f"<title>{title}</title>{ICON}") == []


@pytest.mark.parametrize("heading", ["Maintenance", "Coming soon", "Site en construction", "Hello World"])
def test_heading_of_a_site_that_tells_its_name_is_no_matter(heading):
    assert urls(f"<title>Acme Dupont</title><h1>{heading}</h1>{ICON}")[0] == f"{ACME}icone.png"


@pytest.mark.parametrize(
    "title",
    [
        "Bienvenue sur votre site de jardinage | Acme",
        "Votre site est en ligne avec Acme",
        "Domaine à vendre en Sologne | Acme immobilier",
        "Domaine réservé aux membres | Golf Acme",
        "Login sécurisé pour vos équipes - Acme",
        "Plesk et cPanel : hébergement infogéré | Acme",
        "Les expired domains, mode d'emploi - Acme",
        "Un instant de bien-être | Spa Acme",
        "Le domaine de la Roche est à vendre ses vins - Acme",
        "Construction Dupont | Bâtiment",
        "Maintenance industrielle - Acme",
        "Domaine viticole à vendre en Provence | Acme",
        "Parking Acme, Lyon",
        "Hébergement et noms de domaine | Acme",
        "Nginx, par Acme",
    ],
)
def test_page_of_a_trade_that_sounds_like_one_keeps_its_logo(title):
    assert urls(f"<title>{title}</title>{ICON}")[0] == f"{ACME}icone.png"


@pytest.mark.parametrize(
    "icon",
    [
        "https://www.wix.com/favicon.ico",
        "https://static.parastorage.com/client/pfavico.ico",
        "https://assets.squarespace.com/universal/default-favicon.ico",
        "/wp-includes/images/w-logo-blue-white-bg.png",
        "https://s1.wp.com/i/favicon.ico",
        "https://uploads-ssl.webflow.com/img/favicon.ico",
        "https://cdn.prod.website-files.com/img/webclip.png",
        "https://cdn.shopify.com/static/shopify-favicon.png",
        "//www.weebly.com/favicon.ico",
        "/web/static/img/favicon.ico",
        "/templates/protostar/favicon.ico",
        "/media/templates/site/cassiopeia/images/joomla-favicon.svg",
        "/core/misc/favicon.ico",
        "/vite.svg",
        "//img1.wsimg.com/isteam/ip/static/pwa-app/logo-default.png",
        "https://ssl.gstatic.com/atari/images/public/favicon.ico",
        "https://img.hebergeurcdn.com/a/hebergeur-logo-32.png",
        "https://www.ovhcloud.com/favicon.ico",
    ],
)
def test_icon_of_who_made_or_hosts_the_site_gives_the_monogram(icon):
    assert urls(f'<title>Acme</title><link rel="icon" sizes="192x192" href="{icon}">') == []


def test_logo_told_elsewhere_is_found_beside_a_builders_icon():
    page = """
    <link rel="icon" href="/core/misc/favicon.ico">
    <script type="application/ld+json">{"@type": "Organization", "logo": "/acme.png"}</script>
    """
    assert urls(page) == [f"{ACME}acme.png"]


@pytest.mark.parametrize(
    "icon",
    [
        "https://static.wixstatic.com/media/a.png/v1/fill/w_192,h_192/a.png",
        "https://images.squarespace-cdn.com/content/v1/42/favicon.ico?format=100w",
        "/wp-content/uploads/2024/01/cropped-acme-192x192.png",
        "https://i0.wp.com/www.acme.fr/wp-content/uploads/icone.png?fit=192,192",
        "https://uploads-ssl.webflow.com/5f42/favicon.png",
        "https://cdn.shopify.com/s/files/1/42/files/favicon_180x180.png",
        "https://d42.cloudfront.net/acme/icone.png",
        "https://cdn.groupe-acme.com/logo-groupe-acme.png",
        "/sites/default/files/favicon.ico",
        "/media/favicon/default/acme.png",
    ],
)
def test_ones_own_icon_that_a_builder_serves_is_kept(icon):
    assert urls(f'<title>Acme</title><link rel="icon" href="{icon}">')[0].endswith(icon)


@pytest.mark.parametrize(
    ("website", "icon"),
    [
        ("https://fr.wix.com/", "https://www.wix.com/favicon.ico"),
        ("https://github.com/about", "https://github.githubassets.com/favicons/favicon.png"),
        ("https://www.visa.fr/", "https://www.visa.fr/logo-visa.png"),
    ],
)
def test_builder_keeps_its_icon_on_its_own_site(website, icon):
    assert (
        urls(f'<link rel="icon" href="{icon}"><meta property="og:logo" content="{icon}">', at=website)[0]
        == icon
    )


def test_site_hosted_by_a_builder_has_its_own_icon_or_none():
    wordpress = "https://acme.wordpress.com/"
    assert urls("<title>Acme</title>", at=wordpress) == []
    assert urls('<link rel="icon" href="https://s1.wp.com/i/favicon.ico">', at=wordpress) == []
    assert urls('<link rel="icon" href="/acme.png">', at=wordpress) == [f"{wordpress}acme.png"]
    assert urls("<title>Acme</title>", at="https://www.ecole.fr/~acme/") == []
    host = '<link rel="icon" href="https://www.e-monsite.com/favicon.ico">'
    assert urls(host, at="https://acme.e-monsite.com/") == []
    assert urls(host, at="https://www.e-monsite.com/")[0] == "https://www.e-monsite.com/favicon.ico"


def test_manifest_that_a_framework_left_gives_none_of_its_icons():
    left = {"name": "Create React App Sample", "icons": [{"src": "logo512.png", "sizes": "512x512"}]}
    assert urls("<title>Acme</title>", manifests={f"{ACME}manifest.json": left}) == []


def test_address_that_a_redirect_leads_to_is_judged_too():
    owner = Owner(ACME, "Acme")
    assert is_default(f"{ACME}wp-includes/images/w-logo-blue-white-bg.png", owner)
    assert not is_default(f"{ACME}favicon.ico", owner)


@pytest.mark.parametrize(
    "picture", ["logo-mastercard.png", "qualiopi.png", "facebook-logo.png", "logo_client.png"]
)
def test_logo_of_a_partner_is_never_the_sites(picture):
    page = f"""
    <meta property="og:logo" content="/{picture}">
    <meta property="og:image" content="/logo-partenaire.png">
    <script type="application/ld+json">{{"@type": "Organization", "logo": "/{picture}"}}</script>
    """
    assert urls(page) == [f"{ACME}favicon.ico", f"{ACME}apple-touch-icon.png"]
