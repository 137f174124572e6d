-- Where the known entries lie that may share guid, title, link or time with one of given_keyed: found by their numbers (or by their feed, where
-- they have none), each of which is a column of 4 bytes. That what shares a number shares more is seen in known_entries.sql.
SELECT rowid FROM core.entries WHERE guid_key IN (SELECT guid_key FROM given_keyed WHERE guid <> '')
UNION
SELECT rowid FROM core.entries WHERE title_key IN (SELECT title_key FROM given_keyed WHERE title <> '')
UNION
SELECT rowid FROM core.entries WHERE link_key IN (SELECT link_key FROM given_keyed WHERE url <> '')
UNION
SELECT n.rowid FROM core.entries AS n JOIN given_keyed AS g ON g.feed_id = n.feed_id AND g.published_at = n.published_at
UNION
SELECT rowid FROM core.entries WHERE guid_key IS NULL AND feed_id IN (SELECT feed_id FROM given_keyed)
