-- Articles that got another text, went, or were marked since. A first version, which has none before it, is no edit.
WITH seen AS MATERIALIZED (
    SELECT id, article_id, before_id FROM core.versions WHERE first_seen_at > $since::TIMESTAMPTZ -- they lie in that order: the older ones are not read
),

edited AS MATERIALIZED (
    SELECT DISTINCT article_id FROM seen WHERE before_id IS NOT NULL
)

SELECT id, first_seen_at FROM core.articles
WHERE id IN (SELECT article_id FROM edited) AND version_id IN (SELECT id FROM seen)
UNION ALL
SELECT id, first_seen_at FROM core.articles WHERE gone_since > $since::TIMESTAMPTZ
UNION ALL
SELECT id, first_seen_at FROM core.articles
WHERE id IN (SELECT article_id FROM core.labels WHERE kind = 'not_on_topic' AND labelled_at > $since::TIMESTAMPTZ)
