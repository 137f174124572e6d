-- What robots.txt of each site said: remembered for a day, so that a run every half hour does not ask every site again.
CREATE TABLE core.robots (
    origin VARCHAR PRIMARY KEY,
    fetched_at TIMESTAMPTZ NOT NULL,
    body BLOB NOT NULL
);
