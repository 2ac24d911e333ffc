"""Settings from the environment: what they become, and the sentence when one is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from crm import env

ROOT = Path(__file__).parent.parent
POSTGRESQL = "postgresql://vigie:m%40t@base.exemple.fr:5433/vigie"


def database(monkeypatch, url: str) -> dict:
    monkeypatch.setenv("DATABASE_URL", url)
    return env.database(default="", base_dir=ROOT)


def test_the_address_of_a_postgresql_database(monkeypatch):
    assert database(monkeypatch, f"{POSTGRESQL}?sslmode=verify-full&connect_timeout=5") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "vigie",
        "USER": "vigie",
        "PASSWORD": "m@t",
        "HOST": "base.exemple.fr",
        "PORT": 5433,
        "OPTIONS": {"sslmode": "verify-full", "connect_timeout": "5", "options": "-c jit=off"},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }


def test_pgbouncer_does_without_cursors_that_outlive_a_transaction(monkeypatch):
    found = database(monkeypatch, f"{POSTGRESQL}?pgbouncer=1")
    assert (found["DISABLE_SERVER_SIDE_CURSORS"], found["OPTIONS"]) == (True, {})


def test_options_of_postgresql_that_are_asked_for_are_kept(monkeypatch):
    found = database(monkeypatch, f"{POSTGRESQL}?options=-c%20work_mem%3D64MB")
    assert found["OPTIONS"] == {"options": "-c work_mem=64MB"}


@pytest.mark.parametrize(
    ("query", "host", "port"),
    [
        ("host=/run/postgresql", "/run/postgresql", ""),
        ("host=a,b&port=5432,5433&target_session_attrs=read-write", "a,b", "5432,5433"),
    ],
)
def test_a_socket_or_several_machines_are_named_in_the_query(monkeypatch, query, host, port):
    found = database(monkeypatch, f"postgresql:///vigie?{query}")
    assert (found["HOST"], found["PORT"]) == (host, port)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (f"{POSTGRESQL}?sslmod=require", "DATABASE_URL a un paramètre que libpq ne connaît pas : sslmod."),
        (f"{POSTGRESQL}?pgbouncer=2", "pgbouncer, dans DATABASE_URL, vaut « 2 » : écrivez 1 ou 0."),
        *(
            (
                wrong,
                "DATABASE_URL n'est pas comprise : écrivez sqlite:///vigie.sqlite3 "
                "ou postgresql://utilisateur:motdepasse@machine:5432/base.",
            )
            for wrong in (f"{POSTGRESQL}?sslmode", "postgresql://vigie@machine:port/base", "mysql://base")
        ),
    ],
)
def test_a_database_that_is_not_understood_is_told(monkeypatch, url, sentence):
    with pytest.raises(ImproperlyConfigured) as told:
        database(monkeypatch, url)
    assert str(told.value) == sentence


def test_the_cache_is_a_table_or_redis(monkeypatch):
    monkeypatch.delenv("REDIS_URL", raising=False)
    table = {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "crm_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
    assert env.cache(table="crm_cache") == table
    monkeypatch.setenv("REDIS_URL", "redis://:secret@cache:6379/1")
    redis = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://:secret@cache:6379/1",
    }
    assert env.cache(table="crm_cache") == redis


def test_the_key_is_asked_for_where_none_can_be_kept(monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured) as told:
        env.secret_key(Path("/proc/.secret-key"))
    assert str(told.value) == (
        "SECRET_KEY n'est pas donnée, et /proc/.secret-key ne peut pas servir : No such file or directory."
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"HTTPS": "peut-être"}, "HTTPS vaut « peut-être » : écrivez 1 ou 0."),
        ({"LOG_LEVEL": "bavard"}, "LOG_LEVEL vaut « bavard » : écrivez debug ou info ou warning ou error."),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES vaut « -1 » : écrivez un nombre entier."),
        (
            {"REDIS_URL": "memcached://cache"},
            "REDIS_URL n'est pas comprise : écrivez redis://:motdepasse@machine:6379/0 (rediss avec TLS).",
        ),
        (
            {"EMAIL_USE_TLS": "1", "EMAIL_USE_SSL": "1"},
            "EMAIL_USE_TLS et EMAIL_USE_SSL s'excluent : gardez 1 pour l'un des deux.",
        ),
    ],
)
def test_a_bad_value_stops_the_start_with_a_sentence(given, sentence):
    started = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=os.environ | given,
        capture_output=True,
        text=True,
    )
    assert started.returncode == 1
    assert started.stderr.splitlines()[-1] == f"django.core.exceptions.ImproperlyConfigured: {sentence}"
