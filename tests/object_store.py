"""A loopback server that speaks as much of S3 as DuckDB asks for: objects in memory, written in parts, read by ranges, listed, removed."""

import hashlib
import threading
import time
import urllib.parse
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_SPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


@dataclass(slots=True)
class ObjectStore:
    """Hold the objects by `/bucket/key`, what is being written, and how often what was asked for."""

    key_id: str
    objects: dict[str, tuple[bytes, float]] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    address: str = ""

    def page(self, bucket: str, asked: dict[str, str]) -> str:
        """Return one page of a listing: at most 100 keys, so that a listing of more needs several."""
        prefix, after = asked.get("prefix", ""), asked.get("continuation-token") or asked.get("start-after", "")
        keys = sorted(path.removeprefix(f"/{bucket}/") for path in list(self.objects) if path.startswith(f"/{bucket}/{prefix}"))
        keys = [key for key in keys if key > after]
        shown, more = keys[:100], keys[100:]
        rows = "".join(
            f"<Contents><Key>{escape(urllib.parse.quote(key))}</Key><LastModified>2020-02-20T07:30:00.000Z</LastModified>"
            f"<ETag>&quot;{etag(self.objects[f'/{bucket}/{key}'][0])}&quot;</ETag><Size>{len(self.objects[f'/{bucket}/{key}'][0])}</Size></Contents>"
            for key in shown
        )
        following = f"<NextContinuationToken>{escape(shown[-1])}</NextContinuationToken>" if more else ""
        return (
            f'{_XML}<ListBucketResult xmlns="{_SPACE}"><Name>{bucket}</Name><Prefix>{escape(prefix)}</Prefix><KeyCount>{len(shown)}</KeyCount>'
            f"<MaxKeys>100</MaxKeys><EncodingType>url</EncodingType><IsTruncated>{str(bool(more)).lower()}</IsTruncated>{following}{rows}</ListBucketResult>"
        )


def etag(body: bytes) -> str:
    """Return the tag of an object."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


@contextmanager
def object_store(key_id: str) -> Iterator[ObjectStore]:
    """Serve an empty store on a free port of this machine while the body runs; only requests signed with that key are let in."""
    store = ObjectStore(key_id)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"store": store}))
    store.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: ObjectStore

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def handle_one(self) -> None:
        """Answer any request."""
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urllib.parse.urlsplit(self.path)
        self.at = urllib.parse.unquote(address.path)
        self.query = dict(urllib.parse.parse_qsl(address.query, keep_blank_values=True))
        kind = next((name for name in ("uploads", "uploadId", "delete", "list-type") if name in self.query), "object")
        self.store.asked[f"{self.command} {kind}"] += 1
        signed = f"AWS4-HMAC-SHA256 Credential={self.store.key_id}/"
        if not self.headers.get("Authorization", "").startswith(signed) or "Signature=" not in self.headers["Authorization"]:
            self.store.refused += 1
            self.answer(403, f"{_XML}<Error><Code>AccessDenied</Code></Error>")
            return
        {"POST": self.write, "PUT": self.put, "GET": self.get, "HEAD": self.get, "DELETE": self.remove}[self.command]()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_one  # noqa: N815 - names that http.server asks for

    def put(self) -> None:
        """Take an object, or a part of one."""
        if "uploadId" in self.query:
            self.store.parts[self.query["uploadId"]][int(self.query["partNumber"])] = self.body
        else:
            self.store.objects[self.at] = (self.body, time.time())
        self.answer(200, "", ETag=f'"{etag(self.body)}"')

    def write(self) -> None:
        """Begin to take an object in parts, end it, or remove many."""
        if "uploads" in self.query:
            upload = uuid.uuid4().hex
            self.store.parts[upload] = {}
            self.answer(
                200, f'{_XML}<InitiateMultipartUploadResult xmlns="{_SPACE}"><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>'
            )
        elif "delete" in self.query:
            keys = [one.text or "" for one in ET.fromstring(self.body).iter() if one.tag.rpartition("}")[2] == "Key"]
            for key in keys:
                self.store.objects.pop(f"/{self.at.strip('/')}/{key}", None)
            self.answer(
                200,
                f'{_XML}<DeleteResult xmlns="{_SPACE}">{"".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)}</DeleteResult>',
            )
        else:
            parts = self.store.parts.pop(self.query["uploadId"])
            self.store.objects[self.at] = (b"".join(parts[number] for number in sorted(parts)), time.time())
            self.answer(
                200, f'{_XML}<CompleteMultipartUploadResult xmlns="{_SPACE}"><Key>{escape(self.at)}</Key></CompleteMultipartUploadResult>'
            )

    def get(self) -> None:
        """Give an object, a range of it, what is said about it, or a listing."""
        if "list-type" in self.query:
            self.answer(200, self.store.page(self.at.strip("/"), self.query))
            return
        if self.at not in self.store.objects:
            self.answer(404, f"{_XML}<Error><Code>NoSuchKey</Code></Error>")
            return
        body, at = self.store.objects[self.at]
        said = {"ETag": f'"{etag(body)}"', "Last-Modified": formatdate(at, usegmt=True), "Accept-Ranges": "bytes"}
        if (wanted := self.headers.get("Range", "")).startswith("bytes="):
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            start = int(first) if first else max(0, len(body) - int(last))
            end = min(int(last) if first and last else len(body) - 1, len(body) - 1)
            self.answer(206, body[start : end + 1], **said, **{"Content-Range": f"bytes {start}-{end}/{len(body)}"})
        else:
            self.answer(200, body, **said)

    def remove(self) -> None:
        """Remove an object."""
        self.store.objects.pop(self.at, None)
        self.answer(204, "")

    def answer(self, code: int, body: str | bytes, **headers: str) -> None:
        """Send an answer; of one to HEAD only what is said about it."""
        content = body.encode() if isinstance(body, str) else body
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
