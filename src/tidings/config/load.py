"""Load the configuration folder, or say everything that is wrong with it."""

import difflib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import cast

from tidings import ids
from tidings.config.across import across, fill, secret_from
from tidings.config.channel_tables import ChannelsFile, EmailTable, RecipientTable, SlackTable
from tidings.config.lake_table import LakeTable
from tidings.config.models import (
    FILES,
    REQUIRED,
    FeedsFile,
    FeedTable,
    SeedsFile,
    SettingsFile,
    TopicsFile,
    TopicTable,
)
from tidings.config.proxies import proxy_variable
from tidings.config.settings import Email, Settings, Slack
from tidings.config.shape import check
from tidings.config.source import Source, parse, read
from tidings.config.values import Table, Words
from tidings.errors import ConfigError, Problem
from tidings.model import AlertRule, Feed, Lake, Recipient, Seed, Topic


def load(folder: Path, env: Mapping[str, str], *, instead: Mapping[str, bytes] | None = None) -> Settings:
    """Read config/*.toml into typed settings.

    `env` is asked for what `*_env` keys and `${NAME}` in URLs name; `instead` holds the content of files that are to be judged
    before they are written. Raises ConfigError with all problems of all files at once.
    """
    folder = folder.absolute()
    sources, problems = _read_all(folder, instead or {})
    tables: dict[str, Table] = {}
    for name, source in sources.items():
        checked = check(source)
        if isinstance(checked, list):
            problems += checked
        else:
            tables[name] = checked
    problems += across({name: sources.get(name, Source(name)) for name in FILES}, folder, env)
    if problems:
        raise ConfigError(tuple(sorted(problems, key=_place)))
    return _settings(folder, tables, env)


def _place(problem: Problem) -> tuple[int, int, str]:
    """Order problems by file, as in FILES, then by line."""
    order = list(FILES)
    return order.index(problem.file) if problem.file in order else len(order), problem.line, problem.key


def _read_all(folder: Path, instead: Mapping[str, bytes]) -> tuple[dict[str, Source], list[Problem]]:
    """Read every file; one that is missing and not required counts as empty."""
    if not folder.is_dir():
        return {}, [Problem(folder.name, "", "a configuration folder", "none")]
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for name in FILES:
        path = folder / name
        if name not in instead and not path.exists() and name not in REQUIRED:
            sources[name] = Source(name)
            continue
        got = parse(name, instead[name]) if name in instead else read(path)
        if isinstance(got, Problem):
            problems.append(got)
        else:
            sources[name] = got
    return sources, problems + _unknown_files(folder)


def _unknown_files(folder: Path) -> list[Problem]:
    """Name files that look like ours and would otherwise be passed over in silence."""
    strays = sorted(path.name for path in folder.glob("*.toml") if path.name not in FILES)
    near = [difflib.get_close_matches(name, FILES, n=1) for name in strays]
    return [
        Problem(name, "", f"one of the files {', '.join(FILES)}", "an unknown file", "".join(best))
        for name, best in zip(strays, near, strict=True)
    ]


def _settings(folder: Path, tables: Mapping[str, Table], env: Mapping[str, str]) -> Settings:
    """Turn checked tables into the values the rest of the program works with."""
    basic = cast("SettingsFile", tables["settings.toml"])
    feeds = cast("FeedsFile", tables["feeds.toml"])
    topics = tuple(_topic(table) for table in cast("TopicsFile", tables["topics.toml"]).topic)
    channels = cast("ChannelsFile", tables["channels.toml"])
    names = tuple(topic.name for topic in topics)
    return Settings(
        folder=folder,
        data=(folder.parent / basic.store.data).absolute(),
        store=basic.store,
        network=basic.network,
        jail=basic.jail,
        ingest=basic.ingest,
        digest=basic.digest,
        schedule=basic.schedule,
        retention=basic.retention,
        recording=basic.recording,
        meaning=basic.meaning,
        novelty=basic.novelty,
        site=basic.site,
        lake=_lake(basic, folder, env) if basic.lake.catalog else None,
        feeds=tuple(_feed(table, basic.ingest.poll_every_m, env) for table in feeds.feed if table.enabled),
        topics=topics,
        families={domain: family.name for family in feeds.publisher_family for domain in family.domains},
        recipients=tuple(_recipient(table, names, basic, folder, env) for table in channels.recipient if table.enabled),
        email=_email(channels.email, folder, env) if channels.email else None,
        slack=_slack(channels.slack, folder, env) if channels.slack else Slack(),
        seeds=_seeds(cast("SeedsFile", tables["seeds.toml"]), folder),
        proxy_variable=proxy_variable(basic.network.proxy, env),
    )


