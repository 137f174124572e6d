-- Stories by id (given_ids), and whether a reader was told of them. Developments lie in the order in which they were recorded, and
-- those of a story after it was first seen: for stories of the last weeks only the last ones are read. Of older stories it is not
-- said (NULL): asked one by one, where one of them matters (store.decisions.is_reported).
WITH near AS MATERIALIZED (
    SELECT id, seeded, topics, first_seen_at
    FROM core.stories
    WHERE id IN (SELECT id FROM given_ids)
), bound AS MATERIALIZED (
    SELECT max(first_seen_at) - to_days(60) AS since FROM near
), developed AS MATERIALIZED (
    SELECT id, story_id
    FROM core.developments
    WHERE recorded_at >= (SELECT since FROM bound) AND story_id IN (SELECT id FROM near)
), reported AS (
    SELECT DISTINCT story_id
    FROM developed
    WHERE id IN (SELECT development_id FROM core.told)
)
SELECT id, seeded, topics, CASE WHEN first_seen_at >= since THEN id IN (SELECT story_id FROM reported) END AS reported
FROM near, bound
ORDER BY id
