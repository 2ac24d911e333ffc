from pathlib import Path

from importlinter.cli import lint_imports


def test_imports_follow_the_layers(monkeypatch):
    monkeypatch.chdir(Path(__file__).parent.parent)
    assert lint_imports(no_cache=True, no_logo=True) == 0
