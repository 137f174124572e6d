-- The developments that a recipient is owed: on a wanted topic and in a wanted language, recorded after their start for this recipient
-- and not after the end of the window, and not told to the recipient in any edition. What was told decides, not the window.
WITH named AS (SELECT DISTINCT language FROM wanted WHERE language <> '')
SELECT d.*
FROM core.developments AS d
JOIN core.articles AS told_in ON told_in.id = d.article_id
LEFT JOIN named AS n ON n.language = told_in.language
JOIN wanted AS w ON w.topic = d.topic AND w.language = coalesce(n.language, '') -- '': any that is not named
WHERE
    d.recorded_at <= $window_end::TIMESTAMPTZ
    AND d.recorded_at > (SELECT min(start_at) FROM wanted) -- they lie in that order: the older ones are not read
    AND d.recorded_at > w.start_at
    AND NOT EXISTS (SELECT 1 FROM core.told AS t WHERE t.development_id = d.id AND t.recipient = $recipient)
