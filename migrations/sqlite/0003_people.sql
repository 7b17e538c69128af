-- Under what a member is sorted and found: names and e-mail in lower case and without accents, written by the program,
-- because databases know only some letters. Empty: not written yet; the program does so when it starts.
ALTER TABLE users ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN search_key TEXT NOT NULL DEFAULT '';

-- A list or a search reads one of these and only the rows that it shows.
CREATE INDEX users_by_name ON users (name_key, id, search_key);
CREATE INDEX users_by_id ON users (id, search_key, name_key);
CREATE INDEX users_by_change ON users (updated_at DESC, id DESC, search_key, name_key);

CREATE INDEX users_email ON users (email_key);
-- Members without Plex sign in by e-mail, also those who have yet to choose a password.
CREATE UNIQUE INDEX users_without_plex_email ON users (email_key) WHERE plex_id IS NULL;
