"""A backup as a file: a first line that vouches for all the rest, then a compressed tar."""

import hashlib
import os
import re
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from gzip import GzipFile
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import BinaryIO

HEADER = re.compile(rb"vigie-backup 1 sha256=([0-9a-f]{64}) bytes=([0-9]{15})\n")
HEADER_BYTES = 109
BLOCK_BYTES = 1024 * 1024  # read or written at once
FOREIGN = "Ce fichier n'est pas une sauvegarde de Vigie, ou son début a été modifié."


class BackupError(Exception):
    """Its text is a sentence fit for the user."""


@contextmanager
def new(path: Path) -> Iterator[tuple[tarfile.TarFile, Path]]:
    """A tar to fill, and a folder to work in; the file has its name only once it is whole and on the disk."""
    _refuse_existing(path)
    try:
        with TemporaryDirectory(prefix=".vigie-", dir=path.parent) as folder:
            unnamed = Path(folder, "backup")
            with open(unnamed, "x+b", opener=_private) as file:
                file.write(_header("0" * 64, 0))
                with (
                    GzipFile(fileobj=file, mode="wb", compresslevel=1, mtime=0) as packed,
                    tarfile.open(
                        fileobj=packed, mode="w|", bufsize=BLOCK_BYTES, format=tarfile.PAX_FORMAT
                    ) as tar,
                ):
                    yield tar, Path(folder)
                _seal(file)
            _refuse_existing(path)
            unnamed.rename(path)
            _sync(path.parent)
    except OSError as error:
        raise BackupError(f"La sauvegarde n'a pas pu être écrite : {_reason(error)}.") from error


@contextmanager
def opened(path: Path) -> Iterator[tarfile.TarFile]:
    """The tar of a file, once every one of its bytes is known to be as it was written."""
    try:
        with path.open("rb") as file:
            _verify(file)
            file.seek(HEADER_BYTES)
            with (
                GzipFile(fileobj=file) as packed,
                tarfile.open(fileobj=packed, mode="r|", bufsize=BLOCK_BYTES) as tar,
            ):
                yield tar
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise BackupError(FOREIGN) from error
    except OSError as error:
        raise BackupError(f"La sauvegarde n'a pas pu être restaurée : {_reason(error)}.") from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise BackupError(f"{path} existe déjà : choisissez un autre nom.")


def _header(digest: str, size: int) -> bytes:
    return f"vigie-backup 1 sha256={digest} bytes={size:015}\n".encode()


def _seal(file: BinaryIO) -> None:
    file.flush()
    file.seek(HEADER_BYTES)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = file.tell() - HEADER_BYTES
    file.seek(0)
    file.write(_header(digest, size))
    file.flush()
    os.fsync(file.fileno())


def _verify(file: BinaryIO) -> None:
    first = HEADER.fullmatch(file.read(HEADER_BYTES))
    if first is None:
        raise BackupError(FOREIGN)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    missing = int(first[2]) - (file.tell() - HEADER_BYTES)
    if missing > 0:
        raise BackupError(
            f"Cette sauvegarde est tronquée : il y manque {missing} octets. Rien n'a été écrit."
        )
    if missing < 0 or digest != first[1].decode():
        raise BackupError("Cette sauvegarde a été modifiée ou abîmée. Rien n'a été écrit.")


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _reason(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{where}"


def add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    add_file(tar, name, BytesIO(content), size=len(content))


def add_file(tar: tarfile.TarFile, name: str, file: BinaryIO, *, size: int) -> None:
    """size: bytes of the file, which is read from where it is."""
    member = tarfile.TarInfo(name)
    member.size = size
    tar.addfile(member, file)


def read_first(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.next()
    if member is None or member.name != name or not member.isreg():
        raise BackupError(FOREIGN)
    return tar.extractfile(member).read()


def checked(name: str) -> str:
    """A file's name; one that would lead out of its folder is refused."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or name.startswith("/") or "\0" in name:
        raise BackupError(f"{FOREIGN} Un de ses noms mène hors du dossier : « {name} ».")
    return name


def write_out(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    """Write a member that is a plain file to a new file."""
    if not member.isreg():
        raise BackupError(f"{FOREIGN} « {member.name} » n'est pas un fichier.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as target:
        shutil.copyfileobj(tar.extractfile(member), target, BLOCK_BYTES)
