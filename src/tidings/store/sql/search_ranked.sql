-- What was first seen before $since, of which no candidate is, is not read: rows lie in that order, and their texts are most of the work.
WITH article AS (
    SELECT a.* FROM core.articles AS a SEMI JOIN candidate AS c ON c.kind = 'article' AND c.id = a.id WHERE a.first_seen_at >= $since::TIMESTAMPTZ
),
entry AS (
    SELECT e.*, f.publisher FROM core.entries AS e SEMI JOIN candidate AS c ON c.kind = 'entry' AND c.id = e.id LEFT JOIN core.feeds AS f ON f.id = e.feed_id
    WHERE e.first_seen_at >= $since::TIMESTAMPTZ
),
thing AS (
    SELECT CASE WHEN seed_id = '' THEN 'article' ELSE 'seed' END AS kind, id, title, publisher, language, published_at, first_seen_at, url FROM article
    UNION ALL
    SELECT 'entry', id, title, publisher, language, published_at, first_seen_at, url FROM entry
),
-- Only a phrase has to be held against the texts: words are sure by their terms.
line AS (
    SELECT id, core.folded(title) AS units FROM thing WHERE $needs_text
    UNION ALL
    SELECT id, core.folded(text) FROM article WHERE $needs_text
    UNION ALL
    SELECT v.article_id, core.folded(v.title || chr(10) || v.text)
    FROM core.versions AS v SEMI JOIN article AS a ON a.id = v.article_id
    WHERE $needs_text AND v.text IS NOT NULL
),
held AS (
    SELECT l.id FROM line AS l, (SELECT unnest($words) AS word) AS w WHERE contains(l.units, w.word)
    GROUP BY l.id HAVING count(DISTINCT w.word) = len($words)
),
ruled_out AS (SELECT DISTINCT l.id FROM line AS l, (SELECT unnest($without) AS word) AS w WHERE contains(l.units, w.word)),
said AS (
    SELECT s.article_id, s.id, s.topic, s.text, s."position", s.reason, s.decision, core.folded(s.text) AS units
    FROM core.statements AS s SEMI JOIN article AS a ON a.id = s.article_id WHERE s.first_seen_at >= $since::TIMESTAMPTZ
),
counted AS (
    SELECT s.article_id, s.id, s.topic, s.text, s."position",
        CASE WHEN s.reason = 'not_on_topic' THEN 'off_topic' ELSE s.decision END AS decision, d.recorded_at,
        len([w for w in $words if contains(s.units, w)]) AS word_count
    FROM said AS s
    LEFT JOIN (SELECT statement_id, topic, min(recorded_at) AS recorded_at FROM derived.developments GROUP BY ALL) AS d
        ON d.statement_id = s.id AND d.topic = s.topic
),
best AS (
    SELECT * FROM counted WHERE word_count > 0
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY word_count DESC, recorded_at IS NULL, "position", topic) = 1
),
topic AS (SELECT article_id, list_sort(list(DISTINCT topic)) AS topics FROM counted GROUP BY article_id)
SELECT
    t.kind, t.id, t.title, t.publisher, t.language, t.published_at, t.first_seen_at, nullif(core.shown_url(t.url), '') AS url, b.text AS statement,
    b.decision, b.recorded_at, o.topics, d.of_id,
    CASE WHEN d.of_id IS NOT NULL THEN coalesce(nullif(f.seed_id, ''), nullif(core.shown_url(f.url), ''), d.of_id::VARCHAR) END AS of
FROM thing AS t
LEFT JOIN best AS b ON b.article_id = t.id
LEFT JOIN topic AS o ON o.article_id = t.id
LEFT JOIN core.duplicates AS d ON d.article_id = t.id
LEFT JOIN core.articles AS f ON f.id = d.of_id
WHERE NOT $needs_text OR (t.id IN (SELECT id FROM held) AND t.id NOT IN (SELECT id FROM ruled_out))
ORDER BY greatest(coalesce(b.word_count, 0), len([w for w in $words if contains(core.folded(t.title), w)])) DESC, t.first_seen_at DESC, t.id
