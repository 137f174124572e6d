"""Play the town whose feeds, mail and Slack `tidings doctor` examines, and write the desk that it examines."""

import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

WRONG_PASSWORD, SLACK_TOKEN, FEED_TOKEN = "canary-wrong-55b1", "xoxb-canary-7d20c4", "canary-4f7c1d9e2b"
SENTENCES = (
    "The council of the town said on Friday that the bridge over the river will stay closed until the engineers have looked at it again.",
    "Two of the four piers were damaged when a barge broke loose in the storm, and the ferry now carries those who work on the other side.",
    "The mayor told reporters that the repair will cost more than the town has, and that the province has been asked for the rest of it.",
)
FEEDS = """
[[feed]]
url = "http://harbour.example/feed.xml?key=${FEED_TOKEN}"
publisher = "Harbour Times"
language = "en"

[[feed]]
url = "http://quay.example/t/${FEED_TOKEN}/feed.xml"
publisher = "Quay Letter"
language = "en"
"""
CHANNELS = """
[email]
host = "127.0.0.1"
port = %(port)d
security = "none"
from = "tidings@desk.example"
user_env = "SMTP_USER"
%(password)s

[[recipient]]
name = "reader"
channel = "email"
address_env = "READER_ADDRESS"
at = "06:00"
"""
SLACK = """
[slack]
token_file = "slack_token"
api = "http://127.0.0.1:%(port)d/api"

[[recipient]]
name = "newsroom"
channel = "slack"
slack_channel = "C0TIDINGS1"
at = "06:00"
"""
PASSWORD_ENV = 'password_env = "SMTP_PASSWORD"'


class Town:
    """Serve two feeds with their articles, robots.txt and a Slack on loopback; `routes` and `ahead` make it go wrong."""

    def __init__(self):
        self.routes, self.ahead, self.asked = {}, timedelta(0), []
        town = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                if length := int(self.headers.get("Content-Length", 0)):
                    self.rfile.read(length)
                host = self.headers["Host"].partition(":")[0]
                town.asked.append(f"{host}{self.path}")
                status, headers, body = town.answer(host, self.path.partition("?")[0])
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer  # noqa: N815 - the base class looks for these names

            def date_time_string(self, timestamp=None):
                return format_datetime(datetime.now(UTC) + town.ahead, usegmt=True)

            def log_message(self, *_):
                pass

        self._httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._httpd.daemon_threads = True
        self.port = self._httpd.server_address[1]
        threading.Thread(target=self._httpd.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def answer(self, host, path):
        if found := self.routes.get(f"{host}{path}"):
            return found
        if path.endswith("/feed.xml"):
            return feed(host)
        if path == "/robots.txt":
            return 404, {}, b""
        if path.startswith("/api/"):
            return 200, {"Content-Type": "application/json"}, b'{"ok": true, "channel": {"id": "C0TIDINGS1", "is_member": true}}'
        text = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
        return 200, {"Content-Type": "text/html"}, f"<html><title>The bridge</title><article>{text}</article></html>".encode()

    def close(self):
        self._httpd.shutdown()
        self._httpd.server_close()


def feed(host, *, age=timedelta(hours=3), sentences=SENTENCES):
    """Write a feed of three entries, the newest `age` old."""
    date = format_datetime(datetime.now(UTC) - age)
    items = "".join(
        f"<item><title>{one[:30]}</title><link>http://{host}/a/{n}</link><description>{one}</description><pubDate>{date}</pubDate></item>"
        for n, one in enumerate(sentences)
    )
    text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'
    return 200, {"Content-Type": "application/rss+xml; charset=utf-8"}, text.encode()


def network(town):
    pair = f'"127.0.0.1:{town.port}"'
    return f'[network]\ncontact = "https://desk.example/about"\npause_s = 0.0\nallow_private = [{pair}]\nconnect_to = {{"harbour.example" = {pair}, "quay.example" = {pair}}}\n'


def channels(desk, *, port=0, password=PASSWORD_ENV):
    return CHANNELS % {"port": port or desk.mail.port, "password": password}


def write(desk, **files):
    for name, text in files.items():
        (desk.config / f"{name}.toml").write_text(text, encoding="utf-8")


def doctor(desk, *words):
    """Run the doctor; return its exit code, all its lines, and those that are not ok."""
    said = desk("doctor", *words)
    lines = said.out.partition("checks:\n")[2].splitlines()
    # where the tests run is the machine's affair: a folder in memory is worth a warning
    bad = [line for line in lines[:-1] if not line.startswith(("ok ", "warning  file system"))]
    return SimpleNamespace(code=said.code, out=said.out, lines=lines, bad=bad)


def secret_file(desk, name, secret, mode=0o600):
    (desk.config / name).write_text(secret, encoding="utf-8")
    (desk.config / name).chmod(mode)


def slack_token_bad(desk):
    secret_file(desk, "slack_token", SLACK_TOKEN)
    write(desk, channels=channels(desk) + SLACK % {"port": desk.town.port})
    desk.town.routes["127.0.0.1/api/auth.test"] = (200, {"Content-Type": "application/json"}, b'{"ok": false, "error": "invalid_auth"}')


def secrets_said(desk):
    """Return every (secret, text) of all that this desk's commands ever wrote, errors included."""
    secrets = (desk.password, desk.token, desk.address, WRONG_PASSWORD, SLACK_TOKEN)
    return [(secret, text) for secret in secrets for text in desk.said if secret in text]
