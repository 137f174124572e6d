-- What compares statements across languages. Made from the statements, by the model that is configured; bounded by the upkeep.
CREATE TABLE core.statement_vectors (
    statement_id UUID PRIMARY KEY,
    model VARCHAR NOT NULL,
    vector BLOB NOT NULL
);
