-- Search, over core.documents and core.postings, which published files have (tidings.store.terms; decision 0038); in the store itself
-- both are empty. Documents that changed since, or went, are passed over: they count only with the `change` that their row has now.

-- The documents that have all terms of a query, phrases not yet looked at. One number can mean two documents in different parts.
CREATE OR REPLACE MACRO core.candidates(words) AS TABLE
WITH asked AS (SELECT DISTINCT core.term_code(t.term) AS term FROM (SELECT unnest(core.terms(q.units)) AS term FROM core.asked(words) AS q) AS t)
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
found AS (
    SELECT a.id, a.title, a.text, c.kind
    FROM core.articles AS a
    SEMI JOIN (SELECT * FROM core.candidates(words)) AS c0 ON c0.kind = 'article' AND c0.id = a.id AND c0.change = a.change
    CROSS JOIN (SELECT 'article' AS kind) AS c
),
held AS (
    SELECT f.id
    FROM found AS f
    JOIN phrase AS p ON contains(core.folded(f.title), p.units) OR contains(core.folded(f.text), p.units)
    GROUP BY f.id
    HAVING count(*) = (SELECT count(*) FROM phrase)
)
SELECT
    'article' AS kind, a.id::VARCHAR AS article_id, a.title, a.publisher, nullif(a.url, '') AS url, a.language, a.published_at, a.first_seen_at,
    a.story_id::VARCHAR AS story_id, nullif(a.seed_id, '') AS seed_id
FROM core.articles AS a
SEMI JOIN found AS f ON f.id = a.id
WHERE (SELECT count(*) FROM phrase) = 0 OR a.id IN (SELECT h.id FROM held AS h);
