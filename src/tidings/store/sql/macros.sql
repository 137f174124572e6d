-- Table macros: questions that analysts ask again and again, under the same rules as the views. Called as `FROM timeline('libya')`.
--
-- A time is anything that casts to one ('2020-02-20', '2020-02-20 07:00+00', now()); without a zone it is of the session's zone. NULL as
-- topic, measure or recipient: all of them. Every row names its source: url, article_id and the exact words with version_id, "start" and
-- "end" (see the view statements). A parameter stands for its name everywhere in a macro, in the views it reads too: so columns of that
-- name are qualified, and macros read no view that is public.

CREATE OR REPLACE MACRO main.known_as_of(t) AS TABLE
SELECT
    d.id, d.topic, d.kind, d.story_id, coalesce(s.title, d.headline) AS headline,
    d.statement_id, d.statement, d.article_id, coalesce(a.publisher, d.publisher) AS publisher, d.url,
    coalesce(a.language, d.language) AS language, CASE WHEN a.id IS NULL THEN d.published_at ELSE a.published_at END AS published_at, d.first_seen_at,
    d.recorded_at, nullif(d.warning, '') AS warning, d.replaces_id, d.origin, d.version_id,
    d."start", d."end", d.event_date, d.place,
    CASE WHEN d.replaced_at <= t::TIMESTAMPTZ AND (r.recorded_at IS NULL OR r.recorded_at > d.replaced_at) THEN d.replaced_by_id ELSE r.id END AS replaced_by_id,
    least(CASE WHEN d.replaced_at <= t::TIMESTAMPTZ THEN d.replaced_at END, r.recorded_at) AS replaced_at,
    -- The text that its article had then: one of those that were replaced, else the present one.
    CASE
        WHEN a.version_id = d.version_id THEN NULL
        WHEN v.text = '' THEN CASE WHEN w.first_seen_at <= v.first_seen_at THEN w.first_seen_at END -- let go: what edits took away is left
        WHEN v.text IS NOT NULL THEN CASE WHEN strpos(v.text, d.statement) = 0 THEN v.first_seen_at END
        WHEN d.reworded_at <= t::TIMESTAMPTZ THEN d.reworded_at
    END AS reworded_at,
    CASE WHEN a.id IS NULL THEN CASE WHEN d.gone_since <= t::TIMESTAMPTZ THEN d.gone_since END WHEN a.gone_since <= t::TIMESTAMPTZ THEN a.gone_since END AS gone_since,
    l.labelled_at AS off_topic_since
