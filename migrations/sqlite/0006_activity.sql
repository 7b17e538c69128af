-- Refusals of one kind from one place within a while are one line with a count, so that a stranger can't fill the disk.
ALTER TABLE activity ADD COLUMN times BIGINT NOT NULL DEFAULT 1;
-- When it happened for the last time; 0: at `at`.
ALTER TABLE activity ADD COLUMN last_at BIGINT NOT NULL DEFAULT 0;
-- Lines of one fold are one line; NULL: a line of its own.
ALTER TABLE activity ADD COLUMN fold TEXT;
-- The browser's own words about itself, where they are known.
ALTER TABLE activity ADD COLUMN agent TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX activity_fold ON activity (fold) WHERE fold IS NOT NULL;
CREATE INDEX activity_actor ON activity (actor_id, id) WHERE actor_id IS NOT NULL;
CREATE INDEX activity_kind ON activity (kind, at);

-- What the settings were, so that somebody who began from an older version can be told what changed meanwhile.
CREATE TABLE settings_history (
    version BIGINT NOT NULL PRIMARY KEY,
    body    TEXT   NOT NULL
);
