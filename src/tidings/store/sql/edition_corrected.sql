-- Which told development each of the given corrections (named: id) corrects, for each recipient who was told it and not yet that it does not stand.
-- Developments, statements and what was told of them were laid out before (store.corrections).
WITH corrected AS MATERIALIZED (
    SELECT k.recipient, x.id, CASE WHEN k.how <> 'marked' THEN x.statement_id END AS statement_id -- told on two topics, corrected once
    FROM core.corrected AS k
    JOIN core.developments AS x ON x.id = k.development_id
)
SELECT
    t.recipient, c.id AS by_id, d.id AS development_id, e.window_end AS told_at, s.text AS told, a.language AS told_language, s.position
FROM named_corrects AS c
JOIN replaced_developments AS d ON d.topic = c.topic AND d.statement_id = c.statement_id
JOIN replaced_statements AS s ON s.id = d.statement_id AND s.topic = d.topic
JOIN replaced_articles AS a ON a.id = d.article_id
JOIN (SELECT * FROM core.told WHERE development_id IN (SELECT id FROM replaced_developments)) AS t ON t.development_id = d.id
JOIN core.editions AS e ON e.id = t.edition_id
WHERE NOT EXISTS (SELECT 1 FROM corrected AS k WHERE k.recipient = t.recipient AND (k.id = d.id OR k.statement_id = d.statement_id))
QUALIFY row_number() OVER (PARTITION BY t.recipient, c.id ORDER BY e.window_end, d.id) = 1
ORDER BY t.recipient, c.id
