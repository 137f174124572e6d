"""Be a mail server on loopback: real sockets, a script of what is done at each stage, and a record of what was taken."""

import contextlib
import socket
import struct
import threading
from dataclasses import dataclass, field

STAGES = ("connect", "EHLO", "STARTTLS", "EHLO again", "AUTH", "MAIL", "RCPT", "DATA", "half", "message", "QUIT")


@dataclass(frozen=True)
class Taken:
    """Hold one message as it was taken: for whom, and its bytes without the doubled dots."""

    recipient: str
    content: bytes


class _Gone(Exception):  # noqa: N818 - the end of a conversation, not an error
    """End a conversation."""


@dataclass
class FakeMail:
    """Follow the script; where it says nothing, say yes.

    `script` is by (number of the conversation from 1, or 0 for all; stage): an act, or a list of them. An act is a line to say, or a word:
    "take" (keep the message), "hang" (silence), "hang up", "reset", "drip" (a byte at a time, for ever). `reached` is called at each stage
    before anything is done there: "half" is when the first lines of a message came, "message" when its last byte did, "taken" when it was
    kept and nothing said yet. An OSError raised there ends the conversation.
    """

    script: dict = field(default_factory=dict)
    tls: object = None  # offers STARTTLS
    accounts: str = ""  # the kinds of AUTH it offers
    reached: object = lambda number, stage: None

    def __enter__(self):
        self.taken, self.heard, self.connection_count = [], [], 0
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self):
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connection_count += 1
            talk = _Talk(self, connection, self.connection_count)
            self._threads.append(threading.Thread(target=talk.run, daemon=True))
            self._threads[-1].start()

    def wait(self, seconds):
        """Wait for the end of the server; tell whether it came."""
        return self._over.wait(seconds)


class _Talk:
    """Hold one conversation."""

    def __init__(self, server, connection, number):
        self.server, self.number = server, number
        self.recipient, self.lines = "", b""
        self._use(connection)

    def _use(self, connection):
        self.connection, self.file = connection, connection.makefile("rb")

    def run(self):
        with contextlib.suppress(OSError, _Gone, ValueError):
            self.stage("connect", "220 ready")
            while line := self.file.readline():
                self.answer(line.decode("latin-1").strip())
        for each in (self.file, self.connection):
            with contextlib.suppress(OSError):
                each.close()

    def answer(self, line):
        self.server.heard.append((self.number, line))
        word = line.partition(" ")[0].upper()
        if word in {"EHLO", "HELO"}:
            again = " again" if hasattr(self.connection, "cipher") else ""
            self.stage(f"{word}{again}", "\r\n".join(self._features()) if word == "EHLO" else "250 hello")
        elif word == "STARTTLS":
            self.stage("STARTTLS", "220 go")
            self._use(self.server.tls.wrap_socket(self.connection, server_side=True))
        elif word == "AUTH":
            self.stage("AUTH", "235 welcome")
        elif word == "RCPT":
            self.recipient = line.partition("<")[2].partition(">")[0]
            self.stage("RCPT", "250 ok")
        elif word == "DATA":
            self.stage("DATA", "354 go on") and self._hear_message()
        elif word == "QUIT":
            self.stage("QUIT", "221 bye")
            raise _Gone
        else:
            self.stage(word, "250 ok")

    def _features(self):
        offered = [
            "SIZE 20000000",
            *(["STARTTLS"] if self._offers_tls() else []),
            *([f"AUTH {self.server.accounts}"] * bool(self.server.accounts)),
        ]
        return [*(f"250-{each}" for each in ("hello", *offered[:-1])), f"250 {offered[-1]}"]

    def _offers_tls(self):
        return self.server.tls is not None and not hasattr(self.connection, "cipher")

    def _hear_message(self):
        lines = [self.file.readline() for _ in range(3)]
        self.stage("half", None)
        while lines[-1] not in {b".\r\n", b""}:
            lines.append(self.file.readline())
        if lines[-1] == b"":
            raise _Gone
        self.lines = b"".join(line.removeprefix(b".") if line.startswith(b"..") else line for line in lines[:-1])
        self.stage("message", ["take", "250 taken"])

    def stage(self, stage, default):
        """Do what the script says at a stage; tell whether the conversation goes on as the default would."""
        self.server.reached(self.number, stage)
        script = self.server.script
        acts = script.get((self.number, stage), script.get((0, stage), default))
        for act in [acts] if isinstance(acts, str) else acts or []:
            self._do(act)
        return acts == default

    def _do(self, act):
        if act == "take":
            self.server.taken.append(Taken(self.recipient, self.lines))
            self.server.reached(self.number, "taken")
        elif act == "hang":
            self.server.wait(60)
            raise _Gone
        elif act == "hang up":
            raise _Gone
        elif act == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.file.close()
            self.connection.close()
            raise _Gone
        elif act == "drip":
            while not self.server.wait(0.02):
                self.connection.sendall(b"2")
            raise _Gone
        else:
            self.connection.sendall(act.encode() + b"\r\n")
