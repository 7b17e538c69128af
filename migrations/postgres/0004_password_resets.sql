-- A link with which a member chooses a password: one a member, so that a newer one replaces it; gone once it was used. The
-- value is stored nowhere, only its SHA-256.
CREATE TABLE password_resets (
    user_id    BIGINT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    link_hash  BYTEA  NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX password_resets_expires ON password_resets (expires_at);

-- Passwords whose hash is of an older kind than services/passwords.rs makes; mostly none.
CREATE INDEX users_older_password ON users (id)
    WHERE password_hash IS NOT NULL AND password_hash NOT LIKE '$argon2id$v=19$m=19456,t=2,p=1$%';

-- Attempts may now link a Plex account to a member who is signed in. They live ten minutes, so none is carried over.
DROP TABLE attempts;
CREATE TABLE attempts (
    pin_id       BIGINT NOT NULL,
    -- SHA-256 of the PIN's code. Part of the key: PIN numbers can be guessed, and a guess must not block the real one.
    code_hash    BYTEA  NOT NULL,
    -- SHA-256 of the browser's attempt cookie; NULL: a program that brings number and code each time.
    browser_hash BYTEA,
    purpose      TEXT   NOT NULL CHECK (purpose IN ('sign-in', 'set-up', 'link')),
    -- To whom the account is linked.
    user_id      BIGINT REFERENCES users (id) ON DELETE CASCADE,
    return_to    TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    -- Until when one poll has this PIN for itself, in milliseconds; 0: free.
    lease_until_ms BIGINT NOT NULL DEFAULT 0,
    finished_at  BIGINT,
    -- JSON: how it ended.
    outcome      TEXT,
    PRIMARY KEY (pin_id, code_hash),
    CHECK ((purpose = 'link') = (user_id IS NOT NULL))
);
CREATE INDEX attempts_browser ON attempts (browser_hash);
CREATE INDEX attempts_expires ON attempts (expires_at);
