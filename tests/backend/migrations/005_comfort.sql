-- Sealed copies of drafts: bytes that only the author's devices can read.
CREATE TABLE drafts (
    account TEXT NOT NULL REFERENCES accounts (id),
    id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    tag TEXT NOT NULL, -- SHA-256 of the bytes
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

-- What each device last said of itself.
CREATE TABLE devices (
    account TEXT NOT NULL REFERENCES accounts (id),
    id TEXT NOT NULL,
    office TEXT NOT NULL,
    health TEXT NOT NULL, -- JSON
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX devices_by_office ON devices (office, seen_at);

-- What everybody may read, as it is sent. Made of the history alone: it can be thrown away and made again.
CREATE TABLE published (
    view TEXT NOT NULL,
    entry TEXT NOT NULL,
    place INTEGER NOT NULL, -- counts up over all entries; pages count it
    body TEXT NOT NULL, -- JSON
    PRIMARY KEY (view, entry)
) STRICT, WITHOUT ROWID;

CREATE INDEX published_by_place ON published (view, place);
