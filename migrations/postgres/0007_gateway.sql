-- Whose sessions may have ended, or whose rights may have changed. Written by triggers, so that no statement anywhere can
-- forget it; each instance reads what is new several times a second and forgets what it knew about these members.
CREATE TABLE access_changes (
    id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The transaction's number: rows become visible in another order than they were numbered in, but whatever is not
    -- visible yet has a transaction that was still running.
    position BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    user_id  BIGINT NOT NULL,
    at       BIGINT NOT NULL DEFAULT (extract(epoch FROM clock_timestamp())::bigint)
);
CREATE INDEX access_changes_position ON access_changes (position);

CREATE FUNCTION note_member_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO access_changes (user_id) VALUES (OLD.user_id);
    RETURN NULL;
END
$$;
CREATE FUNCTION note_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO access_changes (user_id) VALUES (OLD.id);
    RETURN NULL;
END
$$;

CREATE TRIGGER sessions_ended AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION note_member_of_row();
CREATE TRIGGER users_changed AFTER UPDATE OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION note_member();
CREATE TRIGGER login_tokens_revoked AFTER DELETE ON login_tokens FOR EACH ROW EXECUTE FUNCTION note_member_of_row();

-- What a token is limited to, as JSON; NULL: nothing.
ALTER TABLE login_tokens ADD COLUMN limits TEXT;

CREATE TRIGGER login_tokens_changed AFTER UPDATE OF token_hash, expires_at, limits ON login_tokens
    FOR EACH ROW EXECUTE FUNCTION note_member_of_row();

-- Sessions on their way to the host of an app: codes that are worth something once, for half a minute.
CREATE TABLE hand_overs (
    -- SHA-256 of the code.
    code_hash    BYTEA  NOT NULL PRIMARY KEY,
    -- The session that is handed over.
    session_hash BYTEA  NOT NULL REFERENCES sessions (id_hash) ON DELETE CASCADE,
    -- The app's host and port, as the browser names it.
    authority    TEXT   NOT NULL,
    -- SHA-256 of the cookie that the browser has at that host.
    browser_hash BYTEA  NOT NULL,
    -- Where to go then, on that host.
    target       TEXT   NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX hand_overs_expires ON hand_overs (expires_at);
CREATE INDEX hand_overs_session ON hand_overs (session_hash);
