"""Hold the nouns that pass between stages: frozen, slotted values and the words for what became of them.

Identity (`id`) comes from content, so doing a thing twice is doing it once; see `ids.py`.
All datetimes are aware UTC. Offsets (`start`, `end`) are Python string indices into the article's text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

Id = str  # a UUID in its canonical form, made by tidings.ids

# ---------------------------------------------------------------- words


class Outcome(StrEnum):
    """Name what became of an entry; each entry that a run touches leaves with exactly one."""

    NEW = "new"  # its article gave at least one development
    NOTHING_NEW = "nothing_new"  # on topic, but everything it says was told
    DUPLICATE = "duplicate"  # a copy of a told article, and nothing in it differs
    OFF_TOPIC = "off_topic"
    KNOWN = "known"  # cold start: recorded as told, not reported
    SAME_ARTICLE = "same_article"  # another entry (or an edit of one) for an article that was read already
    REJECTED = "rejected"  # nothing readable behind it; the reason says what
    DEFERRED = "deferred"  # not read yet; tried again in the next run
    PENDING = "pending"  # never at the end of a run that was not killed


class Verdict(StrEnum):
    """Name what a page turned out to be."""

    FULL = "full"
    TEASER = "teaser"
    WALL = "wall"
    NOT_FOUND = "not_found"
    EMPTY = "empty"
    TOO_DEEP = "too_deep"
    TIMEOUT = "timeout"
    BLOCKED = "blocked"


class Relation(StrEnum):
    """Name how a duplicate relates to what it copies."""

    EXACT = "exact"
    NEAR = "near"
    REWRITE = "rewrite"


class Kind(StrEnum):
    """Name what a story newly says."""

    NEW_STORY = "new_story"
    NEW_STATEMENT = "new_statement"
    CHANGED_FIGURE = "changed_figure"
    REVERSAL = "reversal"
    CORRECTION = "correction"
    NEW_ORIGIN = "new_origin"


class Novelty(StrEnum):
    """Name what was decided about a statement."""

    DEVELOPMENT = "development"
    TOLD = "told"  # said before, by a seed, a development or a statement recorded as known
    KNOWN = "known"  # cold start: from now on it counts as told
    SEED = "seed"  # said by a seed


class DeliveryState(StrEnum):
    """Name the states of the outbox; design: pending -> sending -> sent, and the ways it fails."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    HELD = "held"
    EXPIRED = "expired"


class Stage(StrEnum):
    """Name the stages that can end a subject's way through a run."""

    FETCH = "fetch"
    PARSE = "parse"
    EXTRACT = "extract"
    MATCH = "match"
    DUPLICATE = "duplicate"
    STORY = "story"
    NOVELTY = "novelty"


# ---------------------------------------------------------------- what the user configures


@dataclass(frozen=True, slots=True)
class Feed:
    """Describe a feed as configured. `url` may hold secrets: show `shown_url`."""

    id: Id
    url: str
    shown_url: str
    publisher: str
    language: str = ""  # empty: told from the text
    country: str = ""
    topics: tuple[str, ...] = ()  # empty: all
    every_s: float = 1800.0
    tls_sha256: str = ""  # of the one certificate that is accepted though it does not verify


@dataclass(frozen=True, slots=True)
class Topic:
    """Describe what the user watches. Words are as written; a trailing `*` stands for any ending."""

    name: str
    title: str
    names: tuple[str, ...]  # the topic's own name and its adjectives: they overrule `rules_out`
    terms: tuple[str, ...]  # places, people, bodies: one is enough
    needs_companion: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    place_companions: tuple[str, ...] = ()  # companions of those of `needs_companion` that are places: too general for the others
    rules_out: tuple[str, ...] = ()
    places: tuple[str, ...] = ()  # those of `terms`, `needs_companion` and `likely` that say where
    in_passing: tuple[str, ...] = ()  # phrases that mention the topic without being about it: what they hold of its words does not count
    likely: tuple[tuple[str, date, date], ...] = ()  # (word, first day, last day): enough on these days where nothing rules it out
    unlikely: tuple[str, ...] = ()  # beside these a likely word needs one of `names` or `terms`; companions do not suffice


