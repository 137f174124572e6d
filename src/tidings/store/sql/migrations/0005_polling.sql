-- What polling decides from: since when a feed fails, where it moved, how often it is asked, whose it is.
ALTER TABLE core.feeds ADD COLUMN gone_since TIMESTAMPTZ;
ALTER TABLE core.feeds ADD COLUMN failure VARCHAR DEFAULT '';
ALTER TABLE core.feeds ADD COLUMN failing_since TIMESTAMPTZ;
ALTER TABLE core.feeds ADD COLUMN answered_at TIMESTAMPTZ;
ALTER TABLE core.feeds ADD COLUMN interval_s DOUBLE;
ALTER TABLE core.feeds ADD COLUMN moved_url VARCHAR DEFAULT '';
ALTER TABLE core.feeds ADD COLUMN moved_count INTEGER DEFAULT 0;
ALTER TABLE core.feeds ADD COLUMN moved_since TIMESTAMPTZ;
ALTER TABLE core.feeds ADD COLUMN moved_at TIMESTAMPTZ;
ALTER TABLE core.feeds ADD COLUMN storm_at TIMESTAMPTZ;
ALTER TABLE core.feeds ADD COLUMN title VARCHAR DEFAULT '';
ALTER TABLE core.feeds ADD COLUMN hosts VARCHAR DEFAULT '';
ALTER TABLE core.feeds ADD COLUMN dropped_count INTEGER DEFAULT 0;
ALTER TABLE core.feeds ADD COLUMN read_from INTEGER DEFAULT 0;
ALTER TABLE core.feeds ADD COLUMN tls_exception BOOLEAN;
ALTER TABLE core.feeds ALTER COLUMN failure SET NOT NULL;
ALTER TABLE core.feeds ALTER COLUMN moved_url SET NOT NULL;
ALTER TABLE core.feeds ALTER COLUMN moved_count SET NOT NULL;
ALTER TABLE core.feeds ALTER COLUMN title SET NOT NULL;
ALTER TABLE core.feeds ALTER COLUMN hosts SET NOT NULL;
ALTER TABLE core.feeds ALTER COLUMN dropped_count SET NOT NULL;
ALTER TABLE core.feeds ALTER COLUMN read_from SET NOT NULL;
ALTER TABLE core.feeds ALTER COLUMN failure DROP DEFAULT;
ALTER TABLE core.feeds ALTER COLUMN moved_url DROP DEFAULT;
ALTER TABLE core.feeds ALTER COLUMN moved_count DROP DEFAULT;
ALTER TABLE core.feeds ALTER COLUMN title DROP DEFAULT;
ALTER TABLE core.feeds ALTER COLUMN hosts DROP DEFAULT;
ALTER TABLE core.feeds ALTER COLUMN dropped_count DROP DEFAULT;
ALTER TABLE core.feeds ALTER COLUMN read_from DROP DEFAULT;
-- Last: DuckDB changes no columns of a table with a key behind an update.
UPDATE core.feeds SET failure = split_part(last_error, ':', 1) WHERE last_error <> '';
UPDATE core.feeds SET failing_since = coalesce(last_success_at, first_polled_at, polled_at) WHERE failures_in_row > 0;
UPDATE core.feeds SET gone_since = polled_at WHERE gone_count > 0;
-- What the pages behind entries turned out to be: feed_health counts them.
ALTER TABLE core.entries ADD COLUMN verdict VARCHAR;
