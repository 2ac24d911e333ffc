"""The headers that every answer carries, whoever gives it: a page, an error, the admin, a static file."""

import runpy

import pytest
from django.conf import settings
from django.templatetags.static import static
from django.test import Client
from django.urls import include, path

from crm.roles import Role
from crm.services.espace import create_espace
from crm.services.member import add_member

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SWITCHED_OFF = (
    "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), captured-surface-control=(), "
    "clipboard-read=(), clipboard-write=(), compute-pressure=(), digital-credentials-create=(), "
    "digital-credentials-get=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), "
    "geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), "
    "interest-cohort=(), keyboard-map=(), language-detector=(), language-model=(), local-fonts=(), "
    "local-network-access=(), magnetometer=(), microphone=(), midi=(), on-device-speech-recognition=(), "
    "otp-credentials=(), payment=(), picture-in-picture=(), private-state-token-issuance=(), "
    "private-state-token-redemption=(), screen-wake-lock=(), serial=(), speaker-selection=(), "
    "storage-access=(), summarizer=(), sync-xhr=(), translator=(), usb=(), window-management=(), "
    "xr-spatial-tracking=()"
)
EVERYWHERE = {
    "Content-Security-Policy": sorted(POLICY.split("; ")),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": SWITCHED_OFF,
    "Access-Control-Allow-Origin": None,
    "Strict-Transport-Security": None,
}
ONE_YEAR = "max-age=31536000; includeSubDomains; preload"
PASSWORD = "tour-de-guet-12"


def fails(request):
    raise RuntimeError("une panne")


urlpatterns = [path("panne/", fails), path("", include("crm.urls"))]

# Each kind of answer: who asks, for what, and the status that tells that it is the one meant.
ASKED = {
    "a page": ("amina", "/e/atlas/comptes/", 200),
    "the page of a form": ("amina", "/e/atlas/comptes/nouveau/", 200),
    "a redirection": ("amina", "/", 302),
    "a slash added": ("amina", "/e/atlas/comptes", 301),
    "something refused": ("sara", "/e/atlas/comptes/nouveau/", 403),
    "something absent": ("amina", "/e/atlas/comptes/999999/", 404),
    "another espace": ("amina", "/e/boreal/comptes/", 404),
    "a method that is not allowed": ("amina", "/theme/", 405),
    "a failure": ("amina", "/panne/", 500),
    "JSON": ("amina", "/e/atlas/comptes/choix/?q=a", 200),
    "the admin": ("amina", "/admin/", 200),
    "a list of the admin": ("amina", "/admin/accounts/account/", 200),
    "the admin refused": ("sara", "/admin/login/", 403),
    "signing in": (None, "/connexion/", 200),
    "sent to sign in": (None, "/e/atlas/comptes/", 302),
    "an address that leads nowhere": (None, "/rien/", 404),
    "a failure before nobody": (None, "/panne/", 500),
    "a static file": (None, "/static/app.css", 200),
    "a static file to somebody": ("amina", "/static/app.css", 200),
    "a static file that is absent": (None, "/static/rien.css", 404),
}
PUBLIC = {"a slash added", "a static file to somebody"}


@pytest.fixture
def ask(settings, client, amina, sara, boreal):
    """Ask for one kind of answer: `ask("a page")`."""
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False

    def answer(kind: str, **how):
        who, address, status = ASKED[kind]
        if who:
            client.force_login(
                {"amina": amina, "sara": sara}[who].user, backend=settings.AUTHENTICATION_BACKENDS[0]
            )
        response = client.get(address, **how)
        assert response.status_code == status
        return response

    return answer


def settings_file() -> dict:
    """The settings as the present environment gives them."""
    return runpy.run_path(str(settings.BASE_DIR / "crm" / "settings.py"))


@pytest.fixture
def https(monkeypatch, settings):
    """The settings of a site behind a proxy that speaks HTTPS."""
    monkeypatch.setenv("HTTPS", "1")
    for name, value in settings_file().items():
        if name.startswith(("SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_")):
            setattr(settings, name, value)


