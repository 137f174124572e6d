-- Who reports the stories (given_ids: id), with the earliest report of each origin: the opener's, those of copies, whose origin is
-- that of what they copy, and all others but those that only repeat told sentences (novelty.borrowed) or joined loosely (novelty.loose)
-- without a user's label. Nothing of these articles was first seen before $since: what is older is not looked through.
WITH members AS MATERIALIZED ( -- found first, so that nothing below touches the whole archive twice
    SELECT
        id, story_id, seed_id <> '' AS seeded, origin, url, reported_at,
        id <> story_id AND core.loose(story_score)
        AND id NOT IN (SELECT article_id FROM core.labels WHERE kind = 'same_story') AS loose
    FROM core.articles
    WHERE first_seen_at >= $since::TIMESTAMPTZ AND decided AND story_id IN (SELECT id FROM given_ids)
), copies AS MATERIALIZED (
    SELECT article_id, of_id
    FROM core.duplicates
    WHERE article_id IN (SELECT id FROM members)
), originals AS MATERIALIZED (
    SELECT id, origin
    FROM core.articles
    WHERE id IN (SELECT of_id FROM copies)
), repeating AS (
    SELECT article_id
    FROM core.statements
    WHERE
        first_seen_at >= $since::TIMESTAMPTZ AND article_id IN (SELECT id FROM members WHERE id <> story_id)
        AND article_id NOT IN (SELECT article_id FROM copies)
    GROUP BY article_id
    HAVING core.borrowed(avg(score))
)
SELECT m.story_id, m.seeded, m.origin, coalesce(nullif(o.origin, ''), m.origin) AS counted, core.shown_url(m.url) AS url
FROM members AS m
LEFT JOIN copies AS c ON c.article_id = m.id
LEFT JOIN originals AS o ON o.id = c.of_id
WHERE m.id NOT IN (SELECT article_id FROM repeating) AND (c.of_id IS NOT NULL OR NOT m.loose)
QUALIFY row_number() OVER (PARTITION BY m.story_id, m.seeded, m.origin, counted ORDER BY m.reported_at, m.id) = 1
ORDER BY m.story_id, m.reported_at, m.id
