-- Known entries of the feeds of given_entries that say the same as one of them for which that is asked: three newest of each.
SELECT n.id
FROM (
    SELECT id, feed_id, first_seen_at, md5(summary || chr(10) || content) AS text_hash
    FROM core.entries
    WHERE feed_id IN (SELECT feed_id FROM given_entries WHERE text_hash <> '') AND (summary <> '' OR content <> '')
) AS n
JOIN given_entries AS g ON g.feed_id = n.feed_id AND g.text_hash = n.text_hash
WHERE g.text_hash <> ''
QUALIFY row_number() OVER (PARTITION BY g.id ORDER BY n.first_seen_at DESC, n.id) <= 3
