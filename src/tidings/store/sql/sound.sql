-- What must hold in every store, one row for each thing that does not: which table, what is wrong, how many rows, one of them.
-- Ids of tables that grow are kept unique by those who write them (decision 0035); nothing in the tables themselves does.
SELECT 'entries' AS place, 'two rows have one id' AS wrong, count(*) AS n, min(id)::VARCHAR AS example FROM (SELECT id FROM core.entries GROUP BY ALL HAVING count(*) > 1)
UNION ALL SELECT 'articles', 'two rows have one id', count(*), min(id)::VARCHAR FROM (SELECT id FROM core.articles GROUP BY ALL HAVING count(*) > 1)
UNION ALL SELECT 'versions', 'two rows have one id', count(*), min(id)::VARCHAR FROM (SELECT id FROM core.versions GROUP BY ALL HAVING count(*) > 1)
UNION ALL SELECT 'statements', 'two rows have one id and topic', count(*), min(id)::VARCHAR FROM (SELECT id, topic FROM core.statements GROUP BY ALL HAVING count(*) > 1)
UNION ALL SELECT 'figures', 'two rows have one id', count(*), min(id)::VARCHAR FROM (SELECT id FROM core.figures GROUP BY ALL HAVING count(*) > 1)
UNION ALL SELECT 'duplicates', 'an article stands twice', count(*), min(id)::VARCHAR FROM (SELECT article_id AS id FROM core.duplicates GROUP BY ALL HAVING count(*) > 1)
UNION ALL SELECT 'stories', 'two rows have one id', count(*), min(id)::VARCHAR FROM (SELECT id FROM core.stories GROUP BY ALL HAVING count(*) > 1)
UNION ALL SELECT 'developments', 'two rows have one id', count(*), min(id)::VARCHAR FROM (SELECT id FROM core.developments GROUP BY ALL HAVING count(*) > 1)
UNION ALL SELECT 'told', 'a development stands twice in an edition', count(*), min(id)::VARCHAR FROM (SELECT edition_id, development_id AS id FROM core.told GROUP BY ALL HAVING count(*) > 1)
UNION ALL SELECT 'told', 'a recipient was told a development in two editions', count(*), min(id)::VARCHAR FROM (SELECT recipient, development_id AS id FROM core.told GROUP BY ALL HAVING count(DISTINCT edition_id) > 1)
-- what rows refer to is there
UNION ALL SELECT 'entries', 'the feed is not there', count(*), min(id)::VARCHAR FROM core.entries WHERE feed_id NOT IN (SELECT id FROM core.feeds)
UNION ALL SELECT 'entries', 'the article is not there', count(*), min(id)::VARCHAR FROM core.entries WHERE article_id IS NOT NULL AND article_id NOT IN (SELECT id FROM core.articles)
UNION ALL SELECT 'articles', 'the present version is not there', count(*), min(id)::VARCHAR FROM core.articles WHERE seed_id = '' AND version_id NOT IN (SELECT id FROM core.versions)
UNION ALL SELECT 'articles', 'decided, and its story is not there', count(*), min(id)::VARCHAR FROM core.articles
    WHERE decided AND (story_id IS NULL OR story_id NOT IN (SELECT id FROM core.stories))
UNION ALL SELECT 'versions', 'the article is not there', count(*), min(id)::VARCHAR FROM core.versions WHERE article_id NOT IN (SELECT id FROM core.articles)
UNION ALL SELECT 'statements', 'the article is not there', count(*), min(id)::VARCHAR FROM core.statements WHERE article_id NOT IN (SELECT id FROM core.articles)
UNION ALL SELECT 'figures', 'the statement is not there', count(*), min(id)::VARCHAR FROM core.figures AS f
    WHERE NOT EXISTS (SELECT 1 FROM core.statements AS s WHERE s.id = f.statement_id AND s.topic = f.topic)
UNION ALL SELECT 'duplicates', 'an article is not there', count(*), min(article_id)::VARCHAR FROM core.duplicates
    WHERE article_id NOT IN (SELECT id FROM core.articles) OR of_id NOT IN (SELECT id FROM core.articles)
UNION ALL SELECT 'developments', 'the article, story or statement is not there', count(*), min(id)::VARCHAR FROM core.developments
    WHERE article_id NOT IN (SELECT id FROM core.articles) OR story_id NOT IN (SELECT id FROM core.stories)
        OR (statement_id IS NOT NULL AND statement_id NOT IN (SELECT id FROM core.statements))
UNION ALL SELECT 'told', 'the edition is not there', count(*), min(edition_id)::VARCHAR FROM core.told WHERE edition_id NOT IN (SELECT id FROM core.editions)
UNION ALL SELECT 'told', 'the development is not there', count(*), min(development_id)::VARCHAR FROM core.told AS t
    WHERE development_id NOT IN (SELECT id FROM core.developments) -- those told between a backup and its restore come back with their articles
        AND (SELECT coalesce(max(started_at), '-infinity'::TIMESTAMPTZ) FROM core.runs WHERE flow = 'restore')
            < (SELECT composed_at FROM core.editions AS e WHERE e.id = t.edition_id)
UNION ALL SELECT 'deliveries', 'the edition is not there', count(*), min(id)::VARCHAR FROM core.deliveries WHERE edition_id NOT IN (SELECT id FROM core.editions)
-- words stand where they are said to stand
UNION ALL SELECT 'statements', 'the text has other words at its place', count(*), min(s.id)::VARCHAR FROM core.statements AS s JOIN core.articles AS a ON a.id = s.article_id
    WHERE s.version_id = a.version_id AND substring(a.text, s."start" + 1, s."end" - s."start") <> s.text
UNION ALL SELECT 'statements', 'the former text has other words at its place', count(*), min(s.id)::VARCHAR FROM core.statements AS s JOIN core.versions AS v ON v.id = s.version_id
    WHERE v.text <> '' AND substring(v.text, s."start" + 1, s."end" - s."start") <> s.text
UNION ALL SELECT 'figures', 'its statement has other words at its place', count(*), min(f.id)::VARCHAR
    FROM core.figures AS f JOIN core.statements AS s ON s.id = f.statement_id AND s.topic = f.topic
    WHERE substring(s.text, f."start" + 1, f."end" - f."start") <> f.words
-- the count of publications
UNION ALL SELECT 'counter', 'there is not one number of the next publication', abs(count(*) - 1), NULL FROM core.counter
UNION ALL SELECT 'articles', 'changed in a publication to come', count(*), min(id)::VARCHAR FROM core.articles WHERE change > (SELECT max(number) FROM core.counter)
