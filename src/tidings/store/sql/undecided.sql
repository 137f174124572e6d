-- The work list of deciding: articles whose statements wait for duplicate, story and novelty, in the order of deciding. What their
-- entries say is looked up by key afterwards: a join would read all entries.
SELECT
    a.id, a.version_id, a.url, a.title, a.text, a.publisher, a.origin, a.language, a.authors, a.published_at, a.verdict, a.correction,
    a.fetched_at, a.first_seen_at, a.reported_at, a.entry_id, a.story_id, a.story_score
FROM core.articles AS a
WHERE NOT a.decided AND ($only::UUID IS NULL OR a.id = $only::UUID)
ORDER BY a.reported_at, a.id
LIMIT $most
