-- The articles that report a story themselves (given_ids: id), the earliest of each origin: its opener, copies for the origin
-- they copy, and all others but those that only repeat told sentences (novelty.borrowed).
WITH members AS MATERIALIZED (
    SELECT a.id, a.story_id, a.origin, a.publisher, a.url, a.reported_at
    FROM core.articles AS a
    WHERE a.decided AND a.story_id IN (SELECT id FROM given_ids)
), repeating AS (
    SELECT article_id
    FROM core.statements
    WHERE article_id IN (SELECT id FROM members) AND article_id NOT IN (SELECT article_id FROM core.duplicates)
    GROUP BY article_id
    HAVING core.borrowed(avg(score))
)
SELECT story_id, origin, publisher, url
FROM members
WHERE id = story_id OR id NOT IN (SELECT article_id FROM repeating)
QUALIFY row_number() OVER (PARTITION BY story_id, origin ORDER BY reported_at, id) = 1
ORDER BY story_id, reported_at, id
