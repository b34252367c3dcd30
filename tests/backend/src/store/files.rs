//! Files: what acts say of them, and their bytes in parts. One backup holds the history and its evidence, and a file becomes whole in
//! the same database, so that whoever pulls never hears of one that is not there.

use sips_lapangan::domain::case::Act;
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::evidence::{MediaType, files_of};
use sips_lapangan::domain::id::AccountId;
use sips_lapangan::domain::office::OfficeCode;
use sips_lapangan::domain::time::Timestamp;

use super::sql::{Row, Value, values};
use super::{KeptAct, StoreError, Tx, from_json, from_text, in_scope};
use crate::accounts::Scope;

/// What an act says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFile {
    /// The office whose case it belongs to.
    pub office: OfficeCode,
    /// Length in bytes.
    pub size: u64,
    /// Its kind.
    pub media: MediaType,
    /// What it is called.
    pub name: String,
}

/// A file of an office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFile {
    /// Its key in this database.
    pub id: i64,
    /// The digest that it must have.
    pub sha256: Digest,
    /// Length in bytes.
    pub size: u64,
    /// Bytes that are here, from the start.
    pub received: u64,
    /// Is it whole, and its digest checked?
    pub complete: bool,
}

const COLUMNS: &str = "id, sha256, size, received, completed IS NOT NULL";

