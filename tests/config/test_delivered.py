"""The configuration that comes with Tidings."""

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tidings.config import Settings, load
from tidings.config.models import FILES

FOLDER = Path(__file__).resolve().parents[2] / "config"
LANGUAGES = ("en", "ar", "tr", "zh", "ru", "fr")
SEARCH_ENGINES = re.compile(r"google|bing\.|yahoo|duckduckgo|yandex|baidu|feedburner|news\.search")


@pytest.fixture(scope="module")
def delivered() -> Settings:
    """Load the delivered folder once, with an empty environment."""
    return load(FOLDER, {})


def test_it_has_feeds_enough(delivered: Settings) -> None:
    """At least 60 feeds in at least eight languages, the six of the topics among them."""
    assert len(delivered.feeds) >= 60
    languages = {feed.language for feed in delivered.feeds}
    assert len(languages) >= 8
    assert languages.issuperset(LANGUAGES)


def test_no_feed_is_a_search_engine(delivered: Settings) -> None:
    """A search engine's feed would tell it what is watched."""
    assert [feed.url for feed in delivered.feeds if SEARCH_ENGINES.search(urlsplit(feed.url).netloc)] == []


def test_topics_have_words_in_six_languages() -> None:
    """Each of the three topics has names, places, people, bodies, companions and exclusions in each of the six languages."""
    topics = tomllib.loads((FOLDER / "topics.toml").read_text(encoding="utf-8"))["topic"]
    assert [topic["name"] for topic in topics] == ["idlib", "libya", "xinjiang"]
    for topic in topics:
        for group in ("names", "places", "people", "needs_companion", "companions", "rules_out"):
            assert set(LANGUAGES) <= {language for language, terms in topic[group].items() if terms}, (topic["name"], group)
        assert set(LANGUAGES) - {"it"} <= set(topic["bodies"]), topic["name"]


def test_people_who_act_everywhere_are_no_terms(delivered: Settings) -> None:
    """Presidents and ministers of the powers involved say nothing about a topic by their names alone."""
    names = re.compile(r"putin|erdo[gğ]an|xi jinping|assad|trump|lavrov|çavuşoğlu|cavusoglu|sharaa", re.IGNORECASE)
    assert [term for topic in delivered.topics for term in (*topic.names, *topic.terms) if names.search(term)] == []


def test_ambiguous_words_need_a_companion(delivered: Settings) -> None:
    """Tripoli, Turkestan and the group that now rules Syria need a companion, or a time and nothing that makes another meaning likely."""
    by_name = {topic.name: topic for topic in delivered.topics}
    assert "Tripoli" in by_name["libya"].needs_companion
    assert "Tripoli" in by_name["libya"].places  # a statement may say so
    assert "Turkestan" in by_name["xinjiang"].needs_companion
    assert "Tahrir al-Sham" in by_name["idlib"].needs_companion
    assert "Haftar" in by_name["libya"].terms


def test_seeds_are_there(delivered: Settings) -> None:
    """Both seeds are read untouched: one begins with debris, the other ends in it."""
    first, second = delivered.seeds
    assert (first.id, second.id) == ("turkey-russia-idlib", "cavusoglu-baku")
    assert first.text.startswith(first.title)
    assert first.text.endswith("Contact Us")
    assert second.text.startswith(" date 2020-02-06")


def test_one_reader_without_secrets(delivered: Settings) -> None:
    """Out of the box the desk gets files, and no variable has to be set."""
    assert [(recipient.name, recipient.channel) for recipient in delivered.recipients] == [("desk", "file")]


def test_settings_show_every_key_at_its_default() -> None:
    """settings.toml shows each key with the value it has anyway, so deleting a line changes nothing."""
    raw = tomllib.loads((FOLDER / "settings.toml").read_text(encoding="utf-8"))
    model = FILES["settings.toml"]
    assert model.model_validate(raw) == model()
    having = {name: {key for key, value in table.items() if value is not None} for name, table in model().model_dump().items()}
    assert {name: set(table) for name, table in raw.items()} == having  # keys that name a variable or a file have no default


def test_the_commented_examples_are_right(tmp_path: Path) -> None:
    """channels.toml stays right when someone takes the comment signs away."""
    for path in FOLDER.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "seeds").symlink_to(FOLDER / "seeds")
    text = (FOLDER / "channels.toml").read_text(encoding="utf-8")
    examples = text.partition('"none" (only for a server on this machine).\n')[2]
    (tmp_path / "channels.toml").write_text(re.sub(r"(?m)^# (?=\[|\w+ = )", "", examples), encoding="utf-8")
    env = {"TIDINGS_SMTP_USER": "me", "TIDINGS_SMTP_PASSWORD": "secret", "TIDINGS_MORNING_ADDRESS": "a@b.example"}
    env |= {"TIDINGS_NEWSROOM_WEBHOOK": "https://hooks.slack.com/services/T0/B0/x", "TIDINGS_SLACK_TOKEN": "xoxb-example"}
    loaded = load(tmp_path, env)
    assert loaded.email is not None
    assert [recipient.name for recipient in loaded.recipients] == ["morning", "newsroom", "room"]
