"""A person's name, address and number in texts, and texts without them."""

import re
from collections.abc import Iterable

REDACTED = "[effacé]"
BETWEEN_DIGITS = r"[\s.\-/()]*"
PHONE_MIN_DIGITS = 6


class Traces:
    """What names a person in a text: names in one order or the other, an e-mail address, a phone number.

    near: in the texts about the person's own account, the last name alone names them too, written as it was
    given or in capitals. Elsewhere it may be somebody else, or a word.
    """

    def __init__(self, *, first_name: str, last_name: str, emails: Iterable[str] = (), phone: str = ""):
        self.last_name = last_name.strip()
        wholes = [*emails, *_full_names(first_name.strip(), self.last_name)]
        patterns = [_words(text) for text in wholes if text.strip()]
        digits = re.findall(r"\d", phone)
        if len(digits) >= PHONE_MIN_DIGITS:
            patterns.append(r"(?<!\d)\+?" + BETWEEN_DIGITS.join(digits) + r"(?!\d)")
        self._anywhere = re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)
        alone = {self.last_name, self.last_name.upper()} - {""}
        self._alone = re.compile("|".join(_words(name) for name in sorted(alone)) or r"(?!)")

    def cleaned(self, value, *, near: bool = False):
        """A text, or JSON, without what names the person."""
        if isinstance(value, str):
            text = self._anywhere.sub(REDACTED, value)
            return self._alone.sub(REDACTED, text) if near else text
        if isinstance(value, list):
            return [self.cleaned(item, near=near) for item in value]
        if isinstance(value, dict):
            return {key: self.cleaned(item, near=near) for key, item in value.items()}
        return value

    def names_alone(self, text: str) -> bool:
        """Whether a text, once cleaned, still has the last name alone."""
        return bool(self._alone.search(text))


def _full_names(first_name: str, last_name: str) -> list[str]:
    if first_name and last_name:
        return [f"{first_name} {last_name}", f"{last_name} {first_name}"]
    return [first_name or last_name]


def _words(text: str) -> str:
    """These words, whatever the blanks between them, not inside a longer word."""
    return r"(?<!\w)" + r"\s+".join(map(re.escape, text.split())) + r"(?!\w)"
