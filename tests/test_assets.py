"""`manage.py assets`: what the pages load, built from static/ and the Inter package."""

import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from fontTools.ttLib import TTFont

from crm.management.commands import assets

OUR_JS_BYTES = 20_000
FONT_BYTES = 32_000


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder that one run of the command made."""
    root = tmp_path_factory.mktemp("build") / "static"
    build(root)
    return root


def build(root) -> None:
    with override_settings(ASSETS_ROOT=root):
        call_command("assets")


def test_assets_builds_one_stylesheet_with_the_layers_first(built):
    css = (built / "app.css").read_text()
    assert css.startswith("@layer reset,tokens,base,layout,components,utilities;")
    assert 'url("fonts/inter.woff2")' in css
    assert "/*" not in css


def test_assets_loses_no_rule_of_a_stylesheet(built):
    css = (built / "app.css").read_text()
    for source in (settings.BASE_DIR / "static/css").glob("*.css"):
        without_comments = re.sub(r"/\*.*?\*/", "", source.read_text(), flags=re.DOTALL)
        rules = "".join(without_comments.split()).replace(";}", "}")
        assert rules in "".join(css.split())


def test_assets_builds_one_script_of_htmx_and_little_of_our_own(built):
    script, ours = (built / "app.js").read_text(), assets.joined_js(settings.BASE_DIR / "static/js")
    assert script.startswith("var htmx=")
    assert script.endswith(f";\n{ours}")
    assert len(ours.encode()) <= OUR_JS_BYTES


def test_font_writes_french_and_stays_small(built):
    path = built / "fonts/inter.woff2"
    font = TTFont(path)
    assert path.stat().st_size <= FONT_BYTES
    assert {ord(letter) for letter in "éèêëàâçîïôûùüÿœŒæÉÀÇ’«»…€→\u202f"} <= font.getBestCmap().keys()
    (weight,) = font["fvar"].axes
    assert (weight.axisTag, weight.minValue, weight.maxValue) == ("wght", 400, 700)


def test_assets_rewrites_only_what_changed(built, monkeypatch):
    monkeypatch.setattr(assets, "subset_inter", lambda: pytest.fail("the font was cut again"))
    times = {path: path.stat().st_mtime_ns for path in built.rglob("*") if path.is_file()}
    (built / "app.js").write_text("something else")
    build(built)
    changed = {path.name for path, time in times.items() if path.stat().st_mtime_ns != time}
    assert changed == {"app.js"}


def test_site_works_without_the_font(tmp_path, monkeypatch, capsys):
    def fails():
        raise OSError("pas de police")

    monkeypatch.setattr(assets, "subset_inter", fails)
    build(tmp_path / "static")
    assert "pas de police" in capsys.readouterr().err
    assert "font-face" not in (tmp_path / "static/app.css").read_text()


def test_nothing_inline_in_templates():
    """The Content-Security-Policy refuses inline styles and scripts, so that no page may have any.

    Mail readers know no other styles.
    """
    root = settings.BASE_DIR / "templates"
    for template in set(root.rglob("*.html")) - set((root / "mail").iterdir()):
        text = template.read_text()
        assert not re.search(r"\sstyle=|<style|\son\w+=|hx-on|<script(?![^>]*\bsrc=)", text), template
