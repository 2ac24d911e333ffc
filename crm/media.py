"""Media in an S3-compatible storage, by S3_URL: any machine reads and writes the same files."""

from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage


@contextmanager
def _as_of_a_disk() -> Iterator[None]:
    """What goes wrong far away fails as it does on a disk, for whoever must not care where files are."""
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise OSError(f"S3: {error}") from error


class S3Media(S3Storage):
    """Private files, read and written by Vigie alone. Every method raises OSError when S3 fails."""

    def get_default_settings(self) -> dict:
        client = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},  # which every S3 understands, under any name
            connect_timeout=3,  # seconds: somebody waits for the page
            read_timeout=10,
            retries={"total_max_attempts": 2},
        )
        return super().get_default_settings() | {"client_config": client, "file_overwrite": True}

    def _open(self, name: str, mode: str = "rb") -> File:
        with _as_of_a_disk(), super()._open(name, mode) as file:
            return ContentFile(file.read(), name)

    def _save(self, name: str, content: File) -> str:
        with _as_of_a_disk():
            return super()._save(name, content)

    def exists(self, name: str) -> bool:
        with _as_of_a_disk():
            return super().exists(name)

    def size(self, name: str) -> int:
        with _as_of_a_disk():
            return super().size(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _as_of_a_disk():
            return super().listdir(path)

    def get_modified_time(self, name: str):
        with _as_of_a_disk():
            return super().get_modified_time(name)

    def delete(self, name: str) -> None:
        with _as_of_a_disk():
            super().delete(name)
