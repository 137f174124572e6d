-- Slack takes an edition in parts, each a row of its own. What was there before is one part.
ALTER TABLE core.deliveries ADD COLUMN part INTEGER DEFAULT 1;
ALTER TABLE core.deliveries ADD COLUMN part_count INTEGER DEFAULT 1;
ALTER TABLE core.deliveries ALTER COLUMN part SET NOT NULL;
ALTER TABLE core.deliveries ALTER COLUMN part_count SET NOT NULL;
ALTER TABLE core.deliveries ALTER COLUMN part DROP DEFAULT;
ALTER TABLE core.deliveries ALTER COLUMN part_count DROP DEFAULT;
