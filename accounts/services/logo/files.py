"""The logos as files of our own storage, named after their content, apart for each espace."""

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import Account, TrashedRow
from accounts.services.logo.decoding import SIZES, Encoded

FOLDER = "logos"
DIGEST = re.compile(r"[0-9a-f]{32}")
SPARED = timedelta(days=1)  # a file so young may belong to a row that is being written
SWEPT_EVERY_S = 24 * 3600

_next_sweep = 0.0


def write(espace_id: int, encoded: Encoded) -> str:
    """Put a logo's files in the espace's folder; returns the digest that names them.

    To be called before the row that names it is written: a crash in between leaves files that sweep() finds.
    """
    digest = hashlib.sha256(encoded.files[max(SIZES)]).hexdigest()[:32]
    for side, content in encoded.files.items():
        name = name_of(espace_id, digest, side)
        # One of another size is what a crash left of it.
        if not default_storage.exists(name) or default_storage.size(name) != len(content):
            default_storage.save(name, ContentFile(content))
    return digest


def read(espace_id: int, digest: str, side: int) -> bytes:
    """A logo's file; raises FileNotFoundError when the espace has none of that name."""
    if side not in SIZES or not DIGEST.fullmatch(digest):
        raise FileNotFoundError
    with default_storage.open(name_of(espace_id, digest, side)) as file:
        return file.read()


def name_of(espace_id: int, digest: str, side: int) -> str:
    return f"{FOLDER}/{espace_id}/{digest}-{side}.webp"


def sweep_daily(*, now: datetime) -> int:
    """sweep(), at the worker's start and once a day; returns how many files went."""
    global _next_sweep
    if time.monotonic() < _next_sweep:
        return 0
    _next_sweep = time.monotonic() + SWEPT_EVERY_S
    return sweep(now=now)


def sweep(*, now: datetime) -> int:
    """Delete the files that no account has any more, in the Corbeille neither; returns how many.

    now: aware. Side effects: files of the storage.
    """
    unused = [
        name
        for espace_id, digest, name in _stored()
        if not _is_used(espace_id, digest) and default_storage.get_modified_time(name) < now - SPARED
    ]
    for name in unused:
        default_storage.delete(name)
    return len(unused)


def _stored() -> Iterator[tuple[str, str, str]]:
    with suppress(FileNotFoundError):  # nobody has a logo yet
        for espace_id in default_storage.listdir(FOLDER)[0]:
            for file in default_storage.listdir(f"{FOLDER}/{espace_id}")[1]:
                yield espace_id, file.partition("-")[0], f"{FOLDER}/{espace_id}/{file}"


def _is_used(espace_id: str, digest: str) -> bool:
    return (
        Account.objects.filter(espace_id=espace_id, logo=digest).exists()
        or TrashedRow.objects.filter(espace_id=espace_id, rows__icontains=digest).exists()
    )
