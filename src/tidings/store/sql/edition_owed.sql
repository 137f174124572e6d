-- The developments that a recipient is owed: on a wanted topic and in a wanted language, recorded after their start for this recipient
-- and not after the end of the window (more than a day after it: by a clock that was ahead, and then it is told now), and not told to the recipient in any edition. What was told decides, not the window. What they say is
-- read afterwards, of these alone; articles are asked for their language only where the recipient ever named one.
WITH mine AS MATERIALIZED (SELECT topic, language, start_at FROM wanted WHERE recipient = $recipient),

untold AS MATERIALIZED (
    SELECT id, topic, article_id, recorded_at
    FROM core.developments
    WHERE
        topic IN (SELECT topic FROM mine)
        AND (recorded_at <= $window_end::TIMESTAMPTZ OR recorded_at > $window_end::TIMESTAMPTZ + INTERVAL 1 DAY)
        AND recorded_at > $since::TIMESTAMPTZ -- they lie in that order: the older ones are not read
        AND id NOT IN (SELECT development_id FROM core.told WHERE recipient = $recipient)
),

spoken AS (
    SELECT id, language
    FROM core.articles
    WHERE language IN (SELECT language FROM mine WHERE language <> '') AND id IN (SELECT article_id FROM untold)
)

SELECT d.id
FROM untold AS d
LEFT JOIN spoken AS n ON n.id = d.article_id
JOIN mine AS w ON w.topic = d.topic AND w.language = coalesce(n.language, '') -- '': any that is not named
WHERE d.recorded_at > w.start_at
