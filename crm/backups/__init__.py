"""All that an installation holds, in one file: its database as of one instant, and its media."""

import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection

from crm.backups import archive, manifest, postgresql, sqlite
from crm.backups.archive import BackupError

__all__ = ["BackupError", "Report", "back_up", "restore"]

MANIFEST, DATABASE, MEDIA = "manifest.json", "database", "media/"
ENGINES = {"sqlite": sqlite, "postgresql": postgresql}


@dataclass(frozen=True, slots=True)
class Report:
    """What a backup holds: rows in all its tables, media files; and whether its SECRET_KEY is known here."""

    rows: int
    media: int
    knows_key: bool


def back_up(path: Path) -> Report:
    """Write the database and the media to a new file, while people go on working.

    Raises BackupError, and there is then no file. Side effects: the file, that its owner alone can read.
    """
    with archive.new(path) as (tar, folder):
        copy = folder / DATABASE
        snapshot = ENGINES[connection.vendor].take(copy)
        archive.add_bytes(tar, MANIFEST, manifest.dump(snapshot))
        tar.add(copy, DATABASE)
        copy.unlink()
        # After the database: a file is written before the row that names it, so none of those is missed.
        media = sum(archive.add_file(tar, MEDIA + str(name), _media() / name) for name in _media_files())
    return Report(sum(snapshot.rows.values()), media, knows_key=True)


def restore(path: Path) -> Report:
    """Put a backup's database and media in an empty place. What newer code migrates is left to `migrate`.

    Raises BackupError, and nothing is then left behind.
    Side effects: every table of the database, the files of MEDIA_ROOT.
    """
    engine = ENGINES[connection.vendor]
    with archive.opened(path) as tar:
        told = manifest.load(archive.read_first(tar, MANIFEST))
        engine.refuse_unless_empty()
        if any(_media_files()):
            raise BackupError(f"Le dossier des médias n'est pas vide : déplacez d'abord {_media()}.")
        with (
            _emptied_on_failure(_media()),
            TemporaryDirectory(prefix=".vigie-", dir=engine.staging_folder()) as folder,
        ):
            media = _unpack(tar, Path(folder, DATABASE))
            os.sync()
            engine.put_in_place(Path(folder, DATABASE), told.rows)
    return Report(sum(told.rows.values()), media, told.knows_key)


def _unpack(tar: tarfile.TarFile, copy: Path) -> int:
    """Write the database's copy to this file, the media in their place, and say how many those are."""
    media = 0
    while member := tar.next():
        if member.name == DATABASE:
            archive.write_out(tar, member, copy)
        elif member.name.startswith(MEDIA):
            archive.write_out(tar, member, archive.inside(_media(), member.name.removeprefix(MEDIA)))
            media += 1
        else:
            raise BackupError(archive.FOREIGN)
    if not copy.exists():
        raise BackupError(archive.FOREIGN)
    return media


def _media() -> Path:
    return Path(settings.MEDIA_ROOT)


def _media_files() -> Iterator[Path]:
    """The names of the media that are on this machine's disk; none when they are stored elsewhere."""
    if isinstance(default_storage, FileSystemStorage):
        for path in sorted(_media().rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(_media())


@contextmanager
def _emptied_on_failure(folder: Path) -> Iterator[None]:
    """The folder was empty: what came into it goes away again when something fails."""
    try:
        yield
    except BaseException:
        for path in folder.glob("*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
