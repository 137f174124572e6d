-- The work list of reading: entries whose page waits, in the order of deciding. Run again after a kill, it is what is left.
SELECT
    e.id, e.feed_id, e.guid, e.url, e.title, e.summary, e.content, e.language, e.authors, e.published_at,
    e.first_seen_at, e.attempt_count, e.outcome, e.learn, e.content_hash,
    f.publisher, f.language AS feed_language
FROM core.entries AS e
JOIN core.feeds AS f ON f.id = e.feed_id
WHERE e.read_due AND (e.next_attempt_at IS NULL OR e.next_attempt_at <= $now)
ORDER BY least(coalesce(e.published_at, e.first_seen_at), e.first_seen_at), e.id
LIMIT $most
