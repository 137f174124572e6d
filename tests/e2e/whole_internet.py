"""Be the whole internet inside a network namespace: every address is ours, every name is asked of us, and every packet is counted.

Run by test_namespace.py as `unshare -rnm python whole_internet.py FOLDER [flow]`; writes what each command asked for as JSON.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from aiosmtpd.controller import Controller

from tidings.config.delivered import delivered_folder
from tidings.demo.server import answer
from tidings.demo.week import demo_feeds, load_week

RESOLVER, MAIL_PORT, REFUSED = "127.0.0.53", 2525, 77
FIRST, NEXT = "2020-02-17T18:00:00Z", "2020-02-18T06:00:00Z"
EXTRA = "http://extra.example/feed.xml"
LINKED = ("elsewhere.example", "moved.example")  # a page of another host, and the host that a page there has moved to
NEVER = ("tracker.example", "canonical.example", "hub.example", "ads.example")  # named by feeds and pages, and nobody's business
FEED = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Extra</title>
<atom:link rel="hub" href="http://hub.example/"/><image><url>http://ads.example/logo.png</url></image>
<item><title>Camp near Saraqib floods</title><link>http://elsewhere.example/camp</link><pubDate>Mon, 17 Feb 2020 17:00:00 GMT</pubDate>
<description>&lt;img src="http://tracker.example/1.gif"&gt;</description><enclosure url="http://ads.example/a.mp3" type="audio/mpeg" length="1"/></item>
<item><title>Road to Idlib closed</title><link>http://elsewhere.example/old-road</link><pubDate>Mon, 17 Feb 2020 16:00:00 GMT</pubDate></item>
</channel></rss>"""
TEXT = (
    "Heavy rain flooded a camp near Saraqib in Idlib on Monday, aid workers said, and some 400 families carried their tents to a school yard. "
    "The road to the camp is under water, and lorries with blankets wait at the crossing, the council said in a statement in the evening. "
)
PAGE = f"""<html><head><title>Camp near Saraqib floods</title><link rel="canonical" href="http://canonical.example/camp">
<link rel="stylesheet" href="http://ads.example/x.css"><script src="http://tracker.example/t.js"></script></head>
<body><article><h1>Camp near Saraqib floods</h1><p>{TEXT}</p><p>{TEXT}</p><img src="http://tracker.example/2.gif"></article></body></html>"""
HOSTS = {host: f"93.184.215.{number}" for number, host in enumerate([*sorted(load_week().by_host), "extra.example", *LINKED, *NEVER], 1)}
CHANNELS = f"""[email]
host = "127.0.0.1"
port = {MAIL_PORT}
security = "none"
from = "tidings@desk.example"

[[recipient]]
name = "reader"
channel = "email"
address = "reader@news.example"
at = "06:00"

[[recipient]]
name = "files"
channel = "file"
at = "06:00"
"""


class Counted:
    """Count by destination what leaves any process here: beginnings of TCP connections and single datagrams; and the names asked for."""

    def __init__(self):
        self.packets, self.names = Counter(), Counter()
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.ntohs(3))  # all protocols, all interfaces
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            data, (_, protocol, kind, *_) = self._socket.recvfrom(2048)
            if kind == socket.PACKET_OUTGOING and (seen := destination(data, protocol)):
                self.packets[seen] += 1

    def take(self):
        """Return the counts since the last time, and begin anew."""
        time.sleep(0.5)
        packets, names = dict(self.packets), dict(self.names)
        self.packets.clear()
        self.names.clear()
        return {"packets": packets, "names": names}


def destination(data, protocol):
    """Return where a packet begins to ask for something, as `ip:port/tcp`; empty for all that answers or goes on."""
    if protocol == 0x0800:
        kind, source, target, rest = data[9], data[12:16], data[16:20], data[(data[0] & 15) * 4 :]
        source, target = socket.inet_ntoa(source), socket.inet_ntoa(target)
    elif protocol == 0x86DD:
        kind, source, target, rest = data[6], data[8:24], data[24:40], data[40:]
        source, target = (f"[{socket.inet_ntop(socket.AF_INET6, one)}]" for one in (source, target))
    else:
        return ""
    port = int.from_bytes(rest[2:4], "big")
    if kind == socket.IPPROTO_TCP:
        return f"{target}:{port}/tcp" if rest[13] & 0x12 == 0x02 else ""  # SYN without ACK
    if kind == socket.IPPROTO_UDP:
        return "" if (source, rest[:2]) == (RESOLVER, b"\x00\x35") else f"{target}:{port}/udp"
    return "" if kind in (socket.IPPROTO_ICMP, socket.IPPROTO_ICMPV6) else f"{target}/{kind}"


