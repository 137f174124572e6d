-- Which told development each of the given corrections (named: id) corrects, for a recipient who was told it and not yet that it does not stand.
SELECT
    c.id AS by_id, d.id AS development_id, e.window_end AS told_at, s.text AS told, a.language AS told_language, s.position
FROM core.developments AS c
JOIN named AS n ON n.id = c.id
LEFT JOIN named_statements AS cs ON cs.id = c.statement_id AND cs.topic = c.topic
LEFT JOIN core.developments AS r ON r.id = c.replaces_id
JOIN core.developments AS d ON d.topic = c.topic AND d.statement_id = coalesce(r.statement_id, c.replaces_id, cs.against_id)
JOIN replaced_statements AS s ON s.id = d.statement_id AND s.topic = d.topic
JOIN core.articles AS a ON a.id = d.article_id
JOIN core.told AS t ON t.development_id = d.id AND t.recipient = $recipient
JOIN core.editions AS e ON e.id = t.edition_id
WHERE NOT EXISTS (
    SELECT 1
    FROM core.corrected AS k
    JOIN core.developments AS x ON x.id = k.development_id
    WHERE k.recipient = $recipient AND (x.id = d.id OR x.statement_id = d.statement_id AND k.how <> 'marked') -- told on two topics, corrected once
)
QUALIFY row_number() OVER (PARTITION BY c.id ORDER BY e.window_end, d.id) = 1
ORDER BY c.id
