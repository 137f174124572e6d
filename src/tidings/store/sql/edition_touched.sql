-- Developments whose article got another text, went, or was marked since, and that any of the recipients in `asked` was told: those of which the
-- words may not stand. A first version, which has none before it, is no edit.
WITH seen AS MATERIALIZED (
    SELECT id, article_id, before_id FROM core.versions WHERE first_seen_at > $since::TIMESTAMPTZ -- they lie in that order: the older ones are not read
),

edited AS MATERIALIZED (
    SELECT DISTINCT article_id FROM seen WHERE before_id IS NOT NULL
),

touched AS MATERIALIZED (
    SELECT id FROM core.articles
    WHERE id IN (SELECT article_id FROM edited) AND version_id IN (SELECT id FROM seen)
    UNION ALL
    SELECT id FROM core.articles WHERE gone_since > $since::TIMESTAMPTZ
    UNION ALL
    SELECT article_id FROM core.labels WHERE kind = 'not_on_topic' AND labelled_at > $since::TIMESTAMPTZ
),

developed AS MATERIALIZED (
    SELECT id FROM core.developments WHERE statement_id IS NOT NULL AND article_id IN (SELECT id FROM touched)
)

SELECT t.recipient, t.development_id, min(e.window_end) AS told_at
FROM core.told AS t
JOIN core.editions AS e ON e.id = t.edition_id
WHERE t.development_id IN (SELECT id FROM developed) AND t.recipient IN (SELECT recipient FROM asked)
    AND NOT EXISTS (SELECT 1 FROM core.corrected AS c WHERE c.development_id = t.development_id AND c.recipient = t.recipient)
GROUP BY t.recipient, t.development_id
