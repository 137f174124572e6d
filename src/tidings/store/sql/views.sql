-- The public views: the interface that analysts query, under semantic versioning (docs/reference/schema.md, made from the comments here).
-- The same views stand in the store and in what is published, over tables of the same names; so they run on every DuckDB from 1.2.
--
-- Common to all: ids are text (so that ids of seeds, which are configured names, fit beside them), NULL means "none" or
-- "not known", times are UTC. No address, no secret: core.shown_url and core.shown_text (shown.sql) hide them.

CREATE VIEW main.articles AS
SELECT
    id, core.shown_url(url) AS url, title, publisher, origin, language, published_at, first_seen_at, verdict, text,
    story_id, version_id, entry_id, authors, correction,
    gone_since
FROM core.articles
WHERE seed_id = '';
COMMENT ON VIEW main.articles IS 'Text and metadata of every article read (seeds are in the view seeds). Copies stay here; the view duplicates tells what they copy.';
COMMENT ON COLUMN main.articles.id IS 'identity, made from the normalised canonical URL';
COMMENT ON COLUMN main.articles.url IS 'link, without user name and secret query parts';
COMMENT ON COLUMN main.articles.title IS 'title, as published';
COMMENT ON COLUMN main.articles.publisher IS 'who published it: registrable domain or configured family';
COMMENT ON COLUMN main.articles.origin IS 'who first wrote the text: an agency credited in it, or the publisher';
COMMENT ON COLUMN main.articles.language IS 'ISO 639 code of the text';
COMMENT ON COLUMN main.articles.published_at IS 'when it was published, as it claims: evidence only';
COMMENT ON COLUMN main.articles.first_seen_at IS 'when we first saw it, by our clock';
COMMENT ON COLUMN main.articles.verdict IS 'what the page turned out to be: full, teaser, wall, not_found, empty, too_deep, timeout or blocked';
COMMENT ON COLUMN main.articles.text IS 'the current text; paragraphs are separated by a blank line';
COMMENT ON COLUMN main.articles.story_id IS 'the story it belongs to; NULL when it is off topic or not yet decided';
COMMENT ON COLUMN main.articles.version_id IS 'the version that is the current text';
COMMENT ON COLUMN main.articles.entry_id IS 'the entry that led to it';
COMMENT ON COLUMN main.articles.authors IS 'names in the byline';
COMMENT ON COLUMN main.articles.correction IS 'whether it says of itself that it corrects an earlier report';
COMMENT ON COLUMN main.articles.gone_since IS 'when its page was first found withdrawn (404 or 410) after it had been read: the text is what it said before; NULL: it is there, as far as we looked';

CREATE VIEW main.versions AS
SELECT v.id, v.article_id, v.title, nullif(v.text, '') AS text, v.first_seen_at, n.first_seen_at AS replaced_at,
    coalesce(n.added, []) AS added, coalesce(n.removed, []) AS removed, coalesce(n.added_count, 0) AS added_count,
    coalesce(n.removed_count, 0) AS removed_count
FROM core.versions AS v
ANTI JOIN core.articles AS a ON a.version_id = v.id
LEFT JOIN (SELECT DISTINCT ON (before_id) * FROM core.versions WHERE before_id IS NOT NULL ORDER BY before_id, first_seen_at DESC, id) AS n
    ON n.before_id = v.id;
COMMENT ON VIEW main.versions IS 'Texts that articles had before the present one: offsets of older statements count in these.';
COMMENT ON COLUMN main.versions.id IS 'identity, made from article and text';
COMMENT ON COLUMN main.versions.article_id IS 'the article';
COMMENT ON COLUMN main.versions.title IS 'its title at that time';
COMMENT ON COLUMN main.versions.text IS 'its text at that time; NULL: it was let go, as retention.former_texts_days says, and what the edit added and removed is all that is left of it';
COMMENT ON COLUMN main.versions.first_seen_at IS 'when we first saw this text';
COMMENT ON COLUMN main.versions.replaced_at IS 'when we first saw the text that took its place; NULL when an earlier text came back';
COMMENT ON COLUMN main.versions.added IS 'sentences of the text that took its place which this one did not have, the first 40';
COMMENT ON COLUMN main.versions.removed IS 'sentences of this text which the one that took its place did not have, the first 40';
COMMENT ON COLUMN main.versions.added_count IS 'how many sentences were added';
COMMENT ON COLUMN main.versions.removed_count IS 'how many sentences were removed';

