-- Who reports the stories (given_ids: id), with the earliest report of each origin: the opener's, those of copies, whose origin is
-- that of what they copy, and all others but those that only repeat told sentences (novelty.borrowed).
WITH members AS MATERIALIZED (
    SELECT
        a.id, a.story_id, a.seed_id <> '' AS seeded, a.origin, coalesce(nullif(first.origin, ''), a.origin) AS counted, a.url, a.reported_at,
        d.of_id IS NOT NULL AS copies
    FROM core.articles AS a
    LEFT JOIN core.duplicates AS d ON d.article_id = a.id
    LEFT JOIN core.articles AS first ON first.id = d.of_id
    WHERE a.decided AND a.story_id IN (SELECT id FROM given_ids)
), repeating AS (
    SELECT article_id
    FROM core.statements
    WHERE article_id IN (SELECT id FROM members WHERE id <> story_id AND NOT copies)
    GROUP BY article_id
    HAVING core.borrowed(avg(score))
)
SELECT story_id, seeded, origin, counted, core.shown_url(url) AS url
FROM members
WHERE id NOT IN (SELECT article_id FROM repeating)
QUALIFY row_number() OVER (PARTITION BY story_id, seeded, origin, counted ORDER BY reported_at, id) = 1
ORDER BY story_id, reported_at, id
