-- The articles that say the statements of the temporary table `near`, each with the one that is most alike; then the copies of these articles.
WITH said AS (
    SELECT n.likeness, s.id, s.topic, s.article_id, s.text, s.decision, s."position", d.recorded_at
    FROM near AS n
    JOIN core.statements AS s ON s.id = n.id
    LEFT JOIN (SELECT statement_id, topic, min(recorded_at) AS recorded_at FROM derived.developments GROUP BY ALL) AS d
        ON d.statement_id = s.id AND d.topic = s.topic
    WHERE s.decision IN ('development', 'known', 'seed') AND s.reason <> 'not_on_topic' AND (len($topics) = 0 OR list_contains($topics, s.topic))
),
best AS (
    SELECT * FROM said QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY likeness DESC, recorded_at IS NULL, "position", topic) = 1
),
topic AS (
    SELECT s.article_id, list_sort(list(DISTINCT s.topic)) AS topics
    FROM core.statements AS s SEMI JOIN best AS b ON b.article_id = s.article_id GROUP BY s.article_id
),
hit AS (
    SELECT b.article_id AS id, b.likeness, b.text AS statement, b.decision, b.recorded_at, NULL AS copy_of FROM best AS b
    UNION ALL
    SELECT d.article_id, NULL, NULL, NULL, NULL, d.of_id
    FROM core.duplicates AS d
    SEMI JOIN best AS b ON b.article_id = d.of_id
    ANTI JOIN best AS b ON b.article_id = d.article_id
)
SELECT
    CASE WHEN a.seed_id = '' THEN 'article' ELSE 'seed' END AS kind, a.id, a.title, a.publisher, a.language, a.published_at, a.first_seen_at,
    nullif(core.shown_url(a.url), '') AS url, h.statement, h.decision, h.recorded_at, h.likeness, h.copy_of, t.topics,
    CASE WHEN d.of_id IS NOT NULL THEN coalesce(nullif(f.seed_id, ''), nullif(core.shown_url(f.url), ''), d.of_id::VARCHAR) END AS of
FROM hit AS h
JOIN core.articles AS a ON a.id = h.id
LEFT JOIN topic AS t ON t.article_id = a.id
LEFT JOIN core.duplicates AS d ON d.article_id = a.id
LEFT JOIN core.articles AS f ON f.id = d.of_id
ORDER BY h.likeness DESC NULLS LAST, a.first_seen_at DESC, a.id
