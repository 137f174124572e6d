-- The work list of looking again: articles whose page may have been edited behind an entry that stays as it is. An entry that waits
-- itself is read for its own sake; an article that waits to be decided has a text that nobody has compared yet.
SELECT
    e.id, e.feed_id, e.guid, e.url, e.title, e.summary, e.content, e.language, e.authors, e.published_at,
    a.first_seen_at, e.outcome, f.publisher, f.language AS feed_language, f.hosts AS feed_hosts,
    a.id AS article_id, a.published_at AS claimed_at, a.gone_since
FROM core.articles AS a
JOIN core.entries AS e ON e.id = a.entry_id AND e.article_id = a.id -- else its page calls itself by another address by now
JOIN core.feeds AS f ON f.id = e.feed_id
WHERE a.look_again_at <= $now AND a.decided AND a.seed_id = '' AND f.configured AND e.url <> '' AND NOT e.read_due
ORDER BY a.look_again_at, a.id
LIMIT $most
