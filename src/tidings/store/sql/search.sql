-- Search, over core.documents and core.postings, which published files have (tidings.store.terms; decision 0038); in the store itself
-- both are empty. Documents that changed since, or went, are passed over: they count only with the `change` that their row has now.

-- The articles and entries that have all terms of a query, phrases not yet looked at. One number can mean two documents in different parts.
CREATE OR REPLACE MACRO core.candidates(words) AS TABLE
WITH asked AS (SELECT DISTINCT core.term_code(t.term) AS term FROM (SELECT unnest(core.sought(q.units)) AS term FROM core.asked(words) AS q) AS t)
SELECT d.kind, d.id, d.change
FROM (
    SELECT p.part, p.number
    FROM core.postings AS p
    WHERE p.term IN (SELECT a.term FROM asked AS a)
    GROUP BY p.part, p.number
    HAVING count(DISTINCT p.term) = (SELECT count(*) FROM asked)
) AS hit
JOIN core.documents AS d ON d.part = hit.part AND d.number = hit.number;

CREATE OR REPLACE MACRO main.search(words) AS TABLE
WITH phrase AS (SELECT q.units FROM core.asked(words) AS q WHERE contains(trim(q.units), ' ')),
candidate AS (SELECT DISTINCT c.kind, c.id, c.change FROM core.candidates(words) AS c),
held AS (
    SELECT f.id
    FROM (
        SELECT DISTINCT x.id, p.units
        FROM (
            SELECT a.id, unnest([core.folded(a.title), core.folded(a.text)]) AS line
            FROM core.articles AS a
            WHERE (SELECT count(*) FROM phrase) > 0 AND a.id IN (SELECT c.id FROM candidate AS c WHERE c.kind = 'article')
            UNION ALL
            SELECT v.article_id, core.folded(v.title || chr(10) || v.text)
            FROM core.versions AS v
            WHERE (SELECT count(*) FROM phrase) > 0 AND v.text IS NOT NULL AND v.article_id IN (SELECT c.id FROM candidate AS c WHERE c.kind = 'article')
            UNION ALL
            SELECT e.id, core.folded(e.title)
            FROM core.entries AS e
            WHERE (SELECT count(*) FROM phrase) > 0 AND e.id IN (SELECT c.id FROM candidate AS c WHERE c.kind = 'entry')
        ) AS x
        JOIN phrase AS p ON contains(x.line, p.units)
    ) AS f
    GROUP BY f.id
    HAVING count(*) = (SELECT count(*) FROM phrase)
)
SELECT
    CASE WHEN a.seed_id = '' THEN 'article' ELSE 'seed' END AS kind, a.title, a.publisher, a.language, a.published_at, a.first_seen_at,
    nullif(core.shown_url(a.url), '') AS url, a.id AS article_id, a.story_id
FROM core.articles AS a
SEMI JOIN candidate AS c ON c.kind = 'article' AND c.id = a.id AND c.change = a.change
WHERE (SELECT count(*) FROM phrase) = 0 OR a.id IN (SELECT h.id FROM held AS h)
UNION ALL
SELECT 'entry', e.title, f.publisher, e.language, e.published_at, e.first_seen_at, nullif(core.shown_url(e.url), ''), NULL, NULL
FROM core.entries AS e
SEMI JOIN candidate AS c ON c.kind = 'entry' AND c.id = e.id AND c.change = e.change
LEFT JOIN core.feeds AS f ON f.id = e.feed_id
WHERE (SELECT count(*) FROM phrase) = 0 OR e.id IN (SELECT h.id FROM held AS h)
ORDER BY first_seen_at DESC, article_id;
COMMENT ON MACRO TABLE main.search IS 'Articles in which all the words stand, in the title, the text or a text that it had before, the newest first; "in double quotes" they follow each other. Spelled in any way: case, accents, Arabic vowel signs and article make no difference. kind: article, seed, or entry (a title of a feed whose page gave no article on a topic).';

CREATE OR REPLACE MACRO main.search_statements(words) AS TABLE
WITH asked AS (SELECT q.units FROM core.asked(words) AS q),
candidate AS (SELECT DISTINCT c.id, c.change FROM core.candidates(words) AS c WHERE c.kind = 'article')
SELECT
    s.topic, s.text AS statement, CASE WHEN s.reason = 'not_on_topic' THEN 'off_topic' ELSE nullif(s.decision, '') END AS decision,
    a.title, a.publisher, nullif(core.shown_url(a.url), '') AS url, s.first_seen_at, s.article_id, s.id AS statement_id,
    s.version_id, s."start", s."end"
FROM core.statements AS s
JOIN core.articles AS a ON a.id = s.article_id
SEMI JOIN candidate AS c ON c.id = a.id AND c.change = a.change
ANTI JOIN asked AS q ON NOT contains(core.folded(s.text), q.units)
ORDER BY s.first_seen_at DESC, s.article_id, s."position", s.topic;
COMMENT ON MACRO TABLE main.search_statements IS 'Statements in which all the words stand, the newest first, with what was decided about each; words as in search.';
