-- The public view of how each feed does, under the same rules as those of views.sql, whose macros it uses.
--
-- A feed is judged by its own habit, and at the time of its own latest poll: what nobody asked for cannot be missed.
-- Silence. The gaps between polls that brought new entries are counted over the polls that are kept (30 days), without the time in
-- which nobody watched: while it failed, and what is beyond a day between two polls (this machine was off). Its usual gap is the
-- longest of them; from two weeks (and ten gaps) on the second longest, from four weeks (and twenty) on the third: a weekend comes
-- back in each week and stays, a holiday does not. Silent is more than one and a half of that, but never before a day, nor, until a
-- feed was watched for a week, before three: the first weekend is not known yet. With few gaps the claimed times of its entries tell
-- how long five of them usually take.

-- What is the matter with a poll, by the word of its failure: words that follow a feed's name or "failing since".
CREATE OR REPLACE MACRO core.failure_words(failure) AS CASE
    WHEN failure = 'timeout' THEN 'gives no complete answer in time'
    WHEN failure = 'too_large' THEN 'answers with more than network.feed_bytes_max'
    WHEN failure IN ('incomplete', 'cut') THEN 'breaks off before its end'
    WHEN failure = 'refused_address' THEN 'leads to an address that is not public'
    WHEN failure = 'dns' THEN 'has a host name that is not found'
    WHEN failure = 'tls' THEN 'has no valid certificate or encryption'
    WHEN failure = 'connect' THEN 'cannot be reached'
    WHEN failure = 'protocol' THEN 'does not answer in proper HTTP'
    WHEN failure = 'too_many_redirects' THEN 'redirects in a circle, or too often'
    WHEN failure = 'robots' THEN 'is closed to programs by its robots.txt'
    WHEN failure = 'retry_later' THEN 'was not asked this time'
    WHEN failure = 'not_modified_unasked' THEN 'says that nothing changed when asked for all of it'
    WHEN failure = 'partial' THEN 'answers with a part of itself'
    WHEN failure = 'parked' THEN 'answers with the page of a domain that is for sale'
    WHEN failure = 'other_feed' THEN 'answers with what seems to be another feed'
    WHEN failure = 'empty_body' THEN 'answers with nothing'
    WHEN failure = 'not_a_feed' THEN 'answers, but with a page that is no feed'
    WHEN failure = 'sitemap_index' THEN 'answers with a list of sitemaps'
    WHEN failure = 'sitemap_without_news' THEN 'answers with a sitemap that holds no news'
    WHEN failure = 'parser_timeout' THEN 'takes too long to read'
    WHEN failure = 'parser_memory' THEN 'takes too much memory to read'
    WHEN starts_with(failure, 'parser_') THEN 'cannot be read: it breaks the reader'
    WHEN failure = 'http_401' THEN 'asks for a user name and password'
    WHEN failure = 'http_403' THEN 'refuses us (403)'
    WHEN failure = 'http_404' THEN 'is not there any more (404)'
    WHEN failure = 'http_410' THEN 'says that it is gone for good (410)'
    WHEN failure = 'http_429' THEN 'says that we ask too often (429)'
    WHEN failure = 'http_511' THEN 'is behind the log-in page of a network (511)'
    WHEN starts_with(failure, 'http_5') THEN 'has trouble with its server (' || failure[6:8] || ')'
    WHEN starts_with(failure, 'http_') THEN 'answers with status ' || failure[6:8]
    WHEN regexp_full_match(failure, '[a-z_]{1,40}') THEN 'fails: ' || replace(failure, '_', ' ')
    ELSE 'fails'
END;

