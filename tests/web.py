"""A web of our own on the loopback: sites by host name, and a connector that leads to it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Raw = Callable[[socket.socket], None]  # writes what it likes, the request being read already


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def page(html: str) -> Answer:
    return Answer(html.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def moved(to: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": to})


@dataclass
class Web:
    """sites: host to path to what is answered. asked: each request, in order, as « host/path »."""

    sites: dict[str, dict[str, Answer | Raw]] = field(default_factory=dict)
    delay_s: float = 0.0
    asked: list[str] = field(default_factory=list)
    in_flight: int = 0
    in_flight_max: int = 0
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def connect(self, host: str, port: int, seconds: float) -> socket.socket:
        """Where crm.net.connect_publicly would go out: here, to the loopback."""
        if host not in self.sites:
            raise OSError(f"no such host: {host}")
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

    def answer(self, host: str, path: str) -> Answer | Raw:
        """What is there. In flight until its first byte goes out: another request may come right then."""
        with self.lock:
            self.asked.append(host + path)
            self.in_flight += 1
            self.in_flight_max = max(self.in_flight, self.in_flight_max)
        time.sleep(self.delay_s)
        with self.lock:
            self.in_flight -= 1
        return self.sites.get(host, {}).get(path, Answer(status=404))


def company(picture: bytes, name: str = "") -> dict[str, Answer]:
    """The site of a company that says which picture is its logo, and its name if it has one."""
    told = f'<meta property="og:site_name" content="{name}">' if name else ""
    home = page(f'{told}<link rel="apple-touch-icon" href="/icon.png">')
    return {"/": home, "/icon.png": Answer(picture)}


@contextmanager
def web_of(sites: dict, *, delay_s: float = 0.0) -> Iterator[Web]:
    web = Web(sites, delay_s)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            answer = web.answer(self.headers["Host"].partition(":")[0], self.path)
            if callable(answer):
                self.close_connection = True
                answer(self.connection)
                return
            self.send_response(answer.status)
            for name, value in ({"Content-Length": str(len(answer.body))} | answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *args):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False
        request_queue_size = 64

        def handle_error(self, *args):
            pass  # the far end hangs up on what is hostile, and should

    server = Server(("127.0.0.1", 0), Handler)
    web.port = server.server_port
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
