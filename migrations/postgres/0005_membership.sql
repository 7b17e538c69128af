-- Why something was refused, as one word, and which Plex account was refused: it may belong to no member.
ALTER TABLE activity ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE activity ADD COLUMN plex_id BIGINT;

-- One row: the check whether members still have access at Plex, which one instance at a time makes.
CREATE TABLE membership_check (
    id          BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    -- Until when one instance has the check for itself, in milliseconds; 0: free. The instance knows its lease by it.
    lease_until_ms BIGINT NOT NULL DEFAULT 0,
    -- When the last one began; 0: never.
    started_at  BIGINT NOT NULL DEFAULT 0,
    -- When the last one ended, however it did.
    finished_at BIGINT,
    -- When Plex last gave a list that could be believed.
    good_at     BIGINT,
    -- What was in the way of the last one, as one word; empty: nothing.
    problem     TEXT   NOT NULL DEFAULT ''
);
INSERT INTO membership_check (id) VALUES (1);

-- Members of whom Plex clearly said that they have no access, by the media server that was asked about.
CREATE TABLE membership_absences (
    user_id    BIGINT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    machine_id TEXT   NOT NULL,
    -- When an answer first said so. Another one that says so later confirms it.
    first_at   BIGINT NOT NULL,
    -- When it was confirmed: from then on the member is out until Plex says otherwise. NULL: not confirmed yet.
    ended_at   BIGINT
);