@dataclass(frozen=True, slots=True)
class Seed:
    """Describe an article given in advance, with its untouched text."""

    id: str  # as configured
    title: str
    publisher: str
    published_at: datetime
    language: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class AlertRule:
    """Say what a recipient is told at once: a threshold that is None is none."""

    origins: int | None = None  # of a new story: independent origins, at least
    toll: int | None = None  # people killed, at least, by a new or changed figure
    a_day_max: int = 6  # alerts in any 24 hours; what is beyond waits for the scheduled edition


@dataclass(frozen=True, slots=True)
class Recipient:
    """Describe who gets which topics, when, over which channel."""

    name: str
    channel: str  # email | slack | file
    topics: tuple[str, ...]
    at: tuple[str, ...]  # local times of day, "07:00"; empty: at every run
    time_zone: str
    when_empty: str  # send | skip
    address: str = ""  # secret: never shown; of a Slack recipient the URL of a webhook or the id of a channel
    languages: tuple[str, ...] = ()  # what is told in others is counted only; empty: all
    days: tuple[str, ...] = ()  # local weekdays, "mon"; empty: every day
    quiet: str = ""  # local times between which nothing is composed, "22:00-07:00"; empty: none
    alert: AlertRule | None = None


# ---------------------------------------------------------------- fetching


@dataclass(frozen=True, slots=True)
class Request:
    """Ask for one URL. `kind` chooses limits; `headers` hold only what we add (validators)."""

    url: str
    kind: str  # feed | page
    headers: tuple[tuple[str, str], ...] = ()
    subject_id: Id = ""  # the feed or entry it is for
    tls_sha256: str = ""  # as the feed's; it holds for the host of `url` only


@dataclass(frozen=True, slots=True)
class Response:
    """Hold what one request gave: either a status with a complete body, or `failure`."""

    url: str  # as asked
    final_url: str
    status: int  # 0 when nothing answered
    headers: Mapping[str, str]  # lower-case names
    body: bytes  # decoded; empty on failure
    fetched_at: datetime
    elapsed_s: float = 0.0
    failure: str = ""  # a short reason: timeout, too_large, incomplete, refused_address, dns, tls, connect, protocol, robots,
    # too_many_redirects, or retry_later (nothing sent: the host asked us, in this run, to stay away)
    detail: str = ""
    redirects: tuple[tuple[int, str], ...] = ()  # (status, target)
    wire_bytes: int = 0
    encoded: bytes = b""  # the body as it came, where it came compressed: for the recorder alone

    @property
    def ok(self) -> bool:
        """Tell whether a complete 2xx body is here."""
        return not self.failure and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class FeedState:
    """Hold what we know of a feed between polls."""

    feed_id: Id
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    polled_at: datetime | None = None  # None: never
    next_due_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None  # when an entry was last seen for the first time
    first_polled_at: datetime | None = None
    failures_in_row: int = 0
    last_error: str = ""
    unconditional_at: datetime | None = None  # last poll without validators: ETags lie both ways
    overlap: float | None = None  # share of the last poll's entries that were known
    entries_per_day: float | None = None
    gone_count: int = 0  # 410s in a row
    gone_since: datetime | None = None
    failure: str = ""  # the reason of `last_error`, as one word; with no failures in a row the poll's entries were taken all the same
    failing_since: datetime | None = None  # the first failed poll of those in a row
    answered_at: datetime | None = None  # the server answered, whatever it said
    interval_s: float | None = None  # decided from what polls brought; None: as configured
    moved_url: str = ""  # where a permanent redirect leads
    moved_count: int = 0  # polls that were led there, the first at `moved_since`; 0: to another domain, which is only shown
    moved_since: datetime | None = None
    moved_at: datetime | None = None  # since when that address is asked
    storm_at: datetime | None = None  # (nearly) all ids of known entries changed at once
    title: str = ""  # the document's own, and the registrable domains that its entries link to: whose feed it is
    hosts: tuple[str, ...] = ()
    dropped_count: int = 0  # entries of the last poll over the limit
    read_from: int = 0  # so many entries the next poll passes over, as earlier ones took them


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one element of a feed, as the feed gave it (text still hostile)."""

    id: Id
    feed_id: Id
    guid: str
    url: str  # absolute; empty when the feed gave none
    title: str
    summary: str  # text, tags removed
    content: str  # the feed's own full text, tags removed; often empty
    published_at: datetime | None  # as claimed
    language: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """Hold what a feed's bytes said."""

    format: str  # rss20, atom10, rdf, json11 ...
    title: str
    entries: tuple[Entry, ...]
    cut: bool = False  # the document ends too early: entries are kept, validators are not
    entries_dropped: int = 0  # over the cap: counted, and validators are not kept


