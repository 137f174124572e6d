"""Play servers that are asked with secrets and say them back in every way: links, titles, texts, headers, redirects, errors."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote

CANARY = "c4n4ry"  # every secret begins with it, so that no spelling but base64 and hexadecimal can hide it from a search
ENV = {
    "PATH_TOKEN": f"{CANARY}-path-7f3e9a51",
    "QUERY_TOKEN": f"{CANARY}%2Fquery%3D5b21d8",
    "FEED_USER": f"{CANARY}-user",
    "FEED_PASSWORD": f"{CANARY}-pass-82e7",
}
PAIR = base64.b64encode(f"{ENV['FEED_USER']}:{ENV['FEED_PASSWORD']}".encode()).decode()
FEEDS = {
    "good": "http://good.example/t/${PATH_TOKEN}/feed.xml?key=${QUERY_TOKEN}",
    "query": "http://query.example/feed.xml?key=${QUERY_TOKEN}",
    "basic": "http://${FEED_USER}:${FEED_PASSWORD}@basic.example/feed.xml",
    "large": "http://large.example/feed.xml?key=${QUERY_TOKEN}",
    "tls": "https://tls.example/feed.xml?key=${QUERY_TOKEN}",
    "gone": "http://gone.example/t/${PATH_TOKEN}/feed.xml",
    "html": "http://html.example/feed.xml?key=${QUERY_TOKEN}",
    "slow": "http://slow.example/t/${PATH_TOKEN}/feed.xml",
    "moved": "http://moved.example/feed.xml?key=${QUERY_TOKEN}",
    "inside": "http://inside.example/t/${PATH_TOKEN}/feed.xml",
    "garbage": "http://garbage.example/t/${PATH_TOKEN}/feed.xml",
    "header": "http://header.example/feed.xml?key=${QUERY_TOKEN}",
    "circle": "http://circle.example/t/${PATH_TOKEN}/feed.xml",
}
HOSTS = [f"{name}.example" for name in FEEDS] + ["new.example"]
TEXT = (
    "Heavy rain flooded a camp near Saraqib in Idlib on Monday, aid workers said, and some 400 families carried their tents to a school yard. "
    "The road to the camp is under water, and lorries with blankets wait at the crossing, the council said in a statement in the evening. "
)
RSS = "application/rss+xml"


def spellings():
    """Return every way in which a secret may turn up though nobody wrote it so: what is searched for in all that the program leaves."""
    found = {CANARY, CANARY.upper(), PAIR.rstrip("=")}
    for value in (*ENV.values(), *map(unquote, ENV.values())):
        data = value.encode()
        found |= {base64.b64encode(data).decode().rstrip("="), base64.urlsafe_b64encode(data).decode().rstrip("=")}
        found |= {data.hex(), data.hex().upper()}
    return found


def said_back():
    """Write all secrets in all spellings, as the debugging page of a careless server would."""
    each = [*ENV.values(), *map(unquote, ENV.values())]
    forms = [
        form
        for one in each
        for form in (
            one,
            quote(one, safe=""),
            quote(quote(one, safe=""), safe=""),
            base64.b64encode(one.encode()).decode(),
            one.encode().hex(),
        )
    ]
    return " ".join([*forms, PAIR])


def rss(items):
    entries = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{guid}</guid><author>{said_back()}</author>"
        f"<pubDate>Mon, 17 Feb 2020 17:00:00 GMT</pubDate><description>{text}</description></item>"
        for title, link, guid, text in items
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Echo {said_back()}</title>{entries}</channel></rss>".encode()


def echoing(host):
    """Write a feed whose entries say everything back; one of them links to a page behind the same token."""
    token, key = ENV["PATH_TOKEN"], ENV["QUERY_TOKEN"]
    return rss(
        [
            (f"Camp near Saraqib floods at {host}", f"http://{host}/a/{token}/1?key={key}", f"1-{token}", f"{TEXT} {said_back()}"),
            (
                f"Idlib {said_back()}",
                f"a/2?x={quote(quote(key, safe=''), safe='')}",
                f"http://{host}/{unquote(key)}",
                f"Rain in Idlib. {said_back()}",
            ),
            ("Road to Idlib closed", f"http://{token}:x@{host}/a/3", "3", TEXT),
        ]
    )


def page(url):
    return (
        f"<html><head><title>Camp near Saraqib floods {said_back()}</title><link rel='canonical' href='{url}'><meta name='author' content='{said_back()}'></head>"
        f"<body><article><h1>Camp near Saraqib floods</h1><p>{TEXT}</p><p>The council of Idlib wrote of {said_back()} on Monday.</p><p>{TEXT}</p></article></body></html>"
    ).encode()


def large():
    """Write a feed that takes several times the seconds that the jail allows here, on a fast machine too; there is nothing wrong with it."""
    return rss([(f"Item {n}", f"http://large.example/{n}", str(n), "<b>word</b> " * 60) for n in range(4_000)])


class EchoTown:
    """Serve all hosts at one port of loopback; remember what was asked, and take what is posted."""

    def __init__(self):
        self.asked, self.posted, self.authorized = [], [], []
        town = self
        self._large = large()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                host = self.headers.get("Host", "").partition(":")[0]
                town.asked.append(f"http://{host}{self.path}")
                town.authorized.append(self.headers.get("Authorization", ""))
                town.answer(self, host)

            def do_POST(self):
                town.posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.give(200, {"Content-Type": "text/html"}, b"ok")

            def give(self, status, headers, body, phrase=None):
                self.send_response(status, phrase)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._httpd.daemon_threads = True
        self.port = self._httpd.server_address[1]
        self.closing = threading.Event()
        threading.Thread(target=self._httpd.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def answer(self, handler, host):
        """Answer as the host does."""
        name, back = host.removesuffix(".example"), said_back()
        url = f"http://{host}{handler.path}"
        if handler.path == "/robots.txt":
            handler.give(404, {}, back.encode())
        elif "/a/" in handler.path:
            handler.give(200, {"Content-Type": "text/html; charset=utf-8", "ETag": back, "X-Debug": back}, page(url))
        elif name in ("good", "query", "basic", "new"):
            handler.give(200, {"Content-Type": RSS, "ETag": f'"{ENV["PATH_TOKEN"]}"', "X-Debug": back}, echoing(host))
        elif name == "large":
            handler.give(200, {"Content-Type": RSS}, self._large)
        elif name == "html":
            handler.give(200, {"Content-Type": f"text/html; about={back}"}, f"<html><title>{back}</title>{back}</html>".encode())
        elif name == "slow":
            self.closing.wait(8)
        elif name in ("moved", "inside", "circle"):
            there = {"moved": "http://new.example", "inside": "http://10.0.0.1", "circle": f"http://{host}"}[name]
            path = handler.path if name == "circle" else f"/t/{ENV['PATH_TOKEN']}/feed.xml?key={ENV['QUERY_TOKEN']}"
            handler.give(301, {"Location": there + path, "X-Debug": back}, back.encode())
        elif name == "garbage":
            handler.wfile.write(f"{back}\r\n\r\n".encode())
        elif name == "header":
            handler.wfile.write(f"HTTP/1.1 200 OK\r\n{ENV['QUERY_TOKEN']} {back}\r\n\r\n".encode())
        else:
            handler.give(404, {"X-Debug": back, "Content-Type": f"text/html; x={back}"}, back.encode(), phrase=back[:80])

    def configuration(self, mail_port):
        """Return settings, feeds and channels that lead here."""
        pair = f"127.0.0.1:{self.port}"
        feeds = "".join(f'[[feed]]\nurl = "{url}"\npublisher = "{name.title()} Post"\nlanguage = "en"\n\n' for name, url in FEEDS.items())
        settings = (
            '[store]\ndata = "."\n[jail]\ncpu_s = 1\nwall_s = 120\n[network]\npause_s = 0.0\ntimeout_s = 4\n'
            f"allow_private = {json.dumps([pair])}\nconnect_to = {{ {', '.join(f'{json.dumps(host)} = {json.dumps(pair)}' for host in HOSTS)} }}\n"
        )
        channels = (
            f'[email]\nhost = "127.0.0.1"\nport = {mail_port}\nsecurity = "none"\nfrom = "tidings@desk.example"\nuser_env = "SMTP_USER"\n'
            'password_env = "SMTP_PASSWORD"\n\n'
            '[[recipient]]\nname = "reader"\nchannel = "email"\naddress_env = "READER_ADDRESS"\nat = "06:00"\n\n'
            '[[recipient]]\nname = "files"\nchannel = "file"\nat = "06:00"\n\n'
            '[[recipient]]\nname = "newsroom"\nchannel = "slack"\nwebhook_env = "WEBHOOK"\nat = "06:00"\n'
        )
        return {"settings": settings, "feeds": feeds, "channels": channels}

    def close(self):
        """Stop."""
        self.closing.set()
        self._httpd.shutdown()
        self._httpd.server_close()
