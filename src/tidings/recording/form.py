"""Say what stands in a recording: names of files, what a run says of itself, what is written beside a response. Pure.

One file a run, WARC 1.1, each record gzipped by itself: `warcinfo` with the run's own time; for each answer a `response`
(or `revisit`, for a body that stands in this file already, and for 304) and a `metadata` record in JSON with all of
`model.Response` but the body; for a request that failed only the latter.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from tidings.model import Recipient, Request, Response

ENDING = ".warc.gz"
UNFINISHED = ".open"  # after the ending, while the run is at work, and for ever when it was killed
NAME = re.compile(r"(\d{8}T\d{6}\.\d{6}Z)-([a-z]{1,20})-[0-9a-f]{8}\.warc\.gz(\.open)?")
_TIME = "%Y%m%dT%H%M%S.%fZ"
JSON = "application/json"
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]{1,200}")
FACTS_BYTES_MAX = 4_000_000  # of what stands beside a response, or tells of a run: headers are at most 128 KiB
_YEARS = range(1970, 2200)  # further away, time zones and retention leave the calendar
_LEARN_DAYS_MAX = 3_650
_WIRE_BYTES_MAX = 10**15
_FAILURE = re.compile(r"[a-z0-9_]{0,60}")
_NOT_PRINTED = re.compile(r"[^\x20-\x7e]")
_FRAMING = ("content-encoding", "transfer-encoding", "content-length")  # of the body as it was sent
_URI_SAFE = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Say what a file is the recording of. Of digests: for whom editions were composed, and whether though none was due."""

    flow: str  # ingest | learn | digest
    run_id: str
    now: datetime
    learn_days: int = 0
    composed: tuple[str, ...] = ()  # `schedule_of` each recipient
    force: bool = False


@cache
def software() -> str:
    """Name this program and its version."""
    return f"tidings/{version('tidings')}"


def file_name(facts: RunFacts) -> str:
    """Name a run's file by its time, flow and id; names sort by time."""
    return f"{facts.now.astimezone(UTC).strftime(_TIME)}-{facts.flow}-{facts.run_id[:8]}{ENDING}"


def time_in(name: str) -> datetime | None:
    """Return the time of the run that a file is named for; None: it is no file of ours."""
    found = NAME.fullmatch(name)
    try:
        return datetime.strptime(found[1], _TIME).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def schedule_of(recipient: Recipient) -> str:
    """Say when a recipient's editions are due, in one word each: name, times, time zone; then weekdays, quiet hours and alerts, if any."""
    rule = recipient.alert
    more = {
        "days": ",".join(recipient.days),
        "quiet": recipient.quiet,
        "alert": f"{rule.origins or '-'},{rule.toll or '-'},{rule.a_day_max}" if rule else "",
    }
    told = [f"{name}={value}" for name, value in more.items() if value]
    return " ".join((recipient.name, ",".join(recipient.at) or "-", recipient.time_zone, *told))


def info_of(facts: RunFacts) -> dict[str, str]:
    """Write what a run says of itself as fields of a `warcinfo` record."""
    return {
        "software": software(),
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "tidings-flow": facts.flow,
        "tidings-run": facts.run_id,
        "tidings-now": facts.now.astimezone(UTC).isoformat(),
        "tidings-learn-days": str(facts.learn_days),
        "tidings-composed": "; ".join(facts.composed),
        "tidings-force": "yes" if facts.force else "",
    }


def moment_of(text: str) -> datetime:
    """Read a time; raise ValueError when it is none, has no zone, or is so far away that nothing can be reckoned with it."""
    moment = datetime.fromisoformat(text)
    if moment.year not in _YEARS or moment.tzinfo is None:
        raise ValueError(f"not a time that can be: {text[:40]}")
    return moment.astimezone(UTC)