@dataclass(frozen=True, slots=True)
class Rejection:
    """Say why a subject ends here."""

    stage: Stage
    reason: str
    detail: str = ""
    transient: bool = False  # worth another try


# ---------------------------------------------------------------- articles


@dataclass(frozen=True, slots=True)
class Page:
    """Hold what extraction needs: the response to an entry's URL and the entry."""

    response: Response
    entry: Entry
    is_foreign: bool = False  # not on the feed's own site: the entry's words stand in only where the page gives none


@dataclass(frozen=True, slots=True)
class Article:
    """Hold text and metadata extracted from a page or, when that yields nothing, from the entry."""

    id: Id
    version_id: Id
    url: str  # normalised canonical
    title: str
    text: str  # paragraphs separated by a blank line
    publisher: str
    origin: str  # the agency credited in it, or the publisher
    language: str
    published_at: datetime | None
    fetched_at: datetime
    first_seen_at: datetime
    verdict: Verdict
    authors: tuple[str, ...] = ()
    correction: bool = False  # it says of itself that it corrects an earlier report


@dataclass(frozen=True, slots=True)
class Figure:
    """Hold a number with what it measures and the words it was read from."""

    value_low: float | None  # both None when vague ("dozens")
    value_high: float | None
    qualifier: str  # exact at_least more_than about up_to nearly less_than vague
    measure: str  # killed injured missing displaced detained affected percent money other
    of: str
    unit: str
    words: str
    start: int  # offsets into the sentence
    end: int
    as_of: str = ""  # ISO date or ""
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """Hold one sentence of an article, on one topic."""

    id: Id
    article_id: Id
    version_id: Id
    topic: str
    text: str
    start: int
    end: int
    position: int  # its rank among the article's sentences
    event_date: str = ""  # ISO date the sentence speaks of, when it can be told
    place: str = ""  # the configured place that it names first
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Hold what finds an article's copies and kin without reading it again."""

    article_id: Id
    text_hash: str  # of the normalised text: equal means exact
    grams: frozenset[int]  # hashes of word 3-grams
    terms: Mapping[str, float]  # term -> weight in the article, the heaviest kept


@dataclass(frozen=True, slots=True)
class DuplicateLink:
    """Link a copy with what it copies."""

    article_id: Id
    of_id: Id
    of_kind: str  # seed | article
    relation: Relation
    score: float
    evidence: str
    differs_in: tuple[str, ...] = ()  # "toll", "place" ...: then it is not dropped


@dataclass(frozen=True, slots=True)
class Decision:
    """Say what was decided about a statement, against what, by how much."""

    statement_id: Id
    topic: str
    novelty: Novelty
    reason: str
    against_id: Id = ""  # the nearest told statement
    score: float = 0.0
    evidence: str = ""


