"""Faults that show only from poll to poll: validators that lie, ids that change, a page to log in that answers for everybody."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from fakes import HOUR, NOW, Piece, rss
from faults.desk import Desk
from faults.scene import WELL
from faults.server import FEED, Visit, pieces_of, town

pytestmark = pytest.mark.slow  # five runs of the real pipeline

TIMES = (NOW, NOW + HOUR, NOW + 2 * HOUR, NOW + 3 * HOUR, NOW + timedelta(days=8))
PORTAL = 2  # the run in which a login page answers for everybody
LOGIN = b"<html><head><title>Hotel network</title></head><body><form>Sign in to go on <input type=password></form></body></html>"
HOUSE = "lying-304.example"  # on our side of the login page
SOLD = "sold.example"
LATE = 4  # what a site publishes after the first run, as the number of the piece


@dataclass
class Clock:
    """Tell the sites which run it is, and what each site was asked with."""

    run: int = 0
    tags: dict[str, list[str]] = field(default_factory=dict)


Publish = Callable[[Visit, int], None]


def shown(visit: Visit, run: int) -> tuple[Piece, ...]:
    """Return what a site shows: one piece more after the first run."""
    return pieces_of(visit.site.url("/"), LATE if run else LATE - 1)


def lying_304(visit: Visit, run: int) -> None:
    """Answer "unchanged" to everybody who has the tag, though there is a new entry."""
    if visit.header("If-None-Match"):
        visit.say(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    else:
        visit.reply(rss(shown(visit, run)), ETag='"one"')


def one_tag(visit: Visit, run: int) -> None:
    """Give each body the same tag."""
    visit.reply(rss(shown(visit, run)), ETag='"one"')


def many_tags(visit: Visit, run: int) -> None:
    """Give the same body another tag each time."""
    visit.reply(rss(shown(visit, 0)), ETag=f'"{run}"')


def cut_with_tag(visit: Visit, run: int) -> None:
    """Serve the first body cut, with the tag of the whole, and then "unchanged"."""
    body = rss(shown(visit, 0))
    if visit.header("If-None-Match"):
        visit.say(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    else:
        visit.reply(body if run else body[: body.rindex(b"<item>") + 30], ETag='"one"')


def new_guids(visit: Visit, run: int) -> None:
    """Give all entries other ids after the first run, as a site does that changes its software."""
    visit.reply(rss(replace(one, guid=f"tag:{run > 0}:{one.url}") for one in shown(visit, 0)))


def edited_titles(visit: Visit, run: int) -> None:
    """Edit all headlines after the first run."""
    visit.reply(rss(replace(one, title=f"{one.title}, updated" if run else one.title) for one in shown(visit, 0)))


def moved(visit: Visit, run: int) -> None:
    """Lead to another address for good."""
    visit.reply(b"", "301 Moved Permanently", Location=f"/new{FEED}")


def other_owner(visit: Visit, run: int) -> None:
    """Serve somebody else's feed for a while, as the buyer of a lapsed domain does."""
    offers = [Piece(f"http://casino.example/bonus/{n}", f"Spin the wheel {n} times and win", ()) for n in range(3)]
    theirs = rss(offers).replace(b"<title>Feed<", b"<title>Casino offers<")
    visit.reply(rss(shown(visit, 0)) if run in (0, len(TIMES) - 1) else theirs)


FAULTS: dict[str, Publish] = {
    HOUSE: lying_304,
    "one-tag.example": one_tag,
    "many-tags.example": many_tags,
    "cut-with-tag.example": cut_with_tag,
    "new-guids.example": new_guids,
    "edited-titles.example": edited_titles,
    "moved.example": moved,
    SOLD: other_owner,
}


