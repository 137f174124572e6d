-- The developments that recipients are owed, with what readers are shown of them. The rows of statements and articles that are asked for
-- were laid beside them (store.editions): a join with all statements would read the text of each.
SELECT
    w.recipient, d.id, d.topic, d.kind, d.story_id, d.article_id, d.origin, d.warning, d.recorded_at,
    a.title, a.publisher, core.shown_url(a.url) AS url, a.language, a.published_at, a.first_seen_at, a.reported_at,
    s.id AS statement_id, coalesce(s.text, '') AS statement, coalesce(s.position, 0) AS position, coalesce(s.event_date, '') AS event_date, coalesce(s.place, '') AS place,
    p.id AS previous_id, coalesce(p.text, '') AS replaces, pa.published_at AS previous_at
FROM owed AS w
JOIN owed_developments AS d ON d.id = w.id
JOIN owed_articles AS a ON a.id = d.article_id
LEFT JOIN owed_statements AS s ON s.id = d.statement_id AND s.topic = d.topic
LEFT JOIN owed_replaced AS r ON r.id = d.id AND r.topic = d.topic
LEFT JOIN owed_previous AS p ON p.topic = d.topic AND p.id = r.previous_id
LEFT JOIN owed_articles AS pa ON pa.id = p.article_id
ORDER BY w.recipient, d.topic, d.story_id, d.id
