//! The database as one file of SQLite: one connection that writes, some that read.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

use super::sql::{Open, Tx};
use super::together::{Session, Together};
use super::{SCHEMA, StoreError, lock};

/// The file in the data folder.
pub const FILE: &str = "sips.sqlite";
/// How long a transaction waits for another one, also of another process.
const BUSY: Duration = Duration::from_secs(5);
/// Pages of the file that the writer keeps in memory, in KiB: the ends of all its indexes.
const WRITER_CACHE: i64 = 65_536;
/// Connections for reading that are kept open.
const IDLE_READERS: usize = 4;

/// The steps that make the tables.
fn migrations() -> Migrations<'static> {
    Migrations::new(SCHEMA.iter().map(|step| M::up(step)).collect())
}

/// The one connection that writes.
pub(super) struct Writer(Connection);

pub(super) struct Database {
    file: PathBuf,
    // Closed before the writer: the last one to go folds the log of changes back into the file.
    readers: Mutex<Vec<Connection>>,
    pub(super) writers: Together<Writer>,
}

impl Database {
    pub(super) fn open(folder: &Path, fresh: bool) -> Result<Self, StoreError> {
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
        writer.pragma_update(None, "cache_size", -WRITER_CACHE)?;
        migrations().to_latest(&mut writer)?;
        Ok(Self { file, readers: Mutex::new(Vec::new()), writers: Together::new(Writer(writer)) })
    }

    pub(super) fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = lock(&self.readers).pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => self.reader()?,
        };
        let done = work(&Tx(Open::Sqlite(&*reader.transaction()?)));
        let mut readers = lock(&self.readers);
        if readers.len() < IDLE_READERS {
            readers.push(reader);
        }
        done
    }

    pub(super) fn write<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.writers.write(work)
    }

    fn reader(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let reader = Connection::open_with_flags(&self.file, flags)?;
        prepare(&reader)?;
        Ok(reader)
    }
}

impl Session for Writer {
    fn begin(&mut self) -> Result<(), StoreError> {
        Ok(self.0.execute_batch("BEGIN IMMEDIATE")?)
    }

    fn mark(&mut self) -> Result<(), StoreError> {
        Ok(self.0.execute_batch("SAVEPOINT work")?)
    }

    fn undo(&mut self) -> Result<(), StoreError> {
        Ok(self.0.execute_batch("ROLLBACK TO work")?)
    }

    fn end(&mut self, keep: bool) -> Result<(), StoreError> {
        let ended = self.0.execute_batch(if keep { "COMMIT" } else { "ROLLBACK" });
        // What could not be kept stays open.
        if ended.is_err() && !self.0.is_autocommit() {
            self.0.execute_batch("ROLLBACK")?;
        }
        Ok(ended?)
    }

    fn work<T>(&mut self, work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let done = work(&Tx(Open::Sqlite(&self.0)))?;
        // Some errors, such as a full disk, end the whole transaction by themselves.
        if self.0.is_autocommit() { Err(StoreError::Lost("the database ended the transaction".into())) } else { Ok(done) }
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
    let emptied = Connection::open(&trial).and_then(|copy| copy.execute(super::FORGET_EPOCH, []));
    match emptied {
        Ok(_) => Ok(std::fs::rename(&trial, &file)?),
        Err(error) => {
            std::fs::remove_file(&trial)?;
            Err(error.into())
        }
    }
}

fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_are_valid() {
        migrations().validate().expect("valid migrations");
    }
}
