"""Web app manifests: the icons that a site gives to phones."""

from accounts.services.logo.addresses import absolute, size_in_name
from accounts.services.logo.candidate import MASKABLE, Candidate, Kind
from accounts.services.logo.sizes import declared_px, is_vector
from accounts.services.logo.stranger_pictures import DEFAULT_APPS

MAX_ICONS = 50


def manifest_icons(manifests: dict[str, object]) -> list[Candidate]:
    """The icons of manifests, for any purpose over maskable only; never those that may be monochrome.

    manifests: address to parsed JSON, whatever that is. One that a framework's template left there has none.
    """
    found = []
    for address, manifest in manifests.items():
        if not isinstance(manifest, dict) or is_left_as_made(manifest):
            continue
        icons = manifest.get("icons")
        for icon in icons[:MAX_ICONS] if isinstance(icons, list) else []:
            if isinstance(icon, dict) and (candidate := _candidate(icon, address)):
                found.append(candidate)
    return found


def is_left_as_made(manifest: object) -> bool:
    """Whether a manifest is a framework's template, never filled in: its icons are the framework's."""
    if not isinstance(manifest, dict):
        return False
    return any(_text(manifest, key).strip().lower() in DEFAULT_APPS for key in ("name", "short_name"))


def _candidate(icon: dict, manifest_url: str) -> Candidate | None:
    url = absolute(_text(icon, "src"), manifest_url)
    purposes = set(_text(icon, "purpose").lower().split()) or {"any"}
    if not url or "monochrome" in purposes or not purposes & {"any", "maskable"}:
        return None
    return Candidate(
        url,
        Kind.MANIFEST,
        declared_px(_text(icon, "sizes")) or size_in_name(url),
        weight=1.0 if "any" in purposes else MASKABLE,
        is_vector=is_vector(url, _text(icon, "type")),
    )


def _text(fields: dict, key: str) -> str:
    """A field that is a text; empty for whatever else stands there."""
    value = fields.get(key)
    return value if isinstance(value, str) else ""
