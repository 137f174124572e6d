-- The statement that each of the given corrections (named: id) corrects.
SELECT c.id, c.topic, coalesce(r.statement_id, c.replaces_id, cs.against_id) AS statement_id
FROM owed_developments AS c
JOIN named AS n ON n.id = c.id
LEFT JOIN owed_statements AS cs ON cs.id = c.statement_id AND cs.topic = c.topic
LEFT JOIN (SELECT id, statement_id FROM core.developments WHERE id IN (SELECT replaces_id FROM owed_developments)) AS r ON r.id = c.replaces_id
WHERE coalesce(r.statement_id, c.replaces_id, cs.against_id) IS NOT NULL
