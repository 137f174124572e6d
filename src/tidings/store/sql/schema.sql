-- The base tables. Ids are UUIDs made from content (tidings.ids), times are ours unless a name says otherwise
-- (published_at is what the world claims). Each table: first what the world said, then what we know. Views in
-- views.sql are the public interface; nothing outside the store reads these.
--
-- Tables that grow with the archive have no PRIMARY KEY: DuckDB holds keys in memory. Those who write them keep the
-- ids unique (decision 0035). They have the column `change`: the publication in which the row was last changed. Rows are
-- written by tidings.store.rows, which fills it; other statements say `change = core.change_now()`, and rows are removed by remove_rows.
--
-- Texts of pages are compressed by zstd because DuckDB, left alone, keeps those of some thousand bytes as they are.
--
-- Columns named change, run_id, lease_* and *_duration_s are left out of `tidings export --canonical`.

CREATE SCHEMA IF NOT EXISTS core;

CREATE TABLE core.migrations (
    number INTEGER PRIMARY KEY,
    name VARCHAR NOT NULL,
    run_id VARCHAR -- filled with the program's version; not part of what the store knows
);

-- The number of the next publication: what is changed now will be in it.
CREATE TABLE core.counter (number BIGINT NOT NULL);
INSERT INTO core.counter VALUES (1);
CREATE MACRO core.change_now() AS (SELECT number FROM core.counter);

-- The rows of such tables that are no more; key: their key columns, with a space between. One that came back is there again.
CREATE TABLE core.removed (
    change BIGINT NOT NULL,
    table_name VARCHAR NOT NULL,
    key VARCHAR NOT NULL
);

-- What was published, and under which token: files of a publication that is not among these belong to another life of this store.
CREATE TABLE core.publications (
    number BIGINT NOT NULL,
    token VARCHAR NOT NULL
);

