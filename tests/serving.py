"""The real `manage.py serve`, its processes and its port; and databases beside the tests' own."""

import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server
from urllib.parse import quote, urlsplit

import psycopg

ROOT = Path(__file__).parent.parent
MANAGE = [sys.executable, "manage.py"]


def free_port() -> int:
    with create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def environment_of(mark: str, *, database_url: str, port: int, **others: str) -> dict[str, str]:
    """What `serve` is started with; processes(mark) then finds it and all that it starts."""
    return os.environ | {
        "VIGIE_TEST": mark,
        "DATABASE_URL": database_url,
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "WEB_WORKERS": "2",
        **others,
    }


def processes(mark: str) -> dict[int, str]:
    """Those that were started with VIGIE_TEST=mark in their environment: their names and command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"VIGIE_TEST={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                name, command = (folder / "comm").read_text(), (folder / "cmdline").read_text()
                found[int(folder.name)] = f"{name.strip()}: {command.replace(chr(0), ' ').strip()}"
        except OSError:
            continue  # it ended meanwhile, or is not ours to read
    return found


def eventually(condition: Callable[[], bool], *, within_s: float = 60) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def url_of(connection, name: str) -> str:
    """DATABASE_URL of a database of this name on the tests' server; for SQLite, of the file of this name."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    user, password, host, port = (
        connection.settings_dict[key] for key in ("USER", "PASSWORD", "HOST", "PORT")
    )
    return f"postgresql://{quote(user)}:{quote(password)}@{host}:{port}/{name}"


@contextmanager
def fresh_database(file: Path, *, kept_on_failure: bool = False) -> Iterator[str]:
    """DATABASE_URL of a database made beside the one that DATABASE_URL names, or of this file for SQLite.

    On PostgreSQL it goes away at the end; the file is left to whoever made its folder.
    """
    url = os.environ.get("DATABASE_URL") or "sqlite:"
    if urlsplit(url).scheme == "sqlite":
        yield f"sqlite:///{file}"
        return
    name = f"vigie_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    went_well = False
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
        went_well = True
    finally:
        if went_well or not kept_on_failure:
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")
