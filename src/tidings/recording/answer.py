"""Answer requests from a recording: what the run was told then, and for pages that it did not ask for, what another run was told."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from tidings.model import Feed, Request, Response
from tidings.recording.read import Decode, Recording, Spot, load
from tidings.recording.secrets import CHARS_MIN, secrets_of

NOT_RECORDED = "not_recorded"


class RecordedSender:
    """Send nothing; answer from a recording. `begin` says which of its runs is played.

    A feed that the run did not ask is not answered at all: it was not polled then. A page is answered by the nearest recording
    at or before that run, else the nearest after it, else it fails as `not_recorded`.
    """

    def __init__(self, recording: Recording, feeds: Iterable[Feed], decode: Decode) -> None:
        feeds = tuple(feeds)
        self.counts: Counter[str] = Counter()
        self._recording = recording
        self._decode = decode
        self._secrets = secrets_of(feeds)
        self._page_secrets = secrets_of(feeds, CHARS_MIN)  # as they were hidden in the addresses of pages
        self._keys = {feed.id: recording.feed_key(feed) for feed in feeds}
        self._place = -1
        self._taken: Counter[str] = Counter()

    def begin(self, place: int) -> None:
        """Play the run at this place of `recording.runs`."""
        self._place = place
        self._taken.clear()

    def send_all(self, requests: Iterable[Request], now: datetime) -> Iterator[Response]:
        """Yield the recorded responses in the order of the requests; `now` becomes `fetched_at`."""
        for request in requests:
            response = self._feed(request) if request.kind == "feed" else self._page(request, now)
            if response is not None:
                yield replace(response, fetched_at=now)

    def _feed(self, request: Request) -> Response | None:
        key = self._keys.get(request.subject_id, "")
        spot = self._in_this_run(key)
        if spot is None:
            return None
        if spot.status == 304:
            return self._unchanged(request, key, spot)
        return self._load(spot, request)

    def _unchanged(self, request: Request, key: str, spot: Spot) -> Response | None:
        """Answer as the server would have: 304 only to one who has its last body. The store of a replay may not."""
        found = self._recording.answers[key]
        until = bisect_right(found, self._place, key=_place)
        earlier = next((one for _, one in reversed(found[:until]) if one.ok), None)
        full = self._load(earlier, request) if earlier else None
        if full is None:
            if request.headers:
                return self._load(spot, request)
            self.counts["unchanged_since_before"] += 1
            return None
        names = {"if-none-match": "etag", "if-modified-since": "last-modified"}
        has_it = bool(request.headers) and all(full.headers.get(names.get(name, ""), "").startswith(sent) for name, sent in request.headers)
        return self._load(spot, request) if has_it else full

    def _page(self, request: Request, now: datetime) -> Response:
        key = self._page_secrets.hide(request.url)
        spot = self._in_this_run(key)
        what = "as_recorded"
        if spot is None:
            spot = self._nearest(key)
            what = "from_another_run"
        response = self._load(spot, request) if spot else None
        self.counts[what if response else NOT_RECORDED] += 1
        return response or Response(request.url, request.url, 0, {}, b"", now, failure=NOT_RECORDED, detail="the recording has no answer")

    def _in_this_run(self, key: str) -> Spot | None:
        """Return the run's answer; where it asked several times, one after the other, and then the last again."""
        found = self._recording.answers.get(key, [])
        first, after = bisect_left(found, self._place, key=_place), bisect_right(found, self._place, key=_place)
        if first == after:
            return None
        self._taken[key] += 1
        return found[min(first + self._taken[key], after) - 1][1]

    def _nearest(self, key: str) -> Spot | None:
        found = self._recording.answers.get(key, [])
        after = bisect_right(found, self._place, key=_place)
        return found[max(after - 1, 0)][1] if found else None

    def _load(self, spot: Spot, request: Request) -> Response | None:
        return load(spot, request.url, self._secrets, self._decode)


def _place(found: tuple[int, Spot]) -> int:
    return found[0]
