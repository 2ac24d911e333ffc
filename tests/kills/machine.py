"""The installation under test: `serve`, started again as a supervisor would, commands, and their kills."""

import os
import signal
import subprocess
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from random import Random

from crm.children import stop_with_parent
from tests.serving import MANAGE, ROOT, environment_of, processes

LOOK_S = 0.02
WAIT_MAX_S = 60  # to be back: longer than any bound, so that the figure is known

WEB_PROCESS, WEB, WORKER, IMPORT, ALL = (
    "un processus web",
    "le serveur web",
    "le travail de fond",
    "un import",
    "tout",
)
TARGETS = (WEB_PROCESS, WEB, WORKER, IMPORT, ALL)


class Machine:
    def __init__(self, folder: Path, *, database_url: str, port: int):
        self.mark = str(folder)
        self.site = f"http://127.0.0.1:{port}"
        self.environment = environment_of(
            self.mark, database_url=database_url, port=port, MEDIA_ROOT=f"{folder}/media", LOG_LEVEL="WARNING"
        )
        self._log = (folder / "serve.log").open("ab")
        self._folder = folder

    def start(self) -> None:
        self.serve = subprocess.Popen(
            [*MANAGE, "serve"],
            cwd=ROOT,
            env=self.environment,
            stdout=self._log,
            stderr=self._log,
            preexec_fn=stop_with_parent,  # a run that is interrupted leaves nothing behind
        )

    def stop(self) -> int:
        """Ask politely; returns the exit code."""
        self.serve.terminate()
        return self.serve.wait(WAIT_MAX_S)

    def remove(self) -> None:
        """Leave no process, whatever happened."""
        for pid in processes(self.mark):
            _kill(pid)
        self.serve.wait()
        self._log.close()

    def manage(self, *arguments: str) -> int:
        """Run a command, that can be killed; returns its exit code."""
        return subprocess.run(
            [*MANAGE, *arguments], cwd=ROOT, env=self.environment, stdout=self._log, stderr=self._log
        ).returncode

    def kill(self, target: str, random: Random) -> float:
        """kill -9; returns the moment. Everything that is killed is started again by whoever should."""
        victims = self._wait_for(target)
        if target == WEB_PROCESS:
            victims = [random.choice(victims)]
        for pid in victims:
            _kill(pid)
        moment = time.monotonic()
        if target == ALL:
            self.serve.wait()
            self.start()
        return moment

    def _wait_for(self, target: str) -> list[int]:
        deadline = time.monotonic() + WAIT_MAX_S
        while not (found := self._processes(target)):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{target}: nothing to kill")
            time.sleep(LOOK_S)
        return found

    def _processes(self, target: str) -> list[int]:
        known = processes(self.mark)
        if target == ALL:
            return list(known)
        mark = {WORKER: "vigie-work:", IMPORT: "import_accounts"}.get(target, "vigie-web:")
        found = [pid for pid, command in known.items() if mark in command]
        # gunicorn's first process only watches over those that answer.
        return [pid for pid in found if _parent_of(pid) in found] if target == WEB_PROCESS else found

    def answers_after(self, moment: float) -> float:
        """Seconds from that moment to the first answer of a site that is ready, on a new connection."""
        while (waited := time.monotonic() - moment) < WAIT_MAX_S:
            try:
                with urllib.request.urlopen(f"{self.site}/sante/pret", timeout=WAIT_MAX_S) as answer:
                    answer.read()
                return time.monotonic() - moment
            except OSError:
                time.sleep(LOOK_S)
        return waited

    def runs_after(self, moment: float) -> float:
        """Seconds from that moment until the worker's process is there again."""
        self._wait_for(WORKER)
        return time.monotonic() - moment


class Importer(threading.Thread):
    """Imports one file after another; each is acknowledged by its command's exit code, or was killed."""

    ROWS = 200

    def __init__(self, machine: Machine, espace: str):
        super().__init__(name="importer", daemon=True)
        self._machine, self._espace = machine, espace
        self.acknowledged: set[int] = set()
        self.tried = 0
        self.failures: list[int] = []  # exit codes
        self.stopping = threading.Event()

    def run(self):
        file = Path(self._machine.mark, "import.csv")
        while not self.stopping.is_set():
            self.tried += 1
            file.write_text(self._content(self.tried))
            code = self._machine.manage("import_accounts", str(file), "--espace", self._espace)
            if code == 0:
                self.acknowledged.add(self.tried)
            elif code != -signal.SIGKILL:
                self.failures.append(code)

    def _content(self, number: int) -> str:
        group = f"Import {number} n° 0"
        rows = [f"{group};groupe;;;Importé;2020-01-01"]
        rows += [
            f"Import {number} n° {n};client;;{group};Importé, Lot {number % 5};2024-{1 + n % 12:02}-15"
            for n in range(1, self.ROWS)
        ]
        return "\n".join(["nom;type;site_web;compte_parent;tags;cree_le", *rows])


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):  # it ended by itself meanwhile
        os.kill(pid, signal.SIGKILL)


def _parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
