"""crm.markup writes what Django's format_html writes."""

import pytest
from django.forms import CharField, Form
from django.utils import html
from django.utils.safestring import SafeString, mark_safe

from crm import markup


class Name(Form):
    name = CharField(initial="<\"&'>")


VALUES = {
    "text": "<script>alert('1')</script> & \"2\"",
    "html": mark_safe("<b>1</b>"),
    "field": Name()["name"],
    "object": type("Row", (), {"__str__": lambda self: "<i>"})(),
    "number": 7_777,
    "none": None,
    "braces": "{0} {{",
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_values_are_escaped_as_django_escapes_them_unless_they_are_html(value):
    written = markup.format_html("<p>{} {name}</p>", value, name=value)
    assert (type(written), written) == (SafeString, html.format_html("<p>{} {name}</p>", value, name=value))


def test_rows_are_joined():
    rows = [("<a>", 1), (mark_safe("<b>"), 2)]
    joined = markup.format_html_join(", ", "{}:{}", rows)
    assert (type(joined), joined) == (SafeString, html.format_html_join(", ", "{}:{}", rows))
