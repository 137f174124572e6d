-- What a version changed of the one before it.
ALTER TABLE core.versions ADD COLUMN before_id UUID;
ALTER TABLE core.versions ADD COLUMN added VARCHAR[] DEFAULT [];
ALTER TABLE core.versions ADD COLUMN removed VARCHAR[] DEFAULT [];
ALTER TABLE core.versions ADD COLUMN added_count INTEGER DEFAULT 0;
ALTER TABLE core.versions ADD COLUMN removed_count INTEGER DEFAULT 0;
ALTER TABLE core.versions ALTER COLUMN added SET NOT NULL;
ALTER TABLE core.versions ALTER COLUMN removed SET NOT NULL;
ALTER TABLE core.versions ALTER COLUMN added_count SET NOT NULL;
ALTER TABLE core.versions ALTER COLUMN removed_count SET NOT NULL;
ALTER TABLE core.versions ALTER COLUMN added DROP DEFAULT;
ALTER TABLE core.versions ALTER COLUMN removed DROP DEFAULT;
ALTER TABLE core.versions ALTER COLUMN added_count DROP DEFAULT;
ALTER TABLE core.versions ALTER COLUMN removed_count DROP DEFAULT;
