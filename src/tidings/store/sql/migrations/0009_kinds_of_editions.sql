-- Editions of two kinds, and the languages each was made in. The table is made anew: DuckDB adds no list columns to a table with a key that holds rows.
ALTER TABLE core.editions RENAME TO editions_before;
CREATE TABLE core.editions (
    id UUID PRIMARY KEY,
    recipient VARCHAR NOT NULL,
    kind VARCHAR NOT NULL CHECK (kind IN ('scheduled', 'alert')),
    topics VARCHAR[] NOT NULL,
    languages VARCHAR[] NOT NULL,
    window_start TIMESTAMPTZ,
    window_end TIMESTAMPTZ NOT NULL,
    development_count INTEGER NOT NULL,
    folded BOOLEAN NOT NULL,
    known_count INTEGER NOT NULL,
    state VARCHAR NOT NULL CHECK (state IN ('composed', 'skipped')),
    composed_at TIMESTAMPTZ NOT NULL
);
INSERT INTO core.editions
SELECT id, recipient, 'scheduled', topics, [], window_start, window_end, development_count, folded, known_count, state, composed_at
FROM core.editions_before;
DROP TABLE core.editions_before;
