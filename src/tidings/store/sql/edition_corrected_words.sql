-- The statements of which recipients (asked) were told that they do not stand; a mark says so of one topic only.
SELECT DISTINCT c.recipient, d.statement_id
FROM core.corrected AS c
JOIN core.developments AS d ON d.id = c.development_id
WHERE c.how <> 'marked' AND d.statement_id IS NOT NULL AND c.recipient IN (SELECT recipient FROM asked)
