-- What finds neighbours is an index in a file of its own, made of what the store holds (docs/decisions/0023).
DROP TABLE core.grams;
DROP TABLE core.article_terms;
DROP TABLE core.statement_terms;
CREATE TABLE core.index_changes (number BIGINT NOT NULL, change_id VARCHAR NOT NULL, article_id UUID);
