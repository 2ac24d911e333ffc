"""Each of allauth's names that is in use has a French address and a page of ours."""

import re

import pytest
from allauth.account import urls as account_urls
from allauth.mfa import urls as mfa_urls
from allauth.usersessions import urls as usersessions_urls
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLResolver

from tests.person import add_app, confirm, give_password, sign_in_by_password

NOT_IN_USE = {"account_confirm_login_code"}  # a code by e-mail instead of a password
ARGUMENTS = {
    "account_confirm_email": ["MQ:abc:def"],
    "account_reset_password_from_key": ["1", "cle"],
    "mfa_remove_webauthn": [1],
    "mfa_edit_webauthn": [1],
}
ENGLISH = re.compile(
    r"\b(sign|login|logout|account|password|email|reset|keys?|recovery|authenticat\w+|security|sessions?|activate)\b",
    re.IGNORECASE,
)


def names_of(patterns) -> set[str]:
    found = set()
    for entry in patterns:
        found |= names_of(entry.url_patterns) if isinstance(entry, URLResolver) else {entry.name}
    return found


NAMES = sorted(
    names_of([*account_urls.urlpatterns, *mfa_urls.urlpatterns, *usersessions_urls.urlpatterns]) - NOT_IN_USE
)


def address_of(name: str) -> str:
    return reverse(name, args=ARGUMENTS.get(name, []))


def title_of(response) -> str:
    return re.search(r"<title>(.*?)</title>", response.content.decode(), re.DOTALL).group(1)


@pytest.fixture
def visitors(client, victor) -> list:
    """Nobody in particular, somebody who told a password only, who is in, and who just told it again."""
    give_password(victor)
    anonymous, half, inside, sure = (client.__class__() for _ in range(4))
    for one in (inside, sure):
        sign_in_by_password(one, "victor@atlas.fr")
    confirm(sure)
    add_app(victor.user)
    sign_in_by_password(half, "victor@atlas.fr")
    return [anonymous, half, inside, sure]


def test_every_name_has_a_french_address():
    paths = [address_of(name) for name in NAMES]
    assert len(paths) == 29
    assert [p for p in paths if not p.startswith(("/connexion/", "/mon-compte/", "/deconnexion/"))] == []
    assert [path for path in paths if ENGLISH.search(path)] == []


def test_what_is_not_in_use_has_no_address():
    for name in NOT_IN_USE:
        with pytest.raises(NoReverseMatch):
            reverse(name)


@pytest.mark.parametrize("name", NAMES)
def test_no_page_is_english_or_fails_whoever_asks(visitors, name):
    for visitor in visitors:
        for response in (visitor.get(address_of(name)), visitor.post(address_of(name))):
            assert response.status_code in {200, 302, 404, 405}
            if response.content and "text/html" in response["Content-Type"]:
                assert ENGLISH.findall(title_of(response)) == []
                assert "| Vigie" not in title_of(response)
                assert 'href="/static/app.css"' in response.content.decode()


def test_no_template_of_allauth_is_shown(visitors):
    """But its own frames of messages, which ours replace by name."""
    used = set()
    for visitor in visitors:
        for name in NAMES:
            response = visitor.get(address_of(name))
            used |= {template.origin.name for template in response.templates if template.origin}
    assert [name for name in sorted(used) if "/allauth/" in name] == []


@pytest.mark.parametrize("address", ["/admin/", "/admin/password_change/"])
def test_django_admin_signs_in_by_the_same_page(client, db, address):
    page = client.get(address, follow=True)
    assert page.redirect_chain[-1] == (f"/connexion/?next={address}", 302)


def test_django_admin_signs_out_and_changes_passwords_by_the_same_pages(sign_in, amina):
    client = sign_in(amina)
    assert client.get("/admin/password_change/").url == "/mon-compte/mot-de-passe/"
    assert client.get("/admin/password_change/done/").url == "/mon-compte/mot-de-passe/"
    assert client.post("/admin/logout/").url == "/connexion/"
    assert client.get("/admin/").status_code == 302


def test_every_address_of_the_account_asks_to_sign_in(client, db):
    inside = [entry for entry in get_resolver().url_patterns if str(entry.pattern) == "mon-compte/"]
    names = [entry.name for entry in inside[0].url_patterns]
    assert len(names) == 19
    for name in names:
        numbered = name in {"device_end", "mfa_edit_webauthn", "mfa_remove_webauthn"}
        path = reverse(name, args=[1] if numbered else [])
        for response in (client.get(path), client.post(path)):
            assert response.url.startswith("/connexion/"), path
