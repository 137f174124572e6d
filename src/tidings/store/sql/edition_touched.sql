-- Developments of touched_reports (edition_touched_reports.sql) that any of the recipients in `asked` was told: those of which the words may not
-- stand. Nothing of these articles was recorded before $recorded_since: what is older is not looked through.
WITH developed AS MATERIALIZED (
    SELECT id FROM core.developments
    WHERE recorded_at >= $recorded_since::TIMESTAMPTZ AND statement_id IS NOT NULL AND article_id IN (SELECT id FROM touched_reports)
)

SELECT t.recipient, t.development_id, min(e.window_end) AS told_at
FROM core.told AS t
JOIN core.editions AS e ON e.id = t.edition_id
WHERE t.development_id IN (SELECT id FROM developed) AND t.recipient IN (SELECT recipient FROM asked)
    AND NOT EXISTS (SELECT 1 FROM core.corrected AS c WHERE c.development_id = t.development_id AND c.recipient = t.recipient)
GROUP BY t.recipient, t.development_id
