-- A number of four bytes by which the same text is found: see tidings.store.pages. What an edition left over: see tidings.store.owed.
ALTER TABLE core.articles ADD COLUMN text_key UINTEGER;
UPDATE core.articles SET text_key = (md5_number_lower(text_hash) & 4294967295)::UINTEGER;
ALTER TABLE core.editions ADD COLUMN owed_from BIGINT;
ALTER TABLE core.editions ADD COLUMN owed_for VARCHAR;
