-- The statement that each of the given corrections (named: id) corrects.
SELECT DISTINCT coalesce(r.statement_id, c.replaces_id, cs.against_id) AS id
FROM core.developments AS c
JOIN named AS n ON n.id = c.id
LEFT JOIN named_statements AS cs ON cs.id = c.statement_id AND cs.topic = c.topic
LEFT JOIN core.developments AS r ON r.id = c.replaces_id
WHERE coalesce(r.statement_id, c.replaces_id, cs.against_id) IS NOT NULL
