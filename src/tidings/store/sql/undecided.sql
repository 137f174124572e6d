-- The work list of deciding: articles whose statements wait for duplicate, story and novelty, in the order of deciding.
SELECT
    a.id, a.version_id, a.url, a.title, a.text, a.publisher, a.origin, a.language, a.authors, a.published_at, a.verdict, a.correction,
    a.fetched_at, a.first_seen_at, a.reported_at, a.entry_id, a.story_id,
    e.learn, e.outcome AS entry_outcome, e.reason AS entry_reason, f.first_polled_at,
    coalesce((SELECT list(s.score ORDER BY s.score) FROM core.statements AS s WHERE s.article_id = a.id AND s.score IS NOT NULL), []) AS earlier_scores,
    a.id IN (SELECT article_id FROM core.duplicates) AS was_copy
FROM core.articles AS a
LEFT JOIN core.entries AS e ON e.id = a.entry_id
LEFT JOIN core.feeds AS f ON f.id = e.feed_id
WHERE NOT a.decided AND ($only::UUID IS NULL OR a.id = $only::UUID)
ORDER BY a.reported_at, a.id
LIMIT $most
