-- The feeds whose poll failed in a run, or gave only a part, and why: a host that had asked us to wait is not asked, and the poll says so without a reason's word.
SELECT
    f.publisher, f.shown_url AS feed, e.reason, core.failure_words(e.reason) AS trouble,
    coalesce(core.shown_url(core.shown_text(CASE WHEN e.reason = 'retry_later' THEN e.detail ELSE regexp_replace(e.detail, '^[a-z0-9_]+(: |$)', '') END)), '') AS detail,
    f.failures_in_row, f.failing_since
FROM (
    SELECT feed_id, detail, coalesce(nullif(regexp_extract(detail, '^([a-z0-9_]+)(: |$)', 1), ''), 'retry_later') AS reason
    FROM core.feed_events
    WHERE run_id = $run_id AND (outcome = 'failed' OR (outcome = 'polled' AND detail <> ''))
) AS e
JOIN core.feeds AS f ON f.id = e.feed_id
ORDER BY coalesce(f.entries_per_day, 0) DESC, f.publisher, f.shown_url
