-- Times are milliseconds since 1970-01-01 UTC, as the core counts them. Digests and ids are lower-case text.

-- What the database says of itself: its epoch and the key of its cursors.
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    office TEXT NOT NULL,
    roles TEXT NOT NULL, -- JSON array
    password_hash TEXT NOT NULL -- PHC string
) STRICT, WITHOUT ROWID;

-- A session is the family of all tokens that follow from one sign-in.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id),
    device TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

-- Tokens are kept as their digests alone: whoever reads this database cannot sign in with it.
CREATE TABLE access_tokens (
    digest TEXT PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES sessions (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE refresh_tokens (
    digest TEXT PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES sessions (id),
    expires_at INTEGER NOT NULL,
    replaced_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX access_tokens_by_age ON access_tokens (expires_at);
CREATE INDEX refresh_tokens_by_age ON refresh_tokens (expires_at);

-- The history: append-only. Its positions are what cursors count, so that none is ever given twice.
CREATE TABLE acts (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    command_id TEXT NOT NULL UNIQUE,
    case_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    office TEXT NOT NULL,
    author TEXT NOT NULL,
    device TEXT NOT NULL,
    payload_sha256 TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    act TEXT NOT NULL, -- JSON, as it is sent
    UNIQUE (case_id, revision)
) STRICT;

CREATE INDEX acts_by_office ON acts (office, position);

CREATE TRIGGER acts_are_never_changed BEFORE UPDATE ON acts FOR EACH ROW
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER acts_are_never_deleted BEFORE DELETE ON acts FOR EACH ROW
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;

-- Every official number that was issued. A row is never taken away, so that no number comes twice.
CREATE TABLE numbers (
    office TEXT NOT NULL,
    series TEXT NOT NULL,
    year INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    number TEXT NOT NULL,
    case_id TEXT NOT NULL,
    command_id TEXT NOT NULL REFERENCES acts (command_id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (office, series, year, sequence),
    UNIQUE (series, case_id)
) STRICT, WITHOUT ROWID;

-- Refused commands, for their receipts.
CREATE TABLE refusals (
    command_id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL,
    author TEXT NOT NULL,
    payload_sha256 TEXT NOT NULL,
    refused_at INTEGER NOT NULL,
    problem TEXT NOT NULL -- JSON, as it was sent
) STRICT, WITHOUT ROWID;

CREATE INDEX refusals_by_age ON refusals (refused_at);
