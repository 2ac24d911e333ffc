"""Settings read from the environment; a bad value stops the start with a sentence."""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

YES, NO = {"1", "true", "yes", "oui", "on"}, {"0", "false", "no", "non", "off", ""}


def flag(name: str, *, default: bool) -> bool:
    """A yes-or-no setting."""
    text = os.environ.get(name, "oui" if default else "non").strip().lower()
    if text in YES | NO:
        return text in YES
    raise ImproperlyConfigured(f"{name} vaut « {text} » : écrivez 1 ou 0.")


def words(name: str, *, default: str) -> list[str]:
    """A setting that lists words, separated by commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secret_key(kept_in: Path) -> str:
    """SECRET_KEY, or else the key made at the first start and kept outside git."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    try:
        # O_EXCL: when two processes start together, one makes the key and the other reads it.
        with os.fdopen(os.open(kept_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return kept_in.read_text()


def database(*, default: str, base_dir: Path) -> dict:
    """DATABASE_URL as Django's dictionary: `sqlite:///file` or `postgresql://user:password@host:port/name`."""
    text = os.environ.get("DATABASE_URL") or default
    url = urlsplit(text)
    if url.scheme == "sqlite":
        # sqlite:///relative/to/the/project or sqlite:////absolute/path
        return _sqlite(base_dir / unquote(url.path[1:]))
    if url.scheme in {"postgres", "postgresql"} and url.path[1:]:
        try:
            return _postgresql(url)
        except ValueError:
            pass
    raise ImproperlyConfigured(
        "DATABASE_URL n'est pas comprise : écrivez sqlite:///vigie.sqlite3 "
        "ou postgresql://utilisateur:motdepasse@machine:5432/base."
    )


def _sqlite(path: Path) -> dict:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # A plain BEGIN fails with "locked" as soon as two transactions write.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,  # seconds
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        },
        # In a file: the threads of a test server cannot share a database kept in memory.
        "TEST": {"NAME": path.with_name(f"test-{path.name}")},
    }


def _postgresql(url) -> dict:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path[1:]),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": url.port or "",
        "CONN_MAX_AGE": 60,  # seconds
        "CONN_HEALTH_CHECKS": True,
    }
