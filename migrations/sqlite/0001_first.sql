-- Times are Unix seconds unless a name says milliseconds. The PostgreSQL file of the same number makes the same tables.

-- What this install is: one value a name (client_identifier, session_secret, setup_code, owner_plex_token …).
CREATE TABLE install (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- One row. The version counts every change, so that other instances notice and two editors don't overwrite each other.
CREATE TABLE settings (
    id      BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL
);

CREATE TABLE users (
    -- 1 is the owner; everybody else counts from 2.
    id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    -- Plex's number for the account: what a Plex member is known by. Names and e-mails change.
    plex_id       BIGINT UNIQUE,
    plex_username TEXT,
    -- The name they chose at Plex, for people to read.
    plex_name     TEXT,
    email         TEXT,
    -- The e-mail in lower case, for looking up.
    email_key     TEXT,
    username      TEXT,
    password_hash TEXT,
    tier          TEXT    NOT NULL CHECK (tier IN ('owner', 'home', 'friend', 'local')),
    permissions   BIGINT  NOT NULL,
    avatar        TEXT,
    locale        TEXT,
    disabled_at   BIGINT,
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL
);
-- Two Plex accounts may share an e-mail over time; two passwords for one e-mail may not exist.
CREATE UNIQUE INDEX users_local_email ON users (email_key) WHERE password_hash IS NOT NULL;

CREATE TABLE sessions (
    -- SHA-256 of the session's id; the id itself is only in the cookie.
    id_hash      BLOB    NOT NULL PRIMARY KEY,
    user_id      BIGINT  NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    method       TEXT    NOT NULL CHECK (method IN ('plex', 'password', 'token')),
    address      TEXT    NOT NULL,
    agent        TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    last_seen_at BIGINT  NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_last_seen ON sessions (last_seen_at);

-- One try to sign in with a PIN, bound to one browser.
CREATE TABLE attempts (
    pin_id       BIGINT NOT NULL,
    -- SHA-256 of the PIN's code. Part of the key: PIN numbers can be guessed, and a guess must not block the real one.
    code_hash    BLOB   NOT NULL,
    -- SHA-256 of the browser's attempt cookie; NULL: a program that brings number and code each time.
    browser_hash BLOB,
    purpose      TEXT   NOT NULL CHECK (purpose IN ('sign-in', 'set-up')),
    return_to    TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    -- Until when one poll has this PIN for itself, in milliseconds; 0: free.
    lease_until_ms BIGINT NOT NULL DEFAULT 0,
    finished_at  BIGINT,
    -- JSON: how it ended.
    outcome      TEXT,
    PRIMARY KEY (pin_id, code_hash)
);
CREATE INDEX attempts_browser ON attempts (browser_hash);
CREATE INDEX attempts_expires ON attempts (expires_at);

-- What failed, for counting tries over a sliding time: who or what (an address, an account) and when.
CREATE TABLE failures (
    id      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind    TEXT   NOT NULL,
    subject TEXT   NOT NULL,
    at_ms   BIGINT NOT NULL
);
CREATE INDEX failures_kind_subject ON failures (kind, subject, at_ms);
CREATE INDEX failures_at ON failures (at_ms);
