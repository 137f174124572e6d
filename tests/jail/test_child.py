"""What a jailed child may read and reach: its own program, and nothing beside it. Each refusal with the same thing let through."""

import os
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import hostile
import pytest

from tidings.jail import Jail, JailFailure

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

WAYS = ("path", "bytes", "descriptor", "dots", "relative", "folder", "code", "lines")


@pytest.fixture(scope="module")
def jail() -> Iterator[Jail]:
    with Jail(cpu_s=20, memory_mb=128, wall_s=60, preload=("hostile",)) as one:
        yield one


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file outside of the program."""
    path = tmp_path_factory.mktemp("outside") / "password"
    path.write_text("word\n", encoding="utf-8")
    return path


def is_refused(result: object) -> bool:
    return isinstance(result, JailFailure) and result.reason == "error" and "not in the jail" in result.detail


@pytest.mark.parametrize("way", WAYS)
def test_files_outside_of_the_program_are_not_read(jail: Jail, secret: Path, way: str) -> None:
    """However the path is given, a file that the parent can read is refused; linecache takes the refusal for an empty file."""
    assert hostile.read_by(way, str(secret)) == 5
    inside = jail.call(hostile.read_by, way, str(secret))
    assert inside == 0 if way == "lines" else is_refused(inside)


@pytest.mark.parametrize("way", [way for way in WAYS if way not in {"relative", "folder"}])
def test_files_of_the_program_are_read(jail: Jail, way: str) -> None:
    """The library of Python, an installed package and our own code can be read in the same ways."""
    for path in (os.__file__, pytest.__file__, jail.call.__func__.__code__.co_filename, os.devnull):
        assert jail.call(hostile.read_by, way, path) == hostile.read_by(way, path)


@pytest.mark.parametrize("way", ["relative", "folder"])
def test_relative_paths_are_refused_wherever_they_lead(jail: Jail, way: str) -> None:
    """The hook does not see which folder a relative path belongs to, so none is let through."""
    assert hostile.read_by(way, os.__file__) > 0
    assert is_refused(jail.call(hostile.read_by, way, os.__file__))


def test_an_open_folder_of_the_program_leads_nowhere_else(jail: Jail, secret: Path) -> None:
    """A folder that may be opened is no way to its neighbours."""
    assert hostile.read_below_own_folder(str(secret)) == 5
    assert is_refused(jail.call(hostile.read_below_own_folder, str(secret)))


def test_links_are_followed_before_they_are_judged(jail: Jail, secret: Path, tmp_path: Path) -> None:
    """A link counts as what it leads to, in both directions."""
    inward, outward = tmp_path / "inward", tmp_path / "outward"
    inward.symlink_to(os.__file__)
    outward.symlink_to(secret)
    assert jail.call(hostile.read_by, "path", str(inward)) == len(Path(os.__file__).read_bytes())
    assert hostile.read_by("path", str(outward)) == 5
    assert is_refused(jail.call(hostile.read_by, "path", str(outward)))


def test_a_name_that_begins_like_a_folder_of_the_program_is_another(jail: Jail) -> None:
    """The folder is compared whole: `.../python3.11-x` is not below `.../python3.11`."""
    assert is_refused(jail.call(hostile.read_by, "path", f"{Path(os.__file__).parent}-x/file"))
    assert "FileNotFoundError" in str(jail.call(hostile.read_by, "path", f"{Path(os.__file__).parent}/no-such-file"))


@pytest.mark.parametrize(
    "path", ["/proc/{pid}/environ", "//proc/{pid}/environ", "/proc/{pid}/../self/mem", "/proc/self/maps", "/etc/passwd"]
)
def test_what_the_system_tells_of_others_is_not_read(jail: Jail, path: str) -> None:
    """Neither the environment and the memory of the parent, nor the users of the machine."""
    assert is_refused(jail.call(hostile.read_by, "path", path.format(pid=os.getpid())))


@pytest.mark.parametrize("look", [hostile.names_in, hostile.scan])
def test_folders_outside_are_not_listed(jail: Jail, secret: Path, look: Callable[[str], int]) -> None:
    """A child does not see which files there are but the program's."""
    assert look(str(secret.parent)) == 1
    assert is_refused(jail.call(look, str(secret.parent)))
    assert is_refused(jail.call(look, "."))
    own = str(Path(os.__file__).parent)
    assert jail.call(look, own) == look(own)


@pytest.mark.parametrize("reach", [hostile.load_library, hostile.read_memory])
def test_memory_and_libraries_are_not_reached_by_address(jail: Jail, reach: Callable[[], int]) -> None:
    """The module ctypes was used to bind the child to its parent, and is shut after that."""
    assert reach() > 0
    assert is_refused(jail.call(reach))


def test_a_child_stays_in_its_folder(jail: Jail, tmp_path: Path) -> None:
    """The working folder cannot be changed."""
    assert is_refused(jail.call(hostile.change_folder, str(tmp_path)))


def test_what_parsers_need_late_is_there(jail: Jail) -> None:
    """A module of the library that nobody has imported yet, and the data of time zones."""
    assert jail.call(hostile.import_late) == "wave"
    assert jail.call(hostile.time_zone) == "Asia/Urumqi"


def test_packages_may_be_installed_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of PYTHONPATH into which packages are installed can be read, late too; one with other files cannot."""
    for name in ("installed", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("words")
        monkeypatch.syspath_prepend(tmp_path / name)
    (tmp_path / "installed" / "a_package-1.0.dist-info").mkdir()
    with Jail(memory_mb=128, wall_s=60, preload=("hostile",)) as one:
        assert one.call(hostile.read_by, "path", str(tmp_path / "installed" / "file")) == 5
        assert is_refused(one.call(hostile.read_by, "path", str(tmp_path / "other" / "file")))


def test_the_kernel_would_refuse_a_new_process(jail: Jail) -> None:
    """Beneath the hook, a child that is not root has no process left to start."""
    assert jail.call(hostile.limit_of, resource.RLIMIT_NPROC) == (0, 0)
