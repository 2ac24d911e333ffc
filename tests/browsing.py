"""Somebody at a browser, from the HTTP side: pages got, forms filled in and sent."""

import html.parser
import http.client
import http.cookies
from typing import NamedTuple
from urllib.parse import urlencode


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    text: str


class Person:
    """One jar of cookies, whichever port answers; seen through a proxy of `host` that speaks HTTPS."""

    def __init__(self, host: str, address: str):
        self.host, self.address = host, address
        self.cookies: dict[str, str] = {}

    def get(self, port: int, path: str) -> Answer:
        return self._ask("GET", port, path)

    def post(self, port: int, path: str, **typed: str) -> Answer:
        """Open the page, fill its form in, and send it."""
        return self.send(port, path, self.fill_in(port, path, **typed))

    def fill_in(self, port: int, path: str, **typed: str) -> dict[str, str]:
        forms = Forms()
        forms.feed(self.get(port, path).text)
        (values,) = [values for names, values in forms.found if names >= typed.keys()]
        return values | typed

    def send(self, port: int, path: str, form: dict[str, str]) -> Answer:
        return self._ask("POST", port, path, form)

    def _ask(self, method: str, port: int, path: str, form: dict[str, str] | None = None) -> Answer:
        headers = {
            "Host": self.host,
            "Origin": f"https://{self.host}",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": self.address,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request(method, path, form and urlencode(form), headers)
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read().decode())
        connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in http.cookies.SimpleCookie(line).items()}
        return answer


class Forms(html.parser.HTMLParser):
    """The forms of a page: each one's fields, and what a browser would send if nothing was typed."""

    def __init__(self):
        super().__init__()
        self.found: list[tuple[set[str], dict[str, str]]] = []

    def handle_starttag(self, tag, attrs):
        of = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((set(), {}))
        elif tag in {"input", "select", "textarea"} and self.found and of.get("name"):
            names, values = self.found[-1]
            names.add(of["name"])
            if tag == "input" and (of.get("type") not in {"radio", "checkbox"} or "checked" in of):
                values[of["name"]] = of.get("value", "")
