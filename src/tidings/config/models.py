"""The shape of each configuration file, its defaults and the meaning of each key: the reference page is made from this."""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from tidings.config import checks
from tidings.config.channel_tables import ChannelsFile
from tidings.config.lake_table import LakeTable
from tidings.config.values import (
    At,
    Country,
    Days,
    Domain,
    FileName,
    Fingerprint,
    Header,
    Host,
    IpPort,
    Language,
    Line,
    Name,
    Quiet,
    SeedId,
    Table,
    Times,
    TimeZone,
    Url,
    WhenEmpty,
    Words,
)


class Store(Table):
    """Where data is kept."""

    data: Annotated[str, AfterValidator(checks.folder)] = Field(
        default="data",
        description="folder of the store, the editions and the archive: absolute, or relative to the parent of the configuration folder",
    )
    wait_s: float = Field(default=30, ge=0, le=3_600, description="how long to wait for another process that holds the store")
    free_mb_min: int = Field(
        default=200,
        ge=0,
        le=10_000_000,
        description="megabytes that stay free on the disk: with less no run begins, and what needs room says so",
    )
    backups: int = Field(default=2, ge=0, le=1_000, description="backups that are kept: the upkeep makes one a day; 0: none")
    backup_folder: Annotated[str, AfterValidator(checks.folder_or_none)] = Field(
        default="",
        description="where they are kept, absolute or relative to the parent of the configuration folder: best on another disk; empty: `backups` in the data folder",
    )


class Network(Table):
    """How feeds and pages are fetched."""

    user_agent: Header = Field(default="tidings/0.1", description="how we name ourselves to servers")
    contact: Annotated[str, StringConstraints(max_length=200, pattern=r"^[\x20-\x7e]*$")] = Field(
        default="", description="a link or address that servers may complain to, added to user_agent; what is here is public"
    )
    timeout_s: float = Field(default=20, gt=0, le=600, description="total deadline of a request: connecting, redirects and body together")
    page_bytes_max: int = Field(default=3_000_000, ge=1_000, le=50_000_000, description="largest page, after decompression")
    feed_bytes_max: int = Field(default=10_000_000, ge=1_000, le=50_000_000, description="largest feed, after decompression")
    redirects_max: int = Field(default=5, ge=0, le=20, description="redirects followed in one request")
    connections_max: int = Field(default=16, ge=1, le=256, description="requests at the same time")
    per_host_max: int = Field(default=2, ge=1, le=16, description="requests at the same time to one host")
    pause_s: float = Field(default=1.0, ge=0, le=3_600, description="pause between two requests to one host")
    allow_private: list[IpPort] = Field(default=[], description="private addresses that may be reached, each an exact address and port")
    connect_to: dict[Host, IpPort] = Field(
        default={}, description="hosts whose requests go to an exact address and port (tests and the sample week)"
    )
    robots: bool = Field(default=True, description="obey robots.txt for pages, and its crawl-delay")
    proxy: Annotated[str, AfterValidator(checks.proxy)] = Field(
        default="",
        description="`direct`, or address and port of an HTTP proxy for feeds and pages; left out, a run refuses to start where the environment names one",
    )


class Jail(Table):
    """Limits of the child processes in which bytes from outside are parsed."""

    cpu_s: int = Field(default=10, ge=1, le=600, description="CPU time for one feed or page")
    memory_mb: int = Field(default=1024, ge=256, le=65_536, description="memory of one child")
    wall_s: float = Field(default=20, gt=0, le=600, description="clock time for one feed or page")
    children: int = Field(default=0, ge=0, le=64, description="child processes at the same time; 0: one for each core, at most 4")
    recycle_count: int = Field(default=2_000, ge=1, le=100_000, description="feeds and pages after which a child is replaced by a new one")


class Ingest(Table):
    """What one run reads."""

    first_window_h: int = Field(
        default=48, ge=0, le=8_760, description="older entries of a first run, a new feed or a new topic count as already told"
    )
    poll_every_m: int = Field(default=30, ge=5, le=10_080, description="how often a feed is polled that says nothing itself")
    pages_per_run_max: int = Field(default=2_000, ge=1, le=100_000, description="pages fetched in one run; the rest waits for the next")
    attempts_max: int = Field(default=5, ge=1, le=50, description="tries for one page before it is given up")
    fetch_s_max: float = Field(
        default=1_500, ge=1, le=86_400, description="time of one run for asking servers; what was not begun by then waits for the next run"
    )
    reread_h: list[Annotated[float, Field(gt=0, le=720)]] = Field(
        default=[6, 24],
        max_length=12,
        description="hours after an article was first seen at which its page is read again, for silent edits; an empty list: never",
    )


