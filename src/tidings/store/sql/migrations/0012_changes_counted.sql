-- Which publication each row was last changed in, so that publishing takes what changed and not the whole archive; and no more keys
-- on tables that grow with it: DuckDB holds them in memory. Those tables are made anew, as a key cannot be dropped. A present text
-- is kept once, with its article; texts are compressed, which DuckDB by itself does not do with those of some thousand bytes.
CREATE TABLE core.counter (number BIGINT NOT NULL);
INSERT INTO core.counter VALUES (1);
CREATE MACRO core.change_now() AS (SELECT number FROM core.counter);
CREATE TABLE core.removed (
    change BIGINT NOT NULL,
    table_name VARCHAR NOT NULL,
    key VARCHAR NOT NULL
);

CREATE TABLE core.publications (
    number BIGINT NOT NULL,
    token VARCHAR NOT NULL
);

ALTER TABLE core.entries RENAME TO entries_before;
CREATE TABLE core.entries (
    id UUID NOT NULL,
    feed_id UUID NOT NULL,
    guid VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    summary VARCHAR NOT NULL USING COMPRESSION zstd,
    content VARCHAR NOT NULL USING COMPRESSION zstd,
    language VARCHAR NOT NULL,
    authors VARCHAR[] NOT NULL,
    published_at TIMESTAMPTZ,
    content_hash VARCHAR NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    learn BOOLEAN NOT NULL,
    read_due BOOLEAN NOT NULL,
    outcome VARCHAR NOT NULL CHECK (outcome IN
        ('pending', 'deferred', 'new', 'nothing_new', 'duplicate', 'off_topic', 'known', 'same_article', 'rejected')),
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    article_id UUID,
    attempt_count INTEGER NOT NULL,
    next_attempt_at TIMESTAMPTZ,
    decided_at TIMESTAMPTZ,
    run_id VARCHAR NOT NULL,
    verdict VARCHAR,
    change BIGINT NOT NULL
);
INSERT INTO core.entries BY NAME
SELECT *, 1 AS change FROM core.entries_before;
DROP TABLE core.entries_before;

ALTER TABLE core.articles RENAME TO articles_before;
CREATE TABLE core.articles (
    id UUID NOT NULL,
    seed_id VARCHAR NOT NULL,
    entry_id UUID,
    version_id UUID NOT NULL,
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
    fetched_at TIMESTAMPTZ NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    reported_at TIMESTAMPTZ NOT NULL,
    text_hash VARCHAR NOT NULL,
    decided BOOLEAN NOT NULL,
    story_id UUID,
    run_id VARCHAR NOT NULL,
    story_against_id UUID,
    story_score DOUBLE,
    story_evidence VARCHAR,
    look_again_at TIMESTAMPTZ,
    gone_since TIMESTAMPTZ,
    change BIGINT NOT NULL
);
INSERT INTO core.articles BY NAME
SELECT *, 1 AS change FROM core.articles_before;
DROP TABLE core.articles_before;

ALTER TABLE core.versions RENAME TO versions_before;
CREATE TABLE core.versions (
    id UUID NOT NULL,
    article_id UUID NOT NULL,
    title VARCHAR NOT NULL,
    text VARCHAR USING COMPRESSION zstd,
    first_seen_at TIMESTAMPTZ NOT NULL,
    before_id UUID,
    added VARCHAR[] NOT NULL,
    removed VARCHAR[] NOT NULL,
    added_count INTEGER NOT NULL,
    removed_count INTEGER NOT NULL,
    change BIGINT NOT NULL
);
INSERT INTO core.versions BY NAME
SELECT * REPLACE (CASE WHEN id IN (SELECT version_id FROM core.articles) THEN NULL ELSE text END AS text), 1 AS change FROM core.versions_before;
DROP TABLE core.versions_before;