CREATE VIEW main.topics AS
SELECT name, title, first_seen_at FROM core.topics;
COMMENT ON VIEW main.topics IS 'What is watched, and since when.';
COMMENT ON COLUMN main.topics.name IS 'configured name';
COMMENT ON COLUMN main.topics.title IS 'how digests call it';
COMMENT ON COLUMN main.topics.first_seen_at IS 'when it was first configured, by our clock';

CREATE VIEW main.seeds AS
SELECT
    seed_id AS id, title, publisher, published_at, nullif(core.shown_url(url), '') AS url, language, id AS article_id, story_id, text
FROM core.articles
WHERE seed_id <> '';
COMMENT ON VIEW main.seeds IS 'Articles given in advance: what they say counts as told.';
COMMENT ON COLUMN main.seeds.id IS 'configured id';
COMMENT ON COLUMN main.seeds.title IS 'configured title';
COMMENT ON COLUMN main.seeds.publisher IS 'configured publisher';
COMMENT ON COLUMN main.seeds.published_at IS 'configured date';
COMMENT ON COLUMN main.seeds.url IS 'configured link';
COMMENT ON COLUMN main.seeds.language IS 'configured language';
COMMENT ON COLUMN main.seeds.article_id IS 'what statements name as their article';
COMMENT ON COLUMN main.seeds.story_id IS 'the story it belongs to';
COMMENT ON COLUMN main.seeds.text IS 'its text, after cleaning';

CREATE VIEW main.statements AS
SELECT
    s.id, s.article_id, s.version_id, s.topic, s.text, s."start", s."end",
    try_cast(nullif(s.event_date, '') AS DATE) AS event_date, CASE WHEN s.reason = 'not_on_topic' THEN 'off_topic' ELSE nullif(s.decision, '') END AS decision, nullif(s.place, '') AS place, s.position, s.first_seen_at, nullif(a.seed_id, '') AS seed_id
FROM core.statements AS s
LEFT JOIN core.articles AS a ON a.id = s.article_id;
COMMENT ON VIEW main.statements IS 'Every sentence on a topic, of articles and seeds, with where it stands and what was decided about it.';
COMMENT ON COLUMN main.statements.id IS 'identity, made from article, normalised sentence and occurrence; together with topic it is unique';
COMMENT ON COLUMN main.statements.article_id IS 'the article it stands in';
COMMENT ON COLUMN main.statements.version_id IS 'the version that the offsets count in: that of the article, or one in versions';
COMMENT ON COLUMN main.statements.topic IS 'topic it is about';
COMMENT ON COLUMN main.statements.text IS 'the exact words';
COMMENT ON COLUMN main.statements."start" IS 'offset of its first character in the text of the version: substring(text, "start" + 1, "end" - "start") is the sentence';
COMMENT ON COLUMN main.statements."end" IS 'offset after its last character';
COMMENT ON COLUMN main.statements.event_date IS 'the day it speaks of, where that can be told';
COMMENT ON COLUMN main.statements.decision IS 'development (new), told (said before), known (recorded at a cold start), seed (said by a seed), off_topic (a user said so, see labels); NULL: not yet decided';
COMMENT ON COLUMN main.statements.place IS 'the configured place that it names first';
COMMENT ON COLUMN main.statements."position" IS 'its rank among the sentences of the article';
COMMENT ON COLUMN main.statements.first_seen_at IS 'when we first saw it';
COMMENT ON COLUMN main.statements.seed_id IS 'the seed it stands in; NULL for an article''s';

CREATE VIEW main.stories AS
SELECT
    s.id, unnest(s.topics) AS topic, s.title, s.first_seen_at, s.last_seen_at, coalesce(c.article_count, 0) AS article_count,
    coalesce(c.origin_count, 0) AS origin_count, coalesce(c.language_count, 0) AS language_count, s.seeded
FROM core.stories AS s
LEFT JOIN derived.story_counts AS c ON c.story_id = s.id
WHERE c.article_count > 0 OR s.seeded OR NOT EXISTS (SELECT 1 FROM core.labels AS l WHERE l.moved_from_id = s.id); -- all of it was moved
COMMENT ON VIEW main.stories IS 'Articles that report the same happening; one row for each topic of the story.';
COMMENT ON COLUMN main.stories.id IS 'the id of its first article; together with topic it is unique';
COMMENT ON COLUMN main.stories.topic IS 'topic';
COMMENT ON COLUMN main.stories.title IS 'the exact title of its first article';
COMMENT ON COLUMN main.stories.first_seen_at IS 'when its first article was first seen';
COMMENT ON COLUMN main.stories.last_seen_at IS 'when its latest article was first seen';
COMMENT ON COLUMN main.stories.article_count IS 'its articles, copies included, seeds not';
COMMENT ON COLUMN main.stories.origin_count IS 'how many reported it independently: a copy shares the origin of what it copies; what only repeats told sentences, or joined the story loosely, is no origin';
COMMENT ON COLUMN main.stories.language_count IS 'languages of its articles';
COMMENT ON COLUMN main.stories.seeded IS 'whether a seed belongs to it';

