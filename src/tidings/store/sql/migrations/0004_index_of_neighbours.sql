-- What finds neighbours is an index in a file of its own, made of what the store holds (docs/decisions/0023).
DROP TABLE core.grams;
DROP TABLE core.article_terms;
DROP TABLE core.statement_terms;
CREATE TABLE core.index_changes (number BIGINT NOT NULL, change_id VARCHAR NOT NULL, article_id UUID);
-- Figures of what waits are found by their time, without reading those of the whole archive. The table is made anew: DuckDB changes no
-- columns of a table with a key behind an update of it.
ALTER TABLE core.figures RENAME TO figures_before;
CREATE TABLE core.figures (
    id UUID PRIMARY KEY,
    statement_id UUID NOT NULL,
    topic VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    value_low DOUBLE,
    value_high DOUBLE,
    qualifier VARCHAR NOT NULL,
    "of" VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    as_of VARCHAR NOT NULL,
    said_by VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL
);
INSERT INTO core.figures
SELECT f.*, coalesce(s.first_seen_at, TIMESTAMPTZ '1970-01-01')
FROM core.figures_before AS f LEFT JOIN core.statements AS s ON s.id = f.statement_id AND s.topic = f.topic;
DROP TABLE core.figures_before;
