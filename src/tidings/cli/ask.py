"""Offer the commands that answer questions; they read the published snapshot and are in nobody's way."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from tidings.cli.common import DEFAULT_CONFIG, FAILED, ConfigDir, Json, complain, settings_of, write, write_json
from tidings.errors import UsageError

_TEXT_SUFFIXES = frozenset({".txt", ".md", ".html", ".htm", ".text", ".rst", ".json", ".xml"})

app = typer.Typer()
topics_app = typer.Typer(help="Show the topics, or test what they match.", invoke_without_command=True)
app.add_typer(topics_app, name="topics")


@app.command()
def why(
    url: Annotated[str, typer.Argument(help="of an article, an entry, a feed or a seed; http:// may be left out")],
    config: ConfigDir = DEFAULT_CONFIG,
    as_json: Json = False,
) -> None:
    """Tell what became of an address, with the evidence; exit with 1 when it was never seen."""
    from tidings.pipeline.hidden import Hidden
    from tidings.render.why import unseen_lines, why_lines
    from tidings.store.why import why as ask

    settings = settings_of(config)
    answer = ask(settings.data, Hidden(settings.feeds).in_text(url))
    if as_json:
        write_json(answer)
    elif answer["seen"]:
        write(why_lines(answer, settings.topics))
    else:
        complain(*unseen_lines(answer))
    if not answer["seen"]:
        raise typer.Exit(FAILED)


@app.command()
def seeds(config: ConfigDir = DEFAULT_CONFIG, as_json: Json = False) -> None:
    """Show the seeds and how many statements each counts as told."""
    from tidings.render.escape import plain
    from tidings.store import answers
    from tidings.store.query import is_published

    settings = settings_of(config)
    counts = answers.seed_counts(settings.data) if is_published(settings.data) else {}
    found = [
        {
            "id": one.id,
            "title": one.title,
            "publisher": one.publisher,
            "published": f"{one.published_at:%Y-%m-%d}",
            "statements": counts.get(one.id),
        }
        for one in settings.seeds
    ]
    if as_json:
        write_json(found)
    else:
        write(
            f"{row['id']}: {plain(str(row['title']))} ({plain(str(row['publisher']))}, {row['published']}), {_told(row['statements'])}"
            for row in found
        )


def _told(count: Any) -> str:
    return "not read yet" if count is None else f"{count} statements told"


@topics_app.callback()
def topics(context: typer.Context, config: ConfigDir = DEFAULT_CONFIG, as_json: Json = False) -> None:
    """Show the topics and how many words each watches for."""
    if context.invoked_subcommand:
        return
    found = [
        {
            "name": one.name,
            "title": one.title,
            "words": len(one.names) + len(one.terms),
            "need a companion": len(one.needs_companion),
            "rule out": len(one.rules_out),
        }
        for one in settings_of(config).topics
    ]
    write_json(found) if as_json else write(", ".join(f"{key}: {value}" for key, value in row.items()) for row in found)


@topics_app.command("test")
def topics_test(
    text: Annotated[str, typer.Argument(help="a text, a file that holds one, or - for the standard input")],
    config: ConfigDir = DEFAULT_CONFIG,
    as_json: Json = False,
) -> None:
    """Show which passages of a text match which topics, and why. The first line counts as the title."""
    from tidings.pipeline.try_topics import passage_lines, try_topics

    settings = settings_of(config)
    result = try_topics(settings, _text_of(text, settings.network.page_bytes_max))
    write_json(result) if as_json else write(passage_lines(result))


def _text_of(given: str, bytes_max: int) -> str:
    """Return the text that is meant; raises UsageError for a file that is not there, too large, or no text."""
    if given == "-":
        name, content = "the standard input", sys.stdin.buffer.read(bytes_max + 1)
    elif (path := _path_of(given)) is None:
        return given
    else:
        name = given
        with path.open("rb") as file:
            content = file.read(bytes_max + 1)
    if len(content) > bytes_max:
        raise UsageError(f"{name} is larger than a page may be: {bytes_max} bytes (network.page_bytes_max)")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: expected a text in UTF-8, found other bytes at offset {error.start}") from error
    if not text.strip():
        raise UsageError(f"{name} holds no text")
    return text


def _path_of(given: str) -> Path | None:
    """Return the file that is meant, or None where it is a text; what looks like a file has to be one."""
    if not given.strip():
        raise UsageError("expected a text, a file that holds one, or - for the standard input, found nothing")
    if given.startswith(("http://", "https://")) and len(given.split()) == 1:
        raise UsageError("expected a text or a file, found an address: `tidings why` tells what became of an article")
    try:
        if Path(given).is_file():
            return Path(given)
        is_folder = Path(given).is_dir()
    except (OSError, ValueError):  # too long for a name, or with a zero byte
        return None
    if len(given.split()) == 1 and (is_folder or os.sep in given or Path(given).suffix.lower() in _TEXT_SUFFIXES):
        raise UsageError(f"{given}: {'a folder, expected a file' if is_folder else 'no such file'}; a text of one word goes in through -")
    return None
