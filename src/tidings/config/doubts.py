"""Find what is right by itself but can hardly be meant: a configuration by which nothing could ever come of something."""

from collections.abc import Iterator

from tidings.config.settings import Settings


def doubts(settings: Settings) -> tuple[str, ...]:
    """Return one line for each; empty when all feeds, topics and readers meet."""
    return tuple(_doubts(settings))


def _doubts(settings: Settings) -> Iterator[str]:
    if not settings.recipients:
        some = (settings.folder / "channels.toml").exists() and "[[recipient]]" in _lines(settings)
        said = "no recipient of channels.toml is enabled" if some else "channels.toml has no recipient"
        yield f"{said}: nobody will be told anything"
    if not settings.feeds:
        yield "no feed of feeds.toml is enabled: nothing will be read"
    yield from _recipients(settings)
    for topic in settings.topics:
        if settings.recipients and not any(topic.name in one.topics for one in settings.recipients):
            yield f"no recipient gets the topic {topic.name}"
        if settings.feeds and not any(not one.topics or topic.name in one.topics for one in settings.feeds):
            yield f"no feed is watched for the topic {topic.name}"


def _recipients(settings: Settings) -> Iterator[str]:
    spoken = {feed.language for feed in settings.feeds}
    for one in settings.recipients:
        if one.languages and spoken and not spoken & set(one.languages):
            yield f"no feed is in a language of the recipient {one.name}"
        if one.alert and not one.at and not one.days:
            yield f"the recipient {one.name} gets an edition at every run: there is nothing left for an alert"


def _lines(settings: Settings) -> set[str]:
    text = (settings.folder / "channels.toml").read_text(encoding="utf-8")
    return {line.partition("#")[0].strip() for line in text.splitlines()}