CREATE VIEW main.developments AS
SELECT
    id, topic, kind, story_id, headline, statement_id, statement,
    article_id, publisher, url, language, published_at, first_seen_at, recorded_at,
    nullif(warning, '') AS warning, replaces_id, origin,
    version_id, "start", "end", event_date, place,
    replaced_by_id, replaced_at, reworded_at, gone_since
FROM derived.developments;
COMMENT ON VIEW main.developments IS 'What stories newly said: the rows that digests are made of.';
COMMENT ON COLUMN main.developments.id IS 'identity, made from topic, kind and statement (or story and origin)';
COMMENT ON COLUMN main.developments.topic IS 'topic';
COMMENT ON COLUMN main.developments.kind IS 'new_story, new_statement, changed_figure, reversal, correction or new_origin (independent confirmation)';
COMMENT ON COLUMN main.developments.story_id IS 'the story that says it';
COMMENT ON COLUMN main.developments.headline IS 'the story''s title: the exact title of its first article';
COMMENT ON COLUMN main.developments.statement_id IS 'the statement; NULL for new_origin';
COMMENT ON COLUMN main.developments.statement IS 'its exact words; NULL for new_origin';
COMMENT ON COLUMN main.developments.article_id IS 'the article it stands in';
COMMENT ON COLUMN main.developments.publisher IS 'who published that';
COMMENT ON COLUMN main.developments.url IS 'link to it, without user name and secret query parts';
COMMENT ON COLUMN main.developments.language IS 'its language';
COMMENT ON COLUMN main.developments.published_at IS 'when it was published, as it claims';
COMMENT ON COLUMN main.developments.first_seen_at IS 'when we first saw the article';
COMMENT ON COLUMN main.developments.recorded_at IS 'when the development was recorded';
COMMENT ON COLUMN main.developments.warning IS 'what a reader should know, such as that the article copies another and differs in the toll';
COMMENT ON COLUMN main.developments.replaces_id IS 'the development that it changes, reverses or corrects';
COMMENT ON COLUMN main.developments.origin IS 'who wrote it; for new_origin: who confirms the story';
COMMENT ON COLUMN main.developments.version_id IS 'the version of the text that the offsets count in';
COMMENT ON COLUMN main.developments."start" IS 'offset of the statement''s first character in that text';
COMMENT ON COLUMN main.developments."end" IS 'offset after its last character';
COMMENT ON COLUMN main.developments.event_date IS 'the day it speaks of, where that can be told';
COMMENT ON COLUMN main.developments.place IS 'the configured place that it names first';
COMMENT ON COLUMN main.developments.replaced_by_id IS 'the first development that changed, reversed or corrected this one; NULL: none did';
COMMENT ON COLUMN main.developments.replaced_at IS 'when that was recorded';
COMMENT ON COLUMN main.developments.reworded_at IS 'when we first saw the present text of its article, which no longer has these words; NULL: it has';
COMMENT ON COLUMN main.developments.gone_since IS 'when its article''s page was first found withdrawn (404 or 410); NULL: it is there, as far as we looked';

CREATE VIEW main.figures AS
SELECT
    id, statement_id, development_id, topic, measure, value_low, value_high, qualifier,
    nullif("of", '') AS "of", nullif(unit, '') AS unit, try_cast(nullif(as_of, '') AS DATE) AS as_of, nullif(said_by, '') AS said_by, words, "start", "end"
FROM derived.figures;
COMMENT ON VIEW main.figures IS 'Numbers in statements, with the words each was read from.';
COMMENT ON COLUMN main.figures.id IS 'identity';
COMMENT ON COLUMN main.figures.statement_id IS 'the statement it stands in';
COMMENT ON COLUMN main.figures.development_id IS 'the development of that statement, where it is one';
COMMENT ON COLUMN main.figures.topic IS 'topic';
COMMENT ON COLUMN main.figures.measure IS 'killed, injured, missing, displaced, detained, affected, percent, money or other';
COMMENT ON COLUMN main.figures.value_low IS 'lower bound; NULL when vague (dozens)';
COMMENT ON COLUMN main.figures.value_high IS 'upper bound; the same as value_low for a single number';
COMMENT ON COLUMN main.figures.qualifier IS 'exact, at_least, more_than, about, up_to, nearly, less_than or vague';
COMMENT ON COLUMN main.figures."of" IS 'of what or whom';
COMMENT ON COLUMN main.figures.unit IS 'unit or currency';
COMMENT ON COLUMN main.figures.as_of IS 'the day it holds for, where the sentence says';
COMMENT ON COLUMN main.figures.said_by IS 'who said so, where the sentence says';
COMMENT ON COLUMN main.figures.words IS 'the exact words it was read from';
COMMENT ON COLUMN main.figures."start" IS 'offset of those words in the statement';
COMMENT ON COLUMN main.figures."end" IS 'offset after them';

