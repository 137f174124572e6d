-- What earlier editions told and later ones took back: each recipient is told so once.
CREATE TABLE core.corrected (
    edition_id UUID NOT NULL,
    development_id UUID NOT NULL,
    recipient VARCHAR NOT NULL,
    how VARCHAR NOT NULL CHECK (how IN ('corrected', 'reworded', 'withdrawn', 'gone', 'marked')),
    words VARCHAR NOT NULL,
    PRIMARY KEY (edition_id, development_id)
);
