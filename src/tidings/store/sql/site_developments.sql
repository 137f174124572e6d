-- The developments of the wanted topics, newest first, with the words that each replaces. Reads the public views only.
SELECT
    d.id, d.topic, d.kind, d.story_id, d.article_id, coalesce(d.statement, '') AS statement, coalesce(a.title, '') AS title,
    coalesce(d.publisher, '') AS publisher, coalesce(d.url, '') AS url, coalesce(d.language, '') AS language,
    d.published_at, d.first_seen_at, d.recorded_at, coalesce(d.warning, '') AS warning, coalesce(d.origin, '') AS origin,
    coalesce(d.event_date::VARCHAR, '') AS event_date, coalesce(d.place, '') AS place, d.statement_id,
    coalesce(r.id::VARCHAR, '') AS replaces_id, coalesce(r.story_id::VARCHAR, '') AS replaces_story_id, p.id AS previous_id, coalesce(p.text, '') AS replaces,
    coalesce(pa.published_at, ps.published_at) AS previous_at
FROM main.developments AS d
LEFT JOIN main.articles AS a ON a.id = d.article_id
LEFT JOIN main.developments AS r ON r.id = d.replaces_id
LEFT JOIN main.decisions AS n ON n.subject_kind = 'statement' AND n.subject_id = d.statement_id AND n.topic = d.topic
-- What a seed said is no development: then the nearest told statement is what was replaced.
LEFT JOIN main.statements AS p ON p.topic = d.topic AND p.id = coalesce(
    r.statement_id, d.replaces_id, CASE WHEN d.kind IN ('changed_figure', 'reversal', 'correction') OR n.reason = 'quantifier' THEN n.against_id END
)
LEFT JOIN main.articles AS pa ON pa.id = p.article_id
LEFT JOIN main.seeds AS ps ON ps.article_id = p.article_id
WHERE
    d.topic IN (SELECT unnest($topics)) AND d.first_seen_at IS NOT NULL
    AND (len($editions) = 0 OR d.id IN (SELECT development_id FROM main.told WHERE edition_id IN (SELECT unnest($editions::UUID[])))) -- none named: all
ORDER BY least(d.published_at, d.first_seen_at) DESC, d.story_id, d.article_id, d."start", d.id