CREATE VIEW main.figure_series AS
SELECT
    topic, story_id, headline, measure, nullif(unit, '') AS unit, day, value_low, value_high, qualifier, nullif("of", '') AS "of",
    words, nullif(said_by, '') AS said_by, publisher, origin, language, reported_at, nullif(place, '') AS place, statement,
    url, nullif(seed_id, '') AS seed_id, statement_id, id AS figure_id, disputed,
    article_id, version_id
FROM derived.figures
WHERE on_topic;
COMMENT ON VIEW main.figure_series IS 'Figures over time: each value that a story gives for a measure, with the day it holds for and who says so. Values that differ stand side by side.';
COMMENT ON COLUMN main.figure_series.topic IS 'topic';
COMMENT ON COLUMN main.figure_series.story_id IS 'the story that says it; NULL for a seed outside of every story';
COMMENT ON COLUMN main.figure_series.headline IS 'the story''s title';
COMMENT ON COLUMN main.figure_series.measure IS 'killed, injured, missing, displaced, detained, affected, percent, money or other';
COMMENT ON COLUMN main.figure_series.unit IS 'unit or currency';
COMMENT ON COLUMN main.figure_series.day IS 'the day it holds for: as the sentence says, else the day it speaks of, else the day it was published';
COMMENT ON COLUMN main.figure_series.value_low IS 'lower bound; NULL when vague (dozens)';
COMMENT ON COLUMN main.figure_series.value_high IS 'upper bound; the same as value_low for a single number';
COMMENT ON COLUMN main.figure_series.qualifier IS 'exact, at_least, more_than, about, up_to, nearly, less_than or vague';
COMMENT ON COLUMN main.figure_series."of" IS 'of what or whom';
COMMENT ON COLUMN main.figure_series.words IS 'the exact words it was read from';
COMMENT ON COLUMN main.figure_series.said_by IS 'who said so, where the sentence says';
COMMENT ON COLUMN main.figure_series.publisher IS 'who published it';
COMMENT ON COLUMN main.figure_series.origin IS 'who wrote it';
COMMENT ON COLUMN main.figure_series.language IS 'language of the article';
COMMENT ON COLUMN main.figure_series.reported_at IS 'when it was published, as it claims, else when we first saw it';
COMMENT ON COLUMN main.figure_series.place IS 'the configured place that the sentence names first';
COMMENT ON COLUMN main.figure_series.statement IS 'the exact words of the sentence';
COMMENT ON COLUMN main.figure_series.url IS 'link to the article, without user name and secret query parts';
COMMENT ON COLUMN main.figure_series.seed_id IS 'the seed it stands in; NULL for an article''s';
COMMENT ON COLUMN main.figure_series.statement_id IS 'the statement it stands in';
COMMENT ON COLUMN main.figure_series.figure_id IS 'the figure; a row each';
COMMENT ON COLUMN main.figure_series.disputed IS 'whether the story gives more than one value of that measure and unit for that day; money, percent and the smaller counts of a sentence: of the same thing; other: never';
COMMENT ON COLUMN main.figure_series.article_id IS 'the article, or the article_id of the seed, that it stands in';
COMMENT ON COLUMN main.figure_series.version_id IS 'the version of the text that the statement''s offsets count in';

CREATE VIEW main.duplicates AS
SELECT
    d.article_id, d.of_id, nullif(o.seed_id, '') AS of_seed_id, d.of_kind, d.relation, d.score, d.evidence, d.differs_in,
    a.publisher, core.shown_url(a.url) AS url, o.publisher AS of_publisher, nullif(core.shown_url(o.url), '') AS of_url
