-- What views show that costs joins over the whole archive. In the store these are views, always fresh; in the published file they are
-- tables of the same names and columns, so that a question about a topic of ten years touches one table. Each is a macro of a `number`:
-- the rows that may have changed in publications after that number (-1: all), so that publishing makes anew only those.
--
-- A row is made of its article, the articles of its story and what replaces it; so it may change whenever one of these does.
--
-- Texts of a few rows are asked for by rowid, which their ids are turned into first: that reads the ids of all rows and the texts of those
-- few. DuckDB leaves no row out of a scan for an id that it is joined with: beside a million articles 1.6 s for the words of 120 sentences,
-- by rowid 0.1. It would also keep all sentences of the archive in memory where they are not said by themselves.

CREATE SCHEMA IF NOT EXISTS derived;

-- The stories of which an article, a sentence or a place in the story changed.
CREATE OR REPLACE MACRO derived.touched_stories(number) AS TABLE
SELECT a.story_id AS id FROM core.articles AS a WHERE a.change > number AND a.story_id IS NOT NULL
UNION
SELECT a.story_id FROM core.articles AS a SEMI JOIN (SELECT s.article_id FROM core.statements AS s WHERE s.change > number) AS s ON s.article_id = a.id
WHERE a.story_id IS NOT NULL
UNION
SELECT e.story_id FROM core.earlier_articles AS e WHERE e.change > number AND e.story_id IS NOT NULL
UNION
SELECT a.story_id FROM core.articles AS a SEMI JOIN (SELECT e.article_id FROM core.earlier_developments AS e WHERE e.change > number) AS e ON e.article_id = a.id
WHERE a.story_id IS NOT NULL
UNION
SELECT s.id FROM core.stories AS s WHERE s.change > number;

CREATE OR REPLACE MACRO derived.touched_articles(number) AS TABLE
SELECT a.id FROM core.articles AS a WHERE a.change > number OR a.story_id IN (SELECT w.id FROM derived.touched_stories(number) AS w);

CREATE OR REPLACE MACRO derived.story_counts_since(number) AS TABLE
SELECT
    s.id AS story_id, count(a.id) AS article_count,
    count(DISTINCT coalesce(nullif(first.origin, ''), a.origin))
        FILTER (
            a.id = a.story_id OR d.of_id IS NOT NULL
            OR NOT core.borrowed(n.score) AND (l.id IS NOT NULL OR NOT core.loose(a.story_score))
        ) AS origin_count,
    count(DISTINCT a.language) AS language_count
FROM core.stories AS s
LEFT JOIN core.articles AS a ON a.story_id = s.id AND a.seed_id = ''
LEFT JOIN (
    SELECT t.article_id, avg(t.score) AS score
    FROM core.statements AS t
    WHERE number < 0 OR t.article_id IN (SELECT w.id FROM derived.touched_articles(number) AS w)
    GROUP BY t.article_id
) AS n ON n.article_id = a.id
LEFT JOIN core.duplicates AS d ON d.article_id = a.id
LEFT JOIN core.articles AS first ON first.id = d.of_id
LEFT JOIN core.labels AS l ON l.kind = 'same_story' AND l.article_id = a.id
WHERE number < 0 OR s.id IN (SELECT w.id FROM derived.touched_stories(number) AS w)
GROUP BY s.id;

CREATE OR REPLACE VIEW derived.story_counts AS FROM derived.story_counts_since(-1);

-- Texts are read only for statements of an earlier version, which are few: to see whether their words are still there.
CREATE OR REPLACE MACRO derived.developments_since(number) AS TABLE
WITH wanted AS MATERIALIZED (
    SELECT d.*
    FROM core.developments AS d
    WHERE number < 0 OR d.change > number OR d.article_id IN (SELECT w.id FROM derived.touched_articles(number) AS w)
        OR d.id IN (SELECT k.replaces_id FROM core.developments AS k WHERE k.change > number AND k.replaces_id IS NOT NULL)
        OR d.id IN (SELECT e.replaces_id FROM core.earlier_developments AS e WHERE e.change > number AND e.replaces_id IS NOT NULL)
), said AS (
    SELECT t.id, t.topic, t.text, t.version_id, t."start", t."end", t.event_date, t.place
    FROM core.statements AS t
    WHERE number < 0 OR t.rowid IN (SELECT s.rowid FROM core.statements AS s WHERE s.id IN (SELECT w.statement_id FROM wanted AS w))
), earlier AS MATERIALIZED (
    SELECT d.id, d.article_id, a.version_id, x.text
    FROM wanted AS d
    JOIN said AS x ON x.id = d.statement_id AND x.topic = d.topic
    JOIN (SELECT t.id, t.version_id FROM core.articles AS t WHERE number < 0 OR t.id IN (SELECT w.article_id FROM wanted AS w)) AS a ON a.id = d.article_id
    WHERE a.version_id <> x.version_id
), reworded AS (
    SELECT e.id, v.first_seen_at
    FROM earlier AS e
    JOIN (SELECT t.id, t.text FROM core.articles AS t WHERE t.id IN (SELECT w.article_id FROM earlier AS w)) AS a ON a.id = e.article_id
    JOIN (SELECT t.id, t.first_seen_at FROM core.versions AS t WHERE t.id IN (SELECT w.version_id FROM earlier AS w)) AS v ON v.id = e.version_id
    WHERE strpos(a.text, e.text) = 0
)
SELECT
    d.id, d.topic, d.kind, d.story_id, s.title AS headline, d.statement_id, x.text AS statement, d.article_id, a.publisher, core.shown_url(a.url) AS url,
    a.language, a.published_at, a.first_seen_at, d.recorded_at, d.warning, d.replaces_id, coalesce(nullif(d.origin, ''), a.origin) AS origin,
    x.version_id, x."start", x."end", try_cast(nullif(x.event_date, '') AS DATE) AS event_date, nullif(x.place, '') AS place, a.gone_since,
    w.first_seen_at AS reworded_at, r.id AS replaced_by_id, r.recorded_at AS replaced_at
