"""What a browser says of itself, in words that its owner recognises."""

import re

# The first that is found names it: Edge and Opera also say Chrome, Chrome also says Safari.
BROWSERS = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrom(e|ium)/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"CrOS", "ChromeOS"),
    (r"Macintosh|Mac OS X", "macOS"),
    (r"Linux|X11", "Linux"),
)
HELD_IN_HAND = {"iPhone", "iPad", "Android"}


def device_words(user_agent: str) -> str:
    """`Firefox sur Windows`; `Navigateur inconnu` when nothing is recognised."""
    browser, system = _named(BROWSERS, user_agent), _named(SYSTEMS, user_agent)
    if browser and system:
        return f"{browser} sur {system}"
    return browser or system or "Navigateur inconnu"


def is_held_in_hand(user_agent: str) -> bool:
    """Whether it is a telephone or a tablet."""
    return _named(SYSTEMS, user_agent) in HELD_IN_HAND


def _named(patterns: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for pattern, name in patterns if re.search(pattern, user_agent)), "")
