"""A website as people type it, made an address; what cannot be one is refused with a sentence."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models.derived import domain_of
from accounts.services.website import normalise_website
from crm.addresses import canonical


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("bnpparibas.fr", "https://bnpparibas.fr"),
        ("  BNPParibas.FR/ ", "https://bnpparibas.fr"),
        ("www.lcl.fr", "https://www.lcl.fr"),
        ("https://lcl.fr", "https://lcl.fr"),
        ("http://lcl.fr", "http://lcl.fr"),
        ("HTTPS://LCL.FR/Pro", "https://lcl.fr/Pro"),
        ("lcl.fr/pro/?a=1&b=2#haut", "https://lcl.fr/pro/?a=1&b=2"),
        ("lcl.fr.", "https://lcl.fr"),
        ("lcl.fr:443", "https://lcl.fr"),
        ("http://lcl.fr:80/", "http://lcl.fr"),
        ("lcl.fr:8443", "https://lcl.fr:8443"),
        ("société.fr", "https://xn--socit-esab.fr"),
        ("straße.de", "https://xn--strae-oqa.de"),
        ("ma_boutique.lcl.fr", "https://ma_boutique.lcl.fr"),
        ("lcl.fr/nos agences", "https://lcl.fr/nos%20agences"),
        ("a-b.example.co.uk", "https://a-b.example.co.uk"),
        ("3suisses.fr", "https://3suisses.fr"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_website_as_typed_becomes_an_address(typed, address):
    assert normalise_website(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "pas un site",
        "bnpparibas",
        "localhost",
        "http://",
        "https:///pro",
        ".fr",
        "lcl..fr",
        "-lcl.fr",
        "lcl-.fr",
        "[2606:4700::abcd]",
        "8.8.8.8",
        "lcl.c",
        "१२७.०.०.१",
        "10.0.0.1",
        "http://127.0.0.1/",
        "http://[::1]/",
        "2130706433",
        "ftp://lcl.fr",
        "javascript:alert(1)",
        "javascript://lcl.fr/%0aalert(1)",
        "data:text/html,lcl.fr",
        "//lcl.fr",
        "http://lcl.fr@evil.example",
        "https://user:pass@lcl.fr",
        "lcl.fr\\@evil.example",
        "lcl.fr\nevil.example",
        "lcl.fr/\u202epro",
        "lcl.fr:port",
        "lcl.fr:99999",
        "amina@atlas.fr",
        f"{'a' * 64}.fr",
        f"{'a.' * 130}fr",
    ],
)
def test_what_is_no_website_is_refused_with_a_sentence(typed):
    with pytest.raises(ValidationError) as refusal:
        normalise_website(typed)
    shown = typed.strip()[:80]
    assert refusal.value.messages == [
        f"« {shown} » n'est pas l'adresse d'un site web : écrivez par exemple bnpparibas.fr."
    ]


def test_address_that_is_too_long_is_refused_with_a_sentence():
    with pytest.raises(ValidationError) as refusal:
        normalise_website(f"lcl.fr/{'a' * 300}")
    assert refusal.value.messages == ["Cette adresse dépasse 300 caractères."]


def test_normalised_address_stays_as_it_is():
    for typed in ("bnpparibas.fr", "www.lcl.fr/pro?x=1", "lcl.fr:8443", "société.fr", "lcl.fr/nos agences"):
        address = normalise_website(typed)
        assert normalise_website(address) == address


@pytest.mark.parametrize("typed", ["bnpparibas.fr", "www.LCL.fr/pro?x=1", "straße.de", "ma_boutique.lcl.fr"])
def test_website_is_the_address_that_is_asked_for(typed):
    assert canonical(normalise_website(typed)) in {normalise_website(typed), f"{normalise_website(typed)}/"}


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.lcl.fr/pro", "lcl.fr"),
        ("https://lcl.fr:8443", "lcl.fr"),
        ("https://www2.lcl.fr", "www2.lcl.fr"),
        ("", ""),
    ],
)
def test_domain_of_a_website(address, domain):
    assert domain_of(address) == domain


def test_account_keeps_its_website_normalised_and_its_domain(account):
    arval = account("Arval", website=" WWW.Arval.com/ ")
    assert (arval.website, arval.domain) == ("https://www.arval.com", "arval.com")


def test_account_refuses_what_is_no_website_by_the_field(account):
    with pytest.raises(ValidationError) as refusal:
        account("Arval", website="arval")
    assert refusal.value.message_dict == {
        "website": ["« arval » n'est pas l'adresse d'un site web : écrivez par exemple bnpparibas.fr."]
    }
