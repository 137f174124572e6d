-- The store has no terms: nobody searches it. These stand where published files have theirs.
CREATE OR REPLACE VIEW core.documents AS SELECT 0 AS part, 0 AS number, '' AS kind, uuid() AS id, 0::BIGINT AS change WHERE false;
CREATE OR REPLACE VIEW core.postings AS SELECT 0 AS part, 0::BIGINT AS term, 0 AS number WHERE false;
