"""Pages as browsers read them: where they lead, and what their forms would send."""

from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import etree

BUTTONS = {"button", "image", "reset", "submit"}


@dataclass
class Form:
    """values: what a browser would send if nothing was typed, lists by name. fragments: what scripts ask for
    as the form is filled in, by GET or POST."""

    action: str
    method: str
    names: list[str] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)
    fragments: list[tuple[str, str]] = field(default_factory=list)


class Page:
    """links and forms of a page, with addresses resolved; those of other sites are left out.

    It is what lxml calls the target of a parser, which reads pages faster than html.parser.
    """

    def __init__(self, address: str, text: str):
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form = self._select = self._area = None
        etree.fromstring(text.encode(), etree.HTMLParser(target=self, encoding="utf-8"))

    def start(self, tag, of):
        if tag == "form":
            self._form = Form(self._there(of.get("action", "")), of.get("method", "get").lower())
            self.forms.append(self._form)
        for name in ("href", "src", "hx-get"):
            if of.get(name):
                self._found(of[name])
        for method in ("get", "post"):
            if self._form and of.get(f"hx-{method}"):
                self._form.fragments.append((method, self._there(of[f"hx-{method}"])))
        if self._form and tag not in {"img", "script"} and of.get("src"):
            self._form.fragments.append(("get", self._there(of["src"])))
        if tag in {"input", "select", "textarea", "button"} and self._form and of.get("name"):
            self._field(tag, of)
        if tag == "option" and self._select and "selected" in of:
            self._send(self._select, of.get("value", ""))

    def _field(self, tag: str, of: dict[str, str]) -> None:
        name, kind = of["name"], of.get("type", "text")
        self._form.names.append(name)
        if tag == "input" and kind not in BUTTONS:
            if kind not in {"checkbox", "radio"} or "checked" in of:
                self._send(name, of.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
            self._send(name, "")

    def data(self, data):
        if self._area:
            self._form.values[self._area][-1] += data

    def end(self, tag):
        match tag:
            case "form":
                self._form = None
            case "select":
                self._select = None
            case "textarea":
                self._area = None

    def close(self):
        pass

    def _send(self, name: str, value: str) -> None:
        self._form.values.setdefault(name, []).append(value)

    def _there(self, link: str) -> str:
        there = urlsplit(urljoin(f"http://testserver{self.address}", link))
        return f"{there.path}?{there.query}" if there.query else there.path

    def _found(self, link: str) -> None:
        there = urlsplit(urljoin(f"http://testserver{self.address}", link))
        if there.netloc == "testserver" and there.scheme == "http" and not there.path.startswith("/static/"):
            self.links.append(self._there(link))