-- What somebody who looks after the feeds can do about it; NULL: nothing but wait.
CREATE OR REPLACE MACRO core.failure_advice(failure) AS CASE
    WHEN failure IN ('not_a_feed', 'empty_body') THEN 'open it in a browser, or look for the site''s feeds with `tidings feeds find`'
    WHEN failure = 'sitemap_index' THEN 'write the news sitemap that it names into feeds.toml'
    WHEN failure = 'sitemap_without_news' THEN 'look for a news sitemap or a feed of the site with `tidings feeds find`'
    WHEN failure = 'parked' THEN 'take it out of feeds.toml'
    WHEN failure = 'other_feed' THEN 'look at it, and if it is right say so with `tidings feeds accept`'
    WHEN failure = 'http_404' THEN 'look where it went with `tidings feeds find`'
    WHEN failure = 'http_410' THEN 'take it out of feeds.toml, or look for another feed of the site with `tidings feeds find`'
    WHEN failure = 'http_401' THEN 'write the user name and password into its URL as ${NAME}'
    WHEN failure = 'http_403' THEN 'say in network.contact who asks, or write to the publisher'
    WHEN failure = 'http_429' THEN 'raise every_m of this feed'
    WHEN failure = 'tls' THEN 'look at its certificate in a browser'
    WHEN failure = 'dns' THEN 'look for a typing error in feeds.toml'
    WHEN failure = 'refused_address' THEN 'if it is one of your own, name it in network.allow_private'
    WHEN failure = 'too_large' THEN 'raise network.feed_bytes_max, if it is worth that'
    WHEN failure = 'robots' THEN 'write to the publisher, or take it out of feeds.toml'
    WHEN starts_with(failure, 'parser_') THEN 'the bytes are kept: report them'
END;

-- How long something takes, and how often it comes, in words.
CREATE OR REPLACE MACRO core.span_words(hours) AS CASE WHEN hours < 48 THEN ceil(hours)::INTEGER || ' h' ELSE ceil(hours / 24)::INTEGER || ' days' END;
CREATE OR REPLACE MACRO core.rate_words(a_day) AS CASE WHEN a_day >= 1 THEN printf('%.1f', a_day) || ' a day' ELSE 'one in ' || core.span_words(24 / nullif(a_day, 0)) END;

-- What the page behind an entry turned out to be; NULL: no page was read. What could not be read at all is 'unread'.
CREATE OR REPLACE MACRO core.page_verdict(verdict, outcome, reason) AS CASE
    WHEN verdict <> '' THEN verdict
    WHEN outcome <> 'rejected' OR reason IN ('', 'no_link') THEN NULL
    WHEN reason IN ('teaser', 'wall', 'not_found', 'empty', 'too_deep', 'blocked') THEN reason
    WHEN reason = 'redirect_home' THEN 'not_found'
    WHEN reason = 'robots' THEN 'blocked'
    ELSE 'unread'
END;

