-- What users say against decisions, and why an article is in its story.
CREATE TABLE core.labels (
    id UUID PRIMARY KEY,
    kind VARCHAR NOT NULL CHECK (kind IN ('not_duplicate', 'same_story', 'not_on_topic')),
    article_id UUID NOT NULL,
    other_id UUID,
    topic VARCHAR NOT NULL,
    labelled_at TIMESTAMPTZ NOT NULL,
    moved_ids UUID[] NOT NULL,
    moved_from_id UUID
);
ALTER TABLE core.articles ADD COLUMN story_against_id UUID;
ALTER TABLE core.articles ADD COLUMN story_score DOUBLE;
ALTER TABLE core.articles ADD COLUMN story_evidence VARCHAR;
