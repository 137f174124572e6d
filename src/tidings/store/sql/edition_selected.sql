-- The developments that a recipient is owed: on a wanted topic and in a wanted language, recorded after their start for this recipient
-- and not after the end of the window, and not told to the recipient in any edition. What was told decides, not the window.
WITH named AS (SELECT DISTINCT language FROM wanted WHERE language <> ''),
owed AS MATERIALIZED ( -- first, so that the joins below touch only what is new
    SELECT d.*
    FROM core.developments AS d
    JOIN core.articles AS told_in ON told_in.id = d.article_id
    LEFT JOIN named AS n ON n.language = told_in.language
    JOIN wanted AS w ON w.topic = d.topic AND w.language = coalesce(n.language, '') -- '': any that is not named
    WHERE
        d.recorded_at <= $window_end::TIMESTAMPTZ
        AND d.recorded_at > w.start_at
        AND NOT EXISTS (SELECT 1 FROM core.told AS t WHERE t.development_id = d.id AND t.recipient = $recipient)
)
SELECT
    d.id, d.topic, d.kind, d.story_id, d.article_id, d.origin, d.warning, d.recorded_at,
    a.title, a.publisher, core.shown_url(a.url) AS url, a.language, a.published_at, a.first_seen_at, a.reported_at,
    s.id AS statement_id, coalesce(s.text, '') AS statement, coalesce(s.position, 0) AS position, coalesce(s.event_date, '') AS event_date, coalesce(s.place, '') AS place,
    p.id AS previous_id, coalesce(p.text, '') AS replaces, pa.published_at AS previous_at
FROM owed AS d
JOIN core.articles AS a ON a.id = d.article_id
LEFT JOIN core.statements AS s ON s.id = d.statement_id AND s.topic = d.topic
LEFT JOIN core.developments AS r ON r.id = d.replaces_id
-- What a seed said is no development: then the nearest told statement is what was replaced.
LEFT JOIN core.statements AS p ON p.topic = d.topic AND p.id = coalesce(
    r.statement_id, d.replaces_id, CASE WHEN d.kind IN ('changed_figure', 'reversal', 'correction') OR s.reason = 'quantifier' THEN s.against_id END
)
LEFT JOIN core.articles AS pa ON pa.id = p.article_id
ORDER BY d.topic, d.story_id, d.id
