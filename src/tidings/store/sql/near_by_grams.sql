-- Told articles that share word runs with those at hand (given_grams), the closest few of each.
SELECT article_id, of_id
FROM (
    SELECT
        given.article_id, known.article_id AS of_id,
        row_number() OVER (PARTITION BY given.article_id ORDER BY count(*) DESC, known.article_id) AS place
    FROM given_grams AS given
    JOIN core.grams AS known ON known.gram = given.gram AND known.article_id <> given.article_id
    GROUP BY given.article_id, known.article_id
    HAVING count(*) >= $least
)
WHERE place <= $most
ORDER BY article_id, of_id
