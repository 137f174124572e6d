WITH hit AS (
    SELECT part, number FROM core.postings WHERE term IN ({terms}) GROUP BY part, number HAVING count(DISTINCT term) = $count
),
ruled_out AS (SELECT part, number FROM core.postings WHERE term IN ({ruled_out})),
document AS (
    SELECT DISTINCT d.kind, d.id, d.change
    FROM core.documents AS d SEMI JOIN hit USING (part, number) ANTI JOIN ruled_out USING (part, number)
),
thing AS (
    SELECT 'article' AS kind, a.id, a.first_seen_at
    FROM core.articles AS a
    SEMI JOIN document AS d ON d.kind = 'article' AND d.id = a.id AND d.change = a.change
    WHERE (len($publishers) = 0 OR list_contains($publishers, lower(a.publisher)))
        AND (len($languages) = 0 OR list_contains($languages, a.language))
        AND (len($topics) = 0 OR a.id IN (SELECT s.article_id FROM core.statements AS s WHERE list_contains($topics, s.topic)))
        AND ($since::TIMESTAMPTZ IS NULL OR a.first_seen_at >= $since::TIMESTAMPTZ)
        AND ($until::TIMESTAMPTZ IS NULL OR a.first_seen_at <= $until::TIMESTAMPTZ)
    UNION ALL
    SELECT 'entry', e.id, e.first_seen_at
    FROM core.entries AS e
    SEMI JOIN document AS d ON d.kind = 'entry' AND d.id = e.id AND d.change = e.change
    LEFT JOIN core.feeds AS f ON f.id = e.feed_id
    WHERE len($topics) = 0
        AND (len($publishers) = 0 OR list_contains($publishers, lower(f.publisher)))
        AND (len($languages) = 0 OR list_contains($languages, e.language))
        AND ($since::TIMESTAMPTZ IS NULL OR e.first_seen_at >= $since::TIMESTAMPTZ)
        AND ($until::TIMESTAMPTZ IS NULL OR e.first_seen_at <= $until::TIMESTAMPTZ)
)
SELECT *, count(*) OVER () AS count FROM thing ORDER BY first_seen_at DESC, id LIMIT $most