-- How each feed does, with the habits of those alone that were quiet for more than `quiet_from_h` hours (NULL: of all). Nothing is silent
-- within a day: from 24 on only usual_gap_h is another, and of feeds that often bring something no poll is read.
CREATE OR REPLACE MACRO core.feeds_judged(quiet_from_h) AS TABLE
WITH events AS (
    SELECT feed_id, epoch(polled_at) AS at_s, new_count > 0 AS is_new, outcome = 'failed' AS is_failed FROM core.feed_events
    WHERE quiet_from_h IS NULL OR feed_id IN (
        SELECT id FROM core.feeds WHERE (epoch(polled_at) - epoch(coalesce(last_new_at, first_polled_at))) / 3600.0 > quiet_from_h
    )
), watched AS ( -- sorted once; with the latest poll before it that brought something
    SELECT
        feed_id, at_s, is_new,
        CASE WHEN is_failed OR lag(is_failed) OVER every_poll THEN 0 ELSE coalesce(least(at_s - lag(at_s) OVER every_poll, 86400), 0) END AS step_s,
        last_value(CASE WHEN is_new THEN at_s END IGNORE NULLS) OVER (every_poll ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS since_s
    FROM events
    WINDOW every_poll AS (PARTITION BY feed_id ORDER BY at_s)
), gaps AS (
    SELECT feed_id, max(at_s) AS at_s, CASE WHEN since_s IS NOT NULL THEN sum(step_s) END AS gap_s
    FROM watched GROUP BY feed_id, since_s HAVING bool_or(is_new)
), habits AS (
    SELECT feed_id, count(gap_s) AS gap_count, (max(at_s) - min(at_s)) / 86400 AS days, max(gap_s, 3) AS gaps FROM gaps GROUP BY feed_id
), pages AS (
    SELECT
        feed_id, count(*) AS pages_read, count(*) FILTER (verdict = 'full') AS full_count, count(*) FILTER (verdict = 'teaser') AS teaser_count,
        count(*) FILTER (verdict = 'wall') AS wall_count, count(*) FILTER (verdict = 'blocked') AS blocked_count,
        count(*) FILTER (verdict = 'empty') AS empty_count, count(*) FILTER (verdict = 'not_found') AS not_found_count
    FROM (
        SELECT feed_id, core.page_verdict(verdict, outcome, reason) AS verdict FROM core.entries
        WHERE url <> '' AND first_seen_at > (SELECT max(polled_at) FROM core.feeds) - INTERVAL 30 DAY
    )
    WHERE verdict IS NOT NULL
    GROUP BY feed_id
), habitual AS (
    SELECT
        f.*, p.* EXCLUDE (feed_id), coalesce(h.gap_count, 0) AS gap_count, coalesce(h.days, 0) AS days,
        CASE WHEN h.gap_count >= 3 THEN h.gaps[1 + floor(least(h.days / 14, h.gap_count / 10, 2))::INTEGER] / 3600.0 END AS habit_h,
        coalesce(f.last_new_at, f.first_polled_at) AS quiet_since, (SELECT max(polled_at) FROM core.feeds) AS latest_at
    FROM core.feeds AS f
    LEFT JOIN habits AS h ON h.feed_id = f.id
    LEFT JOIN pages AS p ON p.feed_id = f.id
    WHERE f.configured
), judged AS (
    SELECT
        *, (epoch(polled_at) - epoch(quiet_since)) / 3600.0 AS quiet_h,
        greatest( -- passes over NULL
            CASE WHEN gap_count >= 3 AND epoch(polled_at) - epoch(first_polled_at) >= 7 * 86400 THEN 24.0 ELSE 72.0 END,
            1.5 * habit_h,
            CASE WHEN gap_count < 10 THEN 5 * 24 / nullif(entries_per_day, 0) END
        ) AS patience_h,
        pages_read >= 5 AND (wall_count + blocked_count) * 2 >= pages_read AS walled, pages_read >= 5 AND teaser_count * 2 >= pages_read AS teasing,
        pages_read >= 5 AND empty_count * 2 >= pages_read AS hollow, pages_read >= 5 AND not_found_count * 2 >= pages_read AS astray
    FROM habitual
), told AS (
    SELECT
        *,
        CASE
            WHEN polled_at IS NULL THEN 'new'
            WHEN failures_in_row >= 1 OR epoch(latest_at) - epoch(polled_at) > 2 * 86400 THEN 'failing'
            WHEN quiet_h > patience_h THEN 'silent'
            ELSE 'fine'
        END AS state
    FROM judged
), worded AS (
    SELECT
        *,
        CASE
            WHEN state = 'new' THEN 'not polled yet'
            WHEN state = 'failing' AND failures_in_row = 0 THEN 'was not asked since ' || strftime(polled_at, '%Y-%m-%d') || ', while others were'
            WHEN state = 'failing' THEN core.failure_words(failure) || CASE WHEN failures_in_row > 1 THEN ', ' || failures_in_row || ' times in a row' ELSE '' END
            WHEN state = 'silent' AND last_new_at IS NULL THEN 'answers, but never gave an entry'
            WHEN state = 'silent' THEN 'answers, but gives nothing new'
                || coalesce('; usually something comes within ' || core.span_words(habit_h), '; usually ' || core.rate_words(entries_per_day), '')
        END AS wrong,
        CASE
            WHEN state = 'failing' AND failures_in_row > 0 AND (failure = 'http_429' OR epoch(next_due_at) - epoch(polled_at) >= 12 * 3600)
                THEN 'is asked again at ' || strftime(next_due_at, '%Y-%m-%d %H:%M') || ' UTC'
        END AS waiting,
        CASE WHEN state = 'failing' AND failures_in_row > 0 THEN core.failure_advice(failure) END AS advice,
        CASE WHEN state = 'failing' AND last_error <> failure THEN core.shown_url(core.shown_text(regexp_replace(last_error, '^[a-z0-9_]+: ', ''))) END AS said,
        CASE WHEN state IN ('fine', 'silent') AND failure NOT IN ('', 'dropped') THEN core.failure_words(failure) || ': what stood behind is missing' END AS flaw,
        CASE WHEN dropped_count > 0 THEN 'gives more entries than are read at once: ' || dropped_count || ' are left for the next polls' END AS dropping,
        CASE WHEN overlap < 1.0 / 3 AND first_polled_at < polled_at AND state <> 'failing' THEN 'entries may be lost between polls: only '
            || round(overlap * 100)::INTEGER || ' % of the last poll were known before' END AS losing,
        CASE WHEN storm_at > latest_at - INTERVAL 7 DAY THEN 'changed the ids of its entries on ' || strftime(storm_at, '%Y-%m-%d') || ': they were recognised by their texts' END AS storming,
        CASE
            WHEN moved_url <> '' AND moved_at IS NOT NULL THEN 'has moved to ' || core.shown_url(moved_url) || ', where it is asked now: write this URL into feeds.toml'
            WHEN moved_url <> '' AND moved_count = 0 THEN 'says that it has moved to ' || core.shown_url(moved_url) || ', on another domain: if that is the same publisher''s, write this URL into feeds.toml'
            WHEN moved_url <> '' THEN 'says that it has moved to ' || core.shown_url(moved_url) || ': it is asked there when that has lasted a week'
        END AS moving,
        CASE
            WHEN walled THEN 'its pages are behind a wall (' || wall_count + blocked_count || ' of ' || pages_read || ')'
            WHEN teasing THEN 'gives ' || CASE WHEN teaser_count * 10 >= pages_read * 9 THEN 'only' ELSE 'mostly' END || ' teasers (' || teaser_count || ' of ' || pages_read || ')'
            WHEN hollow THEN 'its pages hold no text that can be read (' || empty_count || ' of ' || pages_read || ')'
            WHEN astray THEN 'its links lead to no page (' || not_found_count || ' of ' || pages_read || ')'
        END AS thin,
        CASE WHEN tls_exception THEN 'its certificate is not checked by name, only by fingerprint' END AS unchecked
    FROM told
)
SELECT
    shown_url AS feed, publisher, nullif(language, '') AS language, state, last_success_at, failures_in_row, entries_per_day, overlap,
    CASE WHEN state = 'silent' THEN quiet_since END AS silent_since,
    coalesce(nullif(concat_ws('; ', wrong || coalesce(' (' || said || ')', ''), waiting, advice, flaw, losing, dropping, moving, thin, storming, unchecked), ''), 'fine') AS note,
    CASE
        WHEN state <> 'fine' THEN state
        WHEN flaw IS NOT NULL THEN 'flawed'
        WHEN losing IS NOT NULL OR dropping IS NOT NULL THEN 'losing'
        WHEN walled THEN 'wall'
        WHEN teasing THEN 'teaser'
        WHEN hollow THEN 'empty'
        WHEN astray THEN 'not_found'
        WHEN moved_url <> '' THEN 'moved'
        WHEN storming IS NOT NULL THEN 'renamed'
        WHEN tls_exception THEN 'unchecked'
    END AS concern,
    nullif(concat_ws('; ', wrong, flaw, losing, dropping), '') AS trouble,
    CASE WHEN state = 'failing' THEN CASE WHEN failures_in_row = 0 THEN 'not_asked' ELSE coalesce(nullif(failure, ''), 'unknown') END END AS failure,
    CASE WHEN state = 'failing' THEN coalesce(failing_since, last_success_at, first_polled_at) END AS failing_since,
    interval_s / 60 AS interval_m, coalesce(habit_h, 24 / nullif(entries_per_day, 0)) AS usual_gap_h,
    coalesce(pages_read, 0) AS pages_read, full_count / pages_read AS full_share, teaser_count / pages_read AS teaser_share, wall_count / pages_read AS wall_share,
    blocked_count / pages_read AS blocked_share, empty_count / pages_read AS empty_share,
    nullif(core.shown_url(moved_url), '') AS moved_to, coalesce(tls_exception, false) AS tls_exception, id AS feed_id, first_polled_at, polled_at, next_due_at, last_new_at
FROM worded;

CREATE VIEW main.feed_health AS FROM core.feeds_judged(NULL);
COMMENT ON VIEW main.feed_health IS 'What each configured feed does: fine, failing, silent or new, and what else to know of it.';
COMMENT ON COLUMN main.feed_health.feed IS 'URL, without secrets';
COMMENT ON COLUMN main.feed_health.publisher IS 'configured publisher';
COMMENT ON COLUMN main.feed_health.language IS 'configured language; NULL: told from the text';
COMMENT ON COLUMN main.feed_health.state IS 'fine, failing (the last poll failed), silent (no new entry for longer than one and a half of its usual gap, and at least a day) or new (not polled yet)';
COMMENT ON COLUMN main.feed_health.last_success_at IS 'when it last answered with a feed';
COMMENT ON COLUMN main.feed_health.failures_in_row IS 'polls that failed since then';
COMMENT ON COLUMN main.feed_health.entries_per_day IS 'usual number of new entries a day, by the times that they claim';
COMMENT ON COLUMN main.feed_health.overlap IS 'share of the last poll''s entries that were known before, 0 to 1; much below a third means that some may have scrolled away unseen';
COMMENT ON COLUMN main.feed_health.silent_since IS 'since when it has given nothing new; NULL unless silent';
COMMENT ON COLUMN main.feed_health.note IS 'all there is to know of it, in plain words: what is the matter and what to do about it; fine where there is nothing';
COMMENT ON COLUMN main.feed_health.concern IS 'the gravest of it in one word: failing, silent, new, flawed (its document broke off), losing (entries between polls), wall, teaser, empty, not_found (most of its pages), moved, renamed (its ids changed), unchecked (its certificate); NULL: nothing';
COMMENT ON COLUMN main.feed_health.trouble IS 'what of it may be missing, and why, in fixed words of ours: the part of the note that digests show; NULL: nothing';
COMMENT ON COLUMN main.feed_health.failure IS 'of one that is failing: the reason in one word (timeout, dns, tls, connect, http_404, not_a_feed ...)';
COMMENT ON COLUMN main.feed_health.failing_since IS 'of one that is failing: the first of the polls that failed in a row';
COMMENT ON COLUMN main.feed_health.interval_m IS 'minutes between polls, as decided from what they brought; NULL: as configured';
COMMENT ON COLUMN main.feed_health.usual_gap_h IS 'hours that may usually pass between new entries, weekends and nights included: the longest gap that came back within the polls of the last 30 days; until there are three gaps, by the times that its entries claim';
COMMENT ON COLUMN main.feed_health.pages_read IS 'pages behind its entries of the last 30 days that were asked for and answered, or given up';
COMMENT ON COLUMN main.feed_health.full_share IS 'share of them, 0 to 1, that gave the whole text';
COMMENT ON COLUMN main.feed_health.teaser_share IS 'share that gave only the beginning, or less than the feed itself';
COMMENT ON COLUMN main.feed_health.wall_share IS 'share behind a cookie, login or challenge page';
COMMENT ON COLUMN main.feed_health.blocked_share IS 'share that the site, or its robots.txt, did not let us read';
COMMENT ON COLUMN main.feed_health.empty_share IS 'share without text to speak of';
COMMENT ON COLUMN main.feed_health.moved_to IS 'where a permanent redirect leads, without secrets; NULL: nowhere';
COMMENT ON COLUMN main.feed_health.tls_exception IS 'whether its certificate is trusted by its fingerprint alone (feeds.toml)';
COMMENT ON COLUMN main.feed_health.feed_id IS 'identity, made from the configured URL';
COMMENT ON COLUMN main.feed_health.first_polled_at IS 'first poll';
COMMENT ON COLUMN main.feed_health.polled_at IS 'latest poll';
COMMENT ON COLUMN main.feed_health.next_due_at IS 'next poll';
COMMENT ON COLUMN main.feed_health.last_new_at IS 'when it last gave an entry not seen before';
