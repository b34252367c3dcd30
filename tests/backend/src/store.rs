//! What the server keeps. All SQL lives in this room: the rest asks a [`Tx`] for what it means, so that another
//! database takes another room and nothing else. A command is decided and kept within one [`Store::write`].

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};
use rusqlite_migration::{M, Migrations};

mod acts;
mod amendments;
mod files;
mod people;

pub use acts::{KeptAct, KeptRefusal};
pub use files::{KeptFile, NamedFile};
pub use people::{KeptRefresh, KeptSession};

/// The file in the data folder.
const FILE: &str = "sips.sqlite";
/// How long a transaction waits for another one, also of another process.
const BUSY: Duration = Duration::from_secs(5);
/// Connections for reading that are kept open.
const IDLE_READERS: usize = 4;

const STEPS: &[M<'static>] = &[
    M::up(include_str!("../migrations/001_start.sql")),
    M::up(include_str!("../migrations/002_amendments.sql")),
    M::up(include_str!("../migrations/003_files.sql")),
    M::up(include_str!("../migrations/004_carriers.sql")),
];
const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

/// The database: one connection that writes, some that read.
pub struct Store {
    file: PathBuf,
    // Closed before the writer: the last one to go folds the log of changes back into the file.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
    meta: Meta,
}

/// What the database says of itself. Made with it, and never changed.
#[derive(Clone)]
pub struct Meta {
    /// Names this history: another one means that everything is pulled anew.
    pub epoch: String,
    /// Keys the check of its cursors.
    pub cursor_key: String,
}

/// Why the store could not do it. Nothing of the transaction was kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused: busy, full, gone.
    #[error("the database: {0}")]
    Database(#[from] rusqlite::Error),
    /// Its tables are from a newer version, or could not be brought up to this one.
    #[error("the tables of the database: {0}")]
    Tables(#[from] rusqlite_migration::Error),
    /// The folder or its files.
    #[error("the data folder: {0}")]
    Folder(#[from] std::io::Error),
    /// A copy would replace something.
    #[error("{0} is there already")]
    Exists(PathBuf),
    /// A record that this version cannot read, or chance that the computer did not give.
    #[error("{0}")]
    Damaged(String),
}

/// One transaction: a snapshot when reading, alone when writing.
pub struct Tx<'a>(rusqlite::Transaction<'a>);

impl Store {
    /// Opens the database in `folder` and brings its tables up to date; both are made if they are not there. `fresh`
    /// takes the old database away first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn open(folder: &Path, fresh: bool) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder)?;
        let file = folder.join(FILE);
        if fresh {
            for ending in ["", "-wal", "-shm"] {
                match std::fs::remove_file(folder.join(format!("{FILE}{ending}"))) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        return Err(error.into());
                    }
                    _ => {}
                }
            }
        }
        let mut writer = Connection::open(&file)?;
        prepare(&writer)?;
        // A receipt is a promise: it is on the disk before it is sent.
        writer.pragma_update(None, "journal_mode", "wal")?;
        writer.pragma_update(None, "synchronous", "full")?;
        MIGRATIONS.to_latest(&mut writer)?;
        let meta = read_meta(&mut writer)?;
        link_earlier_files(&mut writer)?;
        Ok(Self { file, readers: Mutex::new(Vec::new()), writer: Mutex::new(writer), meta })
    }

    /// What the database says of itself.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Reads one snapshot.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = lock(&self.readers).pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => self.reader()?,
        };
        let done = work(&Tx(reader.transaction()?));
        let mut readers = lock(&self.readers);
        if readers.len() < IDLE_READERS {
            readers.push(reader);
        }
        done
    }

    /// Changes something, alone: nobody else writes meanwhile. An error of `work` keeps nothing.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn write<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut writer = lock(&self.writer);
        let tx = Tx(writer.transaction_with_behavior(TransactionBehavior::Immediate)?);
        let done = work(&tx)?;
        tx.0.commit()?;
        Ok(done)
    }

    fn reader(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let reader = Connection::open_with_flags(&self.file, flags)?;
        prepare(&reader)?;
        Ok(reader)
    }
}

