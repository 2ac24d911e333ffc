"""A mail server of the tests' own, on the loopback."""

import socketserver
import threading
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server on a free port; what it was handed is in `messages`.

    heard: called with each verb that it is told, before it answers; first "CONNECTED", and
    "ACCEPTED" once a message is kept.
    refused: addresses that have no mailbox.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handover)
        self.messages: list[EmailMessage] = []
        self.heard: Callable[[str], None] = lambda verb: None
        self.refused: set[str] = set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *error):
        self.shutdown()
        super().__exit__(*error)

    @property
    def port(self) -> int:
        return self.server_address[1]


class _Handover(socketserver.StreamRequestHandler):
    """RFC 5321, as far as a client that hands over one plain message needs it."""

    def handle(self):
        self.server.heard("CONNECTED")
        self.say("220 localhost")
        for line in self.rfile:
            verb = line[:4].upper()
            self.server.heard(verb.decode())
            if verb == b"DATA":
                self.say("354 go on")
                self.server.messages.append(self.message())
                self.server.heard("ACCEPTED")
            if verb == b"RCPT" and any(address in line.decode() for address in self.server.refused):
                self.say("550 no such mailbox")
                continue
            self.say("221 bye" if verb == b"QUIT" else "250 ok")
            if verb == b"QUIT":
                return

    def message(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return message_from_bytes(b"".join(lines), policy=policy.default)

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