FROM core.duplicates AS d
LEFT JOIN core.articles AS a ON a.id = d.article_id
LEFT JOIN core.articles AS o ON o.id = d.of_id;
COMMENT ON VIEW main.duplicates IS 'Articles with the same content as another: hidden from digests, never deleted.';
COMMENT ON COLUMN main.duplicates.article_id IS 'the copy';
COMMENT ON COLUMN main.duplicates.of_id IS 'what it copies: an article, or the article_id of a seed';
COMMENT ON COLUMN main.duplicates.of_seed_id IS 'the seed''s configured id where it copies one, else NULL';
COMMENT ON COLUMN main.duplicates.of_kind IS 'seed or article';
COMMENT ON COLUMN main.duplicates.relation IS 'exact, near (copied text) or rewrite (paraphrased, spun or translated copy)';
COMMENT ON COLUMN main.duplicates.score IS 'how much of the copy is in what it copies, 0 to 1';
COMMENT ON COLUMN main.duplicates.evidence IS 'what showed it';
COMMENT ON COLUMN main.duplicates.differs_in IS 'facts in which the copy differs, such as the toll: then its statements are still judged';
COMMENT ON COLUMN main.duplicates.publisher IS 'who published the copy';
COMMENT ON COLUMN main.duplicates.url IS 'link to the copy';
COMMENT ON COLUMN main.duplicates.of_publisher IS 'who published what it copies';
COMMENT ON COLUMN main.duplicates.of_url IS 'link to that; NULL where a seed has none';

CREATE VIEW main.labels AS
SELECT
    l.id, l.kind, l.article_id, nullif(core.shown_url(a.url), '') AS url, l.other_id,
    nullif(core.shown_url(o.url), '') AS other_url, nullif(l.topic, '') AS topic, l.labelled_at, len(l.moved_ids) AS moved_count
FROM core.labels AS l
LEFT JOIN core.articles AS a ON a.id = l.article_id
LEFT JOIN core.articles AS o ON o.id = l.other_id;
COMMENT ON VIEW main.labels IS 'What users said against decisions, with `tidings mark`: deciding asks here first.';
COMMENT ON COLUMN main.labels.id IS 'identity, made from kind, article and topic';
COMMENT ON COLUMN main.labels.kind IS 'not_duplicate, same_story or not_on_topic';
COMMENT ON COLUMN main.labels.article_id IS 'the article of which it was said';
COMMENT ON COLUMN main.labels.url IS 'its link';
COMMENT ON COLUMN main.labels.other_id IS 'what it is no copy of, or the article whose story it belongs to';
COMMENT ON COLUMN main.labels.other_url IS 'the link of that';
COMMENT ON COLUMN main.labels.topic IS 'the topic that it is not on';
COMMENT ON COLUMN main.labels.labelled_at IS 'when it was said';
COMMENT ON COLUMN main.labels.moved_count IS 'how many articles changed their story by it';

CREATE VIEW main.entries AS
SELECT
    e.id, f.shown_url AS feed, nullif(core.shown_url(e.url), '') AS url, e.title, e.published_at, e.first_seen_at, e.outcome, nullif(e.reason, '') AS reason,
    e.article_id, f.publisher, nullif(e.language, '') AS language, e.learn, e.attempt_count, e.next_attempt_at, e.decided_at, e.verdict
FROM core.entries AS e
LEFT JOIN core.feeds AS f ON f.id = e.feed_id;
COMMENT ON VIEW main.entries IS 'Every element of every feed ever seen, each with exactly one outcome.';
COMMENT ON COLUMN main.entries.id IS 'identity, made from feed, guid and link';
COMMENT ON COLUMN main.entries.feed IS 'the feed''s URL, without secrets';
COMMENT ON COLUMN main.entries.url IS 'link, without user name and secret query parts; NULL when the feed gave none';
COMMENT ON COLUMN main.entries.title IS 'title, as the feed gave it';
COMMENT ON COLUMN main.entries.published_at IS 'when it was published, as the feed claims';
COMMENT ON COLUMN main.entries.first_seen_at IS 'when we first saw it, by our clock';
COMMENT ON COLUMN main.entries.outcome IS 'new, nothing_new, duplicate, off_topic, known, same_article, rejected, deferred or pending';
COMMENT ON COLUMN main.entries.reason IS 'why';
COMMENT ON COLUMN main.entries.article_id IS 'the article behind it, where one was read';
COMMENT ON COLUMN main.entries.publisher IS 'the feed''s publisher';
COMMENT ON COLUMN main.entries.language IS 'language that the feed states';
COMMENT ON COLUMN main.entries.learn IS 'whether `tidings learn` saw it: recorded as known, never reported';
COMMENT ON COLUMN main.entries.attempt_count IS 'how often its page was asked for';
COMMENT ON COLUMN main.entries.next_attempt_at IS 'when its page is asked for again';
COMMENT ON COLUMN main.entries.decided_at IS 'when the outcome was decided';
COMMENT ON COLUMN main.entries.verdict IS 'what its page turned out to be, on a topic or not: full, teaser, wall, not_found, empty, too_deep, timeout or blocked; NULL: no text came of it, see reason';

