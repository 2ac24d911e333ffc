"""The command that holds the finder against labelled pages."""

import json

import pytest
from django.core.management import CommandError, call_command

ACME = "https://www.acme.fr/"


@pytest.fixture
def folder(tmp_path):
    """Six pages: one of each verdict."""
    icon, page = (
        f"{ACME}i.png",
        '<html><head><link rel="icon" href="/i.png" sizes="96x96"></head><body></body></html>',
    )
    labels = {
        "bonne": {"ideal": [icon]},
        "moyenne": {"ideal": [f"{ACME}grand.png"], "acceptable": [icon]},
        "passable": {"ideal": [f"{ACME}grand.png"], "tolerated": [icon]},
        "mauvaise": {"ideal": ["monogram"], "forbidden": [icon]},
        "inconnue": {"ideal": [f"{ACME}grand.png"]},
        "reseau": {"ideal": [icon], "page_url": "https://www.linkedin.com/company/acme"},
    }
    (tmp_path / "html").mkdir()
    (tmp_path / "expected").mkdir()
    (tmp_path / "index.json").write_text(json.dumps([{"id": name} for name in labels]))
    for name, expected in labels.items():
        (tmp_path / "html" / f"{name}.html").write_text(page)
        (tmp_path / "expected" / f"{name}.json").write_text(json.dumps({"page_url": ACME, **expected}))
    return tmp_path


def test_logo_score_prints_each_page_that_is_not_ideal_then_the_totals(folder, capsys):
    call_command("logo_score", folder)
    assert capsys.readouterr().out.splitlines() == [
        "moyenne : acceptable, https://www.acme.fr/i.png",
        "    idéal : https://www.acme.fr/grand.png",
        "passable : toléré, https://www.acme.fr/i.png",
        "    idéal : https://www.acme.fr/grand.png",
        "mauvaise : faux, https://www.acme.fr/i.png",
        "    idéal : monogram",
        "inconnue : sans étiquette, https://www.acme.fr/i.png",
        "    idéal : https://www.acme.fr/grand.png",
        "reseau : monogramme, monogram",
        "    idéal : https://www.acme.fr/i.png",
        "Pages : 6. Idéal 1, acceptable 1, toléré 1, faux 1, monogramme 1, sans étiquette 1.",
        "Idéal ou acceptable : 2 sur 6.",
    ]


def test_logo_score_gives_the_manifests_of_the_folder_to_the_finder(folder, capsys):
    (folder / "index.json").write_text('[{"id": "bonne"}]')
    manifest = {f"{ACME}m.json": json.dumps({"icons": [{"src": "/grand.png", "sizes": "512x512"}]})}
    expected = {
        "page_url": ACME,
        "ideal": [f"{ACME}grand.png"],
        "resources": manifest | {f"{ACME}casse.json": "{"},
    }
    (folder / "expected" / "bonne.json").write_text(json.dumps(expected))
    call_command("logo_score", folder)
    assert capsys.readouterr().out.splitlines()[-1] == "Idéal ou acceptable : 1 sur 1."


def test_logo_score_makes_the_nested_page_that_a_label_asks_for(folder, capsys):
    (folder / "index.json").write_text('[{"id": "bonne"}]')
    expected = {"page_url": ACME, "ideal": [f"{ACME}i.png"], "generate_depth": 100_000}
    (folder / "expected" / "bonne.json").write_text(json.dumps(expected))
    call_command("logo_score", folder)
    assert capsys.readouterr().out.splitlines()[-1] == "Idéal ou acceptable : 1 sur 1."


def test_logo_score_of_another_folder_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="n'est pas un dossier de pages étiquetées"):
        call_command("logo_score", tmp_path)
