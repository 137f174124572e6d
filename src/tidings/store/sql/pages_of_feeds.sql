-- What the pages of each feed came to in a window: each counts when it was read or given up, and while it is tried again.
SELECT feed_id::VARCHAR AS feed_id, word, count(*) AS n
FROM (
    SELECT feed_id, CASE WHEN verdict <> '' THEN verdict WHEN outcome IN ('rejected', 'deferred') THEN reason END AS word
    FROM core.entries
    WHERE url <> '' AND coalesce(decided_at, first_seen_at) <= $stop::TIMESTAMPTZ
        AND ($start::TIMESTAMPTZ IS NULL OR coalesce(decided_at, first_seen_at) > $start::TIMESTAMPTZ)
)
WHERE word NOT IN ('', 'no_link', 'waits_for_next_run', 'earlier_version_waits')
GROUP BY ALL
ORDER BY n DESC, word, feed_id
