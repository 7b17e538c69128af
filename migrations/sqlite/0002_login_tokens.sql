-- A member's secret for a device. The value is stored nowhere, only its SHA-256.
CREATE TABLE login_tokens (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The device.
    name       TEXT   NOT NULL,
    token_hash BLOB   NOT NULL UNIQUE,
    -- When and by whom the present value was made; NULL: somebody who is gone.
    created_at BIGINT NOT NULL,
    created_by BIGINT REFERENCES users (id) ON DELETE SET NULL,
    -- NULL: never.
    expires_at BIGINT,
    last_used_at      BIGINT,
    last_used_address TEXT,
    -- Of which page's form it came: the same form again is somebody who pressed twice.
    made_once TEXT,
    UNIQUE (user_id, name)
);

-- Where a token was used from: an address, or an IPv6 network. A new one is worth a line in the activity list.
CREATE TABLE login_token_addresses (
    token_id      BIGINT NOT NULL REFERENCES login_tokens (id) ON DELETE CASCADE,
    address       TEXT   NOT NULL,
    first_used_at BIGINT NOT NULL,
    PRIMARY KEY (token_id, address)
);

-- The token that opened the session. Not a reference to its row: a session counts while a token with this very hash
-- is there and not expired, so that a new value ends the sessions of the old one in the same statement.
ALTER TABLE sessions ADD COLUMN token_hash BLOB;
CREATE INDEX sessions_token ON sessions (token_hash) WHERE token_hash IS NOT NULL;

-- A device that asks to be let in, and what somebody signed in said.
CREATE TABLE pairings (
    -- SHA-256 of the device's cookie.
    device_hash BLOB   NOT NULL PRIMARY KEY,
    -- Keyed hash of the short code: short codes could be tried out against a plain one.
    code_hash   BLOB   NOT NULL UNIQUE,
    address     TEXT   NOT NULL,
    agent       TEXT   NOT NULL,
    return_to   TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    -- One of the two, once, by whoever answers.
    declined_at BIGINT,
    approved_at BIGINT,
    answered_by BIGINT REFERENCES users (id) ON DELETE CASCADE,
    user_id     BIGINT REFERENCES users (id) ON DELETE CASCADE,
    name        TEXT,
    token_expires_at BIGINT,
    -- Once the device has come for it. A device that lost the answer gets a new value for the same token.
    token_id    BIGINT REFERENCES login_tokens (id) ON DELETE CASCADE
);
CREATE INDEX pairings_expires ON pairings (expires_at);

-- What happened: who did what to whom, from where. Never a token, a code, or a part of one.
CREATE TABLE activity (
    id       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at       BIGINT NOT NULL,
    kind     TEXT   NOT NULL,
    -- Whom it is about.
    user_id  BIGINT REFERENCES users (id) ON DELETE SET NULL,
    -- Who did it, where that is known.
    actor_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
    -- The device's name, as it was then.
    subject  TEXT   NOT NULL,
    address  TEXT   NOT NULL
);
CREATE INDEX activity_at ON activity (at);
CREATE INDEX activity_user ON activity (user_id, at);
