-- The stories that have developments on the wanted topics.
SELECT
    s.id, any_value(s.title) AS title, coalesce(any_value(a.language), '') AS language, list(s.topic ORDER BY s.topic) AS topics,
    min(s.first_seen_at) AS first_seen_at, max(s.last_seen_at) AS last_seen_at, max(s.article_count) AS article_count, max(s.origin_count) AS origin_count
FROM main.stories AS s
LEFT JOIN (SELECT id, language FROM main.articles UNION ALL SELECT article_id, language FROM main.seeds) AS a ON a.id = s.id
WHERE s.topic IN (SELECT unnest($topics)) AND s.id IN (SELECT story_id FROM main.developments WHERE topic IN (SELECT unnest($topics)))
GROUP BY s.id
ORDER BY s.id
