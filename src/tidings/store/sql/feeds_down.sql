-- How long feeds failed in a window: from each failed poll to the next poll, where that came within the window.
SELECT feed_id::VARCHAR AS feed_id, sum(epoch(next_at) - epoch(polled_at)) AS down_s
FROM (
    SELECT feed_id, polled_at, outcome, lead(polled_at) OVER (PARTITION BY feed_id ORDER BY polled_at) AS next_at
    FROM core.feed_events
    WHERE polled_at <= $stop::TIMESTAMPTZ
)
WHERE outcome = 'failed' AND next_at IS NOT NULL AND ($start::TIMESTAMPTZ IS NULL OR next_at > $start::TIMESTAMPTZ)
GROUP BY feed_id