FROM (
    SELECT
        n.id, n.topic, n.kind, n.story_id, n.headline, n.statement_id, n.statement, n.article_id, n.publisher,
        n.url, n.language, n.published_at, n.first_seen_at, n.recorded_at, n.warning, n.replaces_id, n.origin,
        n.version_id, n."start", n."end", n.event_date, n.place,
        n.gone_since, n.reworded_at, n.replaced_by_id, n.replaced_at
    FROM derived.developments AS n
    WHERE n.recorded_at <= t::TIMESTAMPTZ AND n.id NOT IN (SELECT e.id FROM core.earlier_developments AS e WHERE e.until_at > t::TIMESTAMPTZ)
    UNION ALL
    SELECT
        e.id, e.topic, e.kind, e.story_id, e.headline, e.statement_id, e.statement, e.article_id, e.publisher,
        e.url, e.language, e.published_at, e.first_seen_at, e.recorded_at, e.warning, e.replaces_id, e.origin,
        e.version_id, e."start", e."end", e.event_date, e.place,
        n.gone_since, n.reworded_at, n.replaced_by_id, n.replaced_at
    FROM core.earlier_developments AS e
    LEFT JOIN derived.developments AS n ON n.id = e.id
    WHERE e.until_at > t::TIMESTAMPTZ AND e.recorded_at <= t::TIMESTAMPTZ
    QUALIFY row_number() OVER (PARTITION BY e.id ORDER BY e.until_at) = 1
) AS d
-- How its article, its story and what was said against it stood then, where they were others than now.
LEFT JOIN (
    SELECT e.* FROM core.earlier_articles AS e WHERE e.until_at > t::TIMESTAMPTZ QUALIFY row_number() OVER (PARTITION BY e.id ORDER BY e.until_at) = 1
) AS a ON a.id = d.article_id
LEFT JOIN core.versions AS v ON v.id = a.version_id
LEFT JOIN (
    SELECT k.article_id, k.words, min(k.first_seen_at) AS first_seen_at
    FROM (
        SELECT b.article_id, unnest(b.removed) AS words, b.first_seen_at
        FROM core.versions AS b
        WHERE b.article_id IN (SELECT g.article_id FROM core.versions AS g WHERE g.text = '')
    ) AS k
    GROUP BY ALL
) AS w ON w.article_id = d.article_id AND w.words = d.statement
LEFT JOIN (
    SELECT e.* FROM core.earlier_stories AS e WHERE e.until_at > t::TIMESTAMPTZ QUALIFY row_number() OVER (PARTITION BY e.id ORDER BY e.until_at) = 1
) AS s ON s.id = d.story_id
LEFT JOIN ( -- what replaced it then, and is no more, or is recorded anew since
    SELECT e.replaces_id, arg_min(e.id, (e.recorded_at, e.id)) AS id, min(e.recorded_at) AS recorded_at
    FROM core.earlier_developments AS e
    WHERE e.until_at > t::TIMESTAMPTZ AND e.recorded_at <= t::TIMESTAMPTZ AND e.replaces_id IS NOT NULL
    GROUP BY e.replaces_id
) AS r ON r.replaces_id = d.id
LEFT JOIN (
    SELECT m.article_id, m.topic, m.labelled_at
    FROM (SELECT k.id, k.kind, k.article_id, k.topic, k.labelled_at, 'infinity'::TIMESTAMPTZ AS until_at FROM core.labels AS k
        UNION ALL SELECT e.id, e.kind, e.article_id, e.topic, e.labelled_at, e.until_at FROM core.earlier_labels AS e) AS m
    WHERE m.kind = 'not_on_topic' AND m.labelled_at <= t::TIMESTAMPTZ AND m.until_at > t::TIMESTAMPTZ
    QUALIFY row_number() OVER (PARTITION BY m.id ORDER BY m.until_at) = 1
) AS l ON l.article_id = d.article_id AND l.topic = d.topic;
COMMENT ON MACRO TABLE main.known_as_of IS 'What was known at a moment: the developments recorded by then, as they stood then, in the columns of developments. What replaced them, an edit that took their words away, the withdrawal of their page or a mark that they are off_topic_since are there only as far as they were known then.';

CREATE OR REPLACE MACRO main.told_as_of(recipient, t) AS TABLE
SELECT
    x.recipient, e.composed_at AS told_at, p.delivered_at, e.kind AS edition_kind, e.id AS edition_id, x."position", x.development_id,
    d.topic, coalesce(b.kind, d.kind) AS kind, coalesce(b.story_id, d.story_id) AS story_id, coalesce(s.title, b.headline, d.headline) AS headline,
    coalesce(b.statement, d.statement) AS statement, coalesce(a.publisher, b.publisher, d.publisher) AS publisher, d.url, d.language, d.recorded_at,
    nullif(coalesce(b.warning, d.warning), '') AS warning, d.replaces_id, d.article_id,
    d.statement_id, d.version_id, d."start", d."end",
    c.how AS corrected_how, nullif(c.words, '') AS corrected_words, c.corrected_at