ALTER TABLE core.statements RENAME TO statements_before;
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
    place VARCHAR NOT NULL,
    decision VARCHAR NOT NULL CHECK (decision IN ('', 'development', 'told', 'known', 'seed')),
    reason VARCHAR NOT NULL,
    against_id UUID,
    score DOUBLE,
    evidence VARCHAR NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    decided_at TIMESTAMPTZ,
    run_id VARCHAR NOT NULL,
    change BIGINT NOT NULL
);
INSERT INTO core.statements BY NAME
SELECT *, 1 AS change FROM core.statements_before;
DROP TABLE core.statements_before;

ALTER TABLE core.figures RENAME TO figures_before;
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
    first_seen_at TIMESTAMPTZ NOT NULL,
    change BIGINT NOT NULL
);
INSERT INTO core.figures BY NAME
SELECT *, 1 AS change FROM core.figures_before;
DROP TABLE core.figures_before;

ALTER TABLE core.duplicates RENAME TO duplicates_before;
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
INSERT INTO core.duplicates BY NAME
SELECT *, 1 AS change FROM core.duplicates_before;
DROP TABLE core.duplicates_before;

ALTER TABLE core.stories RENAME TO stories_before;
CREATE TABLE core.stories (
    id UUID NOT NULL,
    title VARCHAR NOT NULL,
    topics VARCHAR[] NOT NULL,
    seeded BOOLEAN NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    change BIGINT NOT NULL
);
INSERT INTO core.stories BY NAME
SELECT *, 1 AS change FROM core.stories_before;
DROP TABLE core.stories_before;

ALTER TABLE core.developments RENAME TO developments_before;
CREATE TABLE core.developments (
    id UUID NOT NULL,
    topic VARCHAR NOT NULL,
    kind VARCHAR NOT NULL CHECK (kind IN
        ('new_story', 'new_statement', 'changed_figure', 'reversal', 'correction', 'new_origin')),
    story_id UUID NOT NULL,
    article_id UUID NOT NULL,
    statement_id UUID,
    origin VARCHAR NOT NULL,
    warning VARCHAR NOT NULL,
    replaces_id UUID,
    recorded_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL,
    change BIGINT NOT NULL
);
INSERT INTO core.developments BY NAME
SELECT *, 1 AS change FROM core.developments_before;
DROP TABLE core.developments_before;

ALTER TABLE core.told RENAME TO told_before;
CREATE TABLE core.told (
    edition_id UUID NOT NULL,
    development_id UUID NOT NULL,
    recipient VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    change BIGINT NOT NULL
);
INSERT INTO core.told BY NAME
SELECT *, 1 AS change FROM core.told_before;
DROP TABLE core.told_before;

ALTER TABLE core.feed_events RENAME TO feed_events_before;
CREATE TABLE core.feed_events (
    feed_id UUID NOT NULL,
    polled_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    entry_count INTEGER NOT NULL,
    new_count INTEGER NOT NULL,
    run_id VARCHAR NOT NULL
);
INSERT INTO core.feed_events BY NAME
SELECT * FROM core.feed_events_before;
DROP TABLE core.feed_events_before;

ALTER TABLE core.deliveries ADD COLUMN change BIGINT DEFAULT 1;
ALTER TABLE core.deliveries ALTER COLUMN change SET NOT NULL;
ALTER TABLE core.deliveries ALTER COLUMN change DROP DEFAULT;

ALTER TABLE core.runs ADD COLUMN change BIGINT DEFAULT 1;
ALTER TABLE core.runs ALTER COLUMN change SET NOT NULL;
ALTER TABLE core.runs ALTER COLUMN change DROP DEFAULT;

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

-- The texts that articles had before are known since edits are: until when each was the present one.
INSERT INTO core.earlier_articles
SELECT a.id, a.seed_id, b.id, b.title, a.publisher, a.origin, a.language, a.published_at, a.verdict, a.correction, a.story_id, NULL, n.first_seen_at, 1
FROM core.versions AS n
JOIN core.versions AS b ON b.id = n.before_id
JOIN core.articles AS a ON a.id = n.article_id;