class LabelKind(StrEnum):
    """Name what a user may say against a decision (`tidings mark`)."""

    NOT_DUPLICATE = "not_duplicate"  # the article is nobody's copy
    SAME_STORY = "same_story"  # two articles report the same happening
    NOT_ON_TOPIC = "not_on_topic"  # the article is not on a topic


@dataclass(frozen=True, slots=True)
class Label:
    """Hold what a user said of an article. One article has one label of a kind, and one for each topic it is not on."""

    kind: LabelKind
    article_id: Id
    other_id: Id = ""  # what it is no copy of, or the article whose story it belongs to
    topic: str = ""  # that it is not on


@dataclass(frozen=True, slots=True)
class Development:
    """Say what a story newly says."""

    id: Id
    topic: str
    kind: Kind
    story_id: Id
    article_id: Id
    statement_id: Id  # empty for new_origin
    warning: str = ""
    replaces_id: Id = ""
    origin: str = ""  # for new_origin: who confirms


# ---------------------------------------------------------------- digests


@dataclass(frozen=True, slots=True)
class ReportedFigure:
    """Hold a figure as a digest shows it, with the value told before."""

    measure: str
    words: str
    of: str
    previous_words: str = ""
    previous_at: datetime | None = None
    value: float | None = None  # orders stories; readers are shown the words


@dataclass(frozen=True, slots=True)
class ReportedDevelopment:
    """Hold one development with all that a reader is shown of it."""

    development_id: Id
    kind: Kind
    statement: str  # exact words; empty for new_origin
    publisher: str
    url: str
    language: str
    published_at: datetime | None
    first_seen_at: datetime
    event_date: str = ""
    place: str = ""
    figures: tuple[ReportedFigure, ...] = ()
    replaces: str = ""  # the exact words it replaces
    warning: str = ""
    origin: str = ""
    title: str = ""  # the exact title of its article
    recorded_at: datetime | None = None  # before the edition's window: it waited, for want of room
    shown_in: str = ""  # the topic of this edition under which it is shown in the same words or nearly so: counted, not shown again
    repeats_id: Id = ""  # the development shown there


@dataclass(frozen=True, slots=True)
class ReportedOrigin:
    """Name one of those who report a story independently, with a link to the earliest report."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ReportedStory:
    """Hold a story's part of an edition."""

    story_id: Id
    topic: str
    headline: str  # the exact title of the story's first article
    headline_language: str
    article_count: int
    origin_count: int
    languages: tuple[str, ...]
    is_new: bool
    developments: tuple[ReportedDevelopment, ...]
    weight: float = 0.0
    origins: tuple[ReportedOrigin, ...] = ()  # in order of their reports
    shown_count: int | None = None  # the first so many developments are shown, the rest is counted; None: all

    @property
    def shown(self) -> tuple[ReportedDevelopment, ...]:
        """Return the developments that are shown with their words."""
        fresh = tuple(one for one in self.developments if not one.shown_in)
        return fresh if self.shown_count is None else fresh[: self.shown_count]


CORRECTIONS = "corrections to earlier editions"  # in place of a topic's name: what stands in that section


class Correcting(StrEnum):
    """Name how it became known that what an earlier edition told does not stand."""

    CORRECTED = "corrected"  # a report that says it is a correction says otherwise
    REWORDED = "reworded"  # its own report says something else in its place now
    WITHDRAWN = "withdrawn"  # its own report no longer says it
    GONE = "gone"  # its publisher took the report down
    MARKED = "marked"  # a person marked the report as not on the topic


@dataclass(frozen=True, slots=True)
class ReportedCorrection:
    """Hold what an earlier edition told and what has become of it. Publisher, link, language and times are those of `now`, if there is any."""

    development_id: Id  # that was told
    topic: str
    how: Correcting
    told_at: datetime  # the end of that edition's window
    told: str  # the exact words
    told_language: str
    publisher: str
    url: str
    language: str
    first_seen_at: datetime  # of the report or version that shows it; of a mark, when it was made
    now: str = ""  # the exact words that take their place
    published_at: datetime | None = None
    headline: str = ""  # of the story
    headline_language: str = ""
    by_id: Id = ""  # the development of this edition that corrects: shown here, not again in its story


