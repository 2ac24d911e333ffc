"""`python -m tests.leaks`: takes each guard out of the code, one at a time; the tests below must notice.

On SQLite, in copies of the tree. All are run once on the whole code, to learn which come by which guard; then
only those that came by a guard are run without it, the shortest first. `make leaks` is the way to it.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from time import monotonic

import django

from tests.leaks.learning import Learned, learned

ROOT = Path(__file__).parents[2]
COPIED = ("accounts", "build", "crm", "manage.py", "pyproject.toml", "static", "templates", "tests")
# Beside the isolation tests, those of guards that neither an espace nor a role depends on, of what a page
# offers to a role alone, and of what no page shows: mails, and what the worker does by itself.
OTHERS = ("admin", "espaces", "espace_delete", "members", "personal_data", "import_accounts", "two_factor")
OTHERS += ("conflict_page", "logo", "digest", "relance_many", "saved_view", "search", "trash", "trash_pages")
ASKED = ["tests/isolation", *(f"tests/test_{name}.py" for name in OTHERS)]
PYTEST = [
    sys.executable,
    "-m",
    "pytest",
    "-x",
    "--nomigrations",
    "-p",
    "no:cacheprovider",
    "-m",
    "not serial",
]
RIGHTS = "tests/isolation/test_rights.py::test_what_a_role_opens_is_named_here"
LEARNING_S, TRIAL_S = 3600, 1200  # at most: all the tests once, those of one guard
FOUND, MISSED = 1, 0  # what pytest ends with


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.leaks")
    parser.add_argument("--only", default="", help="a text that the guards to take out have in their names")
    parser.add_argument("--from", type=int, default=1, dest="first", help="which guard to begin with")
    parser.add_argument("--side-by-side", type=int, default=os.cpu_count())
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "crm.settings"
    django.setup()
    # It imports models, which need the above.
    from tests.leaks.mutants import declared_in_vain, files, mutants, telling  # noqa: PLC0415

    start = monotonic()
    known = list(mutants(ROOT))
    if in_vain := declared_in_vain(known):
        sys.exit("\n".join(["Dites sans effet, mais plus là :", *in_vain]))
    known.sort(key=lambda mutant: bool(mutant.reason))  # those without effect take all the tests there are
    chosen = [mutant for mutant in known if options.only in str(mutant)][options.first - 1 :]
    copies: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="vigie-leaks-") as folder:
        for n in range(options.side_by_side):
            copies.put(copy_of_the_tree(Path(folder) / f"{n}"))
        teller = copy_of_the_tree(Path(folder) / "teller")
        for path, code in files(teller).items():
            (teller / path).write_text(telling(path, code))
        tests = learn(teller, options.side_by_side)
        print(
            f"{len(tests)} tests, {len(chosen)} gardes ({monotonic() - start:.0f} s pour apprendre).",
            flush=True,
        )
        with ThreadPoolExecutor(options.side_by_side) as pool:
            outcomes = pool.map(lambda mutant: tried(mutant, tests, copies), chosen)
            found = {
                mutant: told(f"{n}/{len(known)}", mutant, run)
                for n, (mutant, run) in enumerate(zip(chosen, outcomes, strict=True), options.first)
            }
    declared = [mutant for mutant in chosen if mutant.reason]
    wrong = [mutant for mutant in chosen if found[mutant] == bool(mutant.reason)]
    print(f"{sum(found.values())} fuites trouvées sur {len(chosen)} ; {len(declared)} sans effet.")
    title = "Pas trouvées, ou trouvées bien que dites sans effet :"
    sys.exit("\n".join([title, *map(str, wrong)]) if wrong else 0)


def copy_of_the_tree(folder: Path) -> Path:
    for name in COPIED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    return folder


def learn(root: Path, side_by_side: int) -> list[Learned]:
    """Which guards each test comes by in a tree that tells it; all must pass there."""
    notes = root / "notes"
    notes.mkdir()
    plugin = ("-p", "tests.leaks.learning", f"--notes={notes}")
    run = pytest(root, *plugin, f"-n{side_by_side}", "--dist=worksteal", *ASKED, timeout_s=LEARNING_S)
    if run.returncode != MISSED:
        sys.exit(f"Les tests ne passent pas sur le code entier.\n{run.stdout}{run.stderr}")
    return learned(notes)


def pytest(root: Path, *arguments: str, timeout_s: float = TRIAL_S) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*PYTEST, *arguments],
        cwd=root,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{root}/leaks.sqlite3"},
        capture_output=True,
        text=True,
        timeout=timeout_s,
    )


def tried(mutant, known: list[Learned], copies: SimpleQueue) -> subprocess.CompletedProcess:
    """The tests that come by a guard, on the tree without it, until one fails.

    What no test comes by is the right that a view takes, read as it is imported: one test is about those.
    """
    root = copies.get()
    file = root / mutant.path
    whole = file.read_text()
    file.write_text(mutant.code)
    try:
        found = [each for each in known if mutant.key in each.guards]
        return pytest(root, *(in_order(found) if found else [RIGHTS]))
    finally:
        file.write_text(whole)
        copies.put(root)


def in_order(found: list[Learned]) -> list[str]:
    """File by file, or pytest would read a file again for each test: the shortest files and tests first."""
    seconds = defaultdict(float)
    for each in found:
        seconds[each.file] += each.seconds
    return [
        each.test for each in sorted(found, key=lambda each: (seconds[each.file], each.file, each.seconds))
    ]


def told(place: str, mutant, run: subprocess.CompletedProcess) -> bool:
    """Whether a test failed; the line says which."""
    if run.returncode not in (FOUND, MISSED):
        sys.exit(f"{mutant} : les tests n'ont pas pu tourner.\n{run.stdout}{run.stderr}")
    failed = [line for line in run.stdout.splitlines() if line.startswith(("FAILED tests", "ERROR tests"))]
    missed = f"sans effet : {mutant.reason}" if mutant.reason else "PAS TROUVÉE"
    by = failed[0].partition(" ")[2].partition(" - ")[0] if failed else missed
    print(f"{place} {mutant}\n    {by}", flush=True)
    return run.returncode == FOUND


if __name__ == "__main__":
    main()
