-- Told statements that share rare terms with those at hand (given_statement_terms: statement_id, topic, term), the closest few of each.
WITH frequency AS (
    SELECT term, count(*) AS statements
    FROM core.statement_terms
    WHERE term IN (SELECT term FROM given_statement_terms)
    GROUP BY term
    HAVING count(*) <= $common -- a term that thousands of told statements hold leads to all of them, and tells little
)
SELECT DISTINCT topic, of_id
FROM (
    SELECT
        given.statement_id, given.topic, known.statement_id AS of_id,
        row_number() OVER (
            PARTITION BY given.statement_id, given.topic
            ORDER BY round(sum(greatest(ln(($total + 50) / (f.statements + 1.0)), 0.05)), 6) DESC, known.statement_id
        ) AS place
    FROM given_statement_terms AS given
    JOIN frequency AS f ON f.term = given.term
    JOIN core.statement_terms AS known
        ON known.term = given.term AND known.topic = given.topic AND known.statement_id <> given.statement_id
    GROUP BY given.statement_id, given.topic, known.statement_id
)
WHERE place <= $most
ORDER BY topic, of_id
