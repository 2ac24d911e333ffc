"""The name that a site gives itself, offered for an account."""

import pytest

from accounts.services.logo import site_name


def test_site_name_is_the_part_of_the_title_that_the_address_confirms():
    page = "<title>BNP Paribas | La banque d'un monde qui change</title>"
    assert site_name(page, "https://mabanque.bnpparibas.fr/") == "BNP Paribas"


@pytest.mark.parametrize(
    ("title", "address", "name"),
    [
        ("Accueil - Société Générale", "https://www.societegenerale.com/", "Société Générale"),
        ("SMABTP, assurance de la construction", "https://www.smabtp.fr/", "SMABTP"),
        ("Plombier à Lyon : Dupont &amp; Fils", "https://www.dupont-fils.fr/", "Dupont & Fils"),
        ("Union Nationale Mutuelle | Santé", "https://www.unm.fr/", "Union Nationale Mutuelle"),
        ("La Poste", "https://www.laposte.fr/", "La Poste"),
        ("EDF France – Fournisseur d'énergie", "https://www.edf.fr/", "EDF France"),
        ("L&#39;Oréal Groupe : le leader de la beauté", "https://www.loreal.com/", "L'Oréal Groupe"),
        ("Une banque qui vous ressemble", "https://www.acme.fr/", ""),
        ("Accueil", "https://www.accueil.fr/", ""),
        ("Bienvenue", "https://www.acme.fr/", ""),
        ("", "https://www.acme.fr/", ""),
        ("Acme | Conseil", "", ""),
    ],
)
def test_title_gives_a_name_only_when_the_address_confirms_it(title, address, name):
    assert site_name(f"<title>{title}</title>", address) == name


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="og:site_name" content="Acme Conseil">',
        '<meta property="og:site_name" content="Acme Conseil | Le conseil autrement">',
        '<meta name="application-name" content=" Acme  Conseil ">',
        '<meta name="apple-mobile-web-app-title" content="Acme Conseil">',
        '<script type="application/ld+json">{"@type": "Organization", "name": "Acme Conseil"}</script>',
        '<script type="application/ld+json">{"@type": "WebSite", "name": ["Acme Conseil"]}</script>',
        '<meta name="og:site_name" content="Accueil"><meta name="application-name" content="Acme Conseil">',
    ],
)
def test_name_that_the_site_gives_itself_goes_before_its_title(head):
    assert site_name(f"<title>Acme - autre chose</title>{head}", "https://www.acme.fr/") == "Acme Conseil"


@pytest.mark.parametrize("told", ["Home", "Mon site web", "My WordPress", "x" * 81, "\u202e\u200b"])
def test_name_that_says_nothing_is_not_offered(told):
    assert site_name(f'<meta property="og:site_name" content="{told}">', "https://www.acme.fr/") == ""
