"""One run: who works, what is killed, what is found afterwards, and the table that tells it."""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from pathlib import Path
from random import Random

from django.core.management import call_command
from django.db import connection

from accounts.services.status import tick
from crm.management.espace import today_in
from crm.models import Espace
from crm.roles import Role
from crm.services.espace import create_espace
from crm.services.member import add_member
from tests.kills import checks
from tests.kills.machine import ALL, TARGETS, WORKER, Importer, Machine
from tests.kills.people import Ledger, Person
from tests.serving import free_port

PEOPLE = 3
PASSWORD = "des grues en vol"
PAUSE_S = (0.2, 1.5)  # between a return and the next kill, at random
BACK_S = 5.0  # the bound of TRUST.md
WORK_S = 30.0  # by then what was due is done, whatever was killed
SHOWN = 20  # faults of a kind


@dataclass
class Figures:
    """Seconds of each return, by what was killed; and until the worker had done what was due."""

    back_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    work_s: list[float] = field(default_factory=list)


def run(folder: Path, url: str, *, kills: int, seed: int) -> int:
    """Print the table, and return the number of faults."""
    call_command("migrate", verbosity=0)
    atlas, boreal = create_espace(name="Atlas"), create_espace(name="Boréal")
    emails = [f"personne{n}@atlas.fr" for n in range(PEOPLE)]
    for email in emails:
        add_member(espace=atlas, email=email, role=Role.AVANCE, password=PASSWORD)
    machine = Machine(folder, database_url=url, port=free_port())
    ledger, importer = Ledger(), Importer(machine, boreal.slug)
    people = [Person(machine.site, atlas.slug, e, PASSWORD, ledger, n) for n, e in enumerate(emails, seed)]
    machine.start()
    try:
        machine.answers_after(time.monotonic())
        for worker in (*people, importer):
            worker.start()
        # Tries to sign in that are cut off count as failed: after a few, one is kept out for minutes.
        for person in people:
            person.signed_in.wait(WORK_S)
        figures = _kill_again_and_again(machine, boreal, kills=kills, random=Random(seed))
        for worker in (*people, importer):
            worker.stopping.set()
        for worker in (*people, importer):
            worker.join()
        stopped = machine.stop()
    finally:
        machine.remove()
    return _report(kills, seed, figures, ledger, importer, stopped)


def _kill_again_and_again(machine: Machine, boreal: Espace, *, kills: int, random: Random) -> Figures:
    figures = Figures()
    for n in range(kills):
        time.sleep(random.uniform(*PAUSE_S))
        target = TARGETS[n % len(TARGETS)]
        moment = machine.kill(target, random)
        if target in (WORKER, ALL):
            _make_work(boreal)
            figures.back_s[target].append(max(machine.answers_after(moment), machine.runs_after(moment)))
            figures.work_s.append(_work_done_after(moment, boreal))
        else:
            figures.back_s[target].append(machine.answers_after(moment))
    return figures


def _make_work(espace: Espace) -> None:
    """Put an espace that nobody visits back to yesterday: only the worker brings it to today."""
    while tick(espace=espace, today=today_in(espace) - timedelta(days=1)) is None:
        time.sleep(0.02)


def _work_done_after(moment: float, espace: Espace) -> float:
    while (waited := time.monotonic() - moment) < WORK_S:
        espace.refresh_from_db(fields=["status_day"])
        if espace.status_day == today_in(espace):
            break
        time.sleep(0.05)
    return waited


def _report(kills, seed, figures: Figures, ledger: Ledger, importer: Importer, stopped: int) -> int:
    rows = importer.ROWS
    found = {
        "Écritures confirmées et perdues": [
            *checks.lost(ledger),
            *checks.lost_imports(importer.acknowledged, rows),
        ],
        "Lignes partielles": list(checks.partial(rows)),
        "Créations en double": list(checks.doubles(ledger)),
        "Réponses d'erreur": [*ledger.refusals, *(f"import: code {code}" for code in importer.failures)],
        "Retours trop lents": _too_slow(figures),
        "Arrêts sales": [f"serve: code {stopped}"] if stopped else [],
    }
    if not (ledger.counts["created"] and ledger.counts["changed"] and importer.acknowledged):
        found["Rien n'a été mesuré"] = [str(ledger.counts)]
    print(f"kill -9 sur {connection.vendor}, graine {seed}\n")
    print(f"{'':<42}{'coups':>6}{'retour le plus lent':>22}")
    for target in TARGETS:
        back_s = figures.back_s[target] or [0.0]
        print(f"{target:<42}{len(figures.back_s[target]):>6}{max(back_s):>20.1f} s")
    slowest = max(chain(*figures.back_s.values()), default=0.0)
    print(f"{'total':<42}{kills:>6}{slowest:>20.1f} s\n")
    told = {
        "Écritures confirmées": ledger.counts["created"] + ledger.counts["changed"],
        "Envois sans réponse, refaits": ledger.counts["cut off"],
        "Imports confirmés": len(importer.acknowledged),
        "Imports coupés": importer.tried - len(importer.acknowledged) - len(importer.failures),
        "Travail de fond repris, au pire (s)": f"{max(figures.work_s, default=0.0):.1f}",
        **{name: len(faults) for name, faults in found.items()},
    }
    for name, value in told.items():
        print(f"{name:<42}{value:>6}")
    for name, faults in found.items():
        print(*(f"{name} : {fault}" for fault in faults[:SHOWN]), sep="\n", end="\n" if faults else "")
    return sum(map(len, found.values()))


def _too_slow(figures: Figures) -> list[str]:
    slow = [f"{target}: {s:.1f} s" for target, all_s in figures.back_s.items() for s in all_s if s > BACK_S]
    return slow + [f"travail de fond: {s:.1f} s" for s in figures.work_s if s >= WORK_S]