NOT_REACHED = "not reached"  # the state of a feed that failed while no host could be reached: counted, not named


@dataclass(frozen=True, slots=True)
class FeedNote:
    """Name a feed that is failing or silent, and since when."""

    publisher: str
    shown_url: str
    state: str  # failing | silent | NOT_REACHED | recovered ...
    since: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class OwnOutage:
    """Say when no host could be reached, for which the feeds are not to blame."""

    run_count: int  # runs in the window that reached nobody
    since: datetime  # the first run of the latest outage
    until: datetime | None  # the first that reached somebody again; None: it lasts


@dataclass(frozen=True, slots=True)
class Coverage:
    """Say what an edition rests on: feeds, each named at most once, and the funnel from entries to developments."""

    feeds_fine: int
    feeds_failing: tuple[FeedNote, ...]
    feeds_silent: tuple[FeedNote, ...]
    funnel: tuple[tuple[str, int], ...]  # (outcome, count) in the window, every entry in exactly one
    feeds_losing: tuple[FeedNote, ...] = ()  # fine, but entries may scroll away between polls; counted in feeds_fine, too
    feeds_recovered: tuple[FeedNote, ...] = ()  # failed in the window and answer again; counted in feeds_fine, too
    delivery_notes: tuple[str, ...] = ()  # refused, held and expired deliveries of other recipients, by name
    feeds_thin: tuple[FeedNote, ...] = ()  # most of their pages in the window were walls or teasers; counted in feeds_fine, too
    pages: tuple[tuple[str, int], ...] = ()  # (verdict or reason, count) of the pages asked for in the window
    feeds_unchecked: tuple[str, ...] = ()  # publishers, one for each feed whose certificate is trusted by its fingerprint alone
    own_outage: OwnOutage | None = None
    own_notes: tuple[str, ...] = ()  # what is the matter with this desk itself, in whole sentences of ours


class EditionKind(StrEnum):
    """Name why an edition is made."""

    SCHEDULED = "scheduled"  # windows run over these
    ALERT = "alert"  # it crossed the recipient's threshold, and is told at once


@dataclass(frozen=True, slots=True)
class Overdue:
    """Say that one edition stands for several, at whose times none was composed."""

    edition_count: int  # times of the schedule in its window, this edition's included
    idle_since: datetime | None = None  # the longest time without any run, if one of those times lies in it
    idle_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """Hold the developments of one recipient and window, composed for reading."""

    id: Id
    recipient: str
    topics: tuple[tuple[str, str], ...]  # (name, title) in configured order
    window_start: datetime | None  # None: the first edition
    window_end: datetime
    time_zone: str
    stories: tuple[ReportedStory, ...]  # in order of weight within topic
    coverage: Coverage
    folded: bool = False  # the first edition shows the few weightiest and counts the rest
    known_count: int = 0  # recorded as known by cold start in the window
    left_count: int = 0  # developments that did not fit: not told yet, they wait for the next edition
    corrections: tuple[ReportedCorrection, ...] = ()  # of what earlier editions told
    corrections_shown: int | None = None  # the first so many are shown, the rest is counted; None: all
    full_url: str = ""  # where everything in it is shown, on the site; empty: not there
    full_file: str = ""  # the name of the file beside the message that shows everything; empty: none
    alerted_count: int = 0  # developments of the window that were told by alert already; they are not in this edition
    kind: EditionKind = EditionKind.SCHEDULED
    languages: tuple[str, ...] = ()  # that the recipient wants; empty: all
    other_languages_count: int = 0  # developments of the window in other languages: not told
    overdue: Overdue | None = None

    @property
    def development_count(self) -> int:
        """Count the developments in the edition."""
        return sum(len(story.developments) for story in self.stories)

    @property
    def shown_corrections(self) -> tuple[ReportedCorrection, ...]:
        """Return the corrections that are shown with their words."""
        return self.corrections[: self.corrections_shown]

    @property
    def is_folded(self) -> bool:
        """Tell whether anything in it is only counted, and can be seen in the full edition."""
        return self.folded_count > 0 or len(self.shown_corrections) < len(self.corrections)

    @property
    def folded_count(self) -> int:
        """Count the developments that are told and only counted: neither shown nor repeating what is."""
        shown = {one.development_id for story in self.stories for one in story.shown} | {one.by_id for one in self.shown_corrections} - {""}
        return sum(one.development_id not in shown and one.repeats_id not in shown for story in self.stories for one in story.developments)


