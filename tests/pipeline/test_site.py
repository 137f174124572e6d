"""The site in its folder: what is written, what is left alone, what is never touched, and that the store is only read."""

import hashlib
import json
import os
import stat
import sys
from datetime import timedelta

import pytest
from archives import archive

from tidings.errors import StoreError, UsageError
from tidings.pipeline import site_files
from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due
from tidings.pipeline.edition_feeds import write_edition_feeds
from tidings.pipeline.publish import republish
from tidings.pipeline.site import full_url, write_linked_site, write_site
from tidings.pipeline.site_files import LIST_NAME, write_pages
from tidings.render.site import Page
from tidings.render.site.pages import Site
from tidings.store.database import open_store, rows
from tidings.store.publish import publish

HOSTILE = "</p><script>alert(1)</script><img src=x onerror=alert(1)>\" onclick='x' {{ 7 * 7 }} \u202e\u2028]]>javascript:alert(1)"


@pytest.fixture
def told(tmp_path, writer, world, asked):
    """Make a store with two stories, told to a desk in one edition, and its settings."""
    settings = world.settings(tmp_path)
    at = world.now - world.hour
    story, _ = writer.article(
        "https://a.example/1",
        ["Twelve people were killed in Idlib.", "Roads are cut."],
        at,
        kind="new_story",
        figures={"Twelve people were killed in Idlib.": [("Twelve", 12.0)]},
    )
    writer.article(
        "https://b.example/2",
        ["Fifteen people were killed in Idlib."],
        at,
        story=story,
        kind="changed_figure",
        figures={"Fifteen people were killed in Idlib.": [("Fifteen", 15.0)]},
    )
    writer.article("https://c.example/3", ["Talks begin in Tripoli."], at, topic="libya", kind="new_story")
    compose_due(tmp_path, settings, world.now)
    deliver(tmp_path, settings, world.now)
    republish(settings)
    return settings


def files(folder):
    """Return content and time of every file below a folder."""
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def test_the_store_becomes_a_site(told):
    """Editions, topics, stories, feeds and search are there, with the words of the store."""
    report = write_site(told)
    found = files(told.data / "site")
    assert report.written == len(found) - 1  # the list of what is ours counts itself not
    assert {"index.html", "search.html", "topics/idlib.html", "topics/libya.html", "feeds/desk.atom", "feeds/desk.json"} <= set(found)
    assert sum(path.startswith("stories/") for path in found) == 2
    (edition,) = (text.decode() for path, (text, _) in found.items() if path.startswith("editions/") and "index" not in path)
    for words in ("Twelve people were killed in Idlib.", "Fifteen people were killed in Idlib.", "Talks begin in Tripoli."):
        assert words in edition
    assert b"<svg" in found["topics/idlib.html"][0]


def test_nothing_new_leaves_every_file_alone(told):
    """A second writing changes no file and no time, whether it looks closer or not."""
    write_site(told)
    before = files(told.data / "site")
    assert write_site(told).written == 0
    assert files(told.data / "site") == before
    (told.data / "site" / LIST_NAME).write_text(json.dumps({**json.loads((told.data / "site" / LIST_NAME).read_text()), "content": ""}))
    assert write_site(told).written == 0
    assert {path: one for path, one in files(told.data / "site").items() if path != LIST_NAME} == {
        path: one for path, one in before.items() if path != LIST_NAME
    }


def test_only_what_changed_is_written(told, writer, world):
    """A new development in one story leaves the page of the other story as it was."""
    write_site(told)
    before = files(told.data / "site")
    writer.article("https://d.example/4", ["Snow falls on Idlib."], world.now + world.hour, kind="new_story")
    republish(told)
    report = write_site(told)
    after = files(told.data / "site")
    changed = {path for path, one in after.items() if before.get(path) != one}
    assert {"index.html", "topics/idlib.html", "assets/search-index.js"} <= changed
    assert not {path for path in changed if path in before and path.startswith(("stories/", "editions/", "feeds/"))}
    assert report.unchanged > report.written


def test_what_is_gone_is_removed_and_nothing_else(told, world):
    """Files of ours that are needed no longer go; what somebody else put into the folder stays."""
    write_site(told)
    folder = told.data / "site"
    (folder / "stories" / "notes.txt").write_text("mine")
    (folder / "CNAME").write_text("desk.example")
    told.site = told.site.model_copy(update={"recipients": ["nobody"]})
    report = write_site(told)
    assert report.removed > 0
    assert not list(folder.glob("editions/*-*.html"))
    assert not (folder / "feeds" / "desk.atom").exists()
    assert (folder / "stories" / "notes.txt").read_text() == "mine"
    assert (folder / "CNAME").read_text() == "desk.example"


