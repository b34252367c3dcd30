//! Changes of the tables of the law, and the book that they make with what ships.

use sips_lapangan::domain::amendment::Amendment;
use sips_lapangan::domain::id::AmendmentId;
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::rules::RuleBook;

use super::sql::values;
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
        let row = self.one("SELECT amendment FROM amendments WHERE id = ?1", values![id.to_string()])?;
        row.map(|mut row| from_json("an amendment", &row.text(0)?)).transpose()
    }

    /// The amendments after `position` with their positions, in the order in which they were kept: no more after the first one that goes
    /// beyond `bytes`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn amendments_after(&self, position: i64, bytes: usize) -> Result<Vec<(i64, Amendment)>, StoreError> {
        let query = "SELECT position, amendment FROM amendments WHERE position > ?1 ORDER BY position";
        let mut amendments = Vec::new();
        let mut length: usize = 0;
        self.each(query, values![position], |mut row| {
            let json = row.text(1)?;
            length = length.saturating_add(json.len() + 1);
            if length > bytes && !amendments.is_empty() {
                return Ok(false);
            }
            amendments.push((row.int(0)?, from_json("an amendment", &json)?));
            Ok(true)
        })?;
        Ok(amendments)
    }

    /// The position of the last amendment; 0 while there is none.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn last_amendment(&self) -> Result<i64, StoreError> {
        self.number("SELECT COALESCE(MAX(position), 0) FROM amendments", &[])
    }

    /// Keeps an amendment.
    ///
    /// # Errors
    /// See [`StoreError`]; its id is there already, or another one follows the same version.
    pub fn add_amendment(&self, amendment: &Amendment, now: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO amendments (position, id, author, recorded_at, definition, base_version, base_digest, amendment)
             VALUES ((SELECT COALESCE(MAX(position), 0) + 1 FROM amendments), ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            values![
                amendment.id.to_string(),
                amendment.by.account.to_string(),
                now.0,
                &amendment.base.id,
                u64::from(amendment.base.version),
                amendment.base.digest.to_string(),
                to_json("an amendment", amendment)?
            ],
        )?;
        Ok(())
    }
}
