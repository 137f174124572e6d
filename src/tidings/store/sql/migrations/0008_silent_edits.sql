-- Pages change, and go, behind entries that stay as they are: when each is read again, and since when it is not there any more.
ALTER TABLE core.articles ADD COLUMN look_again_at TIMESTAMPTZ;
ALTER TABLE core.articles ADD COLUMN gone_since TIMESTAMPTZ;