-- When a topic was first configured: cold start is judged per feed and topic.
CREATE TABLE core.topics (
    name VARCHAR PRIMARY KEY,
    title VARCHAR NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE core.feeds (
    id UUID PRIMARY KEY,
    shown_url VARCHAR NOT NULL, -- without userinfo and secret query parts
    publisher VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    country VARCHAR NOT NULL,
    -- what we know
    configured BOOLEAN NOT NULL, -- still in feeds.toml
    etag VARCHAR NOT NULL,
    last_modified VARCHAR NOT NULL,
    body_hash VARCHAR NOT NULL,
    first_polled_at TIMESTAMPTZ,
    polled_at TIMESTAMPTZ,
    next_due_at TIMESTAMPTZ,
    last_success_at TIMESTAMPTZ,
    last_new_at TIMESTAMPTZ,
    unconditional_at TIMESTAMPTZ,
    failures_in_row INTEGER NOT NULL,
    last_error VARCHAR NOT NULL,
    overlap DOUBLE,
    entries_per_day DOUBLE,
    gone_count INTEGER NOT NULL, -- 410s in a row
    gone_since TIMESTAMPTZ, -- the first of them
    failure VARCHAR NOT NULL, -- what was wrong with the last poll, as one word; empty: nothing
    failing_since TIMESTAMPTZ, -- the first failed poll of those in a row
    answered_at TIMESTAMPTZ, -- its server answered, whatever it said
    interval_s DOUBLE, -- decided from what polls brought; NULL: as configured
    moved_url VARCHAR NOT NULL, -- where a permanent redirect leads; never one with a secret in it
    moved_count INTEGER NOT NULL, -- polls that were led there; 0: to another domain, where it is never asked by itself
    moved_since TIMESTAMPTZ, -- the first of them
    moved_at TIMESTAMPTZ, -- since when that address is asked; NULL: not yet
    storm_at TIMESTAMPTZ, -- (nearly) all ids of entries that were known changed at once
    title VARCHAR NOT NULL, -- the feed's own, when it was last taken for this feed
    hosts VARCHAR NOT NULL, -- registrable domains its entries link to, the most frequent first, with spaces between
    dropped_count INTEGER NOT NULL, -- entries of the last poll over the limit
    read_from INTEGER NOT NULL, -- so many entries the next poll passes over, as earlier ones took them
    tls_exception BOOLEAN -- its certificate is not checked by the usual rules (feeds.toml); NULL: not configured since that is asked
);

-- One row a poll, kept for a while: what each feed did.
CREATE TABLE core.feed_events (
    feed_id UUID NOT NULL,
    polled_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL, -- polled | unchanged | failed
    detail VARCHAR NOT NULL,
    entry_count INTEGER NOT NULL,
    new_count INTEGER NOT NULL,
    run_id VARCHAR NOT NULL
);

CREATE TABLE core.entries (
    id UUID NOT NULL,
    feed_id UUID NOT NULL,
    guid VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    summary VARCHAR NOT NULL USING COMPRESSION zstd, -- emptied by upkeep once the entry is read
    content VARCHAR NOT NULL USING COMPRESSION zstd, -- likewise
    language VARCHAR NOT NULL,
    authors VARCHAR[] NOT NULL,
    published_at TIMESTAMPTZ,
    -- what we know
    content_hash VARCHAR NOT NULL, -- of title, summary, content: a change means the page is read again
    first_seen_at TIMESTAMPTZ NOT NULL,
    learn BOOLEAN NOT NULL, -- seen by `tidings learn`: recorded as known, never reported
    read_due BOOLEAN NOT NULL, -- its page waits to be read: new, changed, or to be tried again
    outcome VARCHAR NOT NULL CHECK (outcome IN
        ('pending', 'deferred', 'new', 'nothing_new', 'duplicate', 'off_topic', 'known', 'same_article', 'rejected')),
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    article_id UUID,
    attempt_count INTEGER NOT NULL,
    next_attempt_at TIMESTAMPTZ,
    decided_at TIMESTAMPTZ,
    run_id VARCHAR NOT NULL,
    verdict VARCHAR, -- what the page behind it turned out to be, on a topic or not; NULL: no text came of it
    change BIGINT NOT NULL,
    -- numbers made of its feed and its guid, title and link: where an entry is looked for that came back under another id
    guid_key UINTEGER, -- NULL: not made yet
    title_key UINTEGER,
    link_key UINTEGER
);

-- Seeds are articles too (seed_id filled): what they say counts as told.
CREATE TABLE core.articles (
    id UUID NOT NULL,
    seed_id VARCHAR NOT NULL, -- empty for an article
    entry_id UUID,
    version_id UUID NOT NULL, -- the version that is current
    url VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    text VARCHAR NOT NULL USING COMPRESSION zstd,
    publisher VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    authors VARCHAR[] NOT NULL,
    published_at TIMESTAMPTZ,
    verdict VARCHAR NOT NULL CHECK (verdict IN
        ('full', 'teaser', 'wall', 'not_found', 'empty', 'too_deep', 'timeout', 'blocked')),
    correction BOOLEAN NOT NULL,
    -- what we know
    fetched_at TIMESTAMPTZ NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    reported_at TIMESTAMPTZ NOT NULL, -- published_at clamped to first_seen_at: the order of deciding
    text_hash VARCHAR NOT NULL,
    decided BOOLEAN NOT NULL, -- false: waits for duplicate, story and novelty
    story_id UUID,
    run_id VARCHAR NOT NULL,
    -- why this story: the article it was compared with last, how alike they are, and what showed it
    story_against_id UUID,
    story_score DOUBLE,
    story_evidence VARCHAR,
    -- pages change behind entries that stay as they are
    look_again_at TIMESTAMPTZ, -- when its page is read again though nobody said that it changed; NULL: not any more
    gone_since TIMESTAMPTZ, -- its page was there, and then not (404, 410); NULL: it is, as far as we looked
    change BIGINT NOT NULL,
    text_key UINTEGER -- a number made of text_hash: the same text under another link is looked for among all articles; NULL: not made yet
);

-- Every text an article ever had. The present one stands in articles, and only there.
CREATE TABLE core.versions (
    id UUID NOT NULL,
    article_id UUID NOT NULL,
    title VARCHAR NOT NULL,
    text VARCHAR USING COMPRESSION zstd, -- NULL: it is the present one
    first_seen_at TIMESTAMPTZ NOT NULL,
    before_id UUID, -- the version it took the place of; NULL for the first
    added VARCHAR[] NOT NULL, -- sentences that the one before did not have, the first of them
    removed VARCHAR[] NOT NULL,
    added_count INTEGER NOT NULL,
    removed_count INTEGER NOT NULL,
    change BIGINT NOT NULL
);

CREATE TABLE core.statements (
    id UUID NOT NULL,
    topic VARCHAR NOT NULL,
    article_id UUID NOT NULL,
    version_id UUID NOT NULL,
    text VARCHAR NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    position INTEGER NOT NULL,
    event_date VARCHAR NOT NULL,
    place VARCHAR NOT NULL, -- the configured place it names first, or empty
    -- what we know
    decision VARCHAR NOT NULL CHECK (decision IN ('', 'development', 'told', 'known', 'seed')),
    reason VARCHAR NOT NULL,
    against_id UUID, -- the nearest told statement
    score DOUBLE,
    evidence VARCHAR NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    decided_at TIMESTAMPTZ,
    run_id VARCHAR NOT NULL,
    change BIGINT NOT NULL
);

CREATE TABLE core.figures (
    id UUID NOT NULL,
    statement_id UUID NOT NULL,
    topic VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    value_low DOUBLE,
    value_high DOUBLE,
    qualifier VARCHAR NOT NULL,
    "of" VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    as_of VARCHAR NOT NULL,
    said_by VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL, -- of its statement
    change BIGINT NOT NULL
);

CREATE TABLE core.duplicates (
    article_id UUID NOT NULL,
    of_id UUID NOT NULL,
    of_kind VARCHAR NOT NULL CHECK (of_kind IN ('seed', 'article')),
    relation VARCHAR NOT NULL CHECK (relation IN ('exact', 'near', 'rewrite')),
    score DOUBLE NOT NULL,
    evidence VARCHAR NOT NULL,
    differs_in VARCHAR[] NOT NULL,
    change BIGINT NOT NULL
);

CREATE TABLE core.stories (
    id UUID NOT NULL, -- the id of its first article
    title VARCHAR NOT NULL, -- the exact title of its first article
    topics VARCHAR[] NOT NULL,
    seeded BOOLEAN NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    change BIGINT NOT NULL
);

CREATE TABLE core.developments (
    id UUID NOT NULL,
    topic VARCHAR NOT NULL,
    kind VARCHAR NOT NULL CHECK (kind IN
        ('new_story', 'new_statement', 'changed_figure', 'reversal', 'correction', 'new_origin')),
    story_id UUID NOT NULL,
    article_id UUID NOT NULL,
    statement_id UUID, -- NULL for new_origin
    origin VARCHAR NOT NULL, -- for new_origin: who confirms
    warning VARCHAR NOT NULL,
    replaces_id UUID,
    recorded_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL,
    change BIGINT NOT NULL
);

-- What users said against decisions (`tidings mark`): deciding asks here first.
CREATE TABLE core.labels (
    id UUID PRIMARY KEY,
    kind VARCHAR NOT NULL CHECK (kind IN ('not_duplicate', 'same_story', 'not_on_topic')),
    article_id UUID NOT NULL,
    other_id UUID, -- what it is no copy of; whose story it belongs to
    topic VARCHAR NOT NULL, -- that it is not on, or empty
    labelled_at TIMESTAMPTZ NOT NULL,
    moved_ids UUID[] NOT NULL, -- same_story: the articles that changed their story, and which it was: to take it back
    moved_from_id UUID
);

-- Of which articles the index of neighbours (a file beside this one) has to learn: it names the last change that it knows.
CREATE TABLE core.index_changes (number BIGINT NOT NULL, change_id VARCHAR NOT NULL, article_id UUID);

-- What compares statements across languages, where a model is configured: made from the statements, bounded by the upkeep.
CREATE TABLE core.statement_vectors (
    statement_id UUID PRIMARY KEY,
    model VARCHAR NOT NULL, -- vectors of another model are not compared
    vector BLOB NOT NULL -- one signed byte for each dimension
);

CREATE TABLE core.editions (
    id UUID PRIMARY KEY,
    recipient VARCHAR NOT NULL, -- the configured name
    kind VARCHAR NOT NULL CHECK (kind IN ('scheduled', 'alert')), -- windows run over the scheduled ones
    topics VARCHAR[] NOT NULL,
    languages VARCHAR[] NOT NULL, -- empty: all
    window_start TIMESTAMPTZ, -- NULL: the first edition; of an alert the end of the last scheduled one
    window_end TIMESTAMPTZ NOT NULL,
    development_count INTEGER NOT NULL,
    folded BOOLEAN NOT NULL,
    known_count INTEGER NOT NULL,
    state VARCHAR NOT NULL CHECK (state IN ('composed', 'skipped')), -- skipped: nothing new, and the recipient wants silence then
    composed_at TIMESTAMPTZ NOT NULL,
    -- what the recipient was owed then and not told is of rows with this number of change or a later one; NULL: not known, all are looked at
    owed_from BIGINT,
    owed_for VARCHAR -- on which topics, since when: of something else than this owed_from says nothing
);

-- What each recipient was told, in which edition. A development is told to a recipient once.
CREATE TABLE core.told (
    edition_id UUID NOT NULL,
    development_id UUID NOT NULL,
    recipient VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    change BIGINT NOT NULL
);

-- What an earlier edition told a recipient, and this one said does not stand. A recipient is told so once.
CREATE TABLE core.corrected (
    edition_id UUID NOT NULL,
    development_id UUID NOT NULL, -- that was told
    recipient VARCHAR NOT NULL,
    how VARCHAR NOT NULL CHECK (how IN ('corrected', 'reworded', 'withdrawn', 'gone', 'marked')),
    words VARCHAR NOT NULL, -- that take its place, or empty
    PRIMARY KEY (edition_id, development_id)
);

-- The outbox. States and arrows: tidings.stages.delivery and docs/explanation/delivery.md.
CREATE TABLE core.deliveries (
    id UUID PRIMARY KEY,
    edition_id UUID NOT NULL,
    channel VARCHAR NOT NULL,
    recipient VARCHAR NOT NULL, -- the configured name; the address is looked up when sending
    message_id VARCHAR NOT NULL,
    payload BLOB NOT NULL,
    state VARCHAR NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'refused', 'uncertain', 'held', 'expired')),
    attempt_count INTEGER NOT NULL,
    uncertain_count INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    next_attempt_at TIMESTAMPTZ,
    lease_until TIMESTAMPTZ,
    last_error VARCHAR NOT NULL,
    sent_at TIMESTAMPTZ,
    part INTEGER NOT NULL, -- which message of the edition to this recipient, from 1: what a channel cannot carry in one goes in several
    part_count INTEGER NOT NULL,
    receipt VARCHAR NOT NULL, -- what the channel gave for it, readable to that channel only: on Slack the thread in which the message stands
    story_id UUID, -- the story that the message is about, where it is about one
    change BIGINT NOT NULL
);