FROM core.told AS x
JOIN core.editions AS e ON e.id = x.edition_id
JOIN derived.developments AS d ON d.id = x.development_id
-- Each as it stood when the edition was composed.
LEFT JOIN (
    SELECT k.edition_id, m.* FROM core.told AS k
    JOIN core.editions AS w ON w.id = k.edition_id
    JOIN core.earlier_developments AS m ON m.id = k.development_id AND m.until_at > w.composed_at
    QUALIFY row_number() OVER (PARTITION BY k.edition_id, m.id ORDER BY m.until_at) = 1
) AS b ON b.edition_id = x.edition_id AND b.id = x.development_id
LEFT JOIN (
    SELECT w.id AS edition_id, m.id, m.publisher FROM core.earlier_articles AS m
    JOIN derived.developments AS n ON n.article_id = m.id
    JOIN core.told AS k ON k.development_id = n.id
    JOIN core.editions AS w ON w.id = k.edition_id AND m.until_at > w.composed_at
    QUALIFY row_number() OVER (PARTITION BY w.id, m.id ORDER BY m.until_at) = 1
) AS a ON a.edition_id = x.edition_id AND a.id = d.article_id
LEFT JOIN (
    SELECT w.id AS edition_id, m.id, m.title FROM core.earlier_stories AS m
    JOIN core.editions AS w ON m.until_at > w.composed_at
    QUALIFY row_number() OVER (PARTITION BY w.id, m.id ORDER BY m.until_at) = 1
) AS s ON s.edition_id = x.edition_id AND s.id = coalesce(b.story_id, d.story_id)
LEFT JOIN (
    SELECT k.development_id, k.recipient, k.how, k.words, w.composed_at AS corrected_at
    FROM core.corrected AS k JOIN core.editions AS w ON w.id = k.edition_id
    WHERE w.composed_at <= t::TIMESTAMPTZ
) AS c ON c.development_id = x.development_id AND c.recipient = x.recipient
LEFT JOIN (
    SELECT k.edition_id, k.recipient, CASE WHEN bool_and(k.state = 'sent' AND k.sent_at <= t::TIMESTAMPTZ) THEN max(k.sent_at) END AS delivered_at
    FROM core.deliveries AS k GROUP BY k.edition_id, k.recipient
) AS p ON p.edition_id = x.edition_id AND p.recipient = x.recipient
WHERE e.composed_at <= t::TIMESTAMPTZ AND (recipient IS NULL OR x.recipient = recipient);
COMMENT ON MACRO TABLE main.told_as_of IS 'What a recipient had been told by a moment: each development in an edition composed by then, as it stood when that was composed, when it was delivered, and how an edition by then corrected it.';

CREATE OR REPLACE MACRO main.what_changed(topic, since) AS TABLE
SELECT
    d.recorded_at AS changed_at, d.kind AS change, d.topic, d.story_id, d.headline, b.statement AS before, d.statement, d.publisher, d.url,
    d.id AS development_id, d.statement_id, d.article_id, d.version_id,
    d."start", d."end"
FROM derived.developments AS d
LEFT JOIN derived.developments AS b ON b.id = d.replaces_id AND b.replaced_at >= since::TIMESTAMPTZ
WHERE d.recorded_at > since::TIMESTAMPTZ AND (topic IS NULL OR d.topic = topic)
UNION ALL
SELECT
    w.changed_at, w.change, d.topic, d.story_id, d.headline, d.statement, NULL, d.publisher, d.url,
    d.id, d.statement_id, d.article_id, d.version_id, d."start", d."end"
FROM derived.developments AS d
JOIN (
    SELECT n.id, n.reworded_at AS changed_at, 'reworded' AS change FROM derived.developments AS n WHERE n.reworded_at > since::TIMESTAMPTZ
    UNION ALL
    SELECT n.id, n.gone_since, 'gone' FROM derived.developments AS n WHERE n.gone_since > since::TIMESTAMPTZ
    UNION ALL
    SELECT n.id, k.labelled_at, 'marked' FROM derived.developments AS n
    JOIN core.labels AS k ON k.kind = 'not_on_topic' AND k.article_id = n.article_id AND k.topic = n.topic
    WHERE k.labelled_at > since::TIMESTAMPTZ
) AS w ON w.id = d.id
WHERE topic IS NULL OR d.topic = topic
UNION ALL
SELECT
    e.until_at, 'withdrawn', e.topic, e.story_id, e.headline, e.statement, NULL, e.publisher, e.url,
    e.id, e.statement_id, e.article_id, e.version_id, e."start", e."end"
