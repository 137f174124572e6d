"""Offer the commands by which a user says that a decision was wrong."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidings.cli.common import DEFAULT_CONFIG, ConfigDir, Json, Now, settings_of, time_of, write, write_json

if TYPE_CHECKING:
    from tidings.pipeline.marks import Marked

app = typer.Typer()
mark_app = typer.Typer(help="Say that a decision was wrong; it is honoured at once and from now on.", no_args_is_help=True)
app.add_typer(mark_app, name="mark")

Url = Annotated[str, typer.Argument(help="of the article; http:// may be left out")]
Undo = Annotated[bool, typer.Option("--undo", help="take it back: all is decided as if it had never been said")]


@mark_app.command("not-duplicate")
def not_duplicate(
    url: Url,
    of_url: Annotated[str, typer.Argument(help="what it is no copy of; left out: what it was called a copy of", show_default=False)] = "",
    undo: Undo = False,
    config: ConfigDir = DEFAULT_CONFIG,
    now: Now = "",
    as_json: Json = False,
) -> None:
    """Say that an article is nobody's copy: what it says is judged anew, and the next edition has what is new in it."""
    _mark(config, "not_duplicate", url, of_url, time_of(now), undo=undo, as_json=as_json)


@mark_app.command("same-story")
def same_story(
    url: Url,
    other_url: Annotated[str, typer.Argument(help="of an article whose story it belongs to", show_default=False)] = "",
    undo: Undo = False,
    config: ConfigDir = DEFAULT_CONFIG,
    now: Now = "",
    as_json: Json = False,
) -> None:
    """Say that two articles report the same happening: the first moves to the story of the other, with all of its own story if it opened that."""
    _mark(config, "same_story", url, other_url, time_of(now), undo=undo, as_json=as_json)


@mark_app.command("not-on-topic")
def not_on_topic(
    url: Url,
    topic: Annotated[str, typer.Argument(help="name of the topic that it is not on")],
    undo: Undo = False,
    config: ConfigDir = DEFAULT_CONFIG,
    now: Now = "",
    as_json: Json = False,
) -> None:
    """Say that an article is not on a topic: what no edition has told of it goes, and nothing of it counts as told there."""
    _mark(config, "not_on_topic", url, topic, time_of(now), undo=undo, as_json=as_json)


@mark_app.command("list")
def list_labels(config: ConfigDir = DEFAULT_CONFIG, as_json: Json = False) -> None:
    """Show what was said."""
    from tidings.render.answers import label_lines
    from tidings.store import answers

    found = answers.labels(settings_of(config).data)
    write_json(found) if as_json else write(label_lines(found))


@mark_app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="for copies.jsonl, stories.jsonl and topics.jsonl")],
    config: ConfigDir = DEFAULT_CONFIG,
    as_json: Json = False,
) -> None:
    """Write what was said as labelled files, which `tidings eval` reads; a file without anything in it is not written."""
    from tidings.store.labelled import export_labelled

    counts = export_labelled(settings_of(config).data, folder)
    if as_json:
        write_json(counts)
    else:
        write([f"{folder / name}: {count} lines" for name, count in counts.items()] or ["nothing was marked"])


def _mark(config: Path, named: str, url: str, other: str, now: datetime, *, undo: bool, as_json: bool) -> None:
    from tidings.errors import UsageError
    from tidings.model import LabelKind
    from tidings.pipeline.marks import mark

    kind = LabelKind(named)
    if kind is LabelKind.SAME_STORY and not other and not undo:
        raise UsageError("expected two articles; the second is the one whose story the first belongs to")
    done = mark(settings_of(config), kind, url, other, now, undo=undo)
    if as_json:
        write_json(
            {"kind": done.kind, "url": done.url, "undone": done.undone, "moved": done.moved_count, "developments": done.development_count}
        )
    else:
        write(_lines(done))


def _lines(done: "Marked") -> list[str]:
    from tidings.render.escape import plain

    lines = [f"{plain(done.url)}: {done.kind.replace('_', ' ')}{', taken back' if done.undone else ''}"]
    if done.moved_count:
        lines.append(f"  {done.moved_count} article{'' if done.moved_count == 1 else 's'} changed the story")
    lines.append(f"  {done.development_count} development{'' if done.development_count == 1 else 's'} of it wait for the next edition")
    return lines
