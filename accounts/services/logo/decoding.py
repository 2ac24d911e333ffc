"""Pictures of others, decoded in a child process with limits and encoded anew: no foreign byte is kept."""

import json
import select
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

SIZES = (64, 128, 256)  # px
# A script that is never imported here: only that process holds Pillow in memory.
DECODER = Path(__file__).with_name("decoder.py")
ANSWER_S = 6  # two more than the script leaves to a picture


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
        facts, _ = self._ask(b"look", content)
        return facts and _look(facts)

    def encode(self, content: bytes) -> Encoded | None:
        """A file's picture at each of SIZES; None when it is no picture that we read."""
        facts, files = self._ask(b"encode", content)
        return facts and Encoded(_look(facts), dict(zip(SIZES, files, strict=True)))

    def _ask(self, kind: bytes, content: bytes) -> tuple[dict | None, list[bytes]]:
        with self._lock:
            try:
                return self._exchange(b"%s %d\n%s" % (kind, len(content), content))
            except (OSError, ValueError):
                self._end()
                return None, []

    def _exchange(self, job: bytes) -> tuple[dict | None, list[bytes]]:
        if self._process is None:
            # -I: nothing of the environment, nor of the folder that we run in, is imported.
            self._process = subprocess.Popen(
                [sys.executable, "-I", DECODER, *map(str, SIZES)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={},
            )
        self._process.stdin.write(job)
        self._process.stdin.flush()
        ready, *_ = select.select([self._process.stdout], [], [], ANSWER_S)
        if not ready:
            raise TimeoutError
        facts = json.loads(self._process.stdout.readline())
        return facts, [self._process.stdout.read(length) for length in (facts or {}).get("lengths", ())]

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _look(facts: dict) -> Look:
    return Look(*(facts[name] for name in Look.__slots__))
