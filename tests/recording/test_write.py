"""Prove that what a run was answered is written whole, readable by the field's own tools, and without secrets."""

import contextlib
import gzip
import os
import re
import stat
import subprocess
import sys
import zlib
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio

from tidings.model import Response
from tidings.pipeline.replay import decode
from tidings.recording.read import load, read_recording
from tidings.recording.secrets import secrets_of
from tidings.text.urls import parse

URL = "http://news.example/a"
YEARS = (datetime(1970, 1, 1), datetime(2199, 12, 31))  # noqa: DTZ001 - what Hypothesis wants


def only_answer(folder, url, feeds=()):
    """Read the one answer of a recording back."""
    [[(_, spot)]] = read_recording(folder).answers.values()
    return load(spot, url, secrets_of(feeds), decode)


@st.composite
def responses(draw):
    """Draw any response that a client may make, from servers that obey no rule."""
    status = draw(st.sampled_from([0, 200, 204, 304, 404, 999]))
    failure = draw(st.sampled_from(["timeout", "robots"] if not status else ["", "", "", "incomplete"]))
    body = b"" if failure or status == 304 else draw(st.one_of(st.binary(max_size=300), st.just(b"\r\n\r\nWARC/1.1\r\n\r\n")))
    coding, pack = draw(st.sampled_from([("", None), ("gzip", gzip.compress), ("BR", brotli.compress), ("deflate", zlib.compress)]))
    headers = draw(st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=5))
    return Response(
        url=draw(st.text(min_size=1, max_size=60)),
        final_url=draw(st.one_of(st.just("https://news.example/ä?x=1"), st.text(max_size=60))),
        status=status,
        headers=headers | ({"content-encoding": coding} if coding else {}),
        body=body,
        encoded=pack(body) if pack and body else b"",
        fetched_at=draw(st.datetimes(*YEARS, timezones=st.just(UTC))),
        elapsed_s=draw(st.floats(0, 1e6)),
        failure=failure,
        detail=draw(st.text(max_size=40)),
        redirects=tuple(draw(st.lists(st.tuples(st.sampled_from([301, 302, 308]), st.text(max_size=60)), max_size=3))),
        wire_bytes=draw(st.integers(0, 10**12)),
    )


@given(response=responses())
def test_what_goes_in_comes_out(tmp_path_factory, tape, response):
    """Any response that a client can make, in whatever signs, is the same after a round trip through a file."""
    folder = tmp_path_factory.mktemp("law")
    file = tape.record(folder, [response], now=response.fetched_at)
    assert not file.trouble
    assert only_answer(folder, response.url) == replace(response, encoded=b"")


@pytest.fixture
def recorded(tmp_path, tape):
    """Record a run with every kind of record."""
    feed = tape.feed("http://news.example/feed.xml")
    answers = [
        tape.page(feed.url, b"", 304, headers={"etag": '"1"'}),
        tape.page(URL, b"the same body", headers={"content-encoding": "gzip", "transfer-encoding": "chunked", "content-type": "text/html"}),
        tape.page(URL + "b", b"the same body"),
        tape.page(URL + "c", b"", 0, failure="timeout", headers={}),
        tape.page(URL + "d", b"gone", 404),
        tape.page(URL + "e", b"as it came", encoded=gzip.compress(b"as it came"), headers={"content-encoding": "gzip"}),
    ]
    tape.record(tmp_path / "archive", answers, feeds=[feed])
    [path] = (tmp_path / "archive").iterdir()
    return path


def test_the_tools_of_the_field_find_nothing_wrong(recorded, capsys):
    """`warcio check` passes, and each record's digest is that of its block and payload."""
    with contextlib.suppress(SystemExit):
        warcio(["check", "-v", str(recorded)])
    said = capsys.readouterr().out
    assert "digest pass" in said
    assert "fail" not in said.lower()
    with recorded.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            record.content_stream().read()


