-- The statement that each owed development replaces, if any. What a seed said is no development: then the nearest told statement is it.
SELECT DISTINCT
    d.id, d.topic,
    coalesce(
        r.statement_id, d.replaces_id,
        CASE WHEN d.kind IN ('changed_figure', 'reversal', 'correction') OR s.reason = 'quantifier' THEN s.against_id END
    ) AS previous_id
FROM owed_developments AS d
LEFT JOIN owed_statements AS s ON s.id = d.statement_id AND s.topic = d.topic
LEFT JOIN (SELECT id, statement_id FROM core.developments WHERE id IN (SELECT replaces_id FROM owed_developments)) AS r ON r.id = d.replaces_id