FROM (
    SELECT m.* FROM core.earlier_developments AS m WHERE m.until_at > since::TIMESTAMPTZ
    QUALIFY row_number() OVER (PARTITION BY m.id ORDER BY m.until_at DESC) = 1
) AS e
ANTI JOIN derived.developments AS n ON n.id = e.id
WHERE topic IS NULL OR e.topic = topic
ORDER BY 1, development_id;
COMMENT ON MACRO TABLE main.what_changed IS 'What became known of a topic after a moment, oldest first: its developments with what each replaced (before), and what no longer stands of earlier ones: reworded (its article has other words now), gone (its page was withdrawn), marked (a user said it is off the topic) or withdrawn (taken back before anyone was told).';

CREATE OR REPLACE MACRO main.figure_series(topic, measure) AS TABLE
SELECT
    f.topic, f.story_id, f.headline, f.measure, nullif(f.unit, '') AS unit, f.day, f.value_low, f.value_high, f.qualifier,
    nullif(f."of", '') AS "of", f.words, nullif(f.said_by, '') AS said_by, f.publisher, f.origin, f.language, f.reported_at, nullif(f.place, '') AS place,
    f.statement, f.url, nullif(f.seed_id, '') AS seed_id, f.statement_id, f.id AS figure_id, f.disputed,
    f.article_id, f.version_id
FROM derived.figures AS f
WHERE f.on_topic AND (topic IS NULL OR f.topic = topic) AND (measure IS NULL OR f.measure = measure)
ORDER BY f.day, f.reported_at, f.id;
COMMENT ON MACRO TABLE main.figure_series IS 'The view figure_series of one topic and measure, in order of the day that each figure holds for.';

CREATE OR REPLACE MACRO main.corroboration(development) AS TABLE
WITH asked AS MATERIALIZED (
    SELECT d.topic, d.story_id, d.statement_id, d.article_id, d.origin FROM derived.developments AS d WHERE d.id = try_cast(development AS UUID)
), said AS MATERIALIZED ( -- two joins and no OR: so of all sentences only the ids are read
    SELECT s.id, s.article_id, s.text, s.score, s.version_id, s."start", s."end", s."position", true AS itself
    FROM core.statements AS s
    JOIN asked AS q ON q.statement_id = s.id AND q.topic = s.topic
    UNION ALL
    SELECT s.id, s.article_id, s.text, s.score, s.version_id, s."start", s."end", s."position", false
    FROM core.statements AS s
    JOIN asked AS q ON q.statement_id = s.against_id AND q.topic = s.topic
    WHERE s.decision = 'told' AND s.reason <> 'not_on_topic'
), same AS MATERIALIZED ( -- sentences that say the same, with the one that was asked for; of an article the nearest
    SELECT * FROM said QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY itself DESC, score DESC, "position") = 1
), heard AS MATERIALIZED (
    SELECT o.id FROM core.articles AS o WHERE o.story_id IN (SELECT w.story_id FROM asked AS w)
    UNION
    SELECT m.article_id FROM same AS m
)
SELECT
    CASE
        WHEN a.id = d.article_id THEN 'itself'
        WHEN c.article_id IS NOT NULL THEN 'copy'
        WHEN core.borrowed(m.score) THEN 'repeats'
        WHEN a.origin = d.origin THEN 'same_origin'
        WHEN x.id IS NULL AND core.loose(a.story_score) AND k.id IS NULL THEN 'loose'
        ELSE 'independent'
    END AS how,
    a.origin, a.publisher, a.language, coalesce(a.published_at, a.first_seen_at) AS reported_at, a.first_seen_at, x.text AS statement, x.score, a.title,
    core.shown_url(a.url) AS url, a.id AS article_id, c.of_id AS copy_of_id, c.relation AS copy_relation,
    nullif(a.seed_id, '') AS seed_id, x.id AS statement_id, x.version_id, x."start", x."end"
