-- Whether anything among developments (asked_of: id) may cross the threshold of an alert: a look at few columns, as nearly always nothing does.
-- What crosses it is decided by stages.alerts from the whole; whatever that finds, is found here, too.
SELECT 1 AS one
FROM core.developments AS d
WHERE
    d.id IN (SELECT id FROM asked_of)
    AND (
        ($origins::BIGINT IS NOT NULL AND d.kind = 'new_story'
            AND (SELECT count(*) FROM core.articles AS a WHERE a.story_id = d.story_id) >= $origins::BIGINT)
        OR ($toll::BIGINT IS NOT NULL
            AND d.statement_id IN (SELECT f.statement_id FROM core.figures AS f WHERE f.measure = 'killed' AND f.value_low >= $toll::BIGINT))
    )
LIMIT 1