def serve_names(counted):
    """Answer for the names we know, and say of all others that there is no such name."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((RESOLVER, 53))
    while True:
        question, client = server.recvfrom(2048)
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1 : at + 1 + question[at]].decode("latin-1").lower())
            at += 1 + question[at]
        name, kind, end = ".".join(labels), question[at + 1 : at + 3], at + 5
        counted.names[name] += 1
        known = name in HOSTS
        found = [socket.inet_aton(HOSTS[name])] if known and kind == b"\x00\x01" else []
        head = question[:2] + (b"\x81\x80" if known else b"\x81\x83") + b"\x00\x01" + len(found).to_bytes(2, "big") + b"\x00" * 4
        records = b"".join(b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x05\x00\x04" + ip for ip in found)
        server.sendto(head + question[12:end] + records, client)


class Handler(BaseHTTPRequestHandler):
    """Answer as the host that was asked for."""

    def do_GET(self):
        host, when = self.headers.get("Host", "").partition(":")[0].lower(), datetime.fromisoformat(FIRST).astimezone(UTC)
        status, headers, body = 404, {"Content-Type": "text/html"}, b""
        if host in load_week().by_host:
            status, headers, body = answer(host, self.path, when)
        elif host == "extra.example" and self.path == "/feed.xml":
            status, headers, body = 200, {"Content-Type": "application/rss+xml"}, FEED.encode()
        elif self.path == "/old-road":
            status, headers = 302, {"Location": "http://moved.example/road"}
        elif host in (*LINKED, *NEVER) and self.path != "/robots.txt":
            status, body = 200, PAGE.encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Mails:
    """Take every mail."""

    def __init__(self):
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        return "250 taken"


def lead_everything_here(folder):
    """Make every address of the internet, and the resolver, our own; leave with 77 where that is not allowed."""
    resolv = folder / "resolv.conf"
    resolv.write_text(f"nameserver {RESOLVER}\noptions timeout:1 attempts:1\n", encoding="ascii")
    ip = shutil.which("ip", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") or "ip"
    commands = (
        [ip, "link", "set", "lo", "up"],
        [ip, "route", "add", "local", "0.0.0.0/0", "dev", "lo"],
        ["mount", "--bind", str(resolv), "/etc/resolv.conf"],
    )
    for words in commands:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{' '.join(words)}: {done.stderr.strip()}", file=sys.stderr)  # noqa: T201
            sys.exit(REFUSED)
    subprocess.run([ip, "-6", "route", "add", "local", "::/0", "dev", "lo"], capture_output=True, check=False)  # where there is IPv6


def configure(folder):
    """Write a configuration that polls the week and one feed more, with the network as it is delivered but for the pauses."""
    config = folder / "config"
    shutil.copytree(delivered_folder(), config)
    feeds = [*demo_feeds(), {"url": EXTRA, "publisher": "Extra", "language": "en"}]
    tables = ["[[feed]]\n" + "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in feed.items()) for feed in feeds]
    (config / "feeds.toml").write_text("\n".join(tables), encoding="utf-8")
    (config / "settings.toml").write_text(
        '[store]\ndata = "data"\n[schedule]\nexpected = false\n[network]\npause_s = 0.0\n', encoding="utf-8"
    )
    (config / "channels.toml").write_text(CHANNELS, encoding="utf-8")
    return config


def commands(config, folder, flow):
    """Return the commands to count, by name."""
    tidings, at = [sys.executable, "-m", "tidings"], ["--config", str(config)]
    foreign = "import socket; socket.create_connection(('198.51.100.7', 80), 5); socket.socket(2, 2).sendto(b'x', ('192.0.2.9', 8125))"
    asking = "import socket; [socket.getaddrinfo(name, 80) for name in ('tracker.example',)]"
    if flow:
        ingest = f"from flows.ingest import ingest; ingest({str(config)!r}); from flows.digest import digest; digest({str(config)!r})"
        return {"flow": [sys.executable, "-c", ingest], "foreign": [sys.executable, "-c", foreign]}
    return {
        "run": [*tidings, "run", "--now", FIRST, *at],
        "ingest": [*tidings, "ingest", "--now", NEXT, *at],
        "digest": [*tidings, "digest", "--now", NEXT, *at],
        "deliver": [*tidings, "deliver", "--now", NEXT, *at],
        "replay": [*tidings, "replay", "data/archive", *at],
        "upkeep": [*tidings, "upkeep", *at],
        "doctor": [*tidings, "doctor", *at],
        **{name: [*tidings, name, *at] for name in ("status", "feeds", "topics", "seeds")},
        "why": [*tidings, "why", "http://elsewhere.example/camp", *at],
        "query": [*tidings, "query", "SELECT count(*) AS n FROM articles", *at],
        "export": [*tidings, "export", "developments", *at],
        "demo": [*tidings, "demo"],
        "foreign": [sys.executable, "-c", foreign],
        "asking": [sys.executable, "-c", asking],
    }


def main(folder, flow):
    """Set the internet up, run every command, and write what each asked for."""
    lead_everything_here(folder)
    counted, mails = Counted(), Mails()
    threading.Thread(target=serve_names, args=(counted,), daemon=True).start()
    httpd = ThreadingHTTPServer(("0.0.0.0", 80), Handler)
    httpd.request_queue_size = 128
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    mail = Controller(mails, hostname="127.0.0.1", port=MAIL_PORT, ready_timeout=60)
    mail.start()
    counted.take()
    config = configure(folder)
    env = {name: value for name, value in os.environ.items() if "proxy" not in name.lower() and not name.startswith(("PREFECT_", "DO_NOT"))}
    env |= {"HOME": str(folder), "PREFECT_HOME": str(folder / "prefect"), "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300"}
    found = {}
    for name, words in commands(config, folder, flow).items():
        done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=400, check=False)
        found[name] = {"code": done.returncode, "said": (done.stdout + done.stderr)[-3000:], **counted.take()}
    (folder / "counted.json").write_text(json.dumps({"hosts": HOSTS, "mails": mails.count, "commands": found}), encoding="utf-8")
    os._exit(0)  # the servers' threads have nothing more to say


if __name__ == "__main__":
    main(Path(sys.argv[1]), "flow" in sys.argv[2:])