def test_a_file_that_is_not_ours_is_never_replaced(told, tmp_path):
    """Where a file of that name is there already, nothing is written and the command says which."""
    folder = tmp_path / "public"
    folder.mkdir()
    (folder / "index.html").write_text("somebody's home page")
    with pytest.raises(UsageError, match=r"index\.html"):
        write_site(told, folder)
    assert [path.name for path in folder.iterdir()] == ["index.html"]
    assert (folder / "index.html").read_text() == "somebody's home page"


def test_the_list_cannot_be_used_to_remove_others(told, tmp_path):
    """Whatever stands in the list, only paths of the form of ours are removed."""
    write_site(told)
    (tmp_path / "precious").write_text("x")
    (told.data / "site" / "mine.html").write_text("x")
    listed = json.loads((told.data / "site" / LIST_NAME).read_text())
    listed["files"] |= {
        "../../precious": ["", 1],
        "../precious": ["", 1],
        "mine.html": ["", 1],
        "/etc/hostname": ["", 1],
        "stories/../mine.html": ["", 1],
    }
    (told.data / "site" / LIST_NAME).write_text(json.dumps(listed | {"content": ""}))
    assert write_site(told).removed == 0
    assert (tmp_path / "precious").exists()
    assert (told.data / "site" / "mine.html").exists()


@pytest.mark.parametrize("name", ["stories", "."], ids=["a folder inside", "the folder itself"])
def test_links_to_elsewhere_are_not_followed(told, tmp_path, name):
    """A folder of the site that is a link leads nowhere: nothing is written through it."""
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "public"
    if name == ".":
        folder.symlink_to(outside)
    else:
        folder.mkdir()
        (folder / name).symlink_to(outside)
    with pytest.raises(UsageError, match="link to elsewhere"):
        write_site(told, folder)
    assert not list(outside.iterdir())


