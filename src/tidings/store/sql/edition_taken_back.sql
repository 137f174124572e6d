-- What a recipient was told, and may not stand: its report was edited, went, or was marked as not on the topic. Whether an edit changed the
-- told words is decided on the texts. What another development replaces is no correction: it is news, and says what was told before, but only to
-- who is told it: not where it is in a language that the recipient does not want. Words told on two topics are corrected once; a mark is of one topic.
-- The rows of articles, statements and former texts that come into question were laid out before (store.corrections): their texts are long.
WITH heard AS MATERIALIZED (
    SELECT t.development_id, min(e.window_end) AS told_at
    FROM core.told AS t
    JOIN core.editions AS e ON e.id = t.edition_id
    WHERE t.recipient = $recipient
        AND NOT EXISTS (SELECT 1 FROM core.corrected AS c WHERE c.development_id = t.development_id AND c.recipient = $recipient)
    GROUP BY t.development_id
),
corrected_words AS MATERIALIZED (
    SELECT DISTINCT d.statement_id
    FROM core.corrected AS c
    JOIN core.developments AS d ON d.id = c.development_id
    WHERE c.recipient = $recipient AND c.how <> 'marked' AND d.statement_id IS NOT NULL
)
SELECT
    d.id AS development_id, d.topic, d.story_id, h.told_at, s.text AS told, s.position, a.id AS article_id, a.publisher, core.shown_url(a.url) AS url,
    a.language, a.correction, a.text AS after, before.text AS before, current.first_seen_at AS edited_at,
    CASE WHEN a.gone_since <= $gone_until::TIMESTAMPTZ AND a.gone_since > $since::TIMESTAMPTZ THEN a.gone_since END AS gone_at,
    l.labelled_at AS marked_at,
    st.title AS headline, coalesce(first.language, '') AS headline_language
FROM heard AS h
JOIN core.developments AS d ON d.id = h.development_id
JOIN touched_articles AS a ON a.id = d.article_id
JOIN touched_statements AS s ON s.id = d.statement_id AND s.topic = d.topic
LEFT JOIN core.labels AS l ON l.kind = 'not_on_topic' AND l.article_id = a.id AND l.topic = d.topic AND l.labelled_at > $since::TIMESTAMPTZ
LEFT JOIN core.versions AS current ON current.id = a.version_id AND current.first_seen_at > $since::TIMESTAMPTZ AND a.version_id <> s.version_id
    AND strpos(a.text, s.text) = 0
LEFT JOIN touched_versions AS before ON before.id = s.version_id
LEFT JOIN core.stories AS st ON st.id = d.story_id
LEFT JOIN core.articles AS first ON first.id = d.story_id
WHERE (marked_at IS NOT NULL OR gone_at IS NOT NULL OR edited_at IS NOT NULL)
    AND (marked_at IS NOT NULL OR (
        d.statement_id NOT IN (FROM corrected_words)
        AND NOT EXISTS (
            SELECT 1 FROM core.developments AS n
            WHERE n.replaces_id = d.id
                AND (n.id IN (SELECT id FROM given_news) OR EXISTS (SELECT 1 FROM core.told AS t WHERE t.development_id = n.id AND t.recipient = $recipient))
        )
    ))
-- The first sentence of each report before the second of any: a live page that is written anew every hour keeps no other from being looked at.
ORDER BY row_number() OVER (PARTITION BY a.id ORDER BY h.told_at DESC, s.position, d.id), h.told_at DESC, d.story_id, a.id, s.position, d.id
LIMIT $rows_max
