-- Which of near_entries (known_entries_near.sql) share guid, link, title or time with one of given_keyed of the same feed: three newest of each
-- (two are enough to see that something is shared), of an address twenty, those with the same first parameter first. Which of them
-- is the same entry is decided in stages/identity.py; here addresses are compared without scheme, www., query, closing slash and AMP.
WITH given AS MATERIALIZED (
    SELECT *, split_part(split_part(url, '?', 2), '&', 1) AS first_parameter FROM given_keyed
),

found AS (
    SELECT n.id FROM near_entries AS n JOIN given AS g ON g.feed_id = n.feed_id AND g.guid = n.guid
    WHERE g.guid <> '' QUALIFY row_number() OVER (PARTITION BY g.id ORDER BY n.first_seen_at DESC, n.id) <= 3
    UNION
    SELECT n.id FROM near_entries AS n JOIN given AS g ON g.feed_id = n.feed_id AND lower(g.title) = lower(n.title)
    WHERE g.title <> '' QUALIFY row_number() OVER (PARTITION BY g.id ORDER BY n.first_seen_at DESC, n.id) <= 3
    UNION
    SELECT n.id FROM near_entries AS n JOIN given AS g ON g.feed_id = n.feed_id AND g.published_at = n.published_at
    QUALIFY row_number() OVER (PARTITION BY g.id ORDER BY n.first_seen_at DESC, n.id) <= 3
    UNION
    SELECT n.id FROM near_entries AS n JOIN given AS g ON g.feed_id = n.feed_id AND g.place = n.place
    WHERE g.url <> '' AND n.url <> ''
    QUALIFY row_number() OVER (
        PARTITION BY g.id
        ORDER BY split_part(split_part(n.url, '?', 2), '&', 1) = g.first_parameter DESC, n.first_seen_at DESC, n.id
    ) <= 20
)

SELECT id FROM found
