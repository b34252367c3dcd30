//! Changes of the tables of the law, and the book that they make with what ships.

use rusqlite::{OptionalExtension, params};
use sips_lapangan::domain::amendment::Amendment;
use sips_lapangan::domain::id::AmendmentId;
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::rules::RuleBook;

use super::{StoreError, Tx, from_json, to_json};

impl Tx<'_> {
    /// The law as it ships with everything that was changed.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn book(&self) -> Result<RuleBook, StoreError> {
        let amendments = self.amendments_after(0, usize::MAX)?;
        Ok(RuleBook::new(amendments.into_iter().map(|(_, amendment)| amendment).collect()))
    }

    /// The amendment with this id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn amendment(&self, id: &AmendmentId) -> Result<Option<Amendment>, StoreError> {
        let mut statement = self.0.prepare_cached("SELECT amendment FROM amendments WHERE id = ?1")?;
        let json: Option<String> = statement.query_row([id.to_string()], |row| row.get(0)).optional()?;
        json.map(|json| from_json("an amendment", &json)).transpose()
    }

    /// The amendments after `position` with their positions, in the order in which they were kept: no more after the first one that goes
    /// beyond `bytes`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn amendments_after(&self, position: i64, bytes: usize) -> Result<Vec<(i64, Amendment)>, StoreError> {
        let mut statement = self.0.prepare_cached("SELECT position, amendment FROM amendments WHERE position > ?1 ORDER BY position")?;
        let mut rows = statement.query([position])?;
        let mut amendments = Vec::new();
        let mut length: usize = 0;
        while let Some(row) = rows.next()? {
            let json: String = row.get(1)?;
            length = length.saturating_add(json.len() + 1);
            if length > bytes && !amendments.is_empty() {
                break;
            }
            amendments.push((row.get(0)?, from_json("an amendment", &json)?));
        }
        Ok(amendments)
    }

    /// The position of the last amendment; 0 while there is none.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn last_amendment(&self) -> Result<i64, StoreError> {
        let mut statement = self.0.prepare_cached("SELECT COALESCE(MAX(position), 0) FROM amendments")?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// Keeps an amendment.
    ///
    /// # Errors
    /// See [`StoreError`]; its id is there already, or another one follows the same version.
    pub fn add_amendment(&self, amendment: &Amendment, now: Timestamp) -> Result<(), StoreError> {
        self.0.execute(
            "INSERT INTO amendments (id, author, recorded_at, definition, base_version, base_digest, amendment)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                amendment.id.to_string(),
                amendment.by.account.to_string(),
                now.0,
                amendment.base.id,
                amendment.base.version,
                amendment.base.digest.to_string(),
                to_json("an amendment", amendment)?
            ],
        )?;
        Ok(())
    }
}