def told(response) -> dict:
    """The headers of EVERYWHERE as this answer has them."""
    found = {name: response.headers.get(name) for name in EVERYWHERE}
    return found | {"Content-Security-Policy": sorted((found["Content-Security-Policy"] or "").split("; "))}


@pytest.mark.parametrize("kind", ASKED)
def test_every_answer_carries_the_headers(ask, kind):
    assert told(ask(kind)) == EVERYWHERE


# A static file is the same for everybody, and a slash added says the address that was asked for, no more.
@pytest.mark.parametrize("kind", [kind for kind, asked in ASKED.items() if asked[0] and kind not in PUBLIC])
def test_what_a_signed_in_person_sees_is_kept_by_no_cache(ask, kind):
    assert "no-store" in ask(kind).headers["Cache-Control"]


def test_a_form_from_elsewhere_is_refused_with_the_headers(atlas):
    response = Client(enforce_csrf_checks=True).post("/connexion/", {"login": "x", "password": "y"})
    assert (response.status_code, told(response)) == (403, EVERYWHERE)


def test_too_many_requests_are_refused_with_the_headers(client, settings, atlas):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    answers = [client.post("/connexion/", {"login": "x@y.fr", "password": "z"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert told(answers[1]) == EVERYWHERE


def test_another_name_for_the_site_is_refused_with_the_headers(client, atlas):
    response = client.get("/connexion/", HTTP_HOST="ailleurs.exemple.fr")
    assert (response.status_code, told(response)) == (400, EVERYWHERE)


def test_static_files_that_have_their_digest_in_their_name_are_kept(client, settings, db):
    settings.STORAGES = settings.STORAGES | {"staticfiles": settings_file()["STORAGES"]["staticfiles"]}
    response = client.get(static("app.css"))
    assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert told(response) == EVERYWHERE


@pytest.mark.parametrize("kind", [kind for kind in ASKED if kind != "a redirection"])
def test_over_https_browsers_are_told_to_come_back_by_it(https, ask, kind):
    assert told(ask(kind, secure=True)) == EVERYWHERE | {"Strict-Transport-Security": ONE_YEAR}


@pytest.mark.parametrize("kind", ["signing in", "a static file"])
def test_with_https_a_request_that_comes_without_is_sent_to_it(https, client, atlas, kind):
    _, address, _ = ASKED[kind]
    response = client.get(address)
    assert (response.status_code, response.url) == (301, f"https://testserver{address}")
    assert told(response) == EVERYWHERE


def cookies(client, **how) -> dict[str, dict]:
    """Sign in, choose a theme, create an account: each cookie's attributes by name."""
    espace = create_espace(name="Cassiopée")
    add_member(espace=espace, email="c@c.fr", role=Role.AVANCE, password=PASSWORD)
    client.post("/connexion/", {"login": "c@c.fr", "password": PASSWORD}, **how)
    client.post("/theme/", {"theme": "dark"}, **how)
    form = client.get("/e/cassiopee/comptes/nouveau/", **how).context["form"]
    client.post("/e/cassiopee/comptes/nouveau/", form.initial | {"name": "Arval", "type": "client"}, **how)
    return {
        name: {key: cookie[key] for key in ("secure", "httponly", "path", "domain", "samesite")}
        for name, cookie in client.cookies.items()
        if cookie.value
    }


def test_over_https_cookies_are_bound_to_this_very_host(https, client, db):
    found = cookies(client, secure=True)
    sealed = {"secure": True, "httponly": True, "path": "/", "domain": "", "samesite": "Lax"}
    assert found == dict.fromkeys(["__Host-sessionid", "messages", "theme", "__Host-csrftoken"], sealed)


def test_without_https_cookies_still_work(client, db):
    found = cookies(client)
    plain = {"secure": "", "httponly": True, "path": "/", "domain": "", "samesite": "Lax"}
    assert found == dict.fromkeys(["sessionid", "messages", "theme", "csrftoken"], plain)