def facts_of(fields: str) -> RunFacts | None:
    """Read the fields of a `warcinfo` record; None when they are not a run's, or not such as a run can have."""
    info = dict(line.split(": ", 1) for line in fields.splitlines() if ": " in line)
    try:
        now = moment_of(info["tidings-now"])
        learn_days = int(info.get("tidings-learn-days", "0")[:6])
        composed = tuple(filter(None, info.get("tidings-composed", "").split("; ")))
        facts = RunFacts(info["tidings-flow"], info.get("tidings-run", ""), now, learn_days, composed, "tidings-force" in info)
    except (KeyError, ValueError):
        return None
    return facts if facts.flow in ("ingest", "learn", "digest") and 0 <= learn_days <= _LEARN_DAYS_MAX else None


def fields(info: Mapping[str, str]) -> bytes:
    """Write `application/warc-fields`; what is empty is left out."""
    return "".join(f"{name}: {value}\r\n" for name, value in info.items() if value).encode()


def about(request: Request, response: Response, shown_url: str) -> dict[str, Any]:
    """Say all of a response but its body, as plain values."""
    return {
        "kind": request.kind,
        "feed": request.subject_id if request.kind == "feed" else "",
        "url": shown_url,
        "final_url": response.final_url,
        "status": response.status,
        "headers": dict(response.headers),
        "fetched_at": response.fetched_at.isoformat(),
        "elapsed_s": response.elapsed_s,
        "failure": response.failure,
        "detail": response.detail,
        "redirects": [list(one) for one in response.redirects],
        "wire_bytes": response.wire_bytes,
    }


def response_of(said: Mapping[str, Any], url: str, body: bytes) -> Response:
    """Make the response again that `about` told of; raise ValueError, KeyError or TypeError when it tells of none that can be."""
    status, failure, wire_bytes = int(said["status"]), str(said["failure"]), int(said["wire_bytes"])
    elapsed_s = float(said["elapsed_s"])
    if not (0 <= status < 1_000 and 0 <= wire_bytes <= _WIRE_BYTES_MAX and 0 <= elapsed_s < math.inf and _FAILURE.fullmatch(failure)):
        raise ValueError("not what a response can be")
    return Response(
        url=url,
        final_url=str(said["final_url"]),
        status=status,
        headers={str(name): str(value) for name, value in said["headers"].items()},
        body=body,
        fetched_at=moment_of(said["fetched_at"]),
        elapsed_s=elapsed_s,
        failure=failure,
        detail=str(said["detail"]),
        redirects=tuple((int(one), str(target)) for one, target in said["redirects"]),
        wire_bytes=wire_bytes,
    )


def loaded(data: bytes) -> Any:
    """Read plain values; raise ValueError when they are none, too many, nested too deep, or endless numbers."""
    if len(data) > FACTS_BYTES_MAX:
        raise ValueError("too large")
    try:
        return json.loads(data, parse_constant=_refused)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no number of ours")


def dumped(said: Mapping[str, Any]) -> bytes:
    """Write plain values as ASCII, so that any text survives, half characters too."""
    return json.dumps(said, ensure_ascii=True, sort_keys=True).encode("ascii")


def status_line(status: int) -> str:
    """Write a status as HTTP does."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


def http_headers(headers: Mapping[str, str], body_bytes: int, *, encoded: bool = False) -> list[tuple[str, str]]:
    """Return headers that fit the body as it is kept, for other programs; those that fit only the body as it was sent are kept as `x-orig-...`.

    The exact ones, in whatever signs, stand in the metadata record.
    """
    misleading = _FRAMING[1:] if encoded else _FRAMING
    kept = [
        (f"x-orig-{name}" if name in misleading else name, _NOT_PRINTED.sub(" ", value).strip())
        for name, value in headers.items()
        if _HEADER_NAME.fullmatch(name)
    ]
    return [*kept, ("content-length", str(body_bytes))]


def uri(url: str) -> str:
    """Write an address with ASCII signs only, as a header of a record."""
    return quote(url, safe=_URI_SAFE, errors="replace")
