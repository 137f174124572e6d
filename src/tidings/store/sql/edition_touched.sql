-- Told developments whose article has another text, went, or was marked since: those of which the words may not stand.
SELECT DISTINCT d.article_id, d.statement_id
FROM core.told AS t
JOIN core.developments AS d ON d.id = t.development_id
WHERE t.recipient = $recipient AND d.statement_id IS NOT NULL AND d.article_id IN (
    SELECT a.id FROM core.articles AS a JOIN core.versions AS v ON v.id = a.version_id WHERE v.first_seen_at > $since::TIMESTAMPTZ
    UNION ALL
    SELECT id FROM core.articles WHERE gone_since > $since::TIMESTAMPTZ
    UNION ALL
    SELECT article_id FROM core.labels WHERE kind = 'not_on_topic' AND labelled_at > $since::TIMESTAMPTZ
)
