"""Give the end-to-end tests a world: the sample week with a log of what was asked, a mail server, and the command line."""

import copy
import email
import email.policy
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from doctor_town import FEEDS, Town, channels, network, secrets_said, write

from tidings.demo.server import WeekServer
from tidings.demo.show import write_configuration

TOKEN = "canary-4f7c1d9e2b"
PASSWORD = "canary-mail-83aa61"
ADDRESS = "reader@news.example"
ENV = {"FEED_TOKEN": TOKEN, "SMTP_USER": "tidings", "SMTP_PASSWORD": PASSWORD, "READER_ADDRESS": ADDRESS}
PRIVATE_FEED = "http://levantwire.example/rss/world.xml"  # behind a token in this world
MOVED_FEED = "http://levantwire.example/moved.xml"  # sends its askers, token and all, to an address that is not public
CHANNELS = """
[email]
host = "127.0.0.1"
port = {port}
security = "none"
from = "tidings@desk.example"
user_env = "SMTP_USER"
password_env = "SMTP_PASSWORD"

[[recipient]]
name = "reader"
channel = "email"
address_env = "READER_ADDRESS"
at = "06:00"

[[recipient]]
name = "files"
channel = "file"
at = "06:00"
"""


class World(WeekServer):
    """Serve the week; log every request, ask for a token at one feed, and hold answers back while `gate` is closed."""

    def __init__(self):
        self.asked, self.gate, self.waiting = [], threading.Event(), threading.Event()
        self.held = ""  # the part of a URL whose answers the gate holds back
        self.gone = ""  # a URL that is answered with 404
        super().__init__()

    def _handler(self):
        world = self

        class Handler(super()._handler()):
            def do_GET(self):
                url = f"http://{self.headers.get('Host', '')}{self.path}"
                world.asked.append(url)
                if world.held and world.held in url:
                    world.waiting.set()
                    world.gate.wait(60)
                if url.startswith(MOVED_FEED):
                    self.send_response(302)
                    self.send_header("Location", f"http://10.0.0.1{self.path}")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                if url.startswith(PRIVATE_FEED) and TOKEN in url:
                    self.path = self.path.removesuffix(f"?token={TOKEN}")
                elif url.startswith((PRIVATE_FEED, world.gone or PRIVATE_FEED)):
                    self.path = "/gone"
                super().do_GET()

        return Handler


class MailServer:
    """Take mail on loopback for those who know the password; it can go down and come back at the same port.

    A second socket holds the port all the time without listening, so that nobody else takes it while the server is down.
    """

    def __init__(self):
        self.mails, self._controller = [], None
        self._holder = self._bound(0)
        self.port = self._holder.getsockname()[1]
        self.up()

    @staticmethod
    def _bound(port):
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind(("127.0.0.1", port))
        return bound

    def up(self):
        server = self

        class HeldPort(Controller):
            def _create_server(self):
                return self.loop.create_server(self._factory_invoker, sock=server._bound(server.port))

        self._controller = HeldPort(
            self,
            hostname="127.0.0.1",
            port=self.port,
            ready_timeout=60,
            authenticator=self._judge,
            auth_required=True,
            auth_require_tls=False,
        )
        self._controller.start()

    def down(self):
        self._controller.stop()

    def close(self):
        self.down()
        self._holder.close()

    def _judge(self, server, session, envelope, mechanism, auth_data):
        known = (auth_data.login, auth_data.password) == (b"tidings", PASSWORD.encode())
        return AuthResult(success=known, handled=False)  # the server says 535 by itself

    async def handle_DATA(self, server, session, envelope):
        assert envelope.rcpt_tos == [ADDRESS]
        self.mails.append(envelope.original_content)
        return "250 taken"

    def read(self, position):
        return email.message_from_bytes(self.mails[position], policy=email.policy.default)


class Desk:
    """Hold one configuration and its store; call the command line on them as cron would, and keep all it ever said."""

    token, password, address, private_feed, moved_feed = TOKEN, PASSWORD, ADDRESS, PRIVATE_FEED, MOVED_FEED

    def __init__(self, folder, world, mail):
        self.folder, self.config, self.world, self.mail, self.said = folder, folder / "config", world, mail, []
        write_configuration(self.config, world)
        (self.config / "channels.toml").write_text(CHANNELS.format(port=mail.port), encoding="utf-8")
        feeds = (self.config / "feeds.toml").read_text(encoding="utf-8")
        assert PRIVATE_FEED in feeds
        moved = f'\n[[feed]]\nurl = "{MOVED_FEED}?u=${{FEED_TOKEN}}"\npublisher = "Levant Wire"\nlanguage = "en"\n'
        feeds = feeds.replace(PRIVATE_FEED, f"{PRIVATE_FEED}?token=${{FEED_TOKEN}}") + moved
        (self.config / "feeds.toml").write_text(feeds, encoding="utf-8")

    def start(self, *words):
        """Start a command in a process group of its own, so that Ctrl-C reaches the children that a terminal would reach."""
        return subprocess.Popen(
            [sys.executable, "-m", "tidings", *words, "--config", str(self.config)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **ENV},
            cwd=self.folder,
            start_new_session=True,
        )

    def finish(self, process):
        """Wait for a command; return its exit code, output and errors."""
        try:
            out, err = process.communicate(timeout=240)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        self.said += [out, err]
        assert "Traceback" not in err
        return SimpleNamespace(code=process.returncode, out=out, err=err)

    def __call__(self, *words):
        return self.finish(self.start(*words))


@contextmanager
def _world():
    with World() as world:
        mail = MailServer()
        yield world, mail
        mail.close()


@pytest.fixture(scope="module")
def make_desk(tmp_path_factory):
    """Make a desk with a world and a mail server of its own."""
    with ExitStack() as stack:

        def make(name):
            world, mail = stack.enter_context(_world())
            return Desk(tmp_path_factory.mktemp(name), world, mail)

        yield make


@pytest.fixture(scope="module")
def healthy(make_desk):
    """Make a desk in good health, with one run behind it."""
    desk = make_desk("healthy")
    desk.town = Town()
    write(desk, settings=f'[store]\ndata = "."\nwait_s = 1\n{network(desk.town)}', feeds=FEEDS, channels=channels(desk))
    assert desk("run").code == 0
    yield desk
    desk.town.close()


@pytest.fixture
def desk(healthy, tmp_path):
    """Give the doctor a copy of the healthy desk, to be spoiled."""
    one = copy.copy(healthy)  # the same town and mail server, and one list of all that was ever said
    one.folder = tmp_path / "desk"
    one.config = one.folder / "config"
    shutil.copytree(healthy.folder, one.folder)
    one.stack = ExitStack()
    with one.stack:
        yield one
    assert secrets_said(one) == []
    one.town.routes.clear()
    one.town.ahead = timedelta(0)
