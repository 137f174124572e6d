"""Read a Prometheus text file as strictly as node_exporter's textfile collector does, and by the rules for names; an independent reader."""

import re

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_SAMPLE = re.compile(rf'({_NAME})(?:\{{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\}})? (-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)')
_LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"')
_KINDS = {"counter", "gauge", "histogram", "summary", "untyped"}


def read(text: str) -> dict[str, dict[str, float]]:
    """Return metric -> labels as written -> value; raises ValueError for whatever a scraper would refuse or promtool would find fault with."""
    if not text.endswith("\n"):
        raise ValueError("the last line does not end")
    helped: dict[str, str] = {}
    kinds: dict[str, str] = {}
    found: dict[str, dict[str, float]] = {}
    last = ""
    for line in text[:-1].split("\n"):
        if line.startswith("#"):
            _, what, name, said = line.split(" ", 3)
            table = {"HELP": helped, "TYPE": kinds}[what]
            if name in table or name in found or not re.fullmatch(_NAME, name):
                raise ValueError(f"twice, late, or no name: {line}")
            if what == "TYPE" and said not in _KINDS:
                raise ValueError(f"no type: {line}")
            table[name] = said
            continue
        sample = _SAMPLE.fullmatch(line)
        if not sample:
            raise ValueError(f"no sample (or one with a time, which the collector refuses): {line}")
        name, labels, value = sample.groups()
        if name not in helped or name not in kinds:
            raise ValueError(f"without HELP and TYPE: {line}")
        if name != last and name in found:
            raise ValueError(f"not in one group: {line}")
        of = found.setdefault(name, {})
        if (labels or "") in of:
            raise ValueError(f"twice: {line}")
        if (kinds[name] == "counter") != name.endswith("_total"):
            raise ValueError(f"a name of another type: {line}")
        if any(label.startswith("__") for label, _ in _LABEL.findall(labels or "")):
            raise ValueError(f"a reserved label: {line}")
        of[labels or ""] = float(value)
        last = name
    if missing := (helped.keys() | kinds.keys()) - found.keys():
        raise ValueError(f"named and not given: {missing}")
    return found
