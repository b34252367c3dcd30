-- Who brought another account's command, out of a kapsul: the answer is theirs as well, and so is the sending of its files.
CREATE TABLE carriers (
    command_id TEXT NOT NULL,
    account TEXT NOT NULL,
    PRIMARY KEY (command_id, account)
) STRICT, WITHOUT ROWID;