@dataclass(frozen=True, slots=True)
class Message:
    """Hold one rendered message for one channel."""

    subject: str  # our own words and counts only
    text: str
    html: str
    markdown: str
    message_id: str
    thread_id: str = ""  # what all mails of the recipient's topics refer to
    list_id: str = ""  # what a reader's filters go by
    full_html: str = ""  # the edition with nothing folded, for the attachment; empty when nothing is, or when it is linked
    full_name: str = ""  # of the attached file


@dataclass(frozen=True, slots=True)
class Delivery:
    """Hold one message to one recipient and its state. What is too long for one message of its channel goes out in parts."""

    id: Id
    edition_id: Id
    channel: str
    recipient: str
    state: DeliveryState
    payload: bytes  # the rendered bytes, fixed when composed; no address in them
    message_id: str = ""
    attempt_count: int = 0
    uncertain_count: int = 0
    created_at: datetime | None = None
    next_attempt_at: datetime | None = None
    last_error: str = ""
    part: int = 1  # which part of its edition, from 1
    part_count: int = 1
    receipt: str = ""  # what the channel gave for it: on Slack the thread in which it stands
    story_id: Id = ""  # the story it is about, where it is about one


@dataclass(frozen=True, slots=True)
class FailedFeed:
    """Name a feed whose poll failed in a run, or gave only a part, and why."""

    publisher: str
    feed: str  # its URL, without secrets
    reason: str  # one word
    trouble: str  # the same in words of ours
    detail: str  # what the client or the server said, without secrets
    failures_in_row: int
    failing_since: datetime | None


@dataclass(frozen=True, slots=True)
class RunReport:
    """Hold the counts of a run; `outcomes` add up to `entries`."""

    run_id: str
    flow: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str  # done | failed | locked
    feeds: Mapping[str, int] = field(default_factory=dict)  # polled, unchanged, failed, not_due
    entries: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    duplicates: int = 0
    developments: Mapping[str, int] = field(default_factory=dict)  # kind -> count
    notes: tuple[str, ...] = ()
    failures: Mapping[str, int] = field(default_factory=dict)  # reason -> polls that failed, or gave only a part
    failed_feeds: tuple[FailedFeed, ...] = ()  # those of the polls that failed, the busiest first, not all when there are many
    pages: Mapping[str, int] = field(default_factory=dict)  # verdict or reason -> pages asked for
    reread: Mapping[str, int] = field(default_factory=dict)  # changed, same, off_topic, gone, unread -> pages looked at again
    spared: int = 0  # feeds that were not put off, as no host could be reached


@dataclass(frozen=True, slots=True)
class Lake:
    """Say where the DuckLake is that readers elsewhere open, and with what. Shown without its secrets only."""

    catalog: str  # sqlite:PATH, the path absolute, or postgres:KEY=VALUE ... without a password
    data_path: str  # an absolute folder, or s3://BUCKET/PREFIX; with / at its end
    keep_days: int = 7
    timeout_s: float = 600.0
    password: str = field(default="", repr=False)
    s3_key: str = field(default="", repr=False)
    s3_secret: str = field(default="", repr=False)
    s3_endpoint: str = ""  # empty: AWS
    s3_region: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what no message may hold."""
        return tuple(one for one in (self.password, self.s3_key, self.s3_secret) if one)
