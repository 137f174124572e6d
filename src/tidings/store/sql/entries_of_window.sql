-- The entries of a window: each counts when it was decided, or seen while undecided. In two parts, because each of them alone lets DuckDB pass
-- over what was written before the window.
SELECT feed_id, url, outcome, reason, verdict
FROM core.entries
WHERE decided_at <= $stop::TIMESTAMPTZ AND decided_at > coalesce($start::TIMESTAMPTZ, TIMESTAMPTZ '-infinity')
UNION ALL
SELECT feed_id, url, outcome, reason, verdict
FROM core.entries
WHERE decided_at IS NULL AND first_seen_at <= $stop::TIMESTAMPTZ AND first_seen_at > coalesce($start::TIMESTAMPTZ, TIMESTAMPTZ '-infinity')
