"""Be Slack on loopback: real sockets, a script of answers, and a record of all that was asked."""

import contextlib
import json
import socket
import threading
from dataclasses import dataclass, field

WEBHOOK = "/services/T0CANARY/B0CANARY/canary-webhook-1b7f"
TOKEN = "xoxb-canary-5e2d91"
CHANNEL = "C0CANARY77"


@dataclass(frozen=True)
class Asked:
    """Hold one request as it came."""

    line: str
    headers: dict
    body: bytes
    connection: int

    @property
    def path(self):
        return self.line.split(" ")[1]

    @property
    def content(self):
        return json.loads(self.body)


def answer(status=200, body=b"ok", /, **headers):
    """Make the bytes of an answer; `retry_after=7` becomes the header Retry-After."""
    body = json.dumps(body).encode() if isinstance(body, dict) else body
    lines = [
        f"HTTP/1.1 {status} Said",
        f"Content-Length: {len(body)}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def no(error, status=200, **headers):
    """Make an answer of the API that says no."""
    return answer(status, {"ok": False, "error": error}, **headers)


@dataclass(frozen=True)
class Posted:
    """Hold a message that stands in a channel: its own name, the thread it is in ("" for none), whether the channel shows it, and what it says."""

    ts: str
    thread: str
    visible: bool
    content: dict


@dataclass
class FakeSlack:
    """Give the next of the prepared answers, then yes; a bot's messages stand in a channel with threads.

    An answer is bytes, or a word: "hang" (silence after the request), "hang up" (close after the request), "early" (close before reading
    it), "drip" (a byte at a time, for ever). `gate` holds every answer back while it is closed. A reply to a message in `deleted`, or to
    none that is there, is posted into the channel without a word, as Slack does; one to a message in `locked` is refused by `refusal`.
    """

    answers: list = field(default_factory=list)
    tls: object = None
    posted: list = field(default_factory=list)
    deleted: set = field(default_factory=set)
    locked: set = field(default_factory=set)
    refusal: str = "restricted_action_thread_locked"

    def __enter__(self):
        self.asked, self.connection_count = [], 0
        self.gate, self.waiting, self._over = threading.Event(), threading.Event(), threading.Event()
        self.gate.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self.gate.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    @property
    def base(self):
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    @property
    def webhook(self):
        return self.base + WEBHOOK

    @property
    def contents(self):
        """Return what was posted, in order."""
        return [one.content for one in self.asked]

    def _accept(self):
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connection_count += 1
            self._threads.append(threading.Thread(target=self._serve, args=(connection, self.connection_count), daemon=True))
            self._threads[-1].start()

    def _serve(self, connection, number):
        with contextlib.suppress(OSError), connection:
            said = self.answers.pop(0) if self.answers else None
            if said == "early":
                return
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as file:
                asked = self._read(file, number)
                if asked is None:
                    return
                self.waiting.set()
                self.gate.wait(60)
                self._say(connection, said if said is not None else self._yes(asked))

    def _read(self, file, number):
        line = file.readline().decode().strip()
        if not line:
            return None
        headers = {}
        while pair := file.readline().decode().strip():
            name, _, value = pair.partition(":")
            headers[name.lower()] = value.strip()
        asked = Asked(line, headers, file.read(int(headers.get("content-length", 0))), number)
        self.asked.append(asked)
        return asked

    def _say(self, connection, said):
        if said == "hang":
            self._over.wait(60)
        elif said == "drip":
            while not self._over.wait(0.02):
                connection.sendall(b"H")
        elif said != "hang up":
            connection.sendall(said)

    def _yes(self, asked):
        if asked.path == "/api/chat.postMessage":
            return self._post(asked.content)
        return answer(200, {"ok": True}) if asked.path.startswith("/api/") else answer()

    def _post(self, content):
        thread = content.get("thread_ts", "")
        if thread in self.locked:
            return no(self.refusal)
        if thread not in {one.ts for one in self.posted if not one.thread} - self.deleted:
            thread = ""
        number = len(self.posted) + 1
        said = {"ts": f"{1582099200 + number}.{number:06}", "text": content["text"]} | ({"thread_ts": thread} if thread else {})
        self.posted.append(Posted(said["ts"], thread, not thread or content.get("reply_broadcast", False), content))
        return answer(200, {"ok": True, "channel": content["channel"], "ts": said["ts"], "message": said})
