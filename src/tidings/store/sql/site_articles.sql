-- The articles of stories that have developments on the wanted topics, in order of publication, and what each copies.
SELECT
    a.id, a.story_id, coalesce(a.title, '') AS title, coalesce(a.publisher, '') AS publisher, coalesce(a.origin, '') AS origin,
    coalesce(a.url, '') AS url, coalesce(a.language, '') AS language, a.published_at, a.first_seen_at,
    coalesce(d.of_seed_id, d.of_id::VARCHAR, '') AS copy_of, coalesce(o.publisher, s.publisher, '') AS copy_of_publisher, coalesce(d.relation, '') AS relation,
    coalesce(d.score, 0) AS score, coalesce(d.differs_in, []) AS differs_in, a.gone_since
FROM main.articles AS a
LEFT JOIN main.duplicates AS d ON d.article_id = a.id
LEFT JOIN main.articles AS o ON d.of_kind = 'article' AND o.id = d.of_id
LEFT JOIN main.seeds AS s ON d.of_kind = 'seed' AND s.article_id = d.of_id
WHERE a.story_id IN (SELECT story_id FROM main.developments WHERE topic IN (SELECT unnest($topics)))
ORDER BY a.story_id, least(a.published_at, a.first_seen_at), a.id
