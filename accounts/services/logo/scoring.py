"""The finder held against labelled pages: a folder with index.json, html/ID.html and expected/ID.json."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from accounts.services.logo import candidates

MONOGRAM = "monogram"


class Verdict(StrEnum):
    IDEAL = "idéal"
    ACCEPTABLE = "acceptable"
    TOLERATED = "toléré"
    WRONG = "faux"
    MISSED = "monogramme"  # and a picture was right
    UNKNOWN = "sans étiquette"


@dataclass(frozen=True, slots=True)
class PageScore:
    """What the finder puts first for a page: an address, or « monogram »."""

    page: str
    verdict: Verdict
    first: str
    ideal: list[str]


def score(folder: Path) -> Iterator[PageScore]:
    """Each page of the folder, in the order of its index.

    Raises OSError, ValueError, KeyError or TypeError when it is made otherwise.
    """
    for entry in json.loads((folder / "index.json").read_text()):
        expected = json.loads((folder / "expected" / f"{entry['id']}.json").read_text())
        html = (folder / "html" / f"{entry['id']}.html").read_bytes()
        if depth := expected.get("generate_depth"):
            html = html.replace(b"</head><body>", b"</head><body>" + b"<div>" * depth)
        address = expected.get("base_url") or expected["page_url"]
        found = candidates(html, address, _manifests(expected.get("resources")))
        first = found[0].url if found else MONOGRAM
        yield PageScore(entry["id"], verdict_on(first, expected), first, expected["ideal"])


def verdict_on(first: str, expected: dict[str, list[str]]) -> Verdict:
    """What a page's labels say of an address, or of « monogram »."""
    labels = {
        "ideal": Verdict.IDEAL,
        "acceptable": Verdict.ACCEPTABLE,
        "tolerated": Verdict.TOLERATED,
        "forbidden": Verdict.WRONG,
    }
    for label, verdict in labels.items():
        if first in expected.get(label, []):
            return verdict
    return Verdict.MISSED if first == MONOGRAM else Verdict.UNKNOWN


def _manifests(resources: dict | None) -> dict[str, object]:
    manifests = {}
    for url, content in (resources or {}).items():
        try:
            manifests[url] = json.loads(content) if isinstance(content, str) else content
        except ValueError:
            continue
    return manifests