def test_other_programs_read_what_we_mean(recorded):
    """Bodies are as they came, or decoded, and the headers say which; what they said else of the wire has another name; copies refer within the file."""
    with recorded.open("rb") as file:
        records = [(one.rec_type, one.rec_headers, one.http_headers, one.content_stream().read()) for one in ArchiveIterator(file)]
    assert [kind for kind, *_ in records] == [
        "warcinfo", "revisit", "metadata", "response", "metadata", "revisit", "metadata", "metadata", "response", "metadata", "response", "metadata",
    ]  # fmt: skip
    _, not_modified, _, first, beside, copy, _, failed, _, _, packed, _ = records
    assert not_modified[1].get_header("WARC-Profile").endswith("/revisit/server-not-modified")
    assert first[3] == b"the same body"
    assert first[2].get_header("content-encoding") is None
    assert (first[2].get_header("x-orig-content-encoding"), first[2].get_header("content-length")) == ("gzip", "13")
    assert beside[1].get_header("WARC-Concurrent-To") == first[1].get_header("WARC-Record-ID")
    assert copy[1].get_header("WARC-Refers-To") == first[1].get_header("WARC-Record-ID")
    assert copy[1].get_header("WARC-Payload-Digest") == first[1].get_header("WARC-Payload-Digest")
    assert b'"failure": "timeout"' in failed[3]
    assert packed[2].get_header("content-encoding") == "gzip"
    assert packed[3] == b"as it came"  # decoded by the tool


