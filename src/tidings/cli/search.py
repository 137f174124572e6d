"""Offer the command that searches what is published, by words."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidings.cli.common import DEFAULT_CONFIG, ConfigDir, Json, complain, settings_of, write_json
from tidings.errors import UsageError

if TYPE_CHECKING:
    from tidings.store.search import Found

HITS_MAX = 20
_COLUMNS = ("kind", "day", "publisher", "language", "title", "sentence", "state", "url", "article_id", "copy_of", "likeness")

app = typer.Typer()


@app.command(context_settings={"ignore_unknown_options": True})
def search(
    words: Annotated[
        list[str], typer.Argument(help="words that all occur; '\"a phrase\"', -not, topic:, publisher:, language:, since:, until:")
    ],
    config: ConfigDir = DEFAULT_CONFIG,
    by_meaning: Annotated[
        bool, typer.Option("--by-meaning", help="find statements that say this, in whatever words and language (needs tidings[meaning])")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="results at most; copies beneath what they copy are not counted")] = HITS_MAX,
    as_csv: Annotated[bool, typer.Option("--csv", help="write CSV")] = False,
    as_json: Json = False,
) -> None:
    """Find articles, their statements and titles of entries by words, in what is published.

    Case, accents, Arabic vowel signs and the Arabic article make no difference. First comes where most words stand together in one statement or headline, then the newest. A `-not` comes after a word, or after --.
    """
    from tidings.pipeline.by_meaning import search_by_meaning
    from tidings.store.asked import read_asked
    from tidings.store.search import search as ask

    if as_csv and as_json:
        raise UsageError("expected one form, found csv and json")
    asked = read_asked(words[0] if len(words) == 1 else " ".join(map(_as_typed, words)))
    found = search_by_meaning(settings_of(config), asked, limit) if by_meaning else ask(settings_of(config).data, asked, limit)
    if as_json:
        write_json(asdict(found))
    elif as_csv:
        _write_csv(found)
    else:
        from rich.console import Console

        from tidings.render.found import to_found

        Console(soft_wrap=not sys.stdout.isatty(), highlight=False, emoji=False, markup=False).print(to_found(asdict(found)))
    if not as_json and as_csv:
        from tidings.render.found import foot

        sys.stdout.flush()
        complain(foot(asdict(found)))


def _as_typed(word: str) -> str:
    """Give a word of the command line that has spaces its quotes back, which the shell took: among others it is a phrase."""
    bare = " " in word.strip() and '"' not in word
    key, colon, value = word.partition(":")
    if bare and colon and key.isalpha() and key.isascii() and " " not in key:
        return f'{key}:"{value}"'
    return f'-"{word[1:]}"' if bare and word.startswith("-") else f'"{word}"' if bare else word


def _write_csv(found: "Found") -> None:
    from tidings.render.found import state_words
    from tidings.store.forms import csv_line

    def line(hit: dict[str, Any]) -> str:
        day = f"{hit['published_at'] or hit['first_seen_at']:%Y-%m-%d}"
        texts = (
            hit["publisher"],
            hit["language"],
            hit["title"],
            hit["sentence"],
            state_words(hit),
            hit["url"],
            hit["article_id"],
            hit["of"],
            "" if hit["likeness"] is None else f"{hit['likeness']:.2f}",
        )
        return csv_line((hit["kind"], day, *texts))

    sys.stdout.write(csv_line(_COLUMNS))
    for hit in asdict(found)["hits"]:
        sys.stdout.writelines(map(line, (hit, *hit["copies"])))
