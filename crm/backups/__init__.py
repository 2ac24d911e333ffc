"""All that an installation holds, in one file: its database as of one instant, and its media."""

import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection

from crm.backups import archive, manifest, postgresql, sqlite
from crm.backups.archive import BackupError

__all__ = ["BackupError", "Report", "back_up", "restore"]

MANIFEST, DATABASE, MEDIA = "manifest.json", "database", "media/"
UNPACKED = "medium"  # the file of the media that is being restored
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
        media = sum(_add(tar, name) for name in _media_files())
    return Report(sum(snapshot.rows.values()), media, knows_key=True)


def restore(path: Path) -> Report:
    """Put a backup's database and media in an empty place. What newer code migrates is left to `migrate`.

    Raises BackupError, and no file is then left behind.
    Side effects: every table of the database, the media.
    """
    engine = ENGINES[connection.vendor]
    with archive.opened(path) as tar:
        told = manifest.load(archive.read_first(tar, MANIFEST))
        engine.refuse_unless_empty()
        if found := next(_media_files(), None):
            raise BackupError(
                f"Il y a déjà des médias, par exemple {_place_of(found)} : déplacez-les d'abord."
            )
        with (
            _taken_back_on_failure() as written,
            TemporaryDirectory(prefix=".vigie-", dir=engine.staging_folder()) as folder,
        ):
            _unpack(tar, Path(folder), written)
            os.sync()
            engine.put_in_place(Path(folder, DATABASE), told.rows)
    return Report(sum(told.rows.values()), len(written), told.knows_key)


def _add(tar: tarfile.TarFile, name: str) -> bool:
    """Add a file of the media; False when it was deleted meanwhile."""
    with suppress(FileNotFoundError), default_storage.open(name) as file:
        archive.add_file(tar, MEDIA + name, file, size=file.size)
        return True
    return False


def _unpack(tar: tarfile.TarFile, folder: Path, written: list[str]) -> None:
    """Write the database's copy in this folder and the media in their place; names go into `written`."""
    copy = folder / DATABASE
    while member := tar.next():
        if member.name == DATABASE:
            archive.write_out(tar, member, copy)
        elif member.name.startswith(MEDIA):
            name = archive.checked(member.name.removeprefix(MEDIA))
            archive.write_out(tar, member, folder / UNPACKED)
            with (folder / UNPACKED).open("rb") as file:
                written.append(default_storage.save(name, File(file)))
            (folder / UNPACKED).unlink()
        else:
            raise BackupError(archive.FOREIGN)
    if not copy.exists():
        raise BackupError(archive.FOREIGN)


def _media_files(folder: str = "") -> Iterator[str]:
    """The names of the media, in order."""
    with suppress(FileNotFoundError):
        folders, files = default_storage.listdir(folder)
        yield from sorted(f"{folder}{name}" for name in files)
        for name in sorted(folders):
            yield from _media_files(f"{folder}{name}/")


def _place_of(name: str) -> str:
    try:
        return default_storage.path(name)
    except NotImplementedError:  # it is on no disk of this machine
        return name


@contextmanager
def _taken_back_on_failure() -> Iterator[list[str]]:
    """The names of the media written meanwhile; they go away again when something fails."""
    written: list[str] = []
    try:
        yield written
    except BaseException:
        for name in written:
            default_storage.delete(name)
        raise
