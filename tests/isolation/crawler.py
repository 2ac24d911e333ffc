"""Somebody who opens every page they find, and types what they know of others wherever something is asked."""

import re
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import parse_qs, urlencode

from django.http import HttpResponse
from django.test import Client

from tests.html import Form, Page

CHANCE = [
    re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'),
    re.compile(rb'name="[^"]*cle" value="[0-9a-f]{32}"'),
]

Pages = dict[str, tuple[int, bytes]]  # by address: what was answered, without what chance decides


class Crawl:
    """What somebody finds from these addresses on: each answer, and the forms that send something."""

    def __init__(self, client: Client, starts: Iterable[str]):
        self.client = client
        self.pages: Pages = {}
        self.forms: dict[tuple, Form] = {}
        self._asked = defaultdict(set)  # by path: the names of parameters that links and forms give it
        left = list(starts)
        while left:
            left += self._open(left.pop())

    def _open(self, address: str) -> list[str]:
        """Open a page that was not opened yet; returns where it leads."""
        if address in self.pages:
            return []
        response = self._get(address)
        path, _, query = address.partition("?")
        self._asked[path] |= parse_qs(query, keep_blank_values=True).keys()
        if not response.get("Content-Type", "").startswith("text/html"):
            return []
        page = Page(address, response.content.decode())
        for form in page.forms:
            self._note(form)
        # A page that was asked something in particular leads on to its kin without end.
        return [link for link in page.links if not query or "?" not in link]

    def _note(self, form: Form) -> None:
        if form.method == "post":
            self.forms.setdefault((form.action.partition("?")[0], *sorted(set(form.names))), form)
        else:
            self._asked[form.action.partition("?")[0]] |= set(form.names)
        for method, address in form.fragments:
            if method == "get":
                self._asked[address.partition("?")[0]] |= {"q", *form.names}

    def type(self, *texts: str) -> Pages:
        """Every address again, with each of these texts in each of its parameters."""
        before = dict(self.pages)
        for path, names in sorted(self._asked.items()):
            for name in sorted(names):
                for text in texts:
                    self._get(f"{path}?{urlencode({name: text})}")
        return {address: answer for address, answer in self.pages.items() if address not in before}

    def _get(self, address: str) -> HttpResponse:
        response = self.client.get(address)
        self.pages[address] = (response.status_code, told(response))
        return response


def told(response: HttpResponse) -> bytes:
    """All that an answer says: its body, and where it leads."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    for chance in CHANCE:
        body = chance.sub(b"", body)
    return body + response.get("Location", "").encode()
