-- Whose sessions may have ended, or whose rights may have changed. Written by triggers, so that no statement anywhere can
-- forget it; each instance reads what is new several times a second and forgets what it knew about these members.
CREATE TABLE access_changes (
    position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id  BIGINT  NOT NULL,
    at       BIGINT  NOT NULL DEFAULT (unixepoch())
);

CREATE TRIGGER sessions_ended AFTER DELETE ON sessions BEGIN
    INSERT INTO access_changes (user_id) VALUES (old.user_id);
END;
CREATE TRIGGER users_changed AFTER UPDATE ON users BEGIN
    INSERT INTO access_changes (user_id) VALUES (old.id);
END;
CREATE TRIGGER users_deleted AFTER DELETE ON users BEGIN
    INSERT INTO access_changes (user_id) VALUES (old.id);
END;
CREATE TRIGGER login_tokens_revoked AFTER DELETE ON login_tokens BEGIN
    INSERT INTO access_changes (user_id) VALUES (old.user_id);
END;

-- What a token is limited to, as JSON; NULL: nothing.
ALTER TABLE login_tokens ADD COLUMN limits TEXT;

CREATE TRIGGER login_tokens_changed AFTER UPDATE OF token_hash, expires_at, limits ON login_tokens BEGIN
    INSERT INTO access_changes (user_id) VALUES (old.user_id);
END;

-- Sessions on their way to the host of an app: codes that are worth something once, for half a minute.
CREATE TABLE hand_overs (
    -- SHA-256 of the code.
    code_hash    BLOB   NOT NULL PRIMARY KEY,
    -- The session that is handed over.
    session_hash BLOB   NOT NULL REFERENCES sessions (id_hash) ON DELETE CASCADE,
    -- The app's host and port, as the browser names it.
    authority    TEXT   NOT NULL,
    -- SHA-256 of the cookie that the browser has at that host.
    browser_hash BLOB   NOT NULL,
    -- Where to go then, on that host.
    target       TEXT   NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX hand_overs_expires ON hand_overs (expires_at);
CREATE INDEX hand_overs_session ON hand_overs (session_hash);