def test_only_we_may_read_it(recorded):
    """The file has mode 0600 in a folder of mode 0700."""
    assert stat.S_IMODE(recorded.stat().st_mode) == 0o600
    assert stat.S_IMODE(recorded.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("token", ["canary-4f7c1d9e2b", "k3+/y&<z>=%41", "ab"], ids=["plain", "with signs", "short"])
def test_a_secret_of_the_address_is_not_written(tmp_path, tape, token):
    """A token is nowhere in the file, not compressed either, though redirects and the feed itself repeat it; a replay fills it in again."""
    feed = tape.feed("http://news.example/${TOKEN}/feed.xml?token=${TOKEN}", token)
    body = f"<link href='{escape(feed.url)}'/>".encode() if len(token) > 2 else b"<rss/>"
    moved = tape.page(
        feed.url,
        body,
        final_url=f"http://news.example/{token}/rss?token={quote(token, safe='')}",
        redirects=((302, f"http://news.example/{token}/rss?token={token}"),),
        headers={"link": f"<{feed.url}>; rel=self"} if len(token) > 2 else {},
        detail=f"at {feed.url}",
    )
    tape.record(tmp_path, [moved], feeds=[feed])
    written = tape.plain_bytes(tmp_path)
    assert b"TOKEN" in written
    for form in {token, quote(token, safe=""), escape(token)} if len(token) > 2 else {f"/{token}/", f"={token}"}:
        assert form.encode() not in written
    assert b64encode(token.encode()) not in written
    assert only_answer(tmp_path, feed.url, [feed]) == moved


@pytest.mark.parametrize("token", ['ab/cd+efg==h"ij', "pathsecret/77é", "KEYTWO/9x+yZ==q"])
def test_a_secret_in_an_address_that_we_wrote_ourselves(tmp_path, tape, token):
    """Our own way of escaping, JSON's and references of XML keep a token out of the addresses, the headers and the body alike."""
    feed = tape.feed("http://news.example/feed.xml?token=${TOKEN}", token)
    written_by_us = str(parse(feed.url))
    bodies = [written_by_us, feed.url.replace("/", "\\/"), "".join(one if one.isalnum() else f"&#x{ord(one):x};" for one in feed.url)]
    moved = tape.page(
        feed.url,
        "\n".join(bodies).encode(),
        final_url=written_by_us,
        redirects=((301, written_by_us),),
        headers={"location": written_by_us, "content-location": quote(feed.url, safe="/")},
    )
    own_page = tape.page(written_by_us + "&page=2", b"more")
    tape.record(tmp_path, [moved, own_page], feeds=[feed])
    written = tape.plain_bytes(tmp_path)
    pieces = [piece for piece in re.findall("[A-Za-z0-9]+", token) if len(piece) > 2]
    assert not [piece for piece in pieces if piece.encode() in written]


def test_a_full_disk_ends_the_recording_and_not_the_run(tape, tmp_path):
    """When a write fails, every answer still comes through, what went wrong is told once, and the file holds whole records only."""
    script = """
import resource, signal, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
import conftest as tape
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
import os
pages = [tape.page(f"http://news.example/{n}", os.urandom(3_000)) for n in range(20)]
file = tape.record(Path(sys.argv[1]), pages)
print(file.trouble)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), str(Path(__file__).parent)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "File too large\n"
    [path] = tmp_path.iterdir()
    assert path.name.endswith(".warc.gz")
    recording = read_recording(tmp_path)
    assert recording.notes == ()
    assert 3 <= len(recording.answers) < 20


def test_a_folder_that_cannot_be_made_is_told(tmp_path, tape):
    """An archive that is in the way of itself costs the recording, not the answers."""
    (tmp_path / "archive").write_text("a file", encoding="utf-8")
    file = tape.record(tmp_path / "archive", [tape.page(URL)])
    assert file.trouble in ("File exists", "Not a directory")


def test_one_run_may_not_write_more_than_all_may(tmp_path, tape):
    """A run stops recording at `bytes_max`, and says so."""
    file = tape.record(tmp_path, [tape.page(f"{URL}{n}", os.urandom(2_000)) for n in range(10)], bytes_max=9_000)
    assert "bytes_max" in file.trouble
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 9_000


def test_a_killed_run_leaves_whole_records(tmp_path, tape):
    """Killed in the middle, a run leaves an unfinished file of which all but the last record can be read."""
    tape.record(tmp_path, [tape.page(f"{URL}{n}") for n in range(5)], close=False)
    [path] = tmp_path.iterdir()
    assert path.name.endswith(".warc.gz.open")
    os.truncate(path, path.stat().st_size - 7)
    recording = read_recording(tmp_path)
    assert len(recording.answers) == 4
    assert recording.notes == (f"{path.name}: ends in the middle of a record",)


def test_a_writer_that_is_killed(tmp_path):
    """Killed by the system in the middle of its work, a writer leaves every answer that it had handed on."""
    script = """
import itertools, os, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
import conftest as tape
from tidings.recording.form import RunFacts, about
from tidings.recording.write import RunFile
from tidings.model import Request
file = RunFile(Path(sys.argv[1]), RunFacts("ingest", "0" * 32, tape.NOW), 10**9)
for n in itertools.count():
    response = tape.page(f"http://news.example/{n}", os.urandom(1_000))
    file.add(about(Request(response.url, "page"), response, response.url), response.body)
    print(response.url, flush=True)
"""
    words = [sys.executable, "-c", script, str(tmp_path), str(Path(__file__).parent)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        handed_on = [process.stdout.readline().strip() for _ in range(20)]
        process.kill()
    recording = read_recording(tmp_path)
    assert set(handed_on) <= set(recording.answers)
    assert all(spot.ok for answers in recording.answers.values() for _, spot in answers)


def test_runs_of_one_moment_have_files_of_their_own(tmp_path, tape):
    """Two runs at the same simulated time do not write into one file."""
    for run_id in ("aaaaaaaa", "bbbbbbbb"):
        tape.record(tmp_path, [tape.page(URL)], run_id=run_id)
    tape.record(tmp_path, [], run_id="cccccccc", now=tape.now + timedelta(hours=1))
    assert len(read_recording(tmp_path).runs) == len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("pack", [gzip.compress, lambda body: gzip.compress(b"ok") + body], ids=["within", "behind its end"])
def test_a_secret_in_a_compressed_body_is_not_written(tmp_path, tape, pack):
    """A body that came compressed is kept as it came only if no secret is in it, decoded or not; else it is kept decoded, without the secret."""
    feed = tape.feed("http://news.example/feed.xml?token=${TOKEN}", tape.token)
    body = f"<link href='{feed.url}'/>".encode()
    came = pack(body)
    answer = tape.page(feed.url, decode(came, "gzip"), encoded=came, headers={"content-encoding": "gzip"})
    tape.record(tmp_path, [answer], feeds=[feed])
    written = tape.plain_bytes(tmp_path)
    assert tape.token.encode() not in written
    assert came not in written
    assert only_answer(tmp_path, feed.url, [feed]) == replace(answer, encoded=b"")
