//! The history: acts, official numbers, and what was refused.

use sips_lapangan::api::wire::Problem;
use sips_lapangan::domain::case::Act;
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::id::{AccountId, CaseId, CommandId, DeviceId};
use sips_lapangan::domain::office::OfficeCode;
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::rules::numbering::Issued;

use super::sql::{Value, values};
use super::{StoreError, Tx, from_json, from_text, in_scope, to_json};
use crate::accounts::Scope;

/// An act with what the server knows beside it.
#[derive(Clone, Debug)]
pub struct KeptAct {
    /// Who sent it.
    pub author: AccountId,
    /// On which device.
    pub device: DeviceId,
    /// Of its payload.
    pub payload_sha256: Digest,
    /// Whose its stream is to see: the office that began it, whoever acts in it, or everybody.
    pub seen_by: OfficeCode,
    /// The act.
    pub act: Act,
}

/// A command that was refused.
#[derive(Clone, Debug)]
pub struct KeptRefusal {
    /// The command.
    pub command: CommandId,
    /// The case that it was for.
    pub case: CaseId,
    /// Who sent it.
    pub author: AccountId,
    /// Of its payload.
    pub payload_sha256: Digest,
    /// What was answered.
    pub problem: Problem,
}

impl Tx<'_> {
    /// The act of a command.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn act(&self, command: &CommandId) -> Result<Option<KeptAct>, StoreError> {
        let query = "SELECT author, device, payload_sha256, office, act FROM acts WHERE command_id = ?1";
        let row = self.one(query, values![command.to_string()])?;
        row.map(|mut row| {
            Ok(KeptAct {
                author: from_text("an author", &row.text(0)?, AccountId::parse)?,
                device: from_text("a device", &row.text(1)?, DeviceId::parse)?,
                payload_sha256: from_text("a digest", &row.text(2)?, Digest::parse)?,
                seen_by: OfficeCode(row.text(3)?),
                act: from_json("an act", &row.text(4)?)?,
            })
        })
        .transpose()
    }

    /// Is there an act of this command?
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn holds(&self, command: &CommandId) -> Result<bool, StoreError> {
        Ok(self.one("SELECT 1 FROM acts WHERE command_id = ?1", values![command.to_string()])?.is_some())
    }

    /// The acts of a case, in order.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn acts_of(&self, case: &CaseId) -> Result<Vec<Act>, StoreError> {
        let query = "SELECT act FROM acts WHERE case_id = ?1 ORDER BY revision";
        self.all(query, values![case.to_string()], |mut row| from_json("an act", &row.text(0)?))
    }

    /// Whose a case is to see; `None` while there is none.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn office_of(&self, case: &CaseId) -> Result<Option<OfficeCode>, StoreError> {
        let query = "SELECT office FROM acts WHERE case_id = ?1 AND revision = 1";
        self.one(query, values![case.to_string()])?.map(|mut row| row.text(0).map(OfficeCode)).transpose()
    }

    /// The acts in `scope` after `position`, with the position and length of each, in the order in which they were
    /// kept: at most `most`, and no more after the first one that goes beyond `bytes`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn acts_after(&self, position: i64, scope: &Scope, most: usize, bytes: usize) -> Result<Vec<(i64, Act)>, StoreError> {
        let (condition, offices) = in_scope(scope, 2);
        // The places first, out of the index alone: what lies there is large, and several offices are put in order.
        let places = format!("SELECT position FROM acts WHERE position > ?1 {condition} ORDER BY position LIMIT {most}");
        let query = format!("SELECT position, act FROM acts WHERE position IN ({places}) ORDER BY position");
        let mut acts = Vec::new();
        let mut length = 0;
        self.each(&query, &[vec![Value::from(position)], offices].concat(), |mut row| {
            let json = row.text(1)?;
            length += json.len() + 1;
            if length > bytes && !acts.is_empty() {
                return Ok(false);
            }
            acts.push((row.int(0)?, from_json("an act", &json)?));
            Ok(true)
        })?;
        Ok(acts)
    }

    /// The last position of the history, whatever its scope; 0 while it is empty.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn last_position(&self) -> Result<i64, StoreError> {
        self.number("SELECT COALESCE(MAX(position), 0) FROM acts", &[])
    }

    /// Adds an act to the history. A refusal of the same command is forgotten.
    ///
    /// # Errors
    /// See [`StoreError`]; the command or the revision is there already.
    pub fn add_act(&self, kept: &KeptAct) -> Result<(), StoreError> {
        let act = &kept.act;
        // Nobody else writes meanwhile, and no act ever goes: the next position is one more than the last.
        self.execute(
            "INSERT INTO acts
             (position, command_id, case_id, revision, office, author, device, payload_sha256, recorded_at, act)
             VALUES ((SELECT COALESCE(MAX(position), 0) + 1 FROM acts), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            values![
                act.command_id.to_string(),
                act.case_id.to_string(),
                u64::from(act.revision),
                &kept.seen_by.0,
                kept.author.to_string(),
                kept.device.to_string(),
                kept.payload_sha256.to_string(),
                act.recorded_at.map(|time| time.0),
                to_json("an act", act)?
            ],
        )?;
        self.execute("DELETE FROM refusals WHERE command_id = ?1", values![act.command_id.to_string()])?;
        Ok(())
    }

    /// The sequence that comes next in a series of an office in a year, from 1.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn next_sequence(&self, office: &OfficeCode, series: &str, year: i16) -> Result<u32, StoreError> {
        let query = "SELECT COALESCE(MAX(sequence), 0) + 1 FROM numbers WHERE office = ?1 AND series = ?2 AND year = ?3";
        let next = self.number(query, values![&office.0, series, i64::from(year)])?;
        u32::try_from(next).map_err(|_| StoreError::Damaged("a series of numbers is used up".into()))
    }

    /// The last sequence of each series of each office in each year.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn last_sequences(&self) -> Result<Vec<(OfficeCode, String, i16, u32)>, StoreError> {
        let query = "SELECT office, series, year, MAX(sequence) FROM numbers GROUP BY office, series, year";
        self.all(query, &[], |mut row| {
            let damaged = || StoreError::Damaged("a number that was issued cannot be read".into());
            let (year, sequence) = (i16::try_from(row.int(2)?).ok(), u32::try_from(row.int(3)?).ok());
            Ok((OfficeCode(row.text(0)?), row.text(1)?, year.ok_or_else(damaged)?, sequence.ok_or_else(damaged)?))
        })
    }

    /// Keeps a number that was issued for an act of the same transaction.
    ///
    /// # Errors
    /// See [`StoreError`]; the sequence is taken, or the case has a number of this series.
    pub fn add_number(&self, act: &Act, issued: &Issued) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO numbers (office, series, year, sequence, number, case_id, command_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            values![
                &act.office.0,
                &issued.series,
                i64::from(issued.year),
                u64::from(issued.sequence),
                &issued.number,
                act.case_id.to_string(),
                act.command_id.to_string()
            ],
        )?;
        Ok(())
    }

    /// What was answered when the command was refused last.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn refusal(&self, command: &CommandId) -> Result<Option<KeptRefusal>, StoreError> {
        let query = "SELECT case_id, author, payload_sha256, problem FROM refusals WHERE command_id = ?1";
        let row = self.one(query, values![command.to_string()])?;
        row.map(|mut row| {
            Ok(KeptRefusal {
                command: *command,
                case: from_text("a case", &row.text(0)?, CaseId::parse)?,
                author: from_text("an author", &row.text(1)?, AccountId::parse)?,
                payload_sha256: from_text("a digest", &row.text(2)?, Digest::parse)?,
                problem: from_json("a problem", &row.text(3)?)?,
            })
        })
        .transpose()
    }

    /// Notes who brought another account's command.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_carrier(&self, command: &CommandId, account: &AccountId) -> Result<(), StoreError> {
        let insert = "INSERT INTO carriers (command_id, account) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        self.execute(insert, values![command.to_string(), account.to_string()])?;
        Ok(())
    }

    /// Did this account bring the command?
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn carries(&self, command: &CommandId, account: &AccountId) -> Result<bool, StoreError> {
        let query = "SELECT 1 FROM carriers WHERE command_id = ?1 AND account = ?2";
        Ok(self.one(query, values![command.to_string(), account.to_string()])?.is_some())
    }

    /// Keeps a refusal in place of an earlier one of the same command.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn keep_refusal(&self, refusal: &KeptRefusal, now: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO refusals (command_id, case_id, author, payload_sha256, refused_at, problem)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (command_id) DO UPDATE SET refused_at = excluded.refused_at, problem = excluded.problem",
            values![
                refusal.command.to_string(),
                refusal.case.to_string(),
                refusal.author.to_string(),
                refusal.payload_sha256.to_string(),
                now.0,
                to_json("a problem", &refusal.problem)?
            ],
        )?;
        Ok(())
    }

    /// Takes refusals away that were made before `before`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn forget_refusals(&self, before: Timestamp) -> Result<(), StoreError> {
        self.execute("DELETE FROM refusals WHERE refused_at < ?1", values![before.0])?;
        Ok(())
    }
}
