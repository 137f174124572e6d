-- What a recipient was told, and may not stand: its report was edited, went, or was marked as not on the topic. Whether an edit changed the
-- told words is decided on the texts. What another development replaces is no correction: it is news, and says what was told before, but only to
-- who is told it: not where it is in a language that the recipient does not want. Words told on two topics are corrected once; a mark is of one topic.
-- The rows that come into question were laid out before, for all recipients (store.corrections): texts are long, and tables too.
SELECT
    d.id AS development_id, d.topic, d.story_id, h.told_at, s.text AS told, s.position, a.id AS article_id, a.publisher, core.shown_url(a.url) AS url,
    a.language, a.correction, a.text AS after, before.text AS before, current.first_seen_at AS edited_at,
    CASE WHEN a.gone_since <= $gone_until::TIMESTAMPTZ AND a.gone_since > $since::TIMESTAMPTZ THEN a.gone_since END AS gone_at,
    l.labelled_at AS marked_at,
    st.title AS headline, coalesce(st.language, '') AS headline_language
FROM touched AS h
JOIN touched_developments AS d ON d.id = h.development_id
JOIN touched_articles AS a ON a.id = d.article_id
JOIN touched_statements AS s ON s.id = d.statement_id AND s.topic = d.topic
LEFT JOIN core.labels AS l ON l.kind = 'not_on_topic' AND l.article_id = a.id AND l.topic = d.topic AND l.labelled_at > $since::TIMESTAMPTZ
LEFT JOIN touched_versions AS current ON current.id = a.version_id AND current.first_seen_at > $since::TIMESTAMPTZ AND a.version_id <> s.version_id
    AND strpos(a.text, s.text) = 0
LEFT JOIN touched_versions AS before ON before.id = s.version_id
LEFT JOIN touched_stories AS st ON st.id = d.story_id
WHERE h.recipient = $recipient
    AND (marked_at IS NOT NULL OR gone_at IS NOT NULL OR edited_at IS NOT NULL)
    AND (marked_at IS NOT NULL OR (
        d.statement_id NOT IN (SELECT statement_id FROM corrected_words WHERE recipient = $recipient)
        AND d.id NOT IN (
            SELECT replaces_id FROM touched_news
            WHERE recipient = $recipient OR id IN (SELECT id FROM owed WHERE recipient = $recipient)
        )
    ))
-- The first sentence of each report before the second of any: a live page that is written anew every hour keeps no other from being looked at.
ORDER BY row_number() OVER (PARTITION BY a.id ORDER BY h.told_at DESC, s.position, d.id), h.told_at DESC, d.story_id, a.id, s.position, d.id
LIMIT $rows_max
