"""Vigie as docs/deploy/ runs it, on the loopback: its commands and settings are read from the files there."""

import os
import re
import shlex
import shutil
import signal
import string
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_connection, create_server

import pytest

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "docs" / "deploy"
HOST = "crm.example.com"
REQUIRED = os.environ.get("PRODUCTION") == "required"


def program(name: str) -> str:
    """Where a program of Debian's is; without it the test is skipped, or fails where PRODUCTION=required."""
    if found := shutil.which(name, path="/usr/sbin:/usr/bin"):
        return found
    return (pytest.fail if REQUIRED else pytest.skip)(
        f"Il manque {name} ; pour lancer ce test : sudo apt-get install {name}"
    )


def environment(**changed: str) -> dict[str, str]:
    """The settings of docs/deploy/vigie.env, these changed, and nothing else of ours."""
    lines = shlex.split((DEPLOY / "vigie.env").read_text(), comments=True)
    return {"PATH": os.environ["PATH"], **dict(line.split("=", 1) for line in lines), **changed}


def command(unit: str, settings: dict[str, str]) -> list[str]:
    """What a unit of docs/deploy/ starts, with the Python of this test."""
    (line,) = re.findall(r"^ExecStart=(.*)$", (DEPLOY / unit).read_text(), re.MULTILINE)
    line = line.replace("/opt/vigie/.venv/bin/", f"{Path(sys.executable).parent}/")
    return shlex.split(string.Template(line).substitute(settings))


def manage(*words: str, settings: dict[str, str]) -> str:
    """What a command of manage.py prints."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=settings, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def free_port() -> int:
    with create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def eventually(condition: Callable[[], object], *, within_s: float = 60) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def is_open(port: int) -> bool:
    try:
        create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def as_another_user(name: str, *folders: Path) -> dict:
    """How to start a program that refuses to run as root; these folders become that user's."""
    if os.geteuid():
        return {}
    for folder in folders:
        shutil.chown(folder, name)
    return {"user": name, "group": name, "extra_groups": []}


@contextmanager
def running(*words: str, stop: int = signal.SIGTERM, **how) -> Iterator[subprocess.Popen]:
    """A program that is asked to stop at the end, and must then end well."""
    process = subprocess.Popen(words, cwd=ROOT, **how)
    try:
        yield process
        process.send_signal(stop)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
