"""The command line with a bot on Slack over the sample week: real processes, three editions, and a Slack with threads on loopback."""

from datetime import datetime
from types import SimpleNamespace

import pytest
from fake_slack import CHANNEL, TOKEN, FakeSlack

from tidings.render.slack_threads import MESSAGES_MAX, STORIES_MAX

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")]  # loopback only

DAYS = ("2020-02-17T18:00:00Z", "2020-02-20T06:00:00Z", "2020-02-24T06:00:00Z")
CHANNELS = """
[slack]
token_file = "token"
api = "{base}/api"

[[recipient]]
name = "newsroom"
channel = "slack"
slack_channel = "{channel}"
at = "06:00"
"""


@pytest.fixture(scope="module")
def week(make_desk):
    """Run on three days of the sample week; hold what was posted on each."""
    desk = make_desk("slack_threads")
    with FakeSlack() as slack:
        (desk.config / "channels.toml").write_text(CHANNELS.format(base=slack.base, channel=CHANNEL), encoding="utf-8")
        (desk.config / "token").write_text(TOKEN + "\n", encoding="utf-8")
        (desk.config / "token").chmod(0o600)
        editions = []
        for day in DAYS:
            desk.world.now = datetime.fromisoformat(day)
            before = len(slack.posted)
            assert desk("run", "--now", day).code == 0
            editions.append(slack.posted[before:])
        again = desk("deliver", "--now", DAYS[-1])
        rows = desk("query", "SELECT count(*), count(story_id), count(*) FILTER (state = 'sent') FROM deliveries", "--format", "csv").out
        yield SimpleNamespace(desk=desk, slack=slack, editions=editions, again=again, rows=rows)


def first_line(one):
    """Return what a message says first: of a story its headline, without the number of a message that goes on."""
    return one.content["text"].splitlines()[0].rpartition(" (")[0] or one.content["text"].splitlines()[0]


def test_each_edition_has_one_overview(week):
    """Each edition begins with its overview, takes a bounded number of messages, and shows the channel no more than its eight stories."""
    for posted in week.editions:
        assert 2 <= len(posted) <= MESSAGES_MAX
        assert [one.content["text"].startswith("Tidings, ") for one in posted if not one.thread].count(True) == 1
        assert posted[0].content["text"].startswith("Tidings, ")
        assert sum(one.visible for one in posted) <= STORIES_MAX + 2  # the overview, and corrections


def test_stories_go_on_in_their_threads(week):
    """Some stories of a day are continued on a later one, each in the thread of its own first message, and none twice in the channel without a cause."""
    opened = {one.ts: one for one in week.slack.posted if not one.thread}
    overviews = {posted[0].ts for posted in week.editions}
    replies = [one for posted in week.editions[1:] for one in posted if one.thread and one.thread not in overviews]
    assert len(replies) >= 3
    assert all(first_line(one) == first_line(opened[one.thread]) for one in replies)
    stories = [first_line(one) for one in opened.values() if one.ts not in overviews]
    assert len(set(stories)) == len(stories)


def test_all_is_sent_once(week):
    """Nothing waits, a second delivery posts nothing, and every message is one row."""
    assert week.again.code == 0
    total, about_stories, sent = map(int, week.rows.splitlines()[1].split(","))
    assert total == sent == len(week.slack.posted) == sum(map(len, week.editions))
    assert 0 < about_stories < total


def test_token_and_channel_stay_secret(week):
    """No command said the token or the channel's id, and no file but the configuration's holds them."""
    said = "".join(week.desk.said)
    assert TOKEN not in said
    assert CHANNEL not in said
    secrets = (TOKEN.encode(), CHANNEL.encode())
    files = {path for path in week.desk.folder.rglob("*") if path.is_file() and any(one in path.read_bytes() for one in secrets)}
    assert files == {week.desk.config / "token", week.desk.config / "channels.toml"}
