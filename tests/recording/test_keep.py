"""Prove that the bodies of stalled parsers are kept as carefully as recordings are."""

import json
import os
import stat

import pytest

from tidings.recording.keep import BODY_BYTES_MAX, KEPT_MAX, KeptBody, keep_body, read_body

TOKEN = "ab/cd+efg==h"


@pytest.mark.parametrize("spelled", [TOKEN, "ab%2fcd%2Befg%3D%3Dh", r"ab\/cd+efg==h", "ab&#47;cd&#x2b;efg&equals;&#61;h"])
def test_a_kept_body_has_no_secret(tmp_path, tape, spelled):
    """A token is in neither file, whatever spelling the body has, and only the owner may read them."""
    feed = tape.feed("http://news.example/f?k=${TOKEN}", TOKEN)
    response = tape.page(feed.url, f"<a href='{spelled}'>".encode(), headers={"content-type": f"text/html; of={TOKEN}"})
    path = keep_body(tmp_path, "page", feed.url, response, [feed])
    files = sorted(path.parent.iterdir())
    assert len(files) == 2
    for each in files:
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
        assert b"efg" not in each.read_bytes()
    assert b"${TOKEN" in path.read_bytes()
    assert json.loads(path.with_suffix(".json").read_text())["status"] == 200


def test_a_secret_at_the_cut_and_an_open_file(tmp_path, tape):
    """Where a body is cut no half of a token is left, and a file that others could read is closed to them."""
    feed = tape.feed("http://news.example/f?k=${TOKEN}", TOKEN)
    response = tape.page(feed.url, b"x" * (BODY_BYTES_MAX - 9) + TOKEN.encode())
    path = keep_body(tmp_path, "feed", feed.shown_url, response, [feed])
    path.chmod(0o644)
    assert keep_body(tmp_path, "feed", feed.shown_url, response, [feed]) == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"ab/cd" not in path.read_bytes()
    assert path.stat().st_size <= BODY_BYTES_MAX


def test_a_kept_body_is_read_back(tmp_path, tape):
    """What was kept, what for, and where it came from; half of a pair of files is an error that says so."""
    feed = tape.feed("http://news.example/f", TOKEN)
    path = keep_body(tmp_path, "feed", feed.shown_url, tape.page(feed.url, b"<rss>\x00"), [feed], "timeout cpu")
    assert read_body(path) == KeptBody("feed", "http://news.example/f", 200, read_body(path).content_type, "timeout cpu", b"<rss>\x00")
    path.with_suffix(".json").write_text("[]")
    with pytest.raises(TypeError):
        read_body(path)


def test_kept_bodies_are_few(tmp_path, tape):
    """Beyond the count the oldest go, each with what is said of it."""
    feed = tape.feed("http://news.example/f", TOKEN)
    for number in range(KEPT_MAX + 3):
        path = keep_body(tmp_path, "feed", feed.shown_url, tape.page(feed.url, b"%d" % number), [feed])
        os.utime(path, (number, number))
    folder = path.parent
    assert len(list(folder.glob("*.bin"))) == len(list(folder.glob("*.json"))) == KEPT_MAX
    assert b"0" not in {each.read_bytes() for each in folder.glob("*.bin")}
    assert path.exists()
