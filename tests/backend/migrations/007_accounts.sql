-- Accounts can be locked, and every change of one is kept: append-only, as the history is.
ALTER TABLE accounts ADD COLUMN locked_at INTEGER;

CREATE TABLE account_changes (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (id),
    recorded_at INTEGER NOT NULL,
    change TEXT NOT NULL -- JSON, as it is sent; without its password
) STRICT;

CREATE INDEX account_changes_by_account ON account_changes (account, position);

CREATE TRIGGER account_changes_are_never_changed BEFORE UPDATE ON account_changes FOR EACH ROW
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER account_changes_are_never_deleted BEFORE DELETE ON account_changes FOR EACH ROW
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
