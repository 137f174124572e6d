-- What took the place of told developments that may not stand (touched_developments), and who was told it (NULL: nobody).
SELECT n.id, n.replaces_id, t.recipient
FROM (SELECT id, replaces_id FROM core.developments WHERE replaces_id IN (SELECT id FROM touched_developments)) AS n
LEFT JOIN core.told AS t ON t.development_id = n.id
