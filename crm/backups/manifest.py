"""What a backup says of itself, in JSON: where it comes from, and what must be found again in it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.crypto import constant_time_compare, salted_hmac

from crm.backups.archive import FOREIGN, BackupError
from crm.backups.tables import Snapshot

ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """rows: each table's number. knows_key: the SECRET_KEY of then is the one of now, or a former one."""

    rows: dict[str, int]
    knows_key: bool


def dump(snapshot: Snapshot) -> bytes:
    """A manifest of this installation, now. Its key is told by a fingerprint only."""
    content = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "engine": connection.vendor,
        "migrations": snapshot.migrations,
        "rows": snapshot.rows,
        "secret_key": _fingerprint(settings.SECRET_KEY),
    }
    return json.dumps(content, indent=1).encode()


def load(content: bytes) -> Manifest:
    """Raises BackupError when what it tells of cannot be restored here."""
    try:
        told = json.loads(content)
        engine, migrations, rows, key = (told[n] for n in ("engine", "migrations", "rows", "secret_key"))
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(FOREIGN) from error
    if engine != connection.vendor:
        raise BackupError(
            f"Cette sauvegarde vient de {ENGINES.get(engine, engine)}, et DATABASE_URL nomme une base "
            f"{ENGINES[connection.vendor]}."
        )
    _refuse_newer(migrations)
    known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return Manifest(rows, any(constant_time_compare(key, _fingerprint(each)) for each in known))


def _refuse_newer(migrations: list[str]) -> None:
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    unknown = [
        each for each in migrations if each.split(".")[0] in loader.migrated_apps and each not in known
    ]
    if unknown:
        raise BackupError(
            f"Cette sauvegarde vient d'une version plus récente de Vigie (migration {unknown[0]}) : "
            "mettez d'abord Vigie à jour."
        )


def _fingerprint(key: str) -> str:
    return salted_hmac("crm.backups", "SECRET_KEY", secret=key, algorithm="sha256").hexdigest()