/// Copies the database of `folder` into a new file, whole as of one moment, while a server may be working on it.
///
/// # Errors
/// There is no database, or something stands at `to` already.
pub fn backup(folder: &Path, to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        return Err(StoreError::Exists(to.to_owned()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(folder.join(FILE), flags)?;
    prepare(&source)?;
    // Bound, so that no letter of a path is read as SQL.
    source.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
    Ok(())
}

/// Makes the database of `folder` from a copy. What was accepted after the copy is not in it, so that it is another history: with
/// its new epoch every device pulls anew, and no cursor of the lost one is taken for a cursor of this.
///
/// # Errors
/// The folder has a database, or the copy is none.
pub fn restore(from: &Path, folder: &Path) -> Result<(), StoreError> {
    let file = folder.join(FILE);
    if file.exists() {
        return Err(StoreError::Exists(file));
    }
    std::fs::create_dir_all(folder)?;
    // Under another name until it is known to be a database of ours.
    let trial = folder.join(format!("{FILE}.restoring"));
    std::fs::copy(from, &trial)?;
    let emptied = Connection::open(&trial).and_then(|copy| copy.execute("DELETE FROM meta WHERE key IN ('epoch', 'cursor_key')", []));
    match emptied {
        Ok(_) => Ok(std::fs::rename(&trial, &file)?),
        Err(error) => {
            std::fs::remove_file(&trial)?;
            Err(error.into())
        }
    }
}

/// A panic while it was held rolled its transaction back, so that the connection is as good as before.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn read_meta(writer: &mut Connection) -> Result<Meta, StoreError> {
    let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = |key: &str| -> Result<String, StoreError> {
        let known = tx.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional()?;
        if let Some(known) = known {
            return Ok(known);
        }
        let value = random_hex::<16>()?;
        tx.execute("INSERT INTO meta (key, value) VALUES (?1, ?2)", params![key, value])?;
        Ok(value)
    };
    let meta = Meta { epoch: value("epoch")?, cursor_key: value("cursor_key")? };
    tx.commit()?;
    Ok(meta)
}

/// Once, for a database that is older than its table of the files that acts name.
fn link_earlier_files(writer: &mut Connection) -> Result<(), StoreError> {
    let tx = Tx(writer.transaction_with_behavior(TransactionBehavior::Immediate)?);
    let done = tx.0.execute("INSERT INTO meta (key, value) VALUES ('files_linked', '') ON CONFLICT DO NOTHING", [])? == 0;
    if !done {
        tx.link_earlier_files()?;
    }
    Ok(tx.0.commit()?)
}

/// Random bytes as hexadecimal text.
///
/// # Errors
/// The computer gave none.
pub fn random_hex<const BYTES: usize>() -> Result<String, StoreError> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Damaged(format!("no random bytes: {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Reads a stored JSON text.
fn from_json<T: serde::de::DeserializeOwned>(what: &str, json: &str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|error| {
        // Its own words may repeat what stands in the record, which no log may hold.
        let (line, column) = (error.line(), error.column());
        StoreError::Damaged(format!("{what} cannot be read at {line}:{column}"))
    })
}

/// Writes a JSON text to be stored.
fn to_json<T: serde::Serialize>(what: &str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Damaged(format!("{what} cannot be written: {error}")))
}

/// Reads a stored id or digest.
fn from_text<T>(what: &str, text: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
    read(text).ok_or_else(|| StoreError::Damaged(format!("{what} cannot be read: {text}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_are_valid() {
        MIGRATIONS.validate().expect("valid migrations");
    }

    #[test]
    fn a_database_keeps_its_epoch_until_it_is_made_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let epoch = |fresh| {
            let store = Store::open(folder.path(), fresh).expect("a store");
            store.meta().epoch.clone()
        };
        let first = epoch(false);
        assert_eq!(epoch(false), first);
        assert_ne!(epoch(true), first);
    }

    #[test]
    fn a_closed_database_is_one_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path(), false).expect("a store");
        store.read(|tx| tx.last_position()).expect("a position");
        drop(store);
        let files = std::fs::read_dir(folder.path()).expect("the folder");
        let names: Vec<_> = files.map(|entry| entry.expect("an entry").file_name()).collect();
        assert_eq!(names, [FILE]);
    }

    #[test]
    fn an_error_keeps_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path(), false).expect("a store");
        let failed: Result<(), StoreError> = store.write(|tx| {
            tx.0.execute("INSERT INTO meta (key, value) VALUES ('a', 'b')", [])?;
            Err(StoreError::Damaged("on purpose".into()))
        });
        assert!(failed.is_err());
        let left: i64 = store
            .read(|tx| {
                let query = "SELECT COUNT(*) FROM meta WHERE key = 'a'";
                Ok(tx.0.query_row(query, [], |row| row.get(0))?)
            })
            .expect("a count");
        assert_eq!(left, 0);
    }

    #[test]
    fn changes_of_the_law_are_append_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path(), false).expect("a store");
        let changed: Result<(), StoreError> = store.write(|tx| {
            let add = |id: &str| {
                let values = "'a', 0, 'id', 1, 'd', '{}'";
                let columns = "id, author, recorded_at, definition, base_version, base_digest, amendment";
                tx.0.execute(&format!("INSERT INTO amendments ({columns}) VALUES ('{id}', {values})"), [])
            };
            add("x")?;
            assert!(add("y").is_err(), "two follow the same version");
            for change in ["DELETE FROM amendments", "UPDATE amendments SET author = 'x'"] {
                let refused = tx.0.execute(change, []).map_err(|error| error.to_string());
                assert_eq!(refused, Err("the history is append-only".to_owned()));
            }
            Ok(())
        });
        changed.expect("the insertion alone is fine");
    }

    #[test]
    fn the_history_is_append_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path(), false).expect("a store");
        let changed: Result<(), StoreError> = store.write(|tx| {
            tx.0.execute(
                "INSERT INTO acts
                 (command_id, case_id, revision, office, author, device, payload_sha256, recorded_at, act)
                 VALUES ('c', 'k', 1, 'o', 'a', 'd', 'p', 0, '{}')",
                [],
            )?;
            for change in ["DELETE FROM acts", "UPDATE acts SET office = 'x'"] {
                let refused = tx.0.execute(change, []).map_err(|error| error.to_string());
                assert_eq!(refused, Err("the history is append-only".to_owned()));
            }
            Ok(())
        });
        changed.expect("the insertion alone is fine");
    }
}
