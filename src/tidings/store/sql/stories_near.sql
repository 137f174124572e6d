-- Stories by id (given_ids), and whether a reader was told of them. A development is recorded after its story was opened: what is
-- older is not read (developments lie in the order in which they were recorded).
WITH near AS MATERIALIZED (
    SELECT id, seeded, topics, first_seen_at
    FROM core.stories
    WHERE id IN (SELECT id FROM given_ids)
), developed AS MATERIALIZED (
    SELECT id, story_id
    FROM core.developments
    WHERE recorded_at >= (SELECT min(first_seen_at) FROM near WHERE NOT seeded) AND story_id IN (SELECT id FROM near)
), reported AS (
    SELECT DISTINCT story_id
    FROM developed
    WHERE id IN (SELECT development_id FROM core.told)
)
SELECT id, seeded, topics, id IN (SELECT story_id FROM reported) AS reported
FROM near
ORDER BY id