impl Tx<'_> {
    /// Notes the files that an act of this transaction names.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn link_files(&self, kept: &KeptAct) -> Result<(), StoreError> {
        self.link(&kept.act, &kept.seen_by, &kept.author.to_string())
    }

    /// Notes the files of all acts, for a database whose acts were kept before files travelled.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub(super) fn link_earlier_files(&self) -> Result<(), StoreError> {
        // Before the first of them is written: a connection does one thing at a time.
        let acts =
            self.all("SELECT author, act FROM acts", &[], |mut row| Ok((row.text(0)?, from_json::<Act>("an act", &row.text(1)?)?)))?;
        acts.iter().try_for_each(|(author, act)| self.link(act, &act.office, author))
    }

    fn link(&self, act: &Act, office: &OfficeCode, author: &str) -> Result<(), StoreError> {
        for file in files_of(act) {
            // A length that no database counts is no file that could ever come.
            let Ok(size) = i64::try_from(file.size) else { continue };
            self.execute(
                "INSERT INTO file_links (command_id, file_id, office, author, sha256, size, media, name)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
                values![
                    act.command_id.to_string(),
                    file.id.to_string(),
                    &office.0,
                    author,
                    file.sha256.to_string(),
                    size,
                    file.media.as_str(),
                    &file.name
                ],
            )?;
        }
        Ok(())
    }

    /// What the acts that this account made or brought say of the file with this digest; the earliest, if they say several things.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn file_named_by(&self, author: &AccountId, sha256: &Digest) -> Result<Option<NamedFile>, StoreError> {
        let query = "SELECT office, size, media, name FROM file_links WHERE sha256 = ?1
             AND (author = ?2 OR command_id IN (SELECT command_id FROM carriers WHERE account = ?2)) ORDER BY command_id LIMIT 1";
        self.named(query, [sha256.to_string(), author.to_string()])
    }

    /// What the acts of an office say of it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn file_named_in(&self, office: &OfficeCode, sha256: &Digest) -> Result<Option<NamedFile>, StoreError> {
        let query = "SELECT office, size, media, name FROM file_links WHERE sha256 = ?1 AND office = ?2 ORDER BY command_id LIMIT 1";
        self.named(query, [sha256.to_string(), office.0.clone()])
    }

    fn named(&self, query: &str, of: [String; 2]) -> Result<Option<NamedFile>, StoreError> {
        let row = self.one(query, &of.map(Value::from))?;
        row.map(|mut row| {
            Ok(NamedFile {
                office: OfficeCode(row.text(0)?),
                size: row.uint(1)?,
                media: from_text("a media type", &row.text(2)?, MediaType::parse)?,
                name: row.text(3)?,
            })
        })
        .transpose()
    }

    /// The file of an office with this digest.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn file(&self, office: &OfficeCode, sha256: &Digest) -> Result<Option<KeptFile>, StoreError> {
        let query = format!("SELECT {COLUMNS} FROM files WHERE office = ?1 AND sha256 = ?2");
        self.one(&query, values![&office.0, sha256.to_string()])?.map(kept).transpose()
    }

    /// A whole file with this digest of any office in scope, and the office.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn whole_file(&self, scope: &Scope, sha256: &Digest) -> Result<Option<(OfficeCode, KeptFile)>, StoreError> {
        let query = "SELECT office FROM files WHERE sha256 = ?1 AND completed IS NOT NULL ORDER BY completed";
        let offices = self.all(query, values![sha256.to_string()], |mut row| row.text(0).map(OfficeCode))?;
        let Some(office) = offices.into_iter().find(|office| scope.holds(office)) else {
            return Ok(None);
        };
        Ok(self.file(&office, sha256)?.map(|file| (office, file)))
    }

    /// Begins a file without bytes.
    ///
    /// # Errors
    /// See [`StoreError`]; the office has it already.
    pub fn begin_file(&self, office: &OfficeCode, sha256: &Digest, size: u64, now: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO files (office, sha256, size, changed_at) VALUES (?1, ?2, ?3, ?4)",
            values![&office.0, sha256.to_string(), size, now.0],
        )?;
        Ok(())
    }

    /// Adds a part where the last one ended; `false` if that is not `at`, or the file is gone.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_part(&self, file: i64, at: u64, bytes: &[u8], now: Timestamp) -> Result<bool, StoreError> {
        let moved = self.execute(
            "UPDATE files SET received = received + ?3, changed_at = ?4 WHERE id = ?1 AND received = ?2 AND completed IS NULL",
            values![file, at, bytes.len() as u64, now.0],
        )?;
        if moved == 1 {
            self.execute("INSERT INTO file_parts (file, start, bytes) VALUES (?1, ?2, ?3)", values![file, at, bytes])?;
        }
        Ok(moved == 1)
    }

    /// The part that holds byte `at` of a file: where it begins, and its bytes.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn part(&self, file: i64, at: u64) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        let query = "SELECT start, bytes FROM file_parts WHERE file = ?1 AND start <= ?2 ORDER BY start DESC LIMIT 1";
        self.one(query, values![file, at])?.map(|mut row| Ok((row.uint(0)?, row.bytes(1)?))).transpose()
    }

    /// Says that a file is whole. Said twice it is said once.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn complete_file(&self, file: i64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE files SET completed = (SELECT COALESCE(MAX(completed), 0) + 1 FROM files)
             WHERE id = ?1 AND received = size AND completed IS NULL",
            values![file],
        )?;
        Ok(())
    }

    /// What the acts of its office call a file, and the kinds that they name.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn file_kinds(&self, file: i64) -> Result<Vec<(String, MediaType)>, StoreError> {
        let query = "SELECT DISTINCT name, media FROM file_links NATURAL JOIN (SELECT office, sha256 FROM files WHERE id = ?1) AS named";
        self.all(query, values![file], |mut row| Ok((row.text(0)?, from_text("a media type", &row.text(1)?, MediaType::parse)?)))
    }

    /// Takes the bytes of a file away that is not whole, so that it begins anew.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn empty_file(&self, file: i64) -> Result<(), StoreError> {
        let emptied = self.execute("UPDATE files SET received = 0 WHERE id = ?1 AND completed IS NULL", values![file])?;
        if emptied == 1 {
            self.execute("DELETE FROM file_parts WHERE file = ?1", values![file])?;
        }
        Ok(())
    }

    /// Takes a file away that is not whole.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn drop_file(&self, file: i64) -> Result<(), StoreError> {
        self.execute("DELETE FROM files WHERE id = ?1 AND completed IS NULL", values![file])?;
        Ok(())
    }

    /// Takes files away that are not whole and got no part since `before`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn forget_files(&self, before: Timestamp) -> Result<(), StoreError> {
        self.execute("DELETE FROM files WHERE completed IS NULL AND changed_at < ?1", values![before.0])?;
        Ok(())
    }

    /// Files in scope that became whole after `position`, with the position of each, in their order: at most `most`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn files_after(&self, position: i64, scope: &Scope, most: usize) -> Result<Vec<(i64, Digest)>, StoreError> {
        let (condition, offices) = in_scope(scope, 2);
        let query = format!("SELECT completed, sha256 FROM files WHERE completed > ?1 {condition} ORDER BY completed LIMIT {most}");
        self.all(&query, &[vec![Value::from(position)], offices].concat(), |mut row| {
            Ok((row.int(0)?, from_text("a digest", &row.text(1)?, Digest::parse)?))
        })
    }

    /// The last position of files that became whole, whatever their scope; 0 while there are none.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn last_file(&self) -> Result<i64, StoreError> {
        self.number("SELECT COALESCE(MAX(completed), 0) FROM files", &[])
    }
}

fn kept(mut row: Row) -> Result<KeptFile, StoreError> {
    Ok(KeptFile {
        id: row.int(0)?,
        sha256: from_text("a digest", &row.text(1)?, Digest::parse)?,
        size: row.uint(2)?,
        received: row.uint(3)?,
        complete: row.flag(4)?,
    })
}