FROM wanted AS d
LEFT JOIN core.stories AS s ON s.id = d.story_id
LEFT JOIN said AS x ON x.id = d.statement_id AND x.topic = d.topic
LEFT JOIN (
    SELECT t.id, t.publisher, t.url, t.language, t.published_at, t.first_seen_at, t.origin, t.gone_since
    FROM core.articles AS t
    WHERE number < 0 OR t.rowid IN (SELECT s.rowid FROM core.articles AS s WHERE s.id IN (SELECT w.article_id FROM wanted AS w))
) AS a ON a.id = d.article_id
LEFT JOIN reworded AS w ON w.id = d.id
LEFT JOIN (
    SELECT k.replaces_id, arg_min(k.id, (k.recorded_at, k.id)) AS id, min(k.recorded_at) AS recorded_at
    FROM core.developments AS k WHERE k.replaces_id IS NOT NULL GROUP BY k.replaces_id
) AS r ON r.replaces_id = d.id;

CREATE OR REPLACE VIEW derived.developments AS FROM derived.developments_since(-1);

CREATE OR REPLACE MACRO derived.figures_since(number) AS TABLE
WITH sentences AS MATERIALIZED (
    SELECT x.rowid AS statement_row, x.id, x.topic, x.article_id, x.event_date, x.reason <> 'not_on_topic' AS on_topic
    FROM core.statements AS x
    WHERE x.id IN (SELECT f.statement_id FROM core.figures AS f)
        AND (number < 0 OR x.article_id IN (SELECT w.id FROM derived.touched_articles(number) AS w))
), dated AS (
    SELECT
        f.rowid AS figure_row, x.statement_row, x.article_id, f.topic, a.story_id, f.measure, f.unit, f.value_low, f.value_high, f."of", x.on_topic,
        coalesce(try_cast(nullif(f.as_of, '') AS DATE), try_cast(nullif(x.event_date, '') AS DATE), coalesce(a.published_at, a.first_seen_at)::DATE) AS day,
        -- A sum and a share say nothing without what they are of. A smaller count of another kind in one sentence (40 people, nine of them
        -- children) does not dispute the larger one: it is held against its like.
        CASE WHEN f.measure IN ('money', 'percent')
            OR f.value_low < max(f.value_low) OVER sentence AND min(lower(f."of")) OVER sentence <> max(lower(f."of")) OVER sentence
            THEN lower(f."of") END AS kind
    FROM core.figures AS f
    JOIN sentences AS x ON x.id = f.statement_id AND x.topic = f.topic
    JOIN core.articles AS a ON a.id = x.article_id
    WINDOW sentence AS (PARTITION BY f.statement_id, f.topic, f.measure, f.unit)
), judged AS MATERIALIZED (
    SELECT
        d.figure_row, d.statement_row, d.article_id, d.day, d.on_topic,
        d.on_topic AND d.measure <> 'other' AND (d.measure NOT IN ('money', 'percent') OR d."of" <> '')
            AND (min(d.value_low) FILTER (d.on_topic) OVER same_day) IS DISTINCT FROM (max(d.value_high) FILTER (d.on_topic) OVER same_day) AS disputed
    FROM dated AS d
    -- Other counts are of different things, of which two side by side are no dispute.
    WINDOW same_day AS (PARTITION BY d.topic, d.story_id, d.measure, d.unit, d.day, d.kind)
)
SELECT
    f.id, f.statement_id, m.id AS development_id, f.topic, f.measure, f.value_low, f.value_high, f.qualifier, f."of", f.unit, f.as_of, f.said_by, f.words,
    f."start", f."end", a.story_id, s.title AS headline, j.day, a.publisher, a.origin, a.language, coalesce(a.published_at, a.first_seen_at) AS reported_at,
    x.place, x.text AS statement, core.shown_url(a.url) AS url, a.seed_id, j.disputed, j.on_topic, a.id AS article_id, x.version_id
FROM judged AS j
JOIN (SELECT t.rowid AS row, t.* FROM core.figures AS t WHERE number < 0 OR t.rowid IN (SELECT w.figure_row FROM judged AS w)) AS f ON f.row = j.figure_row
JOIN (
    SELECT t.rowid AS row, t.place, t.text, t.version_id
    FROM core.statements AS t WHERE number < 0 OR t.rowid IN (SELECT w.statement_row FROM judged AS w)
) AS x ON x.row = j.statement_row
JOIN core.articles AS a ON a.id = j.article_id
LEFT JOIN core.stories AS s ON s.id = a.story_id
LEFT JOIN (
    SELECT d.statement_id, d.topic, min(d.id) AS id FROM core.developments AS d WHERE d.statement_id IS NOT NULL GROUP BY d.statement_id, d.topic
) AS m ON m.statement_id = f.statement_id AND m.topic = f.topic;

CREATE OR REPLACE VIEW derived.figures AS FROM derived.figures_since(-1);

-- What the present state is, before it is published: `publish` copies the row, with the time.
CREATE OR REPLACE VIEW derived.published AS
SELECT
    '3.0.0' AS views_version, (SELECT m.run_id FROM core.migrations AS m WHERE m.number = 0) AS program_version, NULL::TIMESTAMPTZ AS published_at,
    (SELECT max(c.number) FROM core.counter AS c) AS number, (SELECT max(a.first_seen_at) FROM core.articles AS a WHERE a.seed_id = '') AS newest_article_at;