CREATE VIEW main.decisions AS
SELECT
    'entry' AS subject_kind, e.id AS subject_id, NULL::VARCHAR AS topic,
    CASE
        WHEN e.outcome IN ('new', 'nothing_new', 'known') THEN 'novelty'
        WHEN e.outcome = 'duplicate' THEN 'duplicate'
        WHEN e.outcome = 'off_topic' THEN 'match'
        WHEN e.outcome = 'same_article' THEN 'extract'
        WHEN e.reason IN ('teaser', 'wall', 'not_found', 'empty', 'too_deep', 'blocked', 'no_link', 'redirect_home') THEN 'extract'
        WHEN starts_with(e.reason, 'parser_') THEN 'extract'
        ELSE 'fetch'
    END AS stage,
    e.outcome, nullif(e.reason, '') AS reason, NULL::UUID AS against_id, NULL::VARCHAR AS against_seed_id, NULL::DOUBLE AS score,
    core.shown_text(e.detail) AS evidence, e.run_id, e.decided_at
FROM core.entries AS e
WHERE e.outcome <> 'pending'
UNION ALL
SELECT
    'article', d.article_id, NULL, 'duplicate', d.relation,
    CASE WHEN len(d.differs_in) > 0 THEN 'differs in ' || array_to_string(d.differs_in, ', ') ELSE 'copy' END,
    d.of_id, nullif(o.seed_id, ''), d.score, nullif(d.evidence, ''), a.run_id, e.decided_at
FROM core.duplicates AS d
LEFT JOIN core.articles AS a ON a.id = d.article_id
LEFT JOIN core.articles AS o ON o.id = d.of_id
LEFT JOIN core.entries AS e ON e.id = a.entry_id
UNION ALL
SELECT
    'article', a.id, NULL, 'story', CASE WHEN a.id = a.story_id THEN 'opened' ELSE 'joined' END,
    CASE
        WHEN l.id IS NOT NULL THEN 'same_story'
        WHEN d.article_id IS NOT NULL AND a.id <> a.story_id THEN 'copy'
        WHEN a.id <> a.story_id THEN 'alike'
        WHEN a.story_against_id IS NULL THEN 'nothing_near'
        ELSE 'not_alike'
    END,
    a.story_against_id, nullif(o.seed_id, ''), a.story_score, nullif(a.story_evidence, ''), a.run_id, e.decided_at
FROM core.articles AS a
LEFT JOIN core.labels AS l ON l.kind = 'same_story' AND l.article_id = a.id
LEFT JOIN core.duplicates AS d ON d.article_id = a.id
LEFT JOIN core.articles AS o ON o.id = a.story_against_id
LEFT JOIN core.entries AS e ON e.id = a.entry_id
WHERE a.seed_id = '' AND a.decided AND a.story_id IS NOT NULL
UNION ALL
SELECT
    'label', l.id, nullif(l.topic, ''), 'mark', l.kind, 'said_by_user', l.other_id, NULL, NULL, l.article_id::VARCHAR, NULL, l.labelled_at
FROM core.labels AS l
UNION ALL
SELECT
    'statement', s.id, s.topic, 'novelty', CASE WHEN s.reason = 'not_on_topic' THEN 'off_topic' ELSE s.decision END, nullif(s.reason, ''),
    s.against_id, o.seed_id, s.score, nullif(s.evidence, ''), s.run_id, s.decided_at
FROM core.statements AS s
LEFT JOIN core.articles AS o ON o.id = s.against_id AND o.seed_id <> ''
WHERE s.decision <> '';
COMMENT ON VIEW main.decisions IS 'What was decided about every entry, copy, story and statement, by which stage, against what and with which evidence.';
COMMENT ON COLUMN main.decisions.subject_kind IS 'entry, article (whether it is a copy, and which story it is of), statement, or label (what a user said)';
COMMENT ON COLUMN main.decisions.subject_id IS 'the id of the entry, article, statement or label';
COMMENT ON COLUMN main.decisions.topic IS 'topic of a statement''s decision, or of a label; NULL for the others';
COMMENT ON COLUMN main.decisions.stage IS 'the stage that decided: fetch, extract, match, duplicate, story or novelty; mark: a user did';
COMMENT ON COLUMN main.decisions.outcome IS 'an entry''s outcome, a copy''s relation, whether an article opened its story or joined one, a statement''s decision, or a label''s kind';
COMMENT ON COLUMN main.decisions.reason IS 'why';
COMMENT ON COLUMN main.decisions.against_id IS 'what it was compared with: for a copy or a story an article, or the article_id of a seed; for a statement the nearest told statement, or the article_id of a seed; for a label the other article';
COMMENT ON COLUMN main.decisions.against_seed_id IS 'the seed''s configured id where that was a seed, else NULL';
COMMENT ON COLUMN main.decisions.score IS 'how alike they are, 0 to 1';
COMMENT ON COLUMN main.decisions.evidence IS 'what showed it; for a label the article''s id';
COMMENT ON COLUMN main.decisions.run_id IS 'the run that decided, or the label that made it decide again';
COMMENT ON COLUMN main.decisions.decided_at IS 'when';

