"""`tidings site`, and what runs do where digests link to one."""

from tidings.cli.common import FAILED, MISUSED


def set_site(desk, lines):
    """Add a table [site] to the settings."""
    path = desk.config / "settings.toml"
    path.write_text(f"{path.read_text()}\n[site]\n{lines}\n")


def test_site_says_what_it_wrote_and_what_to_open(used):
    """The first call writes, the second says that nothing changed, and the page named is there."""
    first, second = used("site"), used("site")
    assert (first.code, second.code) == (0, 0)
    assert first.out.startswith("site: ")
    assert "files written" in first.out
    assert second.out.splitlines()[0] == "site: nothing changed"
    assert first.out.splitlines()[1] == f"open {used.data / 'site' / 'index.html'}"
    assert (used.data / "site" / "index.html").exists()


def test_a_site_below_the_working_folder_is_named_from_there(used, monkeypatch):
    """What is to be opened is named as the guide shows it: from where the command was given."""
    monkeypatch.chdir(used.data.parent)
    assert used("site").out.splitlines()[1] == f"open {used.data.name}/site/index.html"


def test_site_into_another_folder_as_json(used):
    """`--into` names the folder, `--json` gives the counts."""
    answer = used("site", "--into", str(used.folder / "public"), "--json")
    assert answer.json["written"] > 5
    assert answer.json["folder"] == str(used.folder / "public")
    assert (used.folder / "public" / "topics" / "idlib.html").exists()
    assert not (used.data / "site").exists()


def test_a_folder_of_somebody_else_is_refused(used):
    """Where a file of another stands in the way the command fails in one line, and writes nothing."""
    (used.folder / "public").mkdir()
    (used.folder / "public" / "index.html").write_text("home")
    answer = used("site", "--into", str(used.folder / "public"))
    assert answer.code == MISUSED
    assert "index.html" in answer.err
    assert [path.name for path in (used.folder / "public").iterdir()] == ["index.html"]


def test_before_the_first_run_there_is_nothing_to_show(fresh):
    """Without a snapshot the command says which one makes it."""
    answer = fresh("site")
    assert (answer.code, "tidings run" in answer.err) == (FAILED, True)


def test_an_unknown_recipient_of_the_site_is_a_mistake(used):
    """A name that no recipient has is said, with the one that may be meant."""
    set_site(used, 'recipients = ["dsk"]')
    answer = used("site")
    assert answer.code == MISUSED
    assert "did you mean desk?" in answer.err


def test_a_digest_writes_the_site_that_it_links_to(used):
    """With `site.base_url` composing digests writes the site; without it there is none."""
    assert used("digest", "--force").code in (0, FAILED)
    assert not (used.data / "site").exists()
    set_site(used, 'base_url = "https://desk.example/t/"')
    used("digest", "--force")
    assert "https://desk.example/t/editions/" in (used.data / "site" / "feeds" / "desk.atom").read_text()


def test_a_base_url_is_a_plain_address(used):
    """A query, a fragment or a password in the address is refused, and a password is not repeated."""
    for url in ("https://desk.example/?x=1", "https://desk.example/#x", "ftp://desk.example", "https://me:geheim@desk.example/"):
        text = (used.config / "settings.toml").read_text()
        set_site(used, f'base_url = "{url}"')
        answer = used("site")
        assert answer.code == MISUSED
        assert "geheim" not in answer.err
        (used.config / "settings.toml").write_text(text)
