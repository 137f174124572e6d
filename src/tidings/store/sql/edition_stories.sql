-- What an edition says of the stories it names (named: id), beside their developments and who reports them (story_origins.sql).
SELECT
    s.id, s.title, coalesce(first.language, '') AS language, coalesce(c.article_count, 0) AS article_count,
    coalesce(c.languages, []) AS languages
FROM (SELECT * FROM core.stories SEMI JOIN named USING (id)) AS s
LEFT JOIN core.articles AS first ON first.id = s.id
LEFT JOIN (
    SELECT
        story_id, sum(reports)::BIGINT AS article_count,
        list(language ORDER BY reports DESC, language) FILTER (language <> '') AS languages
    FROM (
        SELECT story_id, language, count(*) AS reports
        FROM core.articles
        WHERE seed_id = '' AND story_id IN (SELECT id FROM named)
        GROUP BY story_id, language
    )
    GROUP BY story_id
) AS c ON c.story_id = s.id