CREATE VIEW main.editions AS
SELECT
    id, recipient, kind, topics, languages, window_start, window_end, state, development_count, folded, known_count, composed_at
FROM core.editions;
COMMENT ON VIEW main.editions IS 'What was composed for each recipient: one row for each period, and one for each alert between two of them.';
COMMENT ON COLUMN main.editions.id IS 'identity, made from recipient, topics and window; of an alert from recipient and developments';
COMMENT ON COLUMN main.editions.recipient IS 'configured name';
COMMENT ON COLUMN main.editions.kind IS 'scheduled, or alert: told at once, because it crossed the recipient''s threshold';
COMMENT ON COLUMN main.editions.topics IS 'configured names of the topics';
COMMENT ON COLUMN main.editions.languages IS 'the languages that the recipient wanted; empty: all';
COMMENT ON COLUMN main.editions.window_start IS 'end of the scheduled window before; NULL for the first edition';
COMMENT ON COLUMN main.editions.window_end IS 'what was recorded up to here is in it';
COMMENT ON COLUMN main.editions.state IS 'composed, or skipped when nothing was new and the recipient wants silence then';
COMMENT ON COLUMN main.editions.development_count IS 'developments in it';
COMMENT ON COLUMN main.editions.folded IS 'whether it is a first edition that shows the weightiest and counts the rest';
COMMENT ON COLUMN main.editions.known_count IS 'entries recorded as known by the cold start in its window';
COMMENT ON COLUMN main.editions.composed_at IS 'when it was composed';

CREATE VIEW main.told AS
SELECT
    t.development_id, t.edition_id, t.recipient, t.position, d.delivered_at
FROM core.told AS t
LEFT JOIN (
    SELECT edition_id, recipient, CASE WHEN bool_and(state = 'sent') THEN max(sent_at) END AS delivered_at
    FROM core.deliveries
    GROUP BY edition_id, recipient
) AS d ON d.edition_id = t.edition_id AND d.recipient = t.recipient;
COMMENT ON VIEW main.told IS 'Which development was told to whom, in which edition.';
COMMENT ON COLUMN main.told.development_id IS 'the development';
COMMENT ON COLUMN main.told.edition_id IS 'the edition';
COMMENT ON COLUMN main.told.recipient IS 'configured name';
COMMENT ON COLUMN main.told."position" IS 'its place in the edition, from 0 up';
COMMENT ON COLUMN main.told.delivered_at IS 'when the last message of the edition was accepted; NULL until all of them were';

CREATE VIEW main.corrections AS
SELECT c.development_id, c.edition_id, c.recipient, c.how, nullif(c.words, '') AS words
FROM core.corrected AS c;
COMMENT ON VIEW main.corrections IS 'What an earlier edition told, and a later one said does not stand: to whom, in which edition.';
COMMENT ON COLUMN main.corrections.development_id IS 'the development that was told';
COMMENT ON COLUMN main.corrections.edition_id IS 'the edition that says it does not stand';
COMMENT ON COLUMN main.corrections.recipient IS 'configured name';
COMMENT ON COLUMN main.corrections.how IS 'corrected (a report that says it is a correction says otherwise), reworded (its own report says something else now), withdrawn (its report no longer says it), gone (the publisher took the report down) or marked (a person said it is not on the topic)';
COMMENT ON COLUMN main.corrections.words IS 'the exact words that take its place; NULL: none do';

CREATE VIEW main.deliveries AS
SELECT
    id, edition_id, channel, recipient, state, attempt_count, core.shown_text(last_error) AS last_error, sent_at, created_at, next_attempt_at,
    part, part_count, story_id
