-- Known entries of the feeds of given_entries that share guid, link, title or time with one of them: three newest of each
-- (two are enough to see that something is shared), of an address twenty, those with the same first parameter first. Which of them
-- is the same entry is decided in stages/identity.py; what they say is read afterwards, of these alone; here addresses
-- are compared without scheme, www., query, closing slash and AMP.
WITH given AS MATERIALIZED (
    SELECT *, regexp_replace(lower(split_part(url, '?', 1)), '^https?://(www\.)*|(/amp|/)+$', '', 'g') AS place, split_part(split_part(url, '?', 2), '&', 1) AS first_parameter
    FROM given_entries
),

near AS MATERIALIZED (
    SELECT id, feed_id, guid, url, title, published_at, first_seen_at
    FROM core.entries
    WHERE feed_id IN (SELECT feed_id FROM given)
),

placed AS (
    SELECT *, regexp_replace(lower(split_part(url, '?', 1)), '^https?://(www\.)*|(/amp|/)+$', '', 'g') AS place FROM near WHERE url <> ''
),

found AS (
    SELECT n.id FROM near AS n JOIN given AS g ON g.feed_id = n.feed_id AND g.guid = n.guid
    WHERE g.guid <> '' QUALIFY row_number() OVER (PARTITION BY g.id ORDER BY n.first_seen_at DESC, n.id) <= 3
    UNION
    SELECT n.id FROM near AS n JOIN given AS g ON g.feed_id = n.feed_id AND lower(g.title) = lower(n.title)
    WHERE g.title <> '' QUALIFY row_number() OVER (PARTITION BY g.id ORDER BY n.first_seen_at DESC, n.id) <= 3
    UNION
    SELECT n.id FROM near AS n JOIN given AS g ON g.feed_id = n.feed_id AND g.published_at = n.published_at
    QUALIFY row_number() OVER (PARTITION BY g.id ORDER BY n.first_seen_at DESC, n.id) <= 3
    UNION
    SELECT n.id FROM placed AS n JOIN given AS g ON g.feed_id = n.feed_id AND g.place = n.place
    WHERE g.url <> ''
    QUALIFY row_number() OVER (
        PARTITION BY g.id
        ORDER BY split_part(split_part(n.url, '?', 2), '&', 1) = g.first_parameter DESC, n.first_seen_at DESC, n.id
    ) <= 20
)

SELECT id FROM found
