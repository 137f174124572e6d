-- A made-up archive, article by article: every value is drawn from a hash of the number of the article, so a store of the same
-- size is the same store on every machine with the same DuckDB. Each part runs by itself; parameters stand as {name}.

-- part: macros
CREATE OR REPLACE TEMP MACRO draw(n, salt, most) AS (hash(n::VARCHAR || salt) % most)::INTEGER;
CREATE OR REPLACE TEMP MACRO made_id(kind, n) AS md5(concat(kind, ' ', n))::UUID;
CREATE OR REPLACE TEMP MACRO run_at(seconds) AS to_timestamp(floor(({last_at} - seconds) / 1800) * 1800);
CREATE OR REPLACE TEMP MACRO seen_at(n) AS run_at(({articles} - n) * 86400.0 / {per_day});
CREATE OR REPLACE TEMP MACRO topic_of(story) AS list_extract({topics}, least(draw(story, 'topic', 6), draw(story, 'other', 6)) + 1);
CREATE OR REPLACE TEMP MACRO opener(n) AS
    CASE WHEN n % 4 = 0 THEN n ELSE greatest(0, (n - pow(2, draw(n, 'apart', 1000) / 100)::BIGINT) // 4 * 4) END;

-- part: articles
CREATE OR REPLACE TEMP TABLE made AS
SELECT
    n, story, CASE WHEN copy THEN story ELSE n END AS words, copy, kind, seen_at(n) AS seen, topic_of(story) AS topic,
    made_id('article', n) AS id, made_id('article', story) AS story_id, made_id('version', n) AS version_id, made_id('entry', n) AS entry_id,
    feed, format('paper{}.example', feed % 300) AS publisher,
    CASE WHEN tongue < 3 THEN 'ar' WHEN tongue < 5 THEN 'zh' WHEN tongue < 15 THEN 'fr' ELSE 'en' END AS language,
    CASE WHEN tongue < 3 THEN 1 WHEN tongue < 5 THEN 2 ELSE 0 END AS pool
FROM (
    SELECT
        n, opener(n) AS story, opener(n) <> n AND draw(n, 'copy', 100) < 22 AS copy, draw(n, 'kind', 100) AS kind,
        draw(n, 'feed', 500) AS feed, draw(opener(n), 'tongue', 100) AS tongue
    FROM range({first}, {last}) AS numbers (n)
);

CREATE OR REPLACE TEMP TABLE sentences AS
WITH drawn AS (
    SELECT
        m.n, m.pool, p.position::INTEGER AS position,
        CASE WHEN draw(m.words, p.position, 3) = 0 THEN m.story * 64 + p.position % 8 ELSE m.words * 64 + p.position END AS mark,
        m.words * 64 + p.position AS own
    FROM made AS m CROSS JOIN range(31) AS p (position)
    WHERE p.position < 15 + draw(m.words, 'length', 16)
),

worded AS (
    SELECT
        d.n, d.position, CASE WHEN draw(d.own, 'figure', 4) = 0 THEN (2 + draw(d.own, 'value', 400))::VARCHAR ELSE '' END AS value,
        a.first AS first, b.words AS second, c.words AS third
    FROM drawn AS d
    JOIN clauses AS a ON a.pool = d.pool AND a.number = draw(d.mark, 'a', {clauses})
    JOIN clauses AS b ON b.pool = d.pool AND b.number = draw(d.own, 'b', {clauses})
    JOIN clauses AS c ON c.pool = d.pool AND c.number = draw(d.own, 'c', {clauses})
),

written AS (
    SELECT
        n, position, value, length(first) + 1 AS value_start,
        concat(first, CASE WHEN value = '' THEN ', ' ELSE ' ' || value || ' ' END, second, ' ', third, '.') AS text,
        CASE WHEN position % 4 = 3 THEN chr(10) || chr(10) ELSE ' ' END AS gap
    FROM worded
)

SELECT
    n, position, value, value_start, text, gap,
    (sum(length(text) + length(gap)) OVER (PARTITION BY n ORDER BY position) - length(text) - length(gap))::INTEGER AS starts
FROM written;

CREATE OR REPLACE TEMP TABLE texts AS
SELECT n, rtrim(string_agg(text || gap, '' ORDER BY position), chr(10) || ' ') AS text, any_value(text) FILTER (position = 0) AS headline
FROM sentences
GROUP BY n;

INSERT INTO core.articles BY NAME
SELECT
    m.id, '' AS seed_id, m.entry_id, m.version_id, format('https://www.{}/{}/{}-{}', m.publisher, m.topic, m.n, left(md5(m.n::VARCHAR), 12)) AS url,
    left(t.headline, 90) AS title, t.text, m.publisher, CASE WHEN m.copy THEN 'agency' || m.story % 9 ELSE m.publisher END AS origin,
    m.language, CASE WHEN m.kind < 50 THEN ['Writer ' || m.feed * 7 % 900] ELSE [] END AS authors,
    m.seen - INTERVAL 1 MINUTE * draw(m.n, 'late', 600) AS published_at, CASE WHEN m.kind < 92 THEN 'full' ELSE 'teaser' END AS verdict,
    false AS correction, m.seen AS fetched_at, m.seen AS first_seen_at, m.seen - INTERVAL 1 MINUTE * draw(m.n, 'late', 600) AS reported_at,
    md5(t.text) AS text_hash, true AS decided, m.story_id, format('run-{}', epoch(m.seen)::BIGINT) AS run_id,
    CASE WHEN m.n <> m.story THEN m.story_id END AS story_against_id, CASE WHEN m.n <> m.story THEN (43 + draw(m.n, 'alike', 50)) / 100 END AS story_score,
    CASE WHEN m.n <> m.story THEN 'names ' || left(t.headline, 30) END AS story_evidence,
    CASE WHEN m.n > {articles} - {per_day} * 3 THEN m.seen + INTERVAL 4 DAY END AS look_again_at,
    CASE WHEN draw(m.n, 'gone', 500) = 0 THEN m.seen + INTERVAL 2 DAY END AS gone_since, 1 AS change
FROM made AS m JOIN texts AS t USING (n)
ORDER BY m.n;

INSERT INTO core.versions BY NAME
SELECT
    made_id('former', m.n) AS id, m.id AS article_id, left(t.headline, 90) AS title, reverse(left(reverse(t.text), length(t.text) - 120)) AS text,
    m.seen AS first_seen_at, NULL::UUID AS before_id, []::VARCHAR[] AS added, []::VARCHAR[] AS removed, 0 AS added_count, 0 AS removed_count, 1 AS change
FROM made AS m JOIN texts AS t USING (n) WHERE draw(m.n, 'edited', 100) < 3 ORDER BY m.n;

INSERT INTO core.versions BY NAME
SELECT
    m.version_id AS id, m.id AS article_id, left(t.headline, 90) AS title, NULL::VARCHAR AS text, m.seen + edited * INTERVAL 6 HOUR AS first_seen_at,
    CASE WHEN edited = 1 THEN made_id('former', m.n) END AS before_id, CASE WHEN edited = 1 THEN [t.headline] ELSE [] END AS added,
    []::VARCHAR[] AS removed, edited AS added_count, 0 AS removed_count, 1 AS change
FROM (SELECT *, (draw(n, 'edited', 100) < 3)::INTEGER AS edited FROM made) AS m JOIN texts AS t USING (n)
ORDER BY m.n;

CREATE OR REPLACE TEMP TABLE said AS
SELECT
    m.*, s.position, s.text, s.starts, s.value, s.value_start, made_id('statement', m.n * 64 + s.position) AS statement_id,
    CASE
        WHEN m.copy THEN 'told' WHEN m.n < {per_day} THEN 'known' WHEN m.n = m.story AND s.position = 0 THEN 'development'
        WHEN draw(m.n * 64 + s.position, 'new', 100) < 4 THEN 'development' ELSE 'told'
    END AS decision
FROM made AS m JOIN sentences AS s USING (n)
WHERE s.position < 10;

INSERT INTO core.statements BY NAME
SELECT
    statement_id AS id, topic, id AS article_id, version_id, text, starts AS "start", starts + length(text) AS "end", position,
    CASE WHEN draw(n * 64 + position, 'day', 3) = 0 THEN (seen::DATE - draw(n * 64 + position, 'ago', 4))::VARCHAR ELSE '' END AS event_date,
    CASE WHEN draw(n * 64 + position, 'place', 4) = 0 THEN 'Place ' || draw(n * 64 + position, 'where', 60) ELSE '' END AS place,
    decision, CASE WHEN decision = 'told' THEN 'covered' WHEN decision = 'development' THEN 'uncovered' ELSE '' END AS reason,
    CASE WHEN decision = 'told' AND n <> story THEN made_id('statement', story * 64 + position) END AS against_id,
    draw(n * 64 + position, 'score', 1000) / 1000 AS score, CASE WHEN decision = 'told' THEN left(text, 40) ELSE '' END AS evidence,
    seen AS first_seen_at, seen AS decided_at, format('run-{}', epoch(seen)::BIGINT) AS run_id, 1 AS change
FROM said
ORDER BY n, position;

INSERT INTO core.figures BY NAME
SELECT
    made_id('figure', n * 64 + position) AS id, statement_id, topic,
    ['killed', 'injured', 'displaced', 'detained', 'missing', 'affected', 'percent', 'other'][1 + draw(story * 64 + position, 'measure', 8)] AS measure,
    value::DOUBLE AS value_low, value::DOUBLE AS value_high, CASE WHEN kind < 20 THEN 'at_least' ELSE 'exact' END AS qualifier, 'people' AS "of",
    '' AS unit, CASE WHEN kind < 40 THEN (seen::DATE)::VARCHAR ELSE '' END AS as_of, CASE WHEN kind > 80 THEN 'officials' ELSE '' END AS said_by, value AS words,
    value_start AS "start", value_start + length(value) AS "end", seen AS first_seen_at, 1 AS change
FROM said
WHERE value <> ''
ORDER BY n, position;

INSERT INTO core.developments BY NAME
SELECT
    made_id('development', n * 64 + position) AS id, topic,
    CASE
        WHEN n = story AND position = 0 THEN 'new_story' WHEN value <> '' THEN 'changed_figure' WHEN position = 9 THEN 'correction'
        WHEN position = 8 THEN 'reversal' ELSE 'new_statement'
    END AS kind,
    story_id, id AS article_id, statement_id, '' AS origin, CASE WHEN kind < 3 THEN 'single source' ELSE '' END AS warning,
    CASE WHEN n <> story AND (value <> '' OR position = 9) THEN made_id('development', story * 64) END AS replaces_id,
    seen AS recorded_at, format('run-{}', epoch(seen)::BIGINT) AS run_id, 1 AS change
FROM said
WHERE decision = 'development'
UNION ALL BY NAME
SELECT
    made_id('origin', n) AS id, topic, 'new_origin' AS kind, story_id, id AS article_id, publisher AS origin, '' AS warning, seen AS recorded_at,
    format('run-{}', epoch(seen)::BIGINT) AS run_id, 1 AS change
FROM made
WHERE NOT copy AND n <> story AND kind < 5
ORDER BY recorded_at, id;

INSERT INTO core.duplicates BY NAME
SELECT
    id AS article_id, story_id AS of_id, 'article' AS of_kind, ['exact', 'near', 'rewrite'][1 + kind % 3] AS relation, (70 + kind % 30) / 100 AS score,
    'shares ' || (10 + kind) || ' word runs' AS evidence, CASE WHEN kind < 10 THEN ['numbers'] ELSE [] END AS differs_in, 1 AS change
FROM made
WHERE copy
ORDER BY n;

INSERT INTO core.stories BY NAME
SELECT
    m.id, left(t.headline, 90) AS title, [m.topic] AS topics, false AS seeded, m.seen AS first_seen_at,
    least(m.seen + INTERVAL 1 HOUR * draw(m.n, 'last', 48), seen_at({articles})) AS last_seen_at, 1 AS change
FROM made AS m JOIN texts AS t USING (n)
WHERE m.n = m.story
ORDER BY m.n;

-- On a topic: one entry an article, for a third of them a second one of the same; off every topic: some more than there are articles.
INSERT INTO core.entries BY NAME
SELECT
    CASE WHEN nth = 0 THEN m.entry_id ELSE made_id('entry' || nth, m.n) END AS id, made_id('feed', (m.feed + nth * 7) % 500) AS feed_id,
    format('tag:{},{}/{}', m.publisher, m.n, nth) AS guid,
    format('https://www.{}/{}/{}-{}', m.publisher, CASE WHEN nth < 2 THEN m.topic ELSE 'news' END, m.n, left(md5(m.n::VARCHAR || nth), 12)) AS url,
    CASE WHEN nth < 2 THEN left(t.headline, 90) ELSE right(t.text, 70) END AS title,
    CASE WHEN recent THEN left(t.text, 300) ELSE '' END AS summary, '' AS content, m.language, []::VARCHAR[] AS authors,
    m.seen - INTERVAL 1 MINUTE * draw(m.n, 'late', 600) AS published_at, md5(m.n::VARCHAR || 'said' || nth) AS content_hash, m.seen AS first_seen_at,
    m.n < {per_day} AS learn, false AS read_due,
    CASE
        WHEN nth >= 2 THEN 'off_topic' WHEN nth = 1 THEN 'same_article' WHEN m.n < {per_day} THEN 'known' WHEN m.copy THEN 'duplicate'
        WHEN d.n IS NOT NULL THEN 'new' ELSE 'nothing_new'
    END AS outcome,
    CASE WHEN nth >= 2 THEN '' WHEN nth = 1 THEN 'same_url' WHEN m.copy THEN 'near' WHEN d.n IS NOT NULL THEN 'new_statement' ELSE 'all_told' END AS reason,
    '' AS detail, CASE WHEN nth < 2 THEN m.id END AS article_id, 0 AS attempt_count, NULL::TIMESTAMPTZ AS next_attempt_at, m.seen AS decided_at,
    format('run-{}', epoch(m.seen)::BIGINT) AS run_id, 'full' AS verdict, 1 AS change
FROM made AS m
JOIN texts AS t USING (n)
CROSS JOIN range(4) AS nths (nth)
CROSS JOIN (SELECT {last} > {articles} - {per_day} * 30 AS recent) AS age
LEFT JOIN (SELECT DISTINCT n FROM said WHERE decision = 'development') AS d ON d.n = m.n
WHERE nth = 0 OR nth = 1 AND m.kind < 33 OR nth = 2 OR nth = 3 AND m.kind < 20
ORDER BY m.n, nth;

-- part: rest
INSERT INTO core.topics SELECT unnest({topics}), 'About ' || unnest({topics}), seen_at(0);

INSERT INTO core.feeds BY NAME
SELECT
    made_id('feed', n) AS id, format('https://paper{}.example/feed{}.xml', n % 300, n) AS shown_url, format('paper{}.example', n % 300) AS publisher,
    'en' AS language, 'XX' AS country, true AS configured, '' AS etag, '' AS last_modified, md5(n::VARCHAR) AS body_hash, seen_at(0) AS first_polled_at,
    seen_at({articles}) AS polled_at, seen_at({articles}) AS next_due_at, seen_at({articles}) AS last_success_at, seen_at({articles}) AS last_new_at,
    0 AS failures_in_row, '' AS last_error, 0.5 AS overlap, {per_day} * 2.5 / 500 AS entries_per_day, 0 AS gone_count, '' AS failure,
    seen_at({articles}) AS answered_at, 1800 AS interval_s, '' AS moved_url, 0 AS moved_count, 'Feed ' || n AS title, format('paper{}.example', n % 300) AS hosts,
    0 AS dropped_count, 0 AS read_from, false AS tls_exception
FROM range(500) AS numbers (n);

INSERT INTO core.feed_events BY NAME
SELECT
    made_id('feed', f.n) AS feed_id, run_at(h.hour * 3600) AS polled_at, CASE WHEN draw(f.n * 1000 + h.hour, 'poll', 3) = 0 THEN 'polled' ELSE 'unchanged' END AS outcome,
    '' AS detail, 30 AS entry_count, 1 AS new_count, 'run' AS run_id
FROM range(least(720, ({articles} * 24.0 / {per_day})::BIGINT) - 1, -1, -1) AS h (hour), range(500) AS f (n);

INSERT INTO core.runs BY NAME
SELECT
    format('{}-{}', flow, epoch(began)::BIGINT) AS id, flow, began AS started_at, began + INTERVAL 40 SECOND AS ended_at, 'done' AS outcome,
    '{{"feeds": {{"polled": 160, "unchanged": 340}}, "entries": 35, "outcomes": {{"new": 4, "nothing_new": 6, "off_topic": 20, "duplicate": 3}}, "developments": {{"new_statement": 6}}}}' AS report,
    1 AS change
FROM (SELECT run_at(n * 1800) AS began, CASE WHEN n % 48 = 7 THEN 'digest' ELSE 'ingest' END AS flow
    FROM range(least(17520, ({articles} * 48.0 / {per_day})::BIGINT), -1, -1) AS numbers (n));

-- A daily edition for each of eight recipients, each of two topics.
CREATE TEMP TABLE readers AS
SELECT n, 'reader' || n AS recipient, [list_extract({topics}, n % 6 + 1), list_extract({topics}, (n * 5 + 1) % 6 + 1)] AS topics
FROM range(8) AS numbers (n);

CREATE TEMP TABLE days AS
SELECT day, time_bucket(INTERVAL 1 DAY, seen_at({articles})) - INTERVAL 1 DAY * day + INTERVAL 6 HOUR AS ends
FROM range(greatest(1, ({articles} / {per_day})::BIGINT), -1, -1) AS numbers (day);

INSERT INTO core.told BY NAME
SELECT
    made_id('edition' || r.recipient, time_bucket(INTERVAL 1 DAY, d.recorded_at - INTERVAL 6 HOUR)::VARCHAR) AS edition_id, d.id AS development_id, r.recipient,
    row_number() OVER (PARTITION BY edition_id ORDER BY d.id)::INTEGER - 1 AS position, 1 AS change
FROM core.developments AS d JOIN readers AS r ON list_contains(r.topics, d.topic)
WHERE d.recorded_at < (SELECT max(ends) FROM days) -- the rest is what the next editions owe
ORDER BY time_bucket(INTERVAL 1 DAY, d.recorded_at - INTERVAL 6 HOUR), r.recipient, position;

INSERT INTO core.editions BY NAME
SELECT
    made_id('edition' || r.recipient, time_bucket(INTERVAL 1 DAY, d.ends - INTERVAL 7 HOUR)::VARCHAR) AS id, r.recipient, 'scheduled' AS kind, r.topics, []::VARCHAR[] AS languages,
    d.ends - INTERVAL 1 DAY AS window_start, d.ends AS window_end, coalesce(t.told, 0) AS development_count, false AS folded, 0 AS known_count,
    'composed' AS state, d.ends AS composed_at
FROM days AS d CROSS JOIN readers AS r
LEFT JOIN (SELECT edition_id, count(*) AS told FROM core.told GROUP BY edition_id) AS t
    ON t.edition_id = made_id('edition' || r.recipient, time_bucket(INTERVAL 1 DAY, d.ends - INTERVAL 7 HOUR)::VARCHAR)
WHERE d.ends <= seen_at({articles})
ORDER BY d.ends, r.recipient;

INSERT INTO core.deliveries BY NAME
SELECT
    made_id('delivery', id::VARCHAR) AS id, id AS edition_id, 'email' AS channel, recipient, format('<{}@desk.example>', id) AS message_id,
    repeat(md5(id::VARCHAR), 64)::BLOB AS payload, 'sent' AS state, 1 AS attempt_count, 0 AS uncertain_count, composed_at AS created_at, '' AS last_error,
    composed_at + INTERVAL 5 SECOND AS sent_at, 1 AS part, 1 AS part_count, '' AS receipt, 1 AS change
FROM core.editions
ORDER BY composed_at, recipient;

INSERT INTO core.corrected
SELECT edition_id, development_id, recipient, 'corrected', 'It was said otherwise.' FROM core.told WHERE hash(development_id) % 2000 = 0;

INSERT INTO core.labels
SELECT md5('label' || id)::UUID, 'not_on_topic', id, NULL, topic_of(0), first_seen_at, [], NULL FROM core.articles WHERE hash(id) % 20000 = 0;
