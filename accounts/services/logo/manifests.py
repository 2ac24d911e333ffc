"""Web app manifests: the icons that a site gives to phones."""

from accounts.services.logo.addresses import absolute, size_in_name
from accounts.services.logo.candidate import MASKABLE, Candidate, Kind
from accounts.services.logo.sizes import declared_px, is_vector
from accounts.services.logo.stranger_pictures import DEFAULT_APPS

MAX_ICONS = 50


def manifest_icons(manifests: dict[str, object]) -> list[Candidate]:
    """The icons of manifests, for any purpose over maskable only; never those that are only monochrome.

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
    return any(str(manifest.get(key, "")).strip().lower() in DEFAULT_APPS for key in ("name", "short_name"))


def _candidate(icon: dict, manifest_url: str) -> Candidate | None:
    source, sizes, media = icon.get("src"), icon.get("sizes"), icon.get("type")
    url = absolute(source, manifest_url) if isinstance(source, str) else None
    purposes = str(icon.get("purpose") or "any").lower().split()
    if not url or not {"any", "maskable"}.intersection(purposes):
        return None
    return Candidate(
        url,
        Kind.MANIFEST,
        declared_px(str(sizes or "")) or size_in_name(url),
        weight=1.0 if "any" in purposes else MASKABLE,
        is_vector=is_vector(url, str(media or "")),
    )
