"""Who may do what at the addresses that are in no espace, and by methods that no page uses."""

import re

import pytest
from django.contrib import admin
from django.urls import URLPattern, get_resolver, reverse

from crm.models import Espace, Membership, User
from tests.isolation.addresses import ADDRESSES, address
from tests.isolation.state import of, stored

METHODS = ("get", "post", "head", "options", "put", "patch", "delete")

# What anybody may open: to sign in, to come in for the first time, to choose a theme.
OPEN = {
    "home",
    "first_start",
    "theme",
    "invitation",
    "agenda",
    "resume_arreter",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
}
NAMED = {"key": "cle", "token": "lien", "uidb36": "1", "pk": 1}  # what stands in addresses


def outside() -> dict[str, str]:
    """Every address that is neither in an espace nor Django admin's, by name."""
    found = {}
    for entry in get_resolver().url_patterns:
        patterns = [entry] if isinstance(entry, URLPattern) else entry.url_patterns
        if str(entry.pattern) in {"e/<slug:espace>/", "admin/"}:
            continue
        for pattern in patterns:
            wanted = pattern.pattern.regex.groupindex
            found[pattern.name] = reverse(pattern.name, kwargs={name: NAMED[name] for name in wanted})
    return found


def admin_addresses(rows: dict) -> list[str]:
    """Every page of Django admin: of the lists, and of a row of each model."""
    of_espace = {Espace: rows[Membership].espace, User: rows[Membership].user} | rows
    found = ["/admin/", "/admin/password_change/", "/admin/autocomplete/", "/admin/jsi18n/"]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found += [reverse(f"{name}_{page}") for page in ("changelist", "add")]
        found += [
            reverse(f"{name}_{page}", args=[of_espace[model].pk]) for page in ("change", "delete", "history")
        ]
    return found


def test_what_is_open_to_anybody_is_named_here(client, db):
    unknown = OPEN - outside().keys()
    assert unknown == set()
    for name, path in outside().items():
        sent_away = client.get(path).headers.get("Location", "").startswith(reverse("account_login"))
        assert name in OPEN or sent_away, name


@pytest.mark.parametrize("method", METHODS)
def test_anonymous_changes_nothing_and_is_sent_to_sign_in(client, rows, method):
    before = stored()
    closed = [path for name, path in outside().items() if name not in OPEN]
    closed += [address(route, "atlas", rows) for route in ADDRESSES] + admin_addresses(rows)
    for path in closed:
        response = getattr(client, method)(path)
        assert response.headers.get("Location", "").startswith(("/connexion/", "/admin/login/")), path
    assert stored() == before


@pytest.mark.parametrize("name", ["amina", "sara", "otto"])
def test_methods_that_no_page_uses_open_and_change_nothing_more(request, sign_in, rows, otto, name):
    client = sign_in(request.getfixturevalue(name))
    before = stored()
    for route in ADDRESSES:
        path = address(route, "atlas", rows)
        shown = client.get(path).status_code
        for method in METHODS[2:]:
            assert getattr(client, method)(path).status_code in {shown, 405}, (route, method)
    assert stored() == before


@pytest.mark.parametrize("name", ["sara", "victor"])
def test_django_admin_is_closed_but_to_administrateurs(request, sign_in, rows, name):
    client = sign_in(request.getfixturevalue(name))
    before = stored()
    for path in admin_addresses(rows):
        for method in METHODS:
            response = getattr(client, method)(path)
            assert response.headers.get("Location", "").startswith("/admin/login/"), (path, method)
    assert client.get("/admin/login/").status_code == 403
    assert stored() == before


def test_rows_of_another_espace_do_not_exist_in_django_admin(sign_in, rows, amina, otto):
    before, client = of(amina.espace), sign_in(otto)
    for path in admin_addresses(rows):
        if path.endswith(("/change/", "/delete/", "/history/")):
            never = re.sub(r"\d+", "880001", path)
            for method in METHODS:
                theirs, unknown = (getattr(client, method)(one).status_code for one in (path, never))
                assert theirs == unknown in {403, 404}, (path, method)
    assert of(amina.espace) == before


def test_an_administrateur_opens_the_same_pages(sign_in, rows, amina):
    client = sign_in(amina)
    found = {path: client.get(path).status_code for path in admin_addresses(rows)}
    opened = {path for path, status in found.items() if status in {200, 302}}
    assert len(opened) > 25, found
    assert {path for path in opened if path.endswith("/change/")} == {
        path for path in found if path.endswith("/change/")
    }
