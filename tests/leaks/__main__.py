"""`python -m tests.leaks`: takes each guard out of the code, one at a time; the isolation tests must notice.

On SQLite, in copies of the tree. `make leaks` is the way to it.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import django

ROOT = Path(__file__).parents[2]
COPIED = ("accounts", "build", "crm", "manage.py", "pyproject.toml", "static", "templates", "tests")
PYTEST = [
    sys.executable,
    *["-m", "pytest", "-x", "--nomigrations", "-p", "no:cacheprovider", "-m"],
    "not serial",
]
TIMEOUT_S = 600
FOUND, MISSED = 1, 0  # what pytest ends with


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.leaks")
    parser.add_argument("--only", default="", help="a text that the guards to take out have in their names")
    parser.add_argument("--side-by-side", type=int, default=os.cpu_count())
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "crm.settings"
    django.setup()
    from tests.leaks.mutants import mutants  # noqa: PLC0415 - it imports models, which need the above

    chosen = [mutant for mutant in mutants(ROOT) if options.only in str(mutant)]
    copies: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="vigie-leaks-") as folder:
        for n in range(options.side_by_side):
            copies.put(copy_of_the_tree(Path(folder) / f"{n}"))
        with ThreadPoolExecutor(options.side_by_side) as pool:
            outcomes = pool.map(lambda mutant: tried(mutant, copies), chosen)
            missed = [
                mutant
                for n, (mutant, run) in enumerate(zip(chosen, outcomes, strict=True), 1)
                if not told(f"{n}/{len(chosen)}", mutant, run)
            ]
    print(f"{len(chosen) - len(missed)} fuites trouvées sur {len(chosen)}.")
    sys.exit("\n".join(["Pas trouvées :", *map(str, missed)]) if missed else 0)


def copy_of_the_tree(folder: Path) -> Path:
    for name in COPIED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    return folder


def tried(mutant, copies: SimpleQueue) -> subprocess.CompletedProcess:
    """The isolation tests, run on the tree without this guard, until one fails."""
    root = copies.get()
    file = root / mutant.path
    whole = file.read_text()
    file.write_text(mutant.code)
    try:
        return subprocess.run(
            [*PYTEST, *mutant.tests],
            cwd=root,
            env=os.environ | {"DATABASE_URL": f"sqlite:///{root}/leaks.sqlite3"},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
        )
    finally:
        file.write_text(whole)
        copies.put(root)


def told(place: str, mutant, run: subprocess.CompletedProcess) -> bool:
    """Whether a test failed; the line says which."""
    if run.returncode not in (FOUND, MISSED):
        sys.exit(f"{mutant} : les tests n'ont pas pu tourner.\n{run.stdout}{run.stderr}")
    failed = [line for line in run.stdout.splitlines() if line.startswith("FAILED ")]
    by = failed[0].removeprefix("FAILED ").partition(" - ")[0] if failed else "PAS TROUVÉE"
    print(f"{place} {mutant}\n    {by}", flush=True)
    return run.returncode == FOUND


if __name__ == "__main__":
    main()
