"""A mail server on this machine that says what a test wants it to say."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any


@dataclass
class MailServer:
    """``answers`` replaces what is said to a command; ``received`` is what was taken."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    received: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """The server, listening until the block ends."""
    server = MailServer()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 ready")
            while line := self.rfile.readline():
                command = line[:4].decode().upper().strip()
                if command == "DATA" and command not in server.answers:
                    self.take_message()
                    continue
                if command == "RCPT":
                    server.recipients.append(line.decode().strip())
                usual = "221 bye" if command == "QUIT" else "250 fine"
                self.say(server.answers.get(command, usual))
                if command == "QUIT":
                    return

        def take_message(self) -> None:
            self.say("354 go on")
            content = b""
            while (line := self.rfile.readline()) != b".\r\n":
                content += line
            if "MESSAGE" not in server.answers:
                taken: Any = message_from_bytes(content, policy=default)
                server.received.append(taken)
            self.say(server.answers.get("MESSAGE", "250 taken"))

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as listening:
        listening.daemon_threads = True
        server.port = listening.server_address[1]
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            listening.shutdown()