def test_files_are_for_the_group_and_nobody_else(told):
    """Files have mode 0640 and folders 0750, whatever the umask."""
    before = os.umask(0)
    try:
        write_site(told)
    finally:
        os.umask(before)
    folder = told.data / "site"
    modes = {stat.S_IMODE(path.lstat().st_mode) for path in folder.rglob("*") if path.is_file()}
    assert (modes, {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*")) if path.is_dir()}) == ({0o640}, {0o750})


def test_the_store_is_only_read(told):
    """Writing the site changes neither the store nor the snapshot, and needs the snapshot alone."""
    (told.data / "store.duckdb").rename(told.data / "aside")
    before = hashlib.sha256((told.data / "tidings.duckdb").read_bytes()).hexdigest()
    assert write_site(told).written > 0
    assert hashlib.sha256((told.data / "tidings.duckdb").read_bytes()).hexdigest() == before
    assert not (told.data / "store.duckdb").exists()


def test_without_a_snapshot_it_says_what_to_do(tmp_path, world):
    """Before the first run there is nothing to show, and the message says how there will be."""
    with pytest.raises(StoreError, match="tidings run"):
        write_site(world.settings(tmp_path))


def test_only_the_recipients_chosen_and_their_topics(tmp_path, writer, world, asked):
    """With recipients named, editions, feeds and topics of others are nowhere on the site."""
    desk, press = world.recipient("desk", topics=("idlib",)), world.recipient("press", topics=("libya",))
    settings = world.settings(tmp_path, desk, press)
    writer.article("https://a.example/1", ["Snow falls on Idlib."], world.now - world.hour, kind="new_story")
    writer.article("https://c.example/3", ["Talks begin in Tripoli."], world.now - world.hour, topic="libya", kind="new_story")
    compose_due(tmp_path, settings, world.now)
    republish(settings)
    settings.site = settings.site.model_copy(update={"recipients": ["desk"]})
    write_site(settings)
    found = files(tmp_path / "site")
    assert "topics/idlib.html" in found
    assert not [path for path in found if "libya" in path or "press" in path]
    for text, _ in found.values():
        assert b"Tripoli" not in text
        assert b"Libya" not in text


def test_digests_link_to_a_site_that_shows_them(told):
    """With `site.base_url` the full edition has an address, and that page is in the site; without it, or for others, there is none."""
    assert full_url(told, "desk", "0" * 8) == ""
    assert write_linked_site(told) == (None, "")
    told.site = told.site.model_copy(update={"base_url": "https://desk.example/t"})
    report, trouble = write_linked_site(told)
    assert (report.written > 0, trouble) == (True, "")
    edition = next(path for path in files(told.data / "site") if path.startswith("editions/") and "index" not in path)
    url = full_url(told, "desk", edition.removeprefix("editions/").removesuffix(".html"))
    assert url == f"https://desk.example/t/{edition}"
    assert url.encode() in files(told.data / "site")["feeds/desk.atom"][0]
    told.site = told.site.model_copy(update={"recipients": ["press"]})
    assert full_url(told, "desk", edition.removeprefix("editions/").removesuffix(".html")) == ""


def test_a_site_that_cannot_be_written_holds_up_nothing(told):
    """What went wrong with the site is a line, not an error: the digest goes out."""
    told.site = told.site.model_copy(update={"base_url": "https://desk.example/t"})
    (told.data / "site").mkdir()
    (told.data / "site" / "index.html").write_text("somebody's")
    report, trouble = write_linked_site(told)
    assert report is None
    assert trouble.startswith("the site was not written: ")


@pytest.mark.parametrize("steps", range(0, 60, 7))
def test_killed_anywhere_the_next_writing_ends_the_same(tmp_path, steps):
    """A writing that stops after any number of files is completed by the next one: same files, none taken for somebody else's."""
    made, whole, broken = archive(days=3), tmp_path / "whole", tmp_path / "broken"
    write_pages(whole, Site(made, "UTC").pages(), "1", "a")

    class Killed(BaseException):
        pass

    def until(pages):
        for number, page in enumerate(pages):
            yield page if number < steps else Page(page.path, page.material, stop)

    def stop():
        raise Killed

    try:
        write_pages(broken, until(Site(made, "UTC").pages()), "1", "a")
    except Killed:
        assert not site_files.is_current(broken, "a")
    write_pages(broken, Site(made, "UTC").pages(), "1", "a")
    assert {path: one for path, (one, _) in files(broken).items()} == {path: one for path, (one, _) in files(whole).items()}
    assert site_files.is_current(broken, "a")


def test_a_file_that_was_lost_or_cut_is_written_again(told):
    """A page that is missing, or has another size than was written, is not current, even while the store says the same."""
    write_site(told)
    folder = told.data / "site"
    (folder / "index.html").write_bytes(b"")
    (folder / "search.html").unlink()
    assert write_site(told).written == 2
    assert (folder / "index.html").stat().st_size > 1000


def test_every_column_of_the_store_may_be_hostile(told):
    """With markup in every text of the store, no page holds a tag, a handler or a link of theirs, and the feeds are well-formed."""
    spoil(told)
    write_site(told)
    republished = files(told.data / "site")
    assert len(republished) > 10
    for path, (text, _) in republished.items():
        if path.endswith(".html"):
            shown = text.decode()
            assert "<script>alert" not in shown, path
            assert "<img" not in shown, path
            assert 'href="javascript' not in shown, path
        if path.endswith((".atom", ".json")):
            assert HOSTILE[:20].encode() not in text.replace(b"\\", b""), path


def spoil(settings):
    """Put hostile text into every column of texts that takes it, and publish."""
    kept = {"topic", "topics", "recipient", "name", "seed_id"}  # what names files: tests of the pages try those
    with open_store(settings.data, 10) as con:
        columns = rows(
            con,
            "SELECT table_name AS t, column_name AS c FROM duckdb_columns() WHERE schema_name = 'core' AND data_type = 'VARCHAR' AND database_name = current_database()",
        )
        spoilt = 0
        for row in columns:
            if row["c"] in kept:
                continue
            try:
                con.execute(
                    f'UPDATE core.{row["t"]} SET "{row["c"]}" = ?', [f"https://h.example/{HOSTILE}" if row["c"] == "url" else HOSTILE]
                )
                spoilt += 1
            except Exception:  # noqa: BLE001 - a column that takes fixed words only, or keys
                continue
        assert spoilt > 40
        publish(con, settings.data, anew=True)


def test_feeds_stand_beside_the_files(told, world):
    """A recipient of files has both feeds beside the files, linked to them; a second writing changes nothing."""
    assert write_edition_feeds(told) == 2
    assert write_edition_feeds(told) == 0
    folder = told.data / "editions"
    name = next(path.name for path in folder.glob("*.html"))
    assert f'href="{name}"' in (folder / "desk.atom").read_text()
    assert json.loads((folder / "desk.json").read_text())["items"][0]["id"].startswith("urn:uuid:")
    assert stat.S_IMODE((folder / "desk.atom").stat().st_mode) == 0o640


def test_nothing_here_waits_for_pygal():
    """A run that writes no site loads nothing that draws."""
    code = "import sys, tidings.pipeline.site, tidings.pipeline.digest; sys.exit('pygal' in sys.modules)"
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", code]) == 0


def test_an_edition_of_a_quiet_day_has_a_page(tmp_path, world, asked):
    """An edition that said "nothing new" is in the archive, too."""
    settings = world.settings(tmp_path)
    compose_due(tmp_path, settings, world.now, force=True)
    compose_due(tmp_path, settings, world.now + timedelta(days=1))
    republish(settings)
    write_site(settings)
    texts = [text.decode() for path, (text, _) in files(tmp_path / "site").items() if path.startswith("editions/") and "index" not in path]
    assert texts
    assert all("Nothing new" in text for text in texts)