class Digest(Table):
    """When digests are made, where a recipient says nothing else."""

    at: Times = Field(default=["07:00"], description="time of day, or a list of them; an empty list: at every run")
    days: Days = Field(default=[], description='weekdays of these times, "mon" to "sun", or one of them; an empty list: every day')
    time_zone: TimeZone = Field(default="UTC", description="time zone of `at`, `days` and `quiet`, and of the dates shown")
    quiet: Quiet = Field(
        default="",
        description='local times between which nothing is made for the reader, such as "22:00-07:00", but an edition whose own time came'
        " within the hour before; empty: none",
    )
    when_empty: WhenEmpty = Field(
        default="send", description="what to do with an edition without anything new: send it, saying so, or skip it"
    )


class Schedule(Table):
    """When `python -m flows` starts each flow, and how often runs are expected, whoever starts them."""

    ingest_every_m: int = Field(
        default=30, ge=1, le=1_440, description="minutes between two ingests, also where cron or systemd starts them"
    )
    digest_check_every_m: int = Field(default=15, ge=1, le=1_440, description="minutes between two looks for digests that are due")
    deliver_every_m: int = Field(default=5, ge=1, le=1_440, description="minutes between two deliveries of what waits")
    upkeep_at: At = Field(default="03:30", description="time of day of the upkeep")
    time_zone: TimeZone = Field(default="UTC", description="time zone of `upkeep_at`")
    expected: bool = Field(
        default=True,
        description="an ingest, an upkeep or an edition that has not come half as long again after its time, and an hour, is missed: `tidings status` "
        "fails and the metrics tell; false where runs are started by hand",
    )


class Retention(Table):
    """How long what is not news is kept. Articles, statements and developments stay."""

    feed_events_days: int = Field(default=30, ge=1, le=36_500, description="outcomes of single polls")
    runs_days: int = Field(default=365, ge=1, le=36_500, description="run reports")
    page_days: int = Field(default=30, ge=1, le=36_500, description="recorded answers, and bodies that no parser survived")
    entry_texts_days: int = Field(default=30, ge=1, le=36_500, description="the feeds' own texts of entries that were read")
    former_texts_days: int = Field(
        default=0,
        ge=0,
        le=36_500,
        description="what articles said before they were edited; 0: for ever. What an edit added and took away stays (of each edit the first 40 "
        "sentences): from that `known_as_of` knows since when words are gone, and of a former text nothing more",
    )


class Recording(Table):
    """What is kept of the answers to our requests, so that a day can be replayed. `retention.page_days` says how long."""

    keep: bool = Field(default=True, description="keep every answer as WARC in the archive of the data folder, for `tidings replay`")
    bytes_max: int = Field(
        default=2_000_000_000, ge=1_000_000, description="size of all recordings together; the oldest runs are forgotten first"
    )


class Meaning(Table):
    """How texts are compared by what they mean, so that a translation of what was told is no news. A component of its own: see the guide."""

    model: Annotated[str, AfterValidator(checks.meaning_model)] = Field(
        default="off", description="`off`, `use` (needs the package of `tidings[meaning]`) or `fastembed:` with the name of a model"
    )
    folder: Annotated[str, AfterValidator(checks.folder_or_none)] = Field(
        default="",
        description="folder with the files of a fastembed model, relative to the parent of the configuration folder; empty: it is downloaded",
    )


class News(Table):
    """What of the untold is told: by itself all of it."""

    news_min: float = Field(
        default=0,
        ge=0,
        le=1,
        description="new statements less likely to carry a fact not told yet are left out, but nothing that changes what their story told;"
        " 0 leaves out nothing: see docs/explanation/novelty.md",
    )


class Site(Table):
    """The archive as a small static site, written by `tidings site`."""

    base_url: Annotated[str, AfterValidator(checks.base_url)] = Field(
        default="",
        description="where readers find the folder, such as https://desk.example/tidings: digests then link to it, and runs write it",
    )
    folder: Annotated[str, AfterValidator(checks.folder_or_none)] = Field(
        default="", description="where it is written, relative to the parent of the configuration folder; empty: `site` in the data folder"
    )
    recipients: list[Name] = Field(default=[], description="whose editions and topics it shows; an empty list: everybody's")


class SettingsFile(Table):
    """settings.toml: the whole file."""

    store: Store = Store()
    network: Network = Network()
    jail: Jail = Jail()
    ingest: Ingest = Ingest()
    digest: Digest = Digest()
    schedule: Schedule = Schedule()
    retention: Retention = Retention()
    recording: Recording = Recording()
    meaning: Meaning = Meaning()
    novelty: News = News()
    site: Site = Site()
    lake: LakeTable = LakeTable()


