"""/sante/vivant and /sante/pret, as a load balancer asks: by IP address, signed in nowhere, all day long."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

ROOT = Path(__file__).parent.parent
BY_ADDRESS = {"HTTP_HOST": "10.0.0.7:8000"}  # not in ALLOWED_HOSTS


def test_process_that_lives_says_so_without_the_database(client):
    """The test has no access to the database: a query would fail it."""
    response = client.get("/sante/vivant", **BY_ADDRESS)
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_installation_that_is_ready_says_so(db, client, django_assert_num_queries):
    with django_assert_num_queries(4):
        response = client.get("/sante/pret", **BY_ADDRESS)
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.parametrize("address", ("/sante/vivant", "/sante/pret"))
def test_answer_is_plain_kept_by_nobody_and_reads_no_session(sign_in, victor, address, caplog):
    client = sign_in(victor)
    response = client.get(address)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert not response.cookies
    assert "Vary" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert caplog.records == []


@pytest.mark.parametrize("address", ("/sante/vivant", "/sante/pret"))
def test_only_reading_is_allowed(client, address):
    response = client.post(address)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")


def test_migration_to_apply_makes_it_not_ready(db, client):
    MigrationRecorder.Migration.objects.filter(app="accounts", name="0001_initial").delete()
    response = client.get("/sante/pret")
    told = response.content.decode()
    assert (response.status_code, told) == (503, "migrations : 1 à appliquer par manage.py migrate\n")


@pytest.mark.django_db(transaction=True)
def test_cache_without_its_table_makes_it_not_ready(client, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "nowhere"}}
    response = client.get("/sante/pret")
    assert (response.status_code, response.content.decode()) == (503, "cache : ne répond pas\n")


@pytest.mark.django_db(transaction=True)
def test_database_that_does_not_answer_is_told_without_a_secret(client, caplog):
    known = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(
        NAME="/nowhere/secret.sqlite3", HOST="127.0.0.1", PORT=1, PASSWORD="secret"
    )
    try:
        response = client.get("/sante/pret")
        assert client.get("/sante/vivant").status_code == 200
    finally:
        connection.close()
        connection.settings_dict.update(known)
    assert (response.status_code, response.content.decode()) == (503, "base de données : ne répond pas\n")
    assert caplog.records[0].getMessage() == "La partie « base de données » ne répond pas."
    assert "secret" not in response.content.decode()
    assert client.get("/sante/pret").status_code == 200  # by itself, once the database is back


def test_behind_https_it_is_not_redirected():
    code = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "answers = [Client().get(a, HTTP_HOST='10.0.0.7') for a in ('/sante/vivant', '/connexion/')]\n"
        "print(*(answer.status_code for answer in answers))"
    )
    environment = os.environ | {"HTTPS": "1", "DJANGO_SETTINGS_MODULE": "crm.settings", "ALLOWED_HOSTS": "*"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.stdout == "200 301\n", done.stderr
