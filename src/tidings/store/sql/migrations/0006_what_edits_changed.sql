-- What a version changed of the one before it. The table is made anew: DuckDB adds no list columns to a table with a key that holds rows.
ALTER TABLE core.versions RENAME TO versions_before;
CREATE TABLE core.versions (
    id UUID PRIMARY KEY,
    article_id UUID NOT NULL,
    title VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    before_id UUID,
    added VARCHAR[] NOT NULL,
    removed VARCHAR[] NOT NULL,
    added_count INTEGER NOT NULL,
    removed_count INTEGER NOT NULL
);
INSERT INTO core.versions SELECT id, article_id, title, text, first_seen_at, NULL, [], [], 0, 0 FROM core.versions_before;
DROP TABLE core.versions_before;
