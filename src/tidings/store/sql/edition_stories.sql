-- What an edition says of the stories it names, beside their developments.
SELECT
    s.id, any_value(s.title) AS title, coalesce(any_value(first.language), '') AS language,
    max(s.article_count) AS article_count, max(s.origin_count) AS origin_count,
    coalesce(any_value(l.languages), []) AS languages
FROM main.stories AS s
JOIN named AS n ON n.id = s.id::UUID
LEFT JOIN core.articles AS first ON first.id = s.id::UUID
LEFT JOIN (
    SELECT story_id, list(language ORDER BY article_count DESC, language) AS languages
    FROM (
        SELECT story_id, language, count(*) AS article_count FROM core.articles
        WHERE seed_id = '' AND story_id IS NOT NULL AND language <> '' GROUP BY story_id, language
    )
    GROUP BY story_id
) AS l ON l.story_id = s.id::UUID
GROUP BY s.id
