-- On Slack a story has a thread: what its later messages reply to, and which message is about which story.
ALTER TABLE core.deliveries ADD COLUMN receipt VARCHAR DEFAULT '';
ALTER TABLE core.deliveries ADD COLUMN story_id UUID;
ALTER TABLE core.deliveries ALTER COLUMN receipt SET NOT NULL;
ALTER TABLE core.deliveries ALTER COLUMN receipt DROP DEFAULT;
