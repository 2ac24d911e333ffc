"""Settings read from the environment; a bad value stops the start with a sentence."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

YES, NO = {"1", "true", "yes", "oui", "on"}, {"0", "false", "no", "non", "off", ""}


def flag(name: str, *, default: bool) -> bool:
    """A yes-or-no setting."""
    return _is_yes(name, os.environ.get(name, "oui" if default else "non"))


def _is_yes(name: str, text: str) -> bool:
    if (word := text.strip().lower()) in YES | NO:
        return word in YES
    raise ImproperlyConfigured(f"{name} vaut « {text} » : écrivez 1 ou 0.")


def site(name: str, *, default: str) -> str:
    """The address of the site, without a slash at its end: `https://crm.example.com`."""
    text = (os.environ.get(name, "").strip() or default).rstrip("/")
    with suppress(ValueError):
        url = urlsplit(text)
        if url.scheme in {"http", "https"} and url.hostname and not (url.path or url.query or url.fragment):
            return text
    raise ImproperlyConfigured(f"{name} vaut « {text} » : écrivez par exemple https://crm.example.com.")


def count(name: str, *, default: int) -> int:
    """A whole number, 0 or more."""
    text = os.environ.get(name, "").strip() or str(default)
    if text.isascii() and text.isdigit():
        return int(text)
    raise ImproperlyConfigured(f"{name} vaut « {text} » : écrivez un nombre entier.")


def choice(name: str, *, among: tuple[str, ...], default: str) -> str:
    """One of these words."""
    text = os.environ.get(name, "").strip().lower() or default
    if text in among:
        return text
    raise ImproperlyConfigured(f"{name} vaut « {text} » : écrivez {' ou '.join(among)}.")


def words(name: str, *, default: str) -> list[str]:
    """A setting that lists words, separated by commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secret_key(kept_in: Path) -> str:
    """SECRET_KEY, or else the key made at the first start and kept outside git."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    try:
        # O_EXCL: when two processes start together, one makes the key and the other reads it.
        with (
            suppress(FileExistsError),
            os.fdopen(os.open(kept_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file,
        ):
            file.write(secrets.token_urlsafe(64))
        return kept_in.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"SECRET_KEY n'est pas donnée, et {kept_in} ne peut pas servir : {error.strerror}."
        ) from error


def database(*, default: str, base_dir: Path) -> dict:
    """DATABASE_URL as Django's dictionary: `sqlite:///file` or `postgresql://user:password@host:port/name`.

    The query may hold libpq's parameters, and `pgbouncer=1` when a PgBouncer answers at that address.
    """
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


def cache(*, table: str) -> dict:
    """REDIS_URL as Django's dictionary, or else a table of the database: every process must share it."""
    text = os.environ.get("REDIS_URL", "")
    if not text:
        # Django keeps 300: who tries many addresses would push out the counts of their own tries.
        options = {"MAX_ENTRIES": 20_000}
        return {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": table,
            "OPTIONS": options,
        }
    if urlsplit(text).scheme in {"redis", "rediss", "unix"}:
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": text}
    raise ImproperlyConfigured(
        "REDIS_URL n'est pas comprise : écrivez redis://:motdepasse@machine:6379/0 (rediss avec TLS)."
    )


def media(*, folder: Path) -> dict:
    """S3_URL as Django's dictionary, `https://key:secret@machine/bucket?region=…`, or else this folder.

    Without a key, boto3 looks for one where AWS puts it. Files are named after their content: writing one
    again is no loss.
    """
    text = os.environ.get("S3_URL", "")
    if not text:
        options = {"location": folder, "allow_overwrite": True}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    with suppress(ValueError):
        url = urlsplit(text)
        query = dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
        bucket, _, prefix = unquote(url.path).strip("/").partition("/")
        if url.scheme in {"http", "https"} and url.hostname and bucket and query.keys() <= {"region"}:
            options = {
                "endpoint_url": f"{url.scheme}://{url.netloc.rpartition('@')[2]}",
                "bucket_name": bucket,
                "location": prefix,
                "region_name": query.get("region"),
                "access_key": url.username and unquote(url.username),
                "secret_key": url.password and unquote(url.password),
            }
            return {"BACKEND": "crm.media.S3Media", "OPTIONS": options}
    raise ImproperlyConfigured(
        "S3_URL n'est pas comprise : écrivez https://clé:secret@s3.exemple.com/seau?region=eu-west-3, chaque "
        "signe spécial de la clé et du secret en %XX."
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
    options = dict(parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query)))
    through_pgbouncer = _is_yes("pgbouncer, dans DATABASE_URL,", options.pop("pgbouncer", "0"))
    if unknown := options.keys() - _libpq_parameters():
        names = ", ".join(sorted(unknown))
        raise ImproperlyConfigured(f"DATABASE_URL a un paramètre que libpq ne connaît pas : {names}.")
    if not through_pgbouncer:  # which refuses it, and says the same to PostgreSQL: docs/deploy/pgbouncer.ini
        # To compile the statements that read a whole espace takes longer than to run them.
        options.setdefault("options", "-c jit=off")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path[1:]),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        # In the query as libpq writes them: the folder of a socket, or several machines.
        "HOST": unquote(url.hostname or "") or options.pop("host", ""),
        "PORT": url.port or options.pop("port", ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,  # seconds
        "CONN_HEALTH_CHECKS": True,
        # After a transaction PgBouncer may hand over another connection, which has no such cursor. Nor has it
        # prepared statements, but Django asks psycopg for none.
        "DISABLE_SERVER_SIDE_CURSORS": through_pgbouncer,
    }


def _libpq_parameters() -> set[str]:
    from psycopg import pq  # noqa: PLC0415 - 0.3 s and 10 MB that SQLite need not pay

    return {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
