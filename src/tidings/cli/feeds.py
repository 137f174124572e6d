"""Offer the commands about feeds: their health, checking one, finding those of a site, OPML in and out."""

import os
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from tidings.cli.common import (
    DEFAULT_CONFIG,
    FAILED,
    MISUSED,
    ConfigDir,
    Json,
    Now,
    complain,
    settings_of,
    time_of,
    write,
    write_json,
)
from tidings.errors import ConfigError, TidingsError, UsageError

app = typer.Typer()
feeds_app = typer.Typer(
    help="Show the configured feeds and their health; check, find, import and export feeds.", invoke_without_command=True
)
app.add_typer(feeds_app, name="feeds")


@feeds_app.callback()
def feeds(context: typer.Context, config: ConfigDir = DEFAULT_CONFIG, as_json: Json = False) -> None:
    """Show the configured feeds and their health."""
    from tidings.pipeline.feed_health import feed_health
    from tidings.render.answers import feed_lines

    if context.invoked_subcommand:
        return
    found = feed_health(settings_of(config))
    write_json(found) if as_json else write(feed_lines(found))
    if all("last_success_at" not in row for row in found):
        complain("nothing was polled yet: `tidings run` does it")


@feeds_app.command("check")
def check(
    url: Annotated[str, typer.Argument(help="of a feed, configured or not")],
    every: Annotated[bool, typer.Option("--all", help="judge every entry, not only the first")] = False,
    entries: Annotated[int, typer.Option("--entries", min=0, max=1_000, help="entries judged")] = 10,
    pages: Annotated[int, typer.Option("--pages", min=0, max=50, help="entries of which the page is read, too")] = 3,
    config: ConfigDir = DEFAULT_CONFIG,
    now: Now = "",
    as_json: Json = False,
) -> None:
    """Explain what a feed gives and what would become of its entries. Nothing is stored."""
    from tidings.pipeline.feeds import check_feed
    from tidings.render.feed_answers import check_lines

    settings, moment = settings_of(config), time_of(now)
    answer = check_feed(settings, _web_address(url), moment, entry_count=None if every else max(entries, pages), page_count=pages)
    write_json(answer) if as_json else write(check_lines(answer))
    if answer["feed"] is None:
        raise typer.Exit(FAILED)


def _web_address(text: str) -> str:
    from tidings.text.urls import parse

    if not parse(text):
        raise UsageError(f"expected an address that begins with http:// or https://, found {text[:200]!r}")
    return text


@feeds_app.command("accept")
def accept_(
    url: Annotated[str, typer.Argument(help="of a configured feed, as feeds.toml has it")],
    config: ConfigDir = DEFAULT_CONFIG,
    now: Now = "",
) -> None:
    """Say that a feed which is held (it seems to be somebody else's now) is right: the next run takes what it gives."""
    from tidings.pipeline.accept import accept

    feed = accept(settings_of(config), url, time_of(now))
    print(f"{feed.publisher}: {feed.shown_url} is taken as it is by the next run", file=sys.stderr)  # noqa: T201 - the program's voice


@feeds_app.command("find")
def find(
    site: Annotated[str, typer.Argument(help="a domain or the address of a page")],
    config: ConfigDir = DEFAULT_CONFIG,
    now: Now = "",
    as_json: Json = False,
) -> None:
    """Find the feeds of a site, with tables to paste into feeds.toml."""
    from tidings.config.feed_tables import feed_table
    from tidings.pipeline.find_feeds import find_site_feeds
    from tidings.render.feed_answers import found_lines

    _web_address(site if "://" in site else f"https://{site}")
    answer = find_site_feeds(settings_of(config), site, time_of(now))
    if as_json:
        write_json(answer)
    else:
        write(found_lines(answer))
        new = [one for one in answer["feeds"] if not one["configured"] and not one["secret"]]
        write(f"\n{feed_table(one['address'], one['publisher'], one['language'] or 'en')}".rstrip("\n") for one in new)
    if not answer["feeds"]:
        raise typer.Exit(FAILED)


@feeds_app.command("export")
def export(
    to: Annotated[Path | None, typer.Option("--to", help="a file instead of the terminal", show_default=False)] = None,
    config: ConfigDir = DEFAULT_CONFIG,
) -> None:
    """Write the enabled feeds as OPML 2.0, for other readers."""
    from tidings.pipeline.feed_lists import export_list

    settings = settings_of(config)
    text = export_list(settings)
    if to is None:
        sys.stdout.write(text)
        return
    to.write_text(text, encoding="utf-8")
    print(f"{len(settings.feeds)} feeds written to {to}", file=sys.stderr)  # noqa: T201 - the program's voice


@feeds_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="an OPML file")],
    add: Annotated[bool, typer.Option("--write", help="append the new feeds to feeds.toml")] = False,
    language: Annotated[str, typer.Option("--language", help="of feeds for which the list says none")] = "en",
    with_variables: Annotated[
        bool, typer.Option("--with-variables", help="take addresses with ${NAME}, too: only from a list of your own")
    ] = False,
    config: ConfigDir = DEFAULT_CONFIG,
    as_json: Json = False,
) -> None:
    """Show the feeds of an OPML file that are not configured yet as tables for feeds.toml, or add them."""
    from dataclasses import asdict

    from tidings.config.feed_tables import add_feeds, feed_table
    from tidings.model import Rejection
    from tidings.pipeline.feed_lists import read_list
    from tidings.render.feed_answers import failure_sentence

    if not re.fullmatch("[a-z]{2,3}", language):
        raise UsageError(f"--language: expected a code such as en, ar, tr, found {language!r}")
    found = read_list(file, config, language, with_variables=with_variables)
    if isinstance(found, Rejection):
        reason = "too_large_list" if found.reason == "too_large" else found.reason
        raise TidingsError(f"{file}: {failure_sentence(reason, found.detail)}")
    judged = found.judged
    complain(*(f"line {one.line}: {one.publisher}: {one.shown_url}: {one.why}" for one in judged.bad))
    if add and judged.new:
        try:
            add_feeds(config, judged.new, os.environ)
        except ConfigError as error:
            complain(*map(str, error.problems), "feeds.toml is left as it was: with these feeds it would not load")
            raise typer.Exit(MISUSED) from error
    if as_json:
        write_json({**asdict(judged), "list_count": found.list_count, "cut": found.cut, "written": add})
    elif not add:
        write(feed_table(one.url, one.publisher, one.language) for one in judged.new)
    said = [f"{len(judged.new)} new{' and added to feeds.toml' if add and judged.new else ''}", f"{judged.already_count} there already"]
    said += [f"{judged.repeated_count} repeated", f"{len(judged.bad)} bad"]
    said += [f"{found.list_count} other lists not followed"] if found.list_count else []
    said += ["the list ends too early: feeds may be missing"] if found.cut else []
    print(f"feeds: {', '.join(said)}", file=sys.stderr)  # noqa: T201 - as above
