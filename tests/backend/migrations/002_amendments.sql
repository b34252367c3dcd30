-- Changes of the tables of the law: append-only, as the history is. No two follow the same version.
CREATE TABLE amendments (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    author TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    definition TEXT NOT NULL,
    base_version INTEGER NOT NULL,
    base_digest TEXT NOT NULL,
    amendment TEXT NOT NULL, -- JSON, as it is sent
    UNIQUE (definition, base_version, base_digest)
) STRICT;

CREATE TRIGGER amendments_are_never_changed BEFORE UPDATE ON amendments FOR EACH ROW
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER amendments_are_never_deleted BEFORE DELETE ON amendments FOR EACH ROW
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