CREATE TABLE core.runs (
    id VARCHAR PRIMARY KEY,
    flow VARCHAR NOT NULL, -- ingest | digest | deliver | upkeep | learn
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    outcome VARCHAR NOT NULL, -- running | done | failed
    report JSON NOT NULL,
    change BIGINT NOT NULL
);

-- What robots.txt of each site said, for a day: a run every half hour does not ask every site again.
CREATE TABLE core.robots (
    origin VARCHAR PRIMARY KEY, -- scheme, host and port
    fetched_at TIMESTAMPTZ NOT NULL,
    body BLOB NOT NULL -- empty: there is none
);

-- What stood before: rows as they were until a mark, an edit, a page that came back, or a changed seed made them others or took them
-- away. Nothing here is ever changed or removed, so what was known on any day can be told for ever (tidings.store.earlier). Of a
-- development with what was shown of it: its story's title, its sentence and its article may be others since.
CREATE TABLE core.earlier_developments (
    id UUID NOT NULL,
    topic VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    story_id UUID NOT NULL,
    headline VARCHAR,
    statement_id UUID,
    statement VARCHAR,
    article_id UUID NOT NULL,
    publisher VARCHAR,
    url VARCHAR,
    language VARCHAR,
    published_at TIMESTAMPTZ,
    first_seen_at TIMESTAMPTZ,
    recorded_at TIMESTAMPTZ NOT NULL,
    warning VARCHAR NOT NULL,
    replaces_id UUID,
    origin VARCHAR,
    version_id UUID,
    "start" INTEGER,
    "end" INTEGER,
    event_date DATE,
    place VARCHAR,
    until_at TIMESTAMPTZ NOT NULL,
    change BIGINT NOT NULL
);
CREATE TABLE core.earlier_articles (
    id UUID NOT NULL,
    seed_id VARCHAR NOT NULL,
    version_id UUID NOT NULL,
    title VARCHAR NOT NULL,
    publisher VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    published_at TIMESTAMPTZ,
    verdict VARCHAR NOT NULL,
    correction BOOLEAN NOT NULL,
    story_id UUID,
    gone_since TIMESTAMPTZ,
    until_at TIMESTAMPTZ NOT NULL,
    change BIGINT NOT NULL
);
CREATE TABLE core.earlier_statements (
    id UUID NOT NULL,
    topic VARCHAR NOT NULL,
    article_id UUID NOT NULL,
    version_id UUID NOT NULL,
    text VARCHAR NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    decision VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    against_id UUID,
    score DOUBLE,
    decided_at TIMESTAMPTZ,
    until_at TIMESTAMPTZ NOT NULL,
    change BIGINT NOT NULL
);
CREATE TABLE core.earlier_figures (
    id UUID NOT NULL,
    statement_id UUID NOT NULL,
    topic VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    value_low DOUBLE,
    value_high DOUBLE,
    qualifier VARCHAR NOT NULL,
    "of" VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    as_of VARCHAR NOT NULL,
    said_by VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    until_at TIMESTAMPTZ NOT NULL,
    change BIGINT NOT NULL
);
CREATE TABLE core.earlier_duplicates (
    article_id UUID NOT NULL,
    of_id UUID NOT NULL,
    of_kind VARCHAR NOT NULL,
    relation VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    differs_in VARCHAR[] NOT NULL,
    until_at TIMESTAMPTZ NOT NULL,
    change BIGINT NOT NULL
);
CREATE TABLE core.earlier_stories (
    id UUID NOT NULL,
    title VARCHAR NOT NULL,
    topics VARCHAR[] NOT NULL,
    until_at TIMESTAMPTZ NOT NULL,
    change BIGINT NOT NULL
);
CREATE TABLE core.earlier_labels (
    id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    article_id UUID NOT NULL,
    other_id UUID,
    topic VARCHAR NOT NULL,
    labelled_at TIMESTAMPTZ NOT NULL,
    until_at TIMESTAMPTZ NOT NULL,
    change BIGINT NOT NULL
);
