-- The figures of the wanted topics that a chart can show, over time.
SELECT
    topic, coalesce(story_id::VARCHAR, '') AS story_id, measure, coalesce(unit, '') AS unit, day, value_low AS low, value_high AS high, qualifier,
    coalesce("of", '') AS "of", words, coalesce(said_by, '') AS said_by, coalesce(publisher, '') AS publisher, coalesce(url, '') AS url, disputed
FROM main.figure_series
WHERE topic IN (SELECT unnest($topics)) AND value_low IS NOT NULL AND measure <> 'other' AND day IS NOT NULL
ORDER BY topic, day, figure_id