class FeedTable(Table):
    """One feed to poll."""

    url: Url = Field(description="address of the feed; `${NAME}` stands for a variable of the environment")
    publisher: Line = Field(description="name shown in digests")
    language: Language = Field(description="language of most entries: en, ar, tr, zh, ru, fr, ...")
    country: Country | None = Field(default=None, description="country of the publisher, two capital letters")
    topics: list[Name] | None = Field(default=None, min_length=1, description="topics looked for; all where it is left out")
    every_m: int | None = Field(
        default=None, ge=5, le=10_080, description="minutes between two polls; ingest.poll_every_m where it is left out"
    )
    enabled: bool = Field(default=True, description="false: keep the feed here but do not poll it")
    tls_sha256: Fingerprint | None = Field(
        default=None,
        description="SHA-256 of the one certificate that is accepted from this feed's host though it does not verify: see the guide to feeds",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.tls_sha256 and not self.url.startswith("https://"):
            raise checks.wrong("tls_sha256 only beside an address that starts with https://")
        return self


class FamilyTable(Table):
    """One publisher that has several domains."""

    name: Line = Field(description="name of the publisher")
    domains: list[Domain] = Field(min_length=1, description="its domains, without www")


class FeedsFile(Table):
    """feeds.toml: the whole file."""

    feed: list[FeedTable] = Field(min_length=1)
    publisher_family: list[FamilyTable] = Field(default=[])


class LikelyTable(Table):
    """Words that are enough by themselves where nothing rules them out; with days, only in articles of these: at other times they are no words of the topic."""

    since: date | None = Field(default=None, description="first day; without it there is none")
    until: date | None = Field(default=None, description="last day; without it there is none")
    words: Words = Field(description="the words")


class TopicTable(Table):
    """One topic to watch. Words are given by language; case and diacritics do not matter, a final `*` stands for any ending."""

    name: Name = Field(description="short name: small letters, digits and _")
    title: Line = Field(description="name shown in digests")
    names: Words = Field(description="names of the topic itself: one occurrence is enough")
    places: Words = Field(default={}, description="places: one occurrence is enough")
    people: Words = Field(default={}, description="people: one occurrence is enough")
    bodies: Words = Field(default={}, description="organisations: one occurrence is enough")
    needs_companion: Words = Field(default={}, description="words that count only where the passage or the title also holds a companion")
    ambiguous_places: Words = Field(default={}, description="places that have namesakes: they count like the words of `needs_companion`")
    companions: Words = Field(default={}, description="companions, besides all names, places, people and bodies above")
    place_companions: Words = Field(
        default={}, description="companions of `ambiguous_places` only: words too general for the others, such as those of a war"
    )
    rules_out: Words = Field(
        default={}, description="a passage that holds one of these is not about the topic, unless it holds one of `names`"
    )
    in_passing: Words = Field(
        default={},
        description="phrases that only mention the topic: the topic's words inside them do not count, but vouch for those that need a companion",
    )
    unlikely: Words = Field(
        default={},
        description="words that make another meaning likely: near them a likely or ambiguous word needs a name, place, person or body",
    )
    likely: list[LikelyTable] = Field(
        default=[], description="words that are enough by themselves where nothing rules them out, for always or between two days"
    )

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if not any(self.names.values()):
            raise checks.wrong("at least one term in [topic.names]")
        return self


class TopicsFile(Table):
    """topics.toml: the whole file."""

    topic: list[TopicTable] = Field(min_length=1)


class SeedTable(Table):
    """One article whose content counts as already known."""

    id: SeedId = Field(description="short name: small letters, digits and -")
    file: FileName = Field(description="its text in UTF-8, relative to the configuration folder")
    title: Line = Field(description="its title")
    publisher: Line = Field(description="who published it")
    published: Annotated[date, AfterValidator(checks.day)] = Field(description="day of publication, as 2020-02-16 without quotes")
    language: Language = Field(description="its language")
    url: Url | None = Field(default=None, description="its address, where it is known")


class SeedsFile(Table):
    """seeds.toml: the whole file."""

    seed: list[SeedTable] = Field(default=[])


FILES: dict[str, type[Table]] = {
    "settings.toml": SettingsFile,
    "feeds.toml": FeedsFile,
    "topics.toml": TopicsFile,
    "channels.toml": ChannelsFile,
    "seeds.toml": SeedsFile,
}
REQUIRED = ("feeds.toml", "topics.toml")
