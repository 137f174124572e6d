-- The stories of told developments that may not stand (touched_developments), with the language of their first article.
SELECT s.id, s.title, a.language
FROM (SELECT id, title FROM core.stories WHERE id IN (SELECT story_id FROM touched_developments)) AS s
LEFT JOIN (SELECT id, language FROM core.articles WHERE id IN (SELECT story_id FROM touched_developments)) AS a ON a.id = s.id
