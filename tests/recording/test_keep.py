"""Prove that the bodies of stalled parsers are kept as carefully as recordings are."""

import json
import stat

import pytest

from tidings.recording.keep import BODY_BYTES_MAX, keep_body

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
