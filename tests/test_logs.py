"""The log: one line a request, with an id that all its lines share, and nothing secret or personal."""

import json
import logging
import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.urls import include, path

from crm.logs import JsonFormatter, RequestFilter, TextFormatter

ROOT = Path(__file__).parent.parent
log = logging.getLogger(__name__)


def broken(request, **kwargs):
    log.warning("Presque en panne.")
    raise RuntimeError("Key (email)=(amina@atlas.fr) already exists")


urlpatterns = [
    path("panne/", broken),
    path("panne/<str:token>/", broken),
    path("", include("crm.urls")),
]


class Log:
    def __init__(self, formatter):
        self.written = StringIO()
        self.handler = logging.StreamHandler(self.written)
        self.handler.setFormatter(formatter)
        self.handler.addFilter(RequestFilter())

    @property
    def text(self) -> str:
        return self.written.getvalue()

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def keep():
    """Keep what the root logger tells from now on, in a format: `keep(JsonFormatter())`."""
    kept = []

    def start(formatter) -> Log:
        kept.append(Log(formatter))
        logging.getLogger().addHandler(kept[-1].handler)
        return kept[-1]

    yield start
    for each in kept:
        logging.getLogger().removeHandler(each.handler)


@pytest.fixture
def failing(client, settings):
    """A client of a site with a page that fails."""
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    return client


def test_request_is_one_json_line(sign_in, victor, keep):
    client = sign_in(victor)
    kept = keep(JsonFormatter())
    response = client.get("/e/atlas/comptes/?q=Durand", headers={"X-Request-ID": "proxy-42"})
    (line,) = kept.lines
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    duration_ms = line.pop("duration_ms")
    assert line == {
        "level": "INFO",
        "logger": "crm.logs",
        "message": f"GET /e/atlas/comptes/ 200 {duration_ms} ms",
        "request_id": "proxy-42",
        "espace": "atlas",
        "user": victor.user_id,
        "method": "GET",
        "path": "/e/atlas/comptes/",
        "status": 200,
    }
    assert response.headers["X-Request-ID"] == "proxy-42"


def test_request_is_one_readable_line(client, db, keep):
    kept = keep(TextFormatter())
    response = client.get("/connexion/?next=/e/atlas/")
    made = response.headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{12}", made)
    assert re.fullmatch(rf"[\d:, -]+ INFO crm\.logs {made} GET /connexion/ 200 \d+ ms\n", kept.text)


def test_each_request_has_its_own_id(client, db):
    ids = {client.get("/connexion/").headers["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3


@pytest.mark.parametrize("asked", ("", "a b", "x" * 65, "é", "a\tb", "<script>", "id;drop"))
def test_id_that_is_not_sane_is_replaced(client, db, asked):
    response = client.get("/connexion/", headers={"X-Request-ID": asked})
    assert re.fullmatch(r"[0-9a-f]{12}", response.headers["X-Request-ID"])


def test_every_line_of_a_request_carries_its_id_and_the_page_of_the_failure_shows_it(failing, db, keep):
    kept = keep(JsonFormatter())
    response = failing.get("/panne/")
    made = response.headers["X-Request-ID"]
    assert response.status_code == 500
    assert f"Référence à lui donner : <code>{made}</code>" in response.content.decode()
    warning, error, access = kept.lines
    assert {line["request_id"] for line in kept.lines} == {made}
    assert (warning["message"], warning["path"]) == ("Presque en panne.", "/panne/")
    assert (error["level"], error["message"]) == ("ERROR", "Internal Server Error: /panne/")
    assert "RuntimeError" in error["error"]
    assert (access["level"], access["status"]) == ("INFO", 500)


def test_refusal_carries_the_id_too(client, db, keep):
    kept = keep(JsonFormatter())
    made = client.get("/n-existe-pas/").headers["X-Request-ID"]
    assert [(line["level"], line["request_id"]) for line in kept.lines] == [("INFO", made), ("WARNING", made)]


def test_line_outside_of_a_request_has_no_id(keep):
    as_json, as_text = keep(JsonFormatter()), keep(TextFormatter())
    log.warning("Disque presque plein.")
    (line,) = as_json.lines
    assert set(line) == {"time", "level", "logger", "message"}
    assert as_text.text.endswith(f" WARNING {__name__} - Disque presque plein.\n")


@pytest.mark.parametrize("formatter", (JsonFormatter, TextFormatter))
@pytest.mark.parametrize(
    ("address", "secret"),
    [
        ("/connexion/?login=amina@atlas.fr&password=sesame", "sesame"),
        ("/connexion/mot-de-passe-oublie/1-cr9v5h-d41d8cd98f00b204e9800998ecf8427e/", "d41d8cd98f"),
        ("/connexion/mot-de-passe-oublie/1-cr9v5h-d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f"),
        ("/panne/MTI:1uJ3kX:pVvXk3Zb6p0m5rD1d2Qx7yTq8wLh4sNf/", "pVvXk3Zb6p0m"),
        ("/n-existe-pas/amina@atlas.fr/", "amina"),
        ("/n-existe-pas/?q=Durand", "Durand"),
        ("/panne/?q=Durand", "Durand"),
        ("/panne/", "amina"),
    ],
)
def test_log_holds_neither_secrets_nor_personal_data(failing, db, keep, formatter, address, secret):
    kept = keep(formatter())
    failing.get(address)
    assert " ms" in kept.text
    assert secret not in kept.text
    assert "@atlas" not in kept.text and "%40" not in kept.text


def test_address_cannot_forge_a_line(client, db, keep):
    kept = keep(TextFormatter())
    client.get("/n-existe-pas/%0AERROR%20forged/")
    access, refusal = kept.text.splitlines()
    assert " GET /n-existe-pas/%0AERROR%20forged/ 404 " in access
    assert refusal.endswith(" Not Found: /n-existe-pas/%0AERROR%20forged/")


def test_static_files_and_health_are_not_told(client, db, keep):
    kept = keep(JsonFormatter())
    client.get("/static/n-existe-pas.css")
    client.get("/sante/pret")
    assert [line["logger"] for line in kept.lines] == ["django.request"]  # that the file is not found


def test_default_is_readable_and_the_other_format_is_asked_for():
    console = [h for h in logging.getLogger().handlers if isinstance(h.formatter, TextFormatter)]
    assert [type(each) for each in console[0].filters] == [RequestFilter]
    code = "import django, logging; django.setup(); logging.getLogger('vigie').warning('Fini.')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"LOG_FORMAT": "json", "DJANGO_SETTINGS_MODULE": "crm.settings"},
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stderr)["message"] == "Fini."


def test_unknown_format_stops_the_start():
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=os.environ | {"LOG_FORMAT": "xml"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.endswith("LOG_FORMAT vaut « xml » : écrivez text ou json.\n")
