"""Pictures of others, decoded in a child process with limits and encoded anew: no foreign byte is kept."""

import json
import select
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from accounts.services.logo.decoder import HEADER, LENGTH, SIZES, WALL_S

DECODER = Path(__file__).with_name("decoder.py")
ANSWER_S = WALL_S + 2


@dataclass(frozen=True, slots=True)
class Look:
    """What a picture is, in real pixels. ground: "light" or "dark" where it needs that behind it, else ""."""

    width: int
    height: int
    is_opaque: bool
    is_blank: bool
    ground: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """A square picture as lossless WebP, by side in pixels."""

    look: Look
    files: dict[int, bytes]


class Decoder:
    """The child process, started at the first picture and ended with the `with`. Threads may share one."""

    def __init__(self):
        self._process: subprocess.Popen | None = None
        self._lock = threading.Lock()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with self._lock:
            self._end()

    def look(self, content: bytes) -> Look | None:
        """What a file shows; None when it is no picture that we read (SVG is not: it can refer to files)."""
        facts, _ = self._ask(b"m", content)
        return facts and _look(facts)

    def encode(self, content: bytes) -> Encoded | None:
        """A file's picture at each of SIZES; None when it is no picture that we read."""
        facts, files = self._ask(b"e", content)
        if facts is None:
            return None
        by_side = {}
        for side, length in zip(SIZES, facts["lengths"], strict=True):
            by_side[side], files = files[:length], files[length:]
        return Encoded(_look(facts), by_side)

    def _ask(self, kind: bytes, content: bytes) -> tuple[dict | None, bytes]:
        with self._lock:
            try:
                answer = self._exchange(HEADER.pack(kind, len(content)) + content)
            except (OSError, struct.error):
                self._end()
                return None, b""
        facts, _, files = answer.partition(b"\n")
        return json.loads(facts or b"null"), files

    def _exchange(self, job: bytes) -> bytes:
        if self._process is None:
            # -I: nothing of the environment, nor of the folder that we run in, is imported.
            self._process = subprocess.Popen(
                [sys.executable, "-I", DECODER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}
            )
        self._process.stdin.write(job)
        self._process.stdin.flush()
        ready, *_ = select.select([self._process.stdout], [], [], ANSWER_S)
        if not ready:
            raise TimeoutError
        (length,) = LENGTH.unpack(self._process.stdout.read(LENGTH.size))
        return self._process.stdout.read(length)

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _look(facts: dict) -> Look:
    return Look(*(facts[name] for name in Look.__slots__))
