-- Numbers by which the entries of a feed are found that share guid, title or link with a new one: see tidings.store.known_entries.
ALTER TABLE core.entries ADD COLUMN guid_key UINTEGER;
ALTER TABLE core.entries ADD COLUMN title_key UINTEGER;
ALTER TABLE core.entries ADD COLUMN link_key UINTEGER;
UPDATE core.entries SET
    guid_key = (md5_number_lower(concat(feed_id, ' ', guid)) & 4294967295)::UINTEGER,
    title_key = (md5_number_lower(concat(feed_id, ' ', lower(title))) & 4294967295)::UINTEGER,
    link_key = (md5_number_lower(concat(feed_id, ' ', regexp_replace(lower(split_part(url, '?', 1)), '^https?://(www\.)*|(/amp|/)+$', '', 'g'))) & 4294967295)::UINTEGER;