@dataclass
class Week:
    """Hold a desk after its runs, and how many entries each feed had given after each."""

    desk: Desk
    counts: list[dict[str, int]]
    outcomes: list[dict[str, str]]
    notes: list[str]
    statuses: list[str]
    tags: dict[str, list[str]]

    def count(self, host: str) -> list[int]:
        return [counts[host] for counts in self.counts]


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """Run five times; in the third a login page answers for all hosts but one."""
    clock = Clock()

    def strike(publish: Publish) -> Callable[[Visit], None]:
        def answer(visit: Visit) -> None:
            clock.tags.setdefault(visit.site.host, []).append(visit.header("If-None-Match"))
            if clock.run == PORTAL and visit.site.host != HOUSE:
                visit.reply(LOGIN, Content_Type="text/html")
            else:
                publish(visit, clock.run)

        return answer

    with town() as one:
        for host, publish in (FAULTS | dict.fromkeys(WELL, one_tag)).items():
            one.add(host, strike(publish), FEED, pieces=pieces_of(f"http://{host}/", LATE))
        desk = Desk(tmp_path_factory.mktemp("desk"), one)
        desk.configure()
        found = Week(desk, [], [], [], [], clock.tags)
        for run, now in enumerate(TIMES):
            clock.run = run
            found.notes.append("; ".join(desk.run(now).notes))
            found.counts.append({host: len(entries) for host, entries in desk.entries().items()})
            found.statuses.append(desk.say("status", "--all"))
            found.outcomes.append({host: poll["outcome"] for host, poll in desk.polls(now).items()})
        yield found


def test_a_tag_that_lies_hides_nothing_for_good(week: Week) -> None:
    """What a wrong "unchanged" hid comes with the poll without validators, within eight days."""
    assert week.count(HOUSE) == [3, 3, 3, 3, 4]
    assert week.tags[HOUSE][0] == week.tags[HOUSE][-1] == ""
    assert set(week.tags[HOUSE][1:-1]) == {'"one"'}


def test_a_body_is_believed_before_its_tag(week: Week) -> None:
    """A new body under the old tag is read at once; an old body under a new tag gives nothing twice."""
    assert week.count("one-tag.example") == [3, 4, 4, 4, 4]
    assert week.count("many-tags.example") == [3, 3, 3, 3, 3]
    assert week.outcomes[1]["many-tags.example"] == "unchanged"


def test_the_tag_of_a_cut_body_is_not_kept(week: Week) -> None:
    """The entry behind the cut comes with the next poll, which asks without a tag."""
    assert week.count("cut-with-tag.example") == [2, 3, 3, 3, 3]
    assert week.tags["cut-with-tag.example"][1] == ""


@pytest.mark.parametrize("host", ["new-guids.example", "edited-titles.example"])
def test_an_entry_that_changes_is_the_same_entry(week: Week, host: str) -> None:
    """Neither other ids for all entries nor other headlines make new entries."""
    assert week.count(host) == [3, 3, 3, 3, 3]


def test_a_login_page_for_everybody_is_our_own_outage(week: Week) -> None:
    """All polls beyond it fail, the report says whose fault it is, and no feed is put off: an hour later all are asked again, and fine."""
    assert {host for host, outcome in week.outcomes[PORTAL].items() if outcome != "failed"} == {HOUSE}
    assert len(week.outcomes[PORTAL]) == len(FAULTS) + len(WELL)
    assert "none is put off" in week.notes[PORTAL]
    assert {outcome for host, outcome in week.outcomes[PORTAL + 1].items() if host != SOLD} <= {"polled", "unchanged"}
    assert len(week.outcomes[PORTAL + 1]) == len(FAULTS) + len(WELL)


def test_a_feed_of_somebody_else_is_not_taken_in(week: Week) -> None:
    """A feed of which nothing is as before fails, is named, and gives no entries; when it is itself again it is fine."""
    assert week.count(SOLD) == [3, 3, 3, 3, 3]
    assert [outcomes[SOLD] for outcomes in week.outcomes[1:]] == ["failed", "failed", "failed", "unchanged"]
    assert "failing" in next(line for line in week.statuses[1].splitlines() if SOLD in line)


def test_a_move_that_lasts_is_told(week: Week) -> None:
    """A permanent redirect costs no entry; after a week of it status says which address to write down."""
    assert week.count("moved.example") == [LATE] * len(TIMES)
    assert "moved.example/new/feed.xml" in next(line for line in week.statuses[-1].splitlines() if "moved.example" in line)


def test_nothing_is_lost_by_the_others(week: Week) -> None:
    """The healthy feeds beside them gave all that they published, and nothing waits."""
    assert {tuple(week.count(host)) for host in WELL} == {(3, 4, 4, 4, 4)}
    assert {one["outcome"] for found in week.desk.entries().values() for one in found} == {"off_topic"}


def test_the_status_is_well_again(week: Week) -> None:
    """After the last run no feed is failing."""
    assert "failing" not in week.statuses[-1]
