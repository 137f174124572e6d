"""Write how everything stands as a Prometheus text file, for node_exporter's textfile collector. Pure.

Names follow https://prometheus.io/docs/practices/naming/, the form https://prometheus.io/docs/instrumenting/exposition_formats/ (text, 0.0.4).
Samples carry no time (the collector refuses them), and no name of a feed, topic or reader: who watches what is nobody's business.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Metric:
    """Describe one gauge: its name, what it says, the name of its label ("": none) and a value for each value of that."""

    name: str
    help: str
    label: str
    values: Mapping[str, float]  # without a label the key is ""


def to_text(metrics: Iterable[Metric]) -> str:
    """Write the metrics that have a value, each once, in order."""
    return "".join(f"{line}\n" for metric in metrics if metric.values for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {_escaped(metric.help, quotes=False)}"
    yield f"# TYPE {metric.name} gauge"
    for word, value in metric.values.items():
        label = f'{{{metric.label}="{_escaped(word)}"}}' if metric.label else ""
        yield f"{metric.name}{label} {_number(value)}"


def _escaped(text: str, *, quotes: bool = True) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quotes else text


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


def seconds(at: datetime | None) -> Mapping[str, float]:
    """Return a time as Prometheus has it; no value where there is none."""
    return {"": at.timestamp()} if at else {}