FROM core.articles AS a
SEMI JOIN heard AS h ON h.id = a.id
CROSS JOIN asked AS d
LEFT JOIN same AS x ON x.article_id = a.id
LEFT JOIN core.duplicates AS c ON c.article_id = a.id
LEFT JOIN core.articles AS o ON o.id = c.of_id
LEFT JOIN core.labels AS k ON k.kind = 'same_story' AND k.article_id = a.id
LEFT JOIN (
    SELECT s.article_id, avg(s.score) AS score FROM core.statements AS s WHERE s.article_id IN (SELECT h.id FROM heard AS h) GROUP BY s.article_id
) AS m ON m.article_id = a.id
ORDER BY reported_at, article_id;
COMMENT ON MACRO TABLE main.corroboration IS 'Who else reports a development: every article of its story and every one that says the same, with how it counts: itself, copy (of copy_of_id), repeats (only sentences that others told), same_origin (the same writer elsewhere), loose (joined the story too loosely to count) or independent; statement: its exact words for it, NULL where it reports the story without them.';

CREATE OR REPLACE MACRO main.timeline(topic) AS TABLE
SELECT
    coalesce(d.event_date, d.published_at::DATE, d.first_seen_at::DATE) AS day, d.recorded_at, d.kind, d.headline, d.statement, d.publisher, d.origin, d.language,
    d.place, d.url, d.replaced_by_id, d.replaced_at, d.reworded_at, d.gone_since, nullif(d.warning, '') AS warning,
    d.story_id, d.id AS development_id, d.statement_id, d.article_id,
    d.version_id, d."start", d."end"
FROM derived.developments AS d
WHERE topic IS NULL OR d.topic = topic
ORDER BY 1, d.recorded_at, d.id;
COMMENT ON MACRO TABLE main.timeline IS 'The developments of a topic in the order of the days they speak of: as the sentence says, else when it was published, else when we first saw it; with what no longer stands marked by replaced_by_id, reworded_at or gone_since.';

CREATE OR REPLACE MACRO main.not_reported(topic, since) AS TABLE
WITH passed AS MATERIALIZED (
    SELECT s.id, s.topic, s.text, s.score, s.reason, s.decided_at, s.article_id, s.version_id, s."start", s."end", s.against_id
    FROM core.statements AS s
    WHERE s.decision = 'told' AND s.reason <> 'not_on_topic' AND s.decided_at > since::TIMESTAMPTZ AND (topic IS NULL OR s.topic = topic)
)
SELECT
    s.score, s.reason, s.topic, s.text AS statement, n.text AS nearest, s.decided_at, a.publisher, core.shown_url(a.url) AS url,
    s.id AS statement_id, s.article_id, s.version_id, s."start", s."end", s.against_id AS nearest_id
FROM passed AS s
LEFT JOIN (SELECT o.id, o.publisher, o.url FROM core.articles AS o WHERE o.id IN (SELECT p.article_id FROM passed AS p)) AS a ON a.id = s.article_id
LEFT JOIN (
    -- The oldest is looked for first: before it no text has to be read.
    SELECT k.id, k.topic, k.text
    FROM core.statements AS k
    WHERE k.id IN (SELECT p.against_id FROM passed AS p)
        AND k.first_seen_at >= (SELECT min(o.first_seen_at) FROM core.statements AS o WHERE o.id IN (SELECT p.against_id FROM passed AS p))
) AS n ON n.id = s.against_id AND n.topic = s.topic
ORDER BY s.score, s.id, s.topic;
COMMENT ON MACRO TABLE main.not_reported IS 'Sentences on a topic that were decided after a moment to have been told before, each with the told sentence that is nearest: those least alike first.';
