"""The real `serve`, asked over HTTP as a browser asks: by one who waits, or by eight at once."""

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, RemoteDisconnected
from pathlib import Path

from tests.serving import MANAGE, ROOT, environment_of, eventually, free_port, processes

WAIT_S = 60
READERS = 8


class Visitor:
    """Somebody signed in, on a connection that stays open."""

    def __init__(self, port: int, cookie: str = ""):
        self._connection = HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
        self._headers = {"Cookie": cookie} if cookie else {}

    def get(self, address: str) -> bytes:
        """The page. Raises HTTPException when it is not the one that was asked for."""
        try:
            answer = self._answer(address)
        except RemoteDisconnected:  # the server hung up meanwhile, and the connection opens anew
            answer = self._answer(address)
        page = answer.read()
        if answer.status != 200:
            raise HTTPException(f"{address}: {answer.status} {page[:500]!r}")
        return page

    def _answer(self, address: str) -> HTTPResponse:
        self._connection.request("GET", address, headers=self._headers)
        return self._connection.getresponse()

    def time(self, address: str) -> float:
        """Seconds until the whole page is there."""
        begun = time.perf_counter()
        self.get(address)
        return time.perf_counter() - begun

    def leave(self) -> None:
        self._connection.close()


class Server:
    def __init__(self, folder: Path, port: int):
        self.folder, self.port = folder, port

    def memory_mb(self) -> float:
        """What all its processes hold, each shared page once."""
        return sum(_held_kb(pid) for pid in processes(str(self.folder))) / 1024

    def answered(self, address: str, cookie: str, *, seconds: float) -> int:
        """How many times it answers to eight readers, each on a new connection as a proxy opens them."""
        counts, end = [0] * READERS, time.monotonic() + seconds

        def read(n: int) -> None:
            while time.monotonic() < end:
                visitor = Visitor(self.port, cookie)
                visitor.get(address)
                visitor.leave()
                counts[n] += 1

        readers = [threading.Thread(target=read, args=[n]) for n in range(READERS)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        return sum(counts)


@contextmanager
def serving(folder: Path, *, database_url: str, settings: str, first: str) -> Iterator[Server]:
    """Vigie's server under these settings, once it answers at the address `first`."""
    folder.mkdir()
    server = Server(folder, free_port())
    environment = environment_of(
        str(folder),
        database_url=database_url,
        port=server.port,
        MEDIA_ROOT=f"{folder}/media",
        DJANGO_SETTINGS_MODULE=settings,
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*MANAGE, "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            eventually(lambda: process.poll() is not None or _answers(server, first), within_s=WAIT_S)
            if process.poll() is not None:
                raise RuntimeError((folder / "log").read_text())
            yield server
        finally:
            process.terminate()
            process.wait(WAIT_S)


def _answers(server: Server, address: str) -> bool:
    try:
        Visitor(server.port).get(address)
    except (OSError, HTTPException):
        return False
    return True


def _held_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
