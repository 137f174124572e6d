"""How much of a flood Slack takes: a webhook's parts, a bot's threads, with the site and without."""

from dataclasses import replace

import pytest
from editions import flood

from tidings.ids import make_id
from tidings.pipeline.fitting import fit_to
from tidings.render.slack import PARTS_MAX, to_slack
from tidings.render.slack_threads import MESSAGES_MAX, to_threads

SITE = "https://desk.example/editions/1.html"


def told(edition):
    """Return the developments that an edition tells."""
    return {one.development_id for story in edition.stories for one in story.developments}


def test_a_bot_takes_a_flood_whole():
    """With threads 200 developments are all shown, with the site or without; nothing waits, and nothing is folded."""
    for full_url in ("", SITE):
        fitted = fit_to("slack", flood(), full_url, ())
        assert (fitted.left_count, fitted.is_folded, fitted.full_url) == (0, False, "")
        assert len(to_threads(fitted, ())) <= MESSAGES_MAX


def test_a_webhook_is_folded_only_where_the_rest_is_at_hand():
    """Without threads a flood is folded to two minutes where the site shows all of it, and comes in parts where nothing else does."""
    with_site, without = fit_to("slack", flood(), SITE), fit_to("slack", flood())
    assert with_site.is_folded
    assert len(to_slack(with_site)) < len(to_slack(without)) <= PARTS_MAX
    assert told(with_site) == told(without) == told(flood())


@pytest.mark.slow
@pytest.mark.parametrize("full_url", ["", SITE], ids=["no site", "site"])
def test_what_no_bot_takes(make_flood, full_url):
    """What is more than 40 messages waits untold; with the site it is folded: told, counted, and linked."""
    edition = make_flood(1500)
    fitted = fit_to("slack", edition, full_url, ())
    assert MESSAGES_MAX - 3 <= len(to_threads(fitted, ())) <= MESSAGES_MAX
    if full_url:
        assert (told(fitted) == told(edition), fitted.full_url, fitted.left_count) == (True, SITE, 0)
    else:
        assert fitted.left_count + fitted.development_count == edition.development_count
        assert fitted.left_count > 0


@pytest.fixture
def make_flood():
    """Give a function that makes a flood of so many developments, each of some length."""

    def make(count):
        edition = flood()
        stories = edition.stories * (count // edition.development_count)
        renamed = []
        for number, story in enumerate(stories):
            developments = tuple(
                replace(
                    one,
                    development_id=make_id("test", str(number), one.development_id),
                    statement=f"{number}: {one.statement} " + "It rained. " * 30,
                )
                for one in story.developments
            )
            renamed.append(replace(story, story_id=make_id("test", str(number)), developments=developments, shown_count=None))
        return replace(edition, stories=tuple(sorted(renamed, key=lambda story: story.topic)))

    return make
