-- What finds neighbours is an index in a file of its own, made of what the store holds (docs/decisions/0023).
DROP TABLE core.grams;
DROP TABLE core.article_terms;
DROP TABLE core.statement_terms;
CREATE TABLE core.index_changes (number BIGINT NOT NULL, change_id VARCHAR NOT NULL, article_id UUID);
-- Figures of what waits are found by their time, without reading those of the whole archive.
ALTER TABLE core.figures ADD COLUMN first_seen_at TIMESTAMPTZ;
UPDATE core.figures SET first_seen_at = s.first_seen_at FROM core.statements AS s WHERE s.id = figures.statement_id AND s.topic = figures.topic;
UPDATE core.figures SET first_seen_at = TIMESTAMPTZ '1970-01-01' WHERE first_seen_at IS NULL;
ALTER TABLE core.figures ALTER COLUMN first_seen_at SET NOT NULL;
