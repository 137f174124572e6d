-- The index of neighbours (SQLite, not DuckDB): what finds copies, kin and told statements. Made of the store; may be deleted at any time.

CREATE TABLE state (
    form TEXT NOT NULL, -- of this file
    change_id TEXT NOT NULL, -- the last change of the store that is in it (core.index_changes); empty: none
    articles INTEGER NOT NULL, -- with terms
    statements INTEGER NOT NULL -- told ones with terms
);

CREATE TABLE articles (
    number INTEGER PRIMARY KEY, -- short name in postings
    id BLOB NOT NULL UNIQUE,
    story_id BLOB NOT NULL,
    origin TEXT NOT NULL,
    copy_of BLOB NOT NULL, -- empty: of none
    mean_score REAL, -- of its statements against what was told before
    story_score REAL, -- how surely it belongs to its story; NULL: not known, or a user's label put it there
    at INTEGER NOT NULL, -- the minute reported
    grams BLOB NOT NULL,
    terms BLOB NOT NULL, -- with weights
    lead TEXT NOT NULL, -- how it begins: what stories are compared by besides terms
    language TEXT NOT NULL,
    year TEXT NOT NULL, -- of publication
    told BLOB NOT NULL -- its told statements, packed
);
CREATE INDEX articles_of_story ON articles (story_id);

CREATE TABLE grams (gram INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (gram, article)) WITHOUT ROWID;

CREATE TABLE terms (
    term INTEGER PRIMARY KEY,
    articles INTEGER NOT NULL, -- that hold it
    statements INTEGER NOT NULL, -- told ones that hold it
    newest BLOB NOT NULL -- postings of articles
);

-- Told statements by topic and term, in one number.
CREATE TABLE told (term_in_topic INTEGER PRIMARY KEY, newest BLOB NOT NULL);
