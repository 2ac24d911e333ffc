"""Somebody's browser, without JavaScript: it keeps cookies, fills in forms, and can be cut off."""

from collections.abc import Iterator
from html.parser import HTMLParser
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, build_opener

TIMEOUT_S = 30


class CutOff(Exception):
    """No answer came: what was asked may have been done, or not."""


class Refused(Exception):
    """The answer is not the one that a form sent well deserves."""

    def __init__(self, status: int, page: str):
        super().__init__(f"{status}: {' '.join(page.split())[:2000]}")
        self.status = status


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """Addresses are relative to the site's."""

    def __init__(self, site: str):
        self._site = site
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()), _Stay)

    def _ask(self, address: str, form: dict | None = None) -> tuple[int, str, str]:
        """The status, where it leads, and the page."""
        body = urlencode(form).encode() if form is not None else None
        try:
            try:
                answer = self._opener.open(self._site + address, body, timeout=TIMEOUT_S)
            except HTTPError as error:
                answer = error
            with answer:
                return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        except (OSError, HTTPException) as error:
            raise CutOff(str(error)) from error

    def form(self, address: str, holding: str) -> dict[str, str]:
        """What a browser would send of the page's form that has this field, were nothing typed."""
        status, _, page = self._ask(address)
        forms = [form for form in forms_of(page) if holding in form]
        if status != 200 or len(forms) != 1:
            raise Refused(status, page)
        return forms[0]

    def send(self, address: str, form: dict[str, str]) -> str:
        """Where the form leads once it is accepted."""
        status, location, page = self._ask(address, form)
        if status != 302:
            raise Refused(status, page)
        return location


def forms_of(page: str) -> Iterator[dict[str, str]]:
    parser = _Forms()
    parser.feed(page)
    return parser.forms


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._inside = ""  # the name of the select or textarea being read

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        name, value = told.get("name"), told.get("value") or ""
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and self.forms and name and told.get("type") not in ("submit", "file"):
            if told.get("type") not in ("checkbox", "radio") or "checked" in told:
                self.forms[-1][name] = value
        elif tag in ("select", "textarea") and self.forms and name:
            self._inside = name
            if tag == "textarea":
                self.forms[-1][name] = ""
        elif tag == "option" and self._inside and ("selected" in told or self._inside not in self.forms[-1]):
            self.forms[-1][self._inside] = value

    def handle_endtag(self, tag):
        if tag in ("select", "textarea"):
            self._inside = ""

    def handle_data(self, data):
        if self._inside and self.lasttag == "textarea":
            self.forms[-1][self._inside] += data
