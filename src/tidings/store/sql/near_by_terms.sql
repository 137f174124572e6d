-- Told articles that share heavy, rare terms with those at hand (given_terms: article_id, term, weight, reported_at), the closest
-- few of each: those of the last days, and seeds of any age.
WITH live AS ( -- found first: what is closed long ago is not joined at all
    SELECT id, seed_id, reported_at
    FROM core.articles
    WHERE decided AND (seed_id <> '' OR reported_at >= (SELECT min(reported_at) FROM given_terms) - to_days($window_days))
), frequency AS (
    SELECT term, count(*) AS articles
    FROM core.article_terms
    WHERE term IN (SELECT term FROM given_terms)
    GROUP BY term
)
SELECT article_id, of_id
FROM (
    SELECT
        given.article_id, known.article_id AS of_id,
        row_number() OVER (
            PARTITION BY given.article_id
            -- rounded: the order in which a sum is made must not decide between equals
            ORDER BY round(sum(given.weight * known.weight * greatest(ln(($total + 50) / (f.articles + 1.0)), 0.05) ^ 2), 6) DESC, known.article_id
        ) AS place
    FROM given_terms AS given
    JOIN frequency AS f ON f.term = given.term
    JOIN (SELECT * FROM core.article_terms SEMI JOIN live ON live.id = article_terms.article_id) AS known
        ON known.term = given.term AND known.article_id <> given.article_id
    JOIN live AS a ON a.id = known.article_id
    WHERE a.seed_id <> '' OR a.reported_at >= given.reported_at - to_days($window_days)
    GROUP BY given.article_id, known.article_id
)
WHERE place <= $most
ORDER BY article_id, of_id
