-- What the pages of each feed came to in a window: each counts when it was read or given up, and while it is tried again.
SELECT feed_id::VARCHAR AS feed_id, word, count(*) AS n
FROM (
    SELECT feed_id, CASE WHEN verdict <> '' THEN verdict WHEN outcome IN ('rejected', 'deferred') THEN reason END AS word
    FROM window_entries -- see entries_of_window.sql
    WHERE url <> ''
)
WHERE word NOT IN ('', 'no_link', 'waits_for_next_run', 'earlier_version_waits')
GROUP BY ALL
ORDER BY n DESC, word, feed_id