def _feed(table: FeedTable, every_m: int, env: Mapping[str, str]) -> Feed:
    return Feed(
        id=ids.feed_id(table.url),
        url=fill(table.url, env),
        shown_url=table.url,
        publisher=table.publisher,
        language=table.language,
        country=table.country or "",
        topics=tuple(table.topics or ()),
        every_s=60.0 * (table.every_m or every_m),
        tls_sha256=table.tls_sha256 or "",
    )


def _topic(table: TopicTable) -> Topic:
    return Topic(
        name=table.name,
        title=table.title,
        names=_terms(table.names),
        terms=_terms(table.places, table.people, table.bodies),
        needs_companion=_terms(table.ambiguous_places, table.needs_companion),
        companions=_terms(table.companions),
        place_companions=_terms(table.place_companions),
        rules_out=_terms(table.rules_out),
        places=_terms(table.places, table.ambiguous_places),
        in_passing=_terms(table.in_passing),
        unlikely=_terms(table.unlikely),
        likely=tuple((word, one.since or date.min, one.until or date.max) for one in table.likely for word in _terms(one.words)),
    )


def _terms(*groups: Words) -> tuple[str, ...]:
    """Put the words of all languages into one tuple, each once: a text may quote any of them."""
    return tuple(dict.fromkeys(term for words in groups for terms in words.values() for term in terms))


def _recipient(table: RecipientTable, names: Iterable[str], basic: SettingsFile, folder: Path, env: Mapping[str, str]) -> Recipient:
    return Recipient(
        name=table.name,
        channel=table.channel,
        topics=tuple(table.topics or names),
        at=tuple(basic.digest.at if table.at is None else table.at),
        time_zone=table.time_zone or basic.digest.time_zone,
        when_empty=table.when_empty or basic.digest.when_empty,
        address=table.address or table.slack_channel or _secret(table.address_env or table.webhook_env, table.webhook_file, folder, env),
        languages=tuple(table.languages or ()),
        days=tuple(basic.digest.days if table.days is None else table.days),
        quiet=basic.digest.quiet if table.quiet is None else table.quiet,
        alert=AlertRule(table.alert.origins, table.alert.toll, table.alert.a_day_max) if table.alert else None,
    )


def _secret(variable: str | None, file: str | None, folder: Path, env: Mapping[str, str]) -> str:
    """Return what the variable or the file holds; empty where neither is named."""
    if variable:
        return env[variable]
    return secret_from(folder / file) if file else ""


def _email(table: EmailTable, folder: Path, env: Mapping[str, str]) -> Email:
    return Email(
        host=table.host,
        port=table.port,
        security=table.security,
        sender=table.from_,
        user=_secret(table.user_env, table.user_file, folder, env),
        password=_secret(table.password_env, table.password_file, folder, env),
        timeout_s=table.timeout_s,
        when_uncertain=table.when_uncertain,
        unsubscribe=table.unsubscribe or table.from_,
    )


def _slack(table: SlackTable, folder: Path, env: Mapping[str, str]) -> Slack:
    return Slack(_secret(table.token_env, table.token_file, folder, env), table.api, table.timeout_s)


def _lake(basic: SettingsFile, folder: Path, env: Mapping[str, str]) -> Lake:
    table: LakeTable = basic.lake
    kind, _, where = table.catalog.partition(":")
    at_s3 = table.data_path.startswith("s3:")
    local = folder.parent / (table.data_path or f"{basic.store.data}/lake")
    return Lake(
        catalog=f"sqlite:{(folder.parent / where).absolute()}" if kind == "sqlite" else table.catalog,
        data_path=(table.data_path if at_s3 else str(local.absolute())).rstrip("/") + "/",
        keep_days=table.keep_days,
        timeout_s=table.timeout_s,
        password=_secret(table.password_env, table.password_file, folder, env),
        s3_key=_secret(table.s3_key_env, table.s3_key_file, folder, env),
        s3_secret=_secret(table.s3_secret_env, table.s3_secret_file, folder, env),
        s3_endpoint=table.s3_endpoint,
        s3_region=table.s3_region,
    )


def _seeds(table: SeedsFile, folder: Path) -> tuple[Seed, ...]:
    return tuple(
        Seed(
            id=seed.id,
            title=seed.title,
            publisher=seed.publisher,
            published_at=datetime.combine(seed.published, time(), UTC),
            language=seed.language,
            url=seed.url or "",
            text=(folder / seed.file).read_bytes().decode("utf-8"),
        )
        for seed in table.seed
    )
