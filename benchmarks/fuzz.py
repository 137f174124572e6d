"""Fuzz the readers of feeds and pages inside the jail: seeded mutations of small documents, each case named by seed and number.

`python benchmarks/fuzz.py --cases 20000 --seed 1`: ends with 1 if any reader raised, or if any result broke a promise (a field over its
limit, an address that is no web address, a time without zone, control characters). A case that needs more than the jail gives one
document is an outcome (`timeout`, `memory`, `crash`): counted, named, and no failure, for the jail is there for these.
`--case N` runs one case in this process, to look at it; `--write FILE` writes its body.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from fuzz_cases import CASE_S_MAX, Finding, Tried, broken, read_case, try_cases
from fuzz_mutations import Case, Groups, groups_of, make_case
from fuzz_seeds import own_seeds, public_seeds

from tidings.jail import Jail, JailFailure
from tidings.jail.pool import PRELOAD

BATCH = 200
SHOWN_MAX = 40
KEPT_MAX = 1_000
_BATCH_WALL_S = 300.0
_PRELOAD = ("fuzz_cases", *PRELOAD)


@dataclass(slots=True)
class Tally:
    """Count what the cases came to."""

    case_count: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    finding_count: int = 0
    stopped: list[tuple[int, str]] = field(default_factory=list)  # what the jail had to end: number, reason
    slowest: tuple[float, int] = (0.0, -1)
    wall_s: float = 0.0


def fuzz(seed: int, start: int, count: int, groups: Groups, *, children: int = 1) -> Iterator[Tally]:
    """Try `count` cases from number `start` on; yield the growing tally after each batch."""
    tally, began = Tally(), time.monotonic()
    numbers = iter(range(start, start + count))
    batches = (tuple(make_case(seed, number, groups) for number in batch) for batch in iter(lambda: tuple(islice(numbers, BATCH)), ()))
    tried: list[tuple[Case, ...]] = []

    def noted() -> Iterator[tuple[Case, ...]]:
        for batch in batches:
            tried.append(batch)
            yield batch

    with (
        Jail(cpu_s=CASE_S_MAX, memory_mb=1024, wall_s=_BATCH_WALL_S, recycle_count=100, children=children, preload=_PRELOAD) as jail,
        Jail(cpu_s=CASE_S_MAX, memory_mb=1024, wall_s=_BATCH_WALL_S, preload=_PRELOAD) as alone,
    ):
        for answer in jail.map(try_cases, noted()):  # answers come in order
            _count(tally, tried.pop(0), answer, alone)
            tally.wall_s = time.monotonic() - began
            yield tally


def _count(tally: Tally, cases: tuple[Case, ...], answer: Tried | JailFailure, alone: Jail) -> None:
    tally.case_count += len(cases)
    if isinstance(answer, JailFailure):
        # some case of the batch was too much, or all of them together: each gets the limits for itself
        for case in cases:
            _add(tally, (case,), alone.call(try_cases, (case,)))
    else:
        _add(tally, cases, answer)


def _add(tally: Tally, cases: tuple[Case, ...], answer: Tried | JailFailure) -> None:
    if isinstance(answer, JailFailure):
        tally.outcomes[f"{cases[0].kind}: {answer.reason} in the jail"] += 1
        tally.stopped.append((cases[0].number, f"{answer.reason} {answer.detail}".strip()))
        return
    outcomes, findings, slowest = answer
    tally.outcomes.update(outcomes)
    tally.findings = (tally.findings + findings)[:KEPT_MAX]
    tally.finding_count += len(findings)
    tally.slowest = max(tally.slowest, slowest)


def table(tally: Tally, seed: int, seed_names: Counter[str]) -> str:
    """Write the tally as lines of Markdown."""
    found = f"Findings (uncaught exceptions and broken promises): {tally.finding_count:,}. Ended by the jail: {len(tally.stopped):,}."
    of = ", ".join(f"{count:,} {name}" for name, count in sorted(seed_names.items()))
    lines = [
        f"{tally.case_count:,} cases from seed {seed}, over {of}; {tally.wall_s:,.0f} s ({tally.case_count / max(tally.wall_s, 0.001):.0f} a second).",
        f"{found} Slowest case: {tally.slowest[0]:.2f} s of CPU (number {tally.slowest[1]}).",
        "",
        "| outcome | cases |",
        "|---|---|",
        *(f"| {name} | {count:,} |" for name, count in sorted(tally.outcomes.items(), key=lambda one: (-one[1], one[0]))),
    ]
    return "\n".join(lines)


def _show(tally: Tally) -> None:
    by_kind: dict[str, list[int]] = {}
    for number, what, where in tally.findings:
        by_kind.setdefault(f"{what}: {where}", []).append(number)
    for words, numbers in sorted(by_kind.items(), key=lambda one: -len(one[1]))[:SHOWN_MAX]:
        print(f"{len(numbers):6} {words}  [{', '.join(map(str, numbers[:5]))}]", file=sys.stderr)
    for number, reason in tally.stopped[:SHOWN_MAX]:
        print(f"ended by the jail: {number} {reason}", file=sys.stderr)


def _one(case: Case, body_file: Path | None) -> int:
    print(f"case {case.number}: {case.kind} from {case.seed_name}, {case.content_type!r}, {len(case.body)} bytes")
    if body_file:
        body_file.write_bytes(case.body)
    result = read_case(case)
    print(result)
    troubles = broken(result)
    print("\n".join(troubles) or "all promises kept")
    return int(bool(troubles))


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="number of the first case")
    parser.add_argument("--children", type=int, default=1)
    parser.add_argument("--own", action="store_true", help="only documents of our own, as without TIDINGS_DATA")
    parser.add_argument("--case", type=int, help="run one case here and show it")
    parser.add_argument("--write", type=Path, help="with --case: write its body to a file")
    parser.add_argument("--report", type=Path, help="keep the tally so far in this file, as JSON, while it runs")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Run the cases and print the table."""
    asked = _arguments(words)
    seeds = (*own_seeds(), *(() if asked.own else public_seeds()))
    if asked.case is not None:
        return _one(make_case(asked.seed, asked.case, groups_of(seeds)), asked.write)
    tally = Tally()
    for tally in fuzz(asked.seed, asked.start, asked.cases, groups_of(seeds), children=asked.children):
        if asked.report:
            kept = {"cases": tally.case_count, "outcomes": tally.outcomes, "findings": tally.findings, "finding_count": tally.finding_count}
            asked.report.write_text(json.dumps(kept | {"stopped": tally.stopped, "slowest": tally.slowest, "wall_s": tally.wall_s}))
    _show(tally)
    print(table(tally, asked.seed, Counter(f"{one.kind}s of {'our own' if one.own else one.name.split(':')[0]}" for one in seeds)))
    return int(tally.finding_count > 0)


if __name__ == "__main__":
    sys.exit(main())
