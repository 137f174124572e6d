"""Be a webhook of Slack's on loopback that says at which stage a request is: for those who are killed there."""

import contextlib
import socket
import threading
from dataclasses import dataclass

STAGES = ("connect", "headers", "half", "body", "posted")


@dataclass
class SlackStages:
    """Post what comes and say ok. `reached` is called with the number of the request and each stage; an OSError raised there ends it.

    "headers" is when the first lines of the head came, "half" when half of the body did, "body" when all did, "posted" when the message
    stands in the channel and nothing was said yet.
    """

    reached: object = lambda number, stage: None

    def __enter__(self):
        self.posted, self.connection_count, self._threads = [], 0, []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads.append(threading.Thread(target=self._accept, daemon=True))
        self._threads[0].start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connection_count += 1
            self._threads.append(threading.Thread(target=self._serve, args=(connection, self.connection_count), daemon=True))
            self._threads[-1].start()

    def _serve(self, connection, number):
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as file:
            self.reached(number, "connect")
            path = file.readline().split(b" ")[1].decode()
            self.reached(number, "headers")
            length = 0
            while line := file.readline().strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            body = file.read(length // 2)
            self.reached(number, "half")
            body += file.read(length - len(body))
            if len(body) < length:
                return
            self.reached(number, "body")
            self.posted.append((path.rpartition("/")[2], body))
            self.reached(number, "posted")
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
