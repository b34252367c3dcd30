-- What acts say of files. Whoever sent such an act may send the file; everybody who sees its case may read it.
CREATE TABLE file_links (
    command_id TEXT NOT NULL REFERENCES acts (command_id) DEFERRABLE INITIALLY DEFERRED,
    file_id TEXT NOT NULL,
    office TEXT NOT NULL,
    author TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    media TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (command_id, file_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX file_links_by_digest ON file_links (sha256, office);

-- A file of an office, whole or on its way. Offices share no bytes: that another one holds a file is nobody's business.
CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    office TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    received INTEGER NOT NULL DEFAULT 0,
    changed_at INTEGER NOT NULL, -- of the last part
    completed INTEGER UNIQUE, -- counts up over all files as they become whole; cursors count it
    UNIQUE (office, sha256)
) STRICT;

CREATE TRIGGER evidence_is_never_changed BEFORE UPDATE ON files FOR EACH ROW WHEN (OLD.completed IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a file that is whole is kept'); END;
CREATE TRIGGER evidence_is_never_deleted BEFORE DELETE ON files FOR EACH ROW WHEN (OLD.completed IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a file that is whole is kept'); END;

-- The bytes as they came: each part begins where the one before ended.
CREATE TABLE file_parts (
    file INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (file, start)
) STRICT;
