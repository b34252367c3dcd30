//! What the server keeps. All SQL lives in this room: the rest asks a [`Tx`] for what it means, and whether SQLite or PostgreSQL
//! answers is known to three files of it. A command is decided and kept within one [`Store::write`].

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sql::{Value, values};

use sips_lapangan::domain::stream::EVERYBODY;

use crate::accounts::Scope;

mod acts;
mod amendments;
mod comfort;
mod files;
mod people;
mod postgres;
mod sql;
mod sqlite;
mod together;

pub use acts::{KeptAct, KeptRefusal};
pub use files::{KeptFile, NamedFile};
pub use people::{KeptRefresh, KeptSession};
pub use postgres::new_epoch;
pub use sql::Tx;
pub use sqlite::{FILE, backup, restore};

/// The steps that make the tables, oldest first. A step that was published is never changed; a new one only adds, so that the program
/// before it goes on working while it is replaced.
const SCHEMA: &[&str] = &[
    include_str!("../migrations/001_start.sql"),
    include_str!("../migrations/002_amendments.sql"),
    include_str!("../migrations/003_files.sql"),
    include_str!("../migrations/004_carriers.sql"),
    include_str!("../migrations/005_comfort.sql"),
    include_str!("../migrations/006_places.sql"),
    include_str!("../migrations/007_accounts.sql"),
    include_str!("../migrations/008_published_words.sql"),
];
/// Whoever opens the database next makes a new epoch.
const FORGET_EPOCH: &str = "DELETE FROM meta WHERE key IN ('epoch', 'cursor_key')";

/// The database.
pub struct Store {
    engine: Engine,
    meta: Meta,
}

enum Engine {
    Sqlite(sqlite::Database),
    Postgres(postgres::Database),
}

/// What the database says of itself. Made with it, and never changed.
#[derive(Clone)]
pub struct Meta {
    /// Names this history: another one means that everything is pulled anew.
    pub epoch: String,
    /// Keys the check of its cursors.
    pub cursor_key: String,
}

/// Why the store could not do it. Nothing of the transaction was kept, unless the connection ended while it was being kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused: busy, full, gone.
    #[error("the database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The database server refused, or cannot be reached.
    #[error("the database server: {0}")]
    Server(String),
    /// All connections are at work.
    #[error("the database is busy")]
    Busy,
    /// The transaction that this was written in, maybe together with others, was not kept.
    #[error("nothing was kept: {0}")]
    Lost(String),
    /// The address is no address of a database. It is not repeated: it may hold a password.
    #[error("the address of the database cannot be read")]
    Address,
    /// Its tables are from a newer version, or could not be brought up to this one.
    #[error("the tables of the database: {0}")]
    Tables(#[from] rusqlite_migration::Error),
    /// Its tables are from a newer version.
    #[error("the tables of the database are from a newer version of this program")]
    Newer,
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

impl Store {
    /// Opens the database in `folder` and brings its tables up to date; both are made if they are not there. `fresh`
    /// takes the old database away first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn open(folder: &Path, fresh: bool) -> Result<Self, StoreError> {
        Self::over(Engine::Sqlite(sqlite::Database::open(folder, fresh)?))
    }

    /// Opens the database at an address such as `postgresql://sips@localhost/sips` and brings its tables up to date. Not from a thread
    /// that runs asynchronous work: it waits.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn connect(url: &str) -> Result<Self, StoreError> {
        Self::over(Engine::Postgres(postgres::Database::open(url)?))
    }

    fn over(engine: Engine) -> Result<Self, StoreError> {
        let mut store = Self { engine, meta: Meta { epoch: String::new(), cursor_key: String::new() } };
        store.meta = store.write(|tx| {
            tx.link_earlier_files_once()?;
            tx.publish_earlier_once()?;
            tx.meta()
        })?;
        Ok(store)
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
        match &self.engine {
            Engine::Sqlite(database) => database.read(work),
            Engine::Postgres(database) => database.read(work),
        }
    }

    /// Changes something, alone: nobody else writes meanwhile. An error of `work` keeps nothing of it. What waits for its turn meanwhile
    /// is kept together with it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn write<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match &self.engine {
            Engine::Sqlite(database) => database.write(work),
            Engine::Postgres(database) => database.write(work),
        }
    }
}

/// A panic while it was held rolled its transaction back, so that what it guards is as good as before.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Tx<'_> {
    fn meta(&self) -> Result<Meta, StoreError> {
        let value = |key: &str| -> Result<String, StoreError> {
            if let Some(mut known) = self.one("SELECT value FROM meta WHERE key = ?1", values![key])? {
                return known.text(0);
            }
            let value = random_hex::<16>()?;
            self.execute("INSERT INTO meta (key, value) VALUES (?1, ?2)", values![key, &value])?;
            Ok(value)
        };
        Ok(Meta { epoch: value("epoch")?, cursor_key: value("cursor_key")? })
    }

    /// What was noted of the seeding of this database ([`crate::seed`]).
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn seeding(&self) -> Result<Option<String>, StoreError> {
        self.one("SELECT value FROM meta WHERE key = 'seeding'", &[])?.map(|mut row| row.text(0)).transpose()
    }

    /// Notes how far the seeding has come.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn set_seeding(&self, value: &str) -> Result<(), StoreError> {
        let insert = "INSERT INTO meta (key, value) VALUES ('seeding', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        self.execute(insert, values![value]).map(drop)
    }

    /// Once, for a database that is older than its table of the files that acts name.
    fn link_earlier_files_once(&self) -> Result<(), StoreError> {
        let done = self.execute("INSERT INTO meta (key, value) VALUES ('files_linked', '') ON CONFLICT DO NOTHING", &[])? == 0;
        if done { Ok(()) } else { self.link_earlier_files() }
    }
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

/// The condition that `office` is one of the scope's, or stands for everybody, with placeholders from `?first` on, and what they stand for.
fn in_scope(scope: &Scope, first: usize) -> (String, Vec<Value<'static>>) {
    match scope {
        Scope::All => (String::new(), Vec::new()),
        Scope::Offices(offices) => {
            let seen = || offices.iter().map(|office| office.0.as_str()).chain([EVERYBODY]);
            let marks: Vec<String> = (first..).take(seen().count()).map(|at| format!("?{at}")).collect();
            (format!("AND office IN ({})", marks.join(", ")), seen().map(Value::from).collect())
        }
    }
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
            tx.execute("INSERT INTO meta (key, value) VALUES ('a', 'b')", &[])?;
            Err(StoreError::Damaged("on purpose".into()))
        });
        assert!(failed.is_err());
        let left = store.read(|tx| tx.number("SELECT COUNT(*) FROM meta WHERE key = 'a'", &[])).expect("a count");
        assert_eq!(left, 0);
    }
}