FROM core.deliveries;
COMMENT ON VIEW main.deliveries IS 'The outbox: every message to every recipient, and its state. Addresses and contents are not shown.';
COMMENT ON COLUMN main.deliveries.id IS 'identity';
COMMENT ON COLUMN main.deliveries.edition_id IS 'the edition';
COMMENT ON COLUMN main.deliveries.channel IS 'email, slack or file';
COMMENT ON COLUMN main.deliveries.recipient IS 'configured name';
COMMENT ON COLUMN main.deliveries.state IS 'pending, sending, sent, refused, uncertain, held or expired';
COMMENT ON COLUMN main.deliveries.attempt_count IS 'how often it was tried';
COMMENT ON COLUMN main.deliveries.last_error IS 'what went wrong last, without addresses';
COMMENT ON COLUMN main.deliveries.sent_at IS 'when it was accepted';
COMMENT ON COLUMN main.deliveries.created_at IS 'when it was composed';
COMMENT ON COLUMN main.deliveries.next_attempt_at IS 'not before this time';
COMMENT ON COLUMN main.deliveries.part IS 'which message of its edition to this recipient, from 1; a part goes out when those before it are sent, refused, held or expired';
COMMENT ON COLUMN main.deliveries.part_count IS 'how many messages its edition takes; more than one only on Slack';
COMMENT ON COLUMN main.deliveries.story_id IS 'the story that the message is about, where it is about one; only on Slack, where a story has a thread';

CREATE VIEW main.runs AS
SELECT
    id, flow, started_at, ended_at, outcome,
    coalesce(list_sum(try_cast(json_extract(report, ['$.feeds.polled', '$.feeds.unchanged', '$.feeds.failed']) AS BIGINT[])), 0)::BIGINT AS feeds,
    CASE WHEN flow IN ('ingest', 'learn') THEN coalesce(try_cast(report ->> '$.entries' AS BIGINT), 0) ELSE 0 END AS entries, -- an upkeep counts others
    coalesce(list_sum(try_cast(json_extract(report, ['$.outcomes.new', '$.outcomes.nothing_new', '$.outcomes.known', '$.outcomes.duplicate', '$.outcomes.off_topic']) AS BIGINT[])), 0)::BIGINT AS articles,
    coalesce(list_sum(try_cast(json_extract(report, ['$.outcomes.new', '$.outcomes.nothing_new', '$.outcomes.known', '$.outcomes.duplicate']) AS BIGINT[])), 0)::BIGINT AS on_topic,
    coalesce(try_cast(report ->> '$.duplicates' AS BIGINT), 0) AS duplicates,
    coalesce(list_sum(try_cast(json_extract(report, '$.developments.*') AS BIGINT[])), 0)::BIGINT AS developments,
    coalesce(try_cast(report ->> '$.deliveries' AS BIGINT), list_sum(try_cast(json_extract(report, '$.deliveries.*') AS BIGINT[]))::BIGINT, 0) AS deliveries,
    report
FROM core.runs;
COMMENT ON VIEW main.runs IS 'One row for each execution of a flow, with the counts of its report.';
COMMENT ON COLUMN main.runs.id IS 'identity';
COMMENT ON COLUMN main.runs.flow IS 'ingest, digest, deliver, upkeep or learn';
COMMENT ON COLUMN main.runs.started_at IS 'start';
COMMENT ON COLUMN main.runs.ended_at IS 'end; NULL while running, or when it was killed';
COMMENT ON COLUMN main.runs.outcome IS 'running, done, failed or killed';
COMMENT ON COLUMN main.runs.feeds IS 'feeds asked: polled, unchanged or failed';
COMMENT ON COLUMN main.runs.entries IS 'entries that it touched, each with one outcome';
COMMENT ON COLUMN main.runs.articles IS 'entries whose article was read';
COMMENT ON COLUMN main.runs.on_topic IS 'of those, the ones on a topic';
COMMENT ON COLUMN main.runs.duplicates IS 'of those, the copies';
COMMENT ON COLUMN main.runs.developments IS 'developments recorded';
COMMENT ON COLUMN main.runs.deliveries IS 'messages sent';
COMMENT ON COLUMN main.runs.report IS 'the whole report: feeds, failures of polls by reason, the feeds that failed, what pages turned out to be, outcomes, reasons, developments by kind, notes';

CREATE VIEW main.published AS
SELECT number, published_at, newest_article_at, views_version, program_version FROM derived.published;
COMMENT ON VIEW main.published IS 'Of when and of which version this is: one row.';
COMMENT ON COLUMN main.published."number" IS 'number of the publication; in the store of the next one';
COMMENT ON COLUMN main.published.published_at IS 'when it was published; NULL in the store itself';
COMMENT ON COLUMN main.published.newest_article_at IS 'when the newest article in it was first seen: what came later is not in it';
COMMENT ON COLUMN main.published.views_version IS 'version of the views and macros: the first number rises when a column or macro goes or means something else, the second when one is added';
COMMENT ON COLUMN main.published.program_version IS 'version of the program that made it';
