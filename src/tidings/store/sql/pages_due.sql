-- The work list of reading: entries whose page waits, in the order of deciding. Run again after a kill, it is what is left.
-- Feeds take turns: the first entry of each that came with its poll, then the second; so one that gives thousands starves nobody.
-- The turns count all entries of a poll, read or not, so that a run that goes on after a kill finds the same order.
-- Nothing that waits was first seen before $since: entries lie in that order, so the older ones are not looked through.
WITH turns AS (
    SELECT
        id,
        row_number() OVER (PARTITION BY feed_id, first_seen_at ORDER BY least(coalesce(published_at, first_seen_at), first_seen_at), id) AS turn
    FROM core.entries
    WHERE first_seen_at >= $since::TIMESTAMPTZ AND first_seen_at IN (SELECT first_seen_at FROM core.entries WHERE read_due)
)

SELECT
    e.id, e.feed_id, e.guid, e.url, e.title, e.summary, e.content, e.language, e.authors, e.published_at,
    e.first_seen_at, e.attempt_count, e.outcome, e.learn, e.content_hash,
    f.publisher, f.language AS feed_language, f.hosts AS feed_hosts
FROM core.entries AS e
JOIN core.feeds AS f ON f.id = e.feed_id
JOIN turns AS t ON t.id = e.id
WHERE e.first_seen_at >= $since::TIMESTAMPTZ AND e.read_due AND (e.next_attempt_at IS NULL OR e.next_attempt_at <= $now)
ORDER BY t.turn, least(coalesce(e.published_at, e.first_seen_at), e.first_seen_at), e.id
LIMIT $most
