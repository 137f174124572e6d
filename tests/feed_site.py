"""Play a site with a feed of five entries, their pages, and addresses that go wrong, for the commands about feeds."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from fakes import HOUR, NOW, Piece, rss

AT = ("--now", NOW.isoformat())
ESCAPE = "\x1b[31mred"
FLOOD = Piece(
    "http://wire.example/flood",
    "Camp near Saraqib floods",
    ("Rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said.",) * 2,
)
SOAP = Piece("http://wire.example/soap", "Soap wins prize", ("A soap factory in the valley has won a prize for its bars this year.",))
OLD = Piece("http://wire.example/old", "Ariha mill", ("A mill in Ariha in Idlib ground its first wheat.",), NOW - 90 * HOUR)
GONE = Piece("http://wire.example/gone", "Strike in Tripoli", ("x",))
NEWS = rss([FLOOD, SOAP, Piece(FLOOD.url, "Camp floods, edited", FLOOD.paragraphs, guid="other"), OLD, GONE])


def page(piece):
    return f"<html><head><title>{piece.title}</title></head><body><article>{''.join(f'<p>{p}</p>' for p in piece.paragraphs)}</article></body></html>"


class Site:
    """Answer for any host from a table of `host/path`; note what was asked."""

    def __init__(self):
        self.answers, self.asked = {}, []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                url = self.headers["Host"].partition(":")[0] + self.path
                site.asked.append((url, self.headers.get("If-None-Match", "")))
                status, headers, body = site.answers.get(url, (404, {}, "<html>nothing</html>"))
                if headers.get("ETag") and headers["ETag"] == self.headers.get("If-None-Match"):
                    status, body = 304, ""
                body = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                for name, value in ({"Content-Type": "text/html"} | headers | {"Content-Length": str(len(body))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def paths(self):
        return [url for url, _ in self.asked]


def answers():
    """Answer for a feed with five entries and their pages, and for addresses that fail in every way."""
    xml = {"Content-Type": "application/rss+xml"}
    return {
        "wire.example/rss": (200, xml | {"ETag": '"one"'}, NEWS),
        "wire.example/plain": (200, xml, NEWS),
        "wire.example/": (200, {}, '<html><link rel="alternate" type="application/rss+xml" href="/rss"><a href="/rss.html">x</a></html>'),
        "wire.example/moved": (301, {"Location": "http://wire.example/rss"}, ""),
        "wire.example/for-now": (302, {"Location": "http://wire.example/rss"}, ""),
        "wire.example/secret?u=s3cr3t-word": (302, {"Location": "http://10.0.0.1/x?u=s3cr3t-word"}, ""),
        "wire.example/inside": (302, {"Location": "http://169.254.169.254/"}, ""),
        "wire.example/empty": (200, xml, ""),
        "wire.example/locked": (401, {}, ""),
        "wire.example/broken": (503, {}, ""),
        "wire.example/hostile": (200, xml, rss([Piece("http://wire.example/h", f"{ESCAPE}\u202e", ("x",))])),
        **{f"wire.example/{one.url.rpartition('/')[2]}": (200, {}, page(one)) for one in (FLOOD, SOAP, OLD)},
    }


HOSTS = ("wire.example", "other.example", "robots.example", "www.many.example")


def at_site(desk, site):
    address = f"127.0.0.1:{site.server.server_address[1]}"
    hosts = "".join(f'"{host}" = "{address}"\n' for host in HOSTS)
    network = f'[store]\ndata = "data"\n\n[network]\npause_s = 0\nallow_private = ["{address}"]\n[network.connect_to]\n{hosts}'
    (desk.config / "settings.toml").write_text(network, encoding="utf-8")
    return desk
