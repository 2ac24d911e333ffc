"""docs/deploy.md and the files beside it: every setting named, none invented, and no check against them."""

import ast
import re
import subprocess
import sys

from tests.production import DEPLOY, ROOT, environment

GUIDE = (ROOT / "docs" / "deploy.md").read_text()
GET = "os.environ.get"
OF_THE_SYSTEM = {"PATH"}


def names_read() -> set[str]:
    """The variables that our code reads, by itself or through a function that is told their name."""
    files = [*ROOT.glob("crm/**/*.py"), *ROOT.glob("accounts/**/*.py")]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    readers = {GET} | {node.name for node in nodes if isinstance(node, ast.FunctionDef) and is_reader(node)}
    calls = [node for node in nodes if isinstance(node, ast.Call) and node.args]
    named = {call.args[0] for call in calls if {called(call), called(call).removeprefix("env.")} & readers}
    return {name.value for name in named if isinstance(name, ast.Constant)} - OF_THE_SYSTEM


def is_reader(function: ast.FunctionDef) -> bool:
    """Whether it reads the variable that its first parameter names."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and called(node) == GET]
    return any(ast.unparse(call.args[0]) == function.args.args[0].arg for call in calls if function.args.args)


def called(call: ast.Call) -> str:
    return ast.unparse(call.func)


def names_told() -> set[str]:
    """What the first column of the table of settings names."""
    (section,) = re.findall(r"^## Settings$(.*?)^## ", GUIDE, re.MULTILINE | re.DOTALL)
    first_column = re.findall(r"^\|([^|]*)\|", section, re.MULTILINE)
    return set(re.findall(r"`([A-Z0-9_]+)`", " ".join(first_column)))


def test_the_table_names_each_setting_and_no_other():
    assert names_told() == names_read()
    assert {"DATABASE_URL", "HTTPS", "EMAIL_HOST", "WEB_THREADS"} <= names_read()  # each way of reading one


def test_no_setting_is_read_in_another_way():
    """So that the table misses none."""
    files = [*ROOT.glob("crm/**/*.py"), *ROOT.glob("accounts/**/*.py")]
    odd = re.compile(r"os\.environ\[|os\.environ\.pop|getenv|from os import")
    assert [file.name for file in files if odd.search(file.read_text())] == []


def test_the_files_use_settings_that_exist():
    used = environment().keys() - {"PATH"}
    for unit in DEPLOY.glob("*.service"):
        used |= set(re.findall(r"\$\{(\w+)\}", unit.read_text()))
    assert used - names_read() == set()


def test_the_guide_names_each_file_and_no_other():
    named = set(re.findall(r"docs/deploy/([\w-]+(?:\.\w+)?)", GUIDE))
    assert named == {path.name for path in DEPLOY.iterdir()}


def test_django_holds_nothing_against_the_production_settings():
    settings = environment(SECRET_KEY="une clé de production, longue et variée : 0123456789, abcdefghij")
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    assert re.fullmatch(r"System check identified no issues \(\d+ silenced\)\.\n", checked.stdout)
