"""Build our image without an engine: each step of the Dockerfile, in an empty root. `python tests/deploy/image.py FOLDER` does it by hand.

Stood in for: the base image, by this machine's files, mounted read-only (see container.py); the user's pip settings, which an engine's network would be.
Not done: LABEL, VOLUME, HEALTHCHECK, EXPOSE write nothing.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from compose import ROOT
from container import Mount, base_path, command, make_root, unable
from dockerfile import Ignore, Step, context, expanded, parse

STEP_S = 900.0  # longest that one step may take


@dataclass(slots=True)
class Image:
    """Hold a root with what an engine would remember beside it."""

    root: Path
    env: dict[str, str] = field(default_factory=lambda: {"PATH": base_path(), "LANG": "C.UTF-8"})
    user: str = "0:0"
    cwd: str = "/"
    entrypoint: list[str] = field(default_factory=list)
    base: frozenset[str] = frozenset()  # what was there before the first step

    def run(
        self,
        words: Sequence[str],
        *,
        mounts: Sequence[Mount] = (),
        env: Mapping[str, str] | None = None,
        user: str = "",
        read_only: bool = True,
    ) -> list[str]:
        """Return the command that runs `words` in the image, as its user, by default with a read-only root."""
        return command(
            self.root, words, env=self.env | dict(env or {}), user=user or self.user, cwd=self.cwd, mounts=mounts, read_only=read_only
        )

    def added(self) -> list[str]:
        """List the files that the steps made, as seen from outside, where nothing is mounted."""
        return sorted(files(self.root) - self.base)


def files(root: Path) -> set[str]:
    """List all files and links below a folder."""
    return {
        f"{folder}/{name}".removeprefix(str(root)) for folder, folders, names in os.walk(root) for name in [*names, *links(folder, folders)]
    }


def links(folder: str, folders: list[str]) -> list[str]:
    """Return the names that are links to folders."""
    return [name for name in folders if Path(folder, name).is_symlink()]


def why_not() -> str:
    """Say why the image cannot be built here; empty where it can."""
    wanted = parse((ROOT / "Dockerfile").read_text(encoding="utf-8"))[-1].image.split(":")[1]
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    return unable() or ("" if wanted.startswith(f"{here}.") else f"the image has Python {wanted}, this is {here}")


def build(folder: Path, say: bool = False) -> Image:
    """Build into a folder that is empty or not there; return the image of the last stage."""
    ignore = Ignore.read((ROOT / ".dockerignore").read_text(encoding="utf-8"))
    stages = parse((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    done: dict[str, Image] = {}
    for stage in stages:
        image = _begin(folder / (stage.name or "image"))
        for step in stage.steps:
            start = time.monotonic()
            _apply(step, image, done, ignore)
            if say:
                print(f"{time.monotonic() - start:6.1f} s  {step.name} {step.text[:110]}", flush=True)  # noqa: T201 - a script speaks
        done[stage.name] = image
    for name in [one.name for one in stages[:-1]]:
        shutil.rmtree(folder / name)
    return done[stages[-1].name]


def _begin(root: Path) -> Image:
    make_root(root)
    return Image(root, base=frozenset(files(root)))


def _apply(step: Step, image: Image, done: Mapping[str, Image], ignore: Ignore) -> None:
    """Do one step."""
    if step.name in {"ENV", "ARG"}:
        image.env |= {name: expanded(value, image.env) for name, value in (word.split("=", 1) for word in step.words)}
    elif step.name == "WORKDIR":
        image.cwd = step.text
        (image.root / step.text.lstrip("/")).mkdir(parents=True, exist_ok=True)
    elif step.name == "USER":
        image.user = step.text
    elif step.name == "ENTRYPOINT":
        image.entrypoint = step.words
    elif step.name == "COPY":
        _copy(step, image, done, ignore)
    elif step.name == "RUN":
        _run(step, image)


def _run(step: Step, image: Image) -> None:
    settings, offered = pip_settings()
    words = image.run(["sh", "-c", step.text], mounts=offered, env={"HOME": "/root"} | settings, read_only=False)
    ran = subprocess.run(words, capture_output=True, text=True, timeout=STEP_S, check=False)
    if ran.returncode:
        raise RuntimeError(f"line {step.line}: RUN {step.text}\n{ran.stdout[-2000:]}{ran.stderr[-4000:]}")


def pip_settings() -> tuple[dict[str, str], list[Mount]]:
    """Return how this machine's pip reaches its index, as variables, and the folders that they name."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, timeout=60, check=False).stdout
    settings: dict[str, str] = {}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        if not name.endswith(("cache-dir", "require-virtualenv", "user")):
            settings[f"PIP_{name.rpartition('.')[2].upper().replace('-', '_')}"] = value.strip("'").replace("\\n", " ")
    settings |= {name: value for name, value in os.environ.items() if name.lower() in {"http_proxy", "https_proxy", "no_proxy"}}
    # An index that is a folder has its files beside its pages.
    paths = [Path(word) if word[:7] != "file://" else Path(word[7:]).parent for value in settings.values() for word in value.split()]
    offered = {
        str(path.resolve())
        for path in paths
        if path.is_absolute() and path != Path("/") and path.exists() and not path.is_relative_to("/etc/ssl")
    }
    return settings, [Mount(path, path, "ro") for path in sorted(offered)]


def _copy(step: Step, image: Image, done: Mapping[str, Image], ignore: Ignore) -> None:
    """Copy from the context or from an earlier stage; owned by root, as without --chown."""
    *sources, target = step.arguments
    into = image.root / (target if target.startswith("/") else f"{image.cwd}/{target}").lstrip("/")
    if set(step.options) - {"from"}:
        raise ValueError(f"line {step.line}: an option of COPY that we do not use")
    if stage := step.options.get("from"):
        [source] = sources
        into.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", str(done[stage].root / source.lstrip("/")), str(into)], check=True, timeout=STEP_S)
        return
    visible = context(ignore)
    for source in sources:
        is_folder = (ROOT / source).is_dir()
        names = [path for path in visible if path == source or (is_folder and path.startswith(f"{source}/"))]
        if not names:
            raise ValueError(f"line {step.line}: COPY {source}: no such file in the context")
        for name in names:
            # A folder's content goes into the target; a file goes below it where the target ends in a slash.
            to = into / Path(name).relative_to(source) if is_folder else into / Path(name).name
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to)


def check(image: Image, data: Path) -> list[list[str]]:
    """Return the commands that show that the image works: the plain command, read-only, with /data and /tmp alone to write to."""
    data.mkdir(exist_ok=True)
    os.chown(data, *(int(one) for one in image.user.split(":")))
    mounts = [Mount("/data", str(data)), Mount("/tmp", options="size=256m,mode=1777")]
    return [image.run([*image.entrypoint, *words], mounts=mounts) for words in (["--version"], ["demo", "--quiet", "--data", "/data/demo"])]


def main(folder: Path) -> int:
    """Build into `folder` and run the plain command there; say what is done."""
    if reason := why_not():
        print(f"cannot build here: {reason}", file=sys.stderr)  # noqa: T201
        return 1
    image = build(folder, say=True)
    codes = [subprocess.run(words, timeout=STEP_S, check=False).returncode for words in check(image, folder / "data")]
    print(f"{len(image.added())} files added to the base; exit codes {codes}")  # noqa: T201
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
