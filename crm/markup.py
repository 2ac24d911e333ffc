"""format_html, which escapes just the same, for the thousand pieces of a list: at half the cost of Django's.

Django's also takes lazy texts unresolved, for which each argument goes through several functions.
"""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString


def format_html(pattern: str, *values: object, **named: object) -> SafeString:
    """A pattern of ours with values put in it, escaped unless they are HTML already."""
    escaped = {name: _escaped(value) for name, value in named.items()}
    return SafeString(pattern.format(*map(_escaped, values), **escaped))


def format_html_join(separator: str, pattern: str, rows: Iterable[Iterable]) -> SafeString:
    """The pattern for each row of values, joined by a separator of ours."""
    return SafeString(separator.join([format_html(pattern, *values) for values in rows]))


def _escaped(value: object) -> str:
    if type(value) is SafeString:
        return value
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))
