-- The developments that recipients are owed, as edition_owed.sql says it, of those who want any language and whose last edition left a mark
-- (marked: recipient, owed_from): of the rows with that number of change or a later one. `first` is the least of these numbers.
WITH lately AS MATERIALIZED (
    SELECT id, topic, recorded_at, change FROM core.developments WHERE change >= $first::BIGINT -- mostly the last ones: the others are not read
),

told AS MATERIALIZED (
    SELECT recipient, development_id FROM core.told WHERE development_id IN (SELECT id FROM lately)
)

SELECT w.recipient, d.id
FROM lately AS d
JOIN wanted AS w ON w.topic = d.topic
JOIN marked AS m ON m.recipient = w.recipient
WHERE
    d.change >= m.owed_from AND d.recorded_at > w.start_at
    AND (d.recorded_at <= w.window_end OR d.recorded_at > w.window_end + INTERVAL 1 DAY) -- as there
    AND NOT EXISTS (SELECT 1 FROM told AS t WHERE t.recipient = w.recipient AND t.development_id = d.id)
