"""`manage.py assets`: join our CSS, htmx and our JS, and cut Inter down to the letters French needs."""

import re
from importlib import metadata
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management.base import BaseCommand
from fontpkg_inter import ROOT as INTER_ROOT
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

HTMX = "django_htmx/htmx-2.min.js"  # of the django-htmx package
LAYERS = "layers.css"  # declares the cascade layers, so it comes first and the others may come by name
FONT = "fonts/inter.woff2"

# Added only when the font is there: a collected stylesheet may not name a file that is missing.
FONT_FACE = f"""@font-face {{
font-family: "Inter";
src: url("{FONT}") format("woff2");
font-weight: 400 700;
font-display: swap;
}}
"""

CHARACTERS = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "ÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸàâäæçéèêëîïôöœùûüÿñÑáíóúãõßøåÅØ"
    + "\u00a0\u202f«»“”‘’‹›–—…·•€£°±×÷²³ªº§©®™†‰¼½¾¿¡−≈≤≥←↑→↓↗↘✓"
)
FEATURES = ("kern", "liga", "calt", "case", "tnum", "cv11")
WEIGHTS = (400, 700)


class Command(BaseCommand):
    """Build app.css, app.js and the font into settings.ASSETS_ROOT; rewrite only what changed."""

    help = "Build app.css, app.js and the font into the git-ignored assets folder."
    requires_system_checks = []  # they would complain that the folder made here is not there yet

    def handle(self, **options):
        source, target = Path(settings.BASE_DIR, "static"), Path(settings.ASSETS_ROOT)
        font_face = FONT_FACE if self.build_font(target) else ""
        self.write(target / "app.css", (joined_css(source / "css") + font_face).encode())
        htmx = Path(finders.find(HTMX)).read_text()
        self.write(target / "app.js", f"{htmx};\n{joined_js(source / 'js')}".encode())

    def build_font(self, target: Path) -> bool:
        """Whether the font is there. Without it the pages use the system's own."""
        font, stamp = target / FONT, target.parent / "inter.stamp"
        recipe = repr((metadata.version("fontpkg-inter"), CHARACTERS, FEATURES, WEIGHTS))
        if font.exists() and stamp.exists() and stamp.read_text() == recipe:
            return True
        try:
            woff2 = subset_inter()
        except Exception as error:  # whatever fails in the font tools, the site works without Inter
            self.stderr.write(f"Inter n'a pas pu être préparée ({error}) : police du système.")
            return font.exists()
        self.write(font, woff2)
        stamp.write_text(recipe)
        return True

    def write(self, path: Path, content: bytes) -> None:
        if path.exists() and path.read_bytes() == content:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.stdout.write(f"{path.name} : {len(content) / 1024:.1f} Ko")


def joined_css(folder: Path) -> str:
    """Every stylesheet in one, without comments and the spaces that no rule depends on."""
    files = sorted(folder.glob("*.css"), key=lambda path: (path.name != LAYERS, path.name))
    text = "\n".join(path.read_text() for path in files)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*([{};,])\s*", r"\1", _stripped(text))
    return re.sub(r': (?!")', ":", text).replace(";}", "}")  # a quoted text keeps its spaces


def joined_js(folder: Path) -> str:
    """Every module in one, by name: autocomplete.js, which the pickers use, comes before them.

    Without indentation, and without comments, which stand on lines of their own.
    """
    text = "\n".join(path.read_text() for path in sorted(folder.glob("*.js")))
    text = re.sub(r"^\s*(/\*.*?\*/|//.*?)$", "", text, flags=re.DOTALL | re.MULTILINE)
    return _stripped(text)


def _stripped(text: str) -> str:
    return "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())


def subset_inter() -> bytes:
    """Inter with one optical size, the weights in use and the characters of French."""
    font = TTFont(INTER_ROOT / "files" / "Inter[opsz,wght].ttf", recalcTimestamp=False)
    options = subset.Options(layout_features=list(FEATURES), hinting=False, name_IDs=[1, 2])
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=CHARACTERS)
    subsetter.subset(font)
    # After the cut: pinning an axis drops the glyphs that do not vary from a table that the cut reads.
    instancer.instantiateVariableFont(font, {"opsz": 14, "wght": WEIGHTS}, inplace=True)
    font.flavor = "woff2"
    woff2 = BytesIO()
    font.save(woff2)
    return woff2.getvalue()
