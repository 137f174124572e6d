"""Read a Dockerfile and a .dockerignore: as much of both languages as ours use; anything else is an error, not a guess."""

import fnmatch
import json
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from compose import ROOT

KNOWN = {"WORKDIR", "ENV", "COPY", "RUN", "USER", "LABEL", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
ARGUMENTS = {"EXTRAS"}  # the only ones a build may be given: what they are given stays in the history of the image


@dataclass(frozen=True, slots=True)
class Step:
    """Hold one instruction below FROM."""

    name: str
    text: str
    line: int

    @property
    def words(self) -> list[str]:
        """Return the words of the exec form, else those that a shell would see."""
        return [str(one) for one in json.loads(self.text)] if self.text.startswith("[") else shlex.split(self.text)

    @property
    def options(self) -> dict[str, str]:
        """Return the options that stand first: {"from": "build"}."""
        return dict(one.removeprefix("--").split("=", 1) for one in self.words if re.match(r"--\w[\w-]*=", one))

    @property
    def arguments(self) -> list[str]:
        """Return the words that are no options of the instruction."""
        return [one for one in self.words if not one.startswith("--")]


@dataclass(slots=True)
class Stage:
    """Hold one FROM and what follows it."""

    image: str
    name: str
    steps: list[Step] = field(default_factory=list)

    def of(self, name: str) -> list[Step]:
        """Return the steps of one kind."""
        return [step for step in self.steps if step.name == name]

    @property
    def env(self) -> dict[str, str]:
        """Return what ENV sets, as written."""
        return dict(word.split("=", 1) for step in self.of("ENV") for word in step.words)

    @property
    def given(self) -> dict[str, str]:
        """Return what ARG gives where the build is given nothing else."""
        return dict(word.split("=", 1) for step in self.of("ARG") for word in step.words)


def parse(text: str) -> list[Stage]:
    """Return the stages in order. Raises ValueError where an instruction is not one of ours."""
    stages: list[Stage] = []
    for line, instruction in _instructions(text):
        name, _, rest = instruction.partition(" ")
        if name == "FROM":
            image, _, alias = rest.partition(" AS ")
            stages.append(Stage(image.strip(), alias.strip()))
        elif stages and (name in KNOWN or (name == "ARG" and rest.partition("=")[0] in ARGUMENTS)):
            stages[-1].steps.append(Step(name, rest.strip(), line))
        else:
            raise ValueError(f"line {line}: {name} is not an instruction that we use")
    return stages


def _instructions(text: str) -> Iterator[tuple[int, str]]:
    """Yield instructions with the line they begin at, continued lines joined, comments left out."""
    held, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        start = start if held else number
        held += line.strip().removesuffix("\\")
        if not line.rstrip().endswith("\\"):
            yield start, held
            held = ""


def expanded(value: str, env: Mapping[str, str]) -> str:
    """Fill in $NAME and ${NAME}; what is not set is empty."""
    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda found: env.get(found[1] or found[2], ""), value)


@dataclass(frozen=True, slots=True)
class Ignore:
    """Decide what a build may see: the last pattern that matches a path, or a folder above it, decides."""

    patterns: tuple[tuple[bool, re.Pattern[str]], ...]

    @classmethod
    def read(cls, text: str) -> "Ignore":
        """Read a .dockerignore."""
        lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
        return cls(tuple((not line.startswith("!"), _pattern(line.removeprefix("!"))) for line in lines))

    def hides(self, path: str) -> bool:
        """Tell whether the build does not see a file."""
        above = [path, *(str(one) for one in Path(path).parents if str(one) != ".")]
        verdicts = [hide for hide, pattern in self.patterns if any(pattern.fullmatch(one) for one in above)]
        return bool(verdicts) and verdicts[-1]


def _pattern(line: str) -> re.Pattern[str]:
    """Translate a pattern: * stays within a folder, ** does not."""
    parts = re.split(r"(\*\*/|\*|\?)", line.strip("/"))
    special = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(special.get(part, re.escape(part)) for part in parts))


def context(ignore: Ignore, root: Path = ROOT) -> list[str]:
    """List the files of the repository that a build sees."""
    found = []
    for folder, folders, files in os.walk(root):
        here = Path(folder).relative_to(root)
        if here == Path():  # what is hidden whole need not be walked through; ours hides all but these
            folders[:] = [one for one in folders if one in {"src", "flows", "config", "tests", "docs"}]
        found += [str(here / one) for one in files if not ignore.hides(str(here / one))]
    return sorted(found)


def copied(step: Step, visible: list[str]) -> dict[str, list[str]]:
    """Return, for each source of a COPY from the context, the files that it stands for."""
    *sources, _ = step.arguments
    return {
        one: [path for path in visible if path == one or path.startswith(f"{one.rstrip('/')}/") or fnmatch.fnmatch(path, one)]
        for one in sources
    }
