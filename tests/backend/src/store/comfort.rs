//! What level 3 keeps: sealed drafts, what devices say of themselves, and what everybody may read.

use sips_lapangan::api::wire::{Health, SeenDevice};
use sips_lapangan::domain::case::fold;
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::id::{AccountId, CaseId, DeviceId, DraftId};
use sips_lapangan::domain::office::OfficeCode;
use sips_lapangan::domain::public::PublicView;
use sips_lapangan::domain::search::sound;
use sips_lapangan::domain::time::Timestamp;

use super::sql::values;
use super::{StoreError, Tx, from_json, from_text, in_scope, to_json};
use crate::accounts::Scope;
use crate::drafts::SealedDraft;
use crate::public::{self, Entry, Narrowed};

/// Counts up when what everybody may read is made otherwise: then it is all made again.
const PUBLISHED_FORM: &str = "2";
/// The most words of a search that are looked for: who types more has named it long ago.
const MOST_WORDS: usize = 12;

impl Tx<'_> {
    /// The sealed drafts of an account, without their bytes.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn drafts(&self, account: &AccountId) -> Result<Vec<SealedDraft>, StoreError> {
        let query = "SELECT id, tag, LENGTH(sealed), changed_at FROM drafts WHERE account = ?1 ORDER BY id";
        self.all(query, values![account.to_string()], |mut row| {
            Ok(SealedDraft {
                id: from_text("a draft", &row.text(0)?, DraftId::parse)?,
                sha256: from_text("a digest", &row.text(1)?, Digest::parse)?,
                bytes: row.uint(2)?,
                changed_at: Timestamp(row.int(3)?),
            })
        })
    }

    /// The bytes of one, and their digest.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn draft(&self, account: &AccountId, id: &DraftId) -> Result<Option<(Digest, Vec<u8>)>, StoreError> {
        let row =
            self.one("SELECT tag, sealed FROM drafts WHERE account = ?1 AND id = ?2", values![account.to_string(), id.to_string()])?;
        row.map(|mut row| Ok((from_text("a digest", &row.text(0)?, Digest::parse)?, row.bytes(1)?))).transpose()
    }

    /// Keeps one in place of the one before.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn keep_draft(&self, account: &AccountId, id: &DraftId, sealed: &[u8], tag: &Digest, now: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO drafts (account, id, sealed, tag, changed_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (account, id) DO UPDATE SET sealed = excluded.sealed, tag = excluded.tag, changed_at = excluded.changed_at",
            values![account.to_string(), id.to_string(), sealed, tag.to_string(), now.0],
        )?;
        Ok(())
    }

    /// Takes one away.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn drop_draft(&self, account: &AccountId, id: &DraftId) -> Result<(), StoreError> {
        self.execute("DELETE FROM drafts WHERE account = ?1 AND id = ?2", values![account.to_string(), id.to_string()])?;
        Ok(())
    }

    /// How many devices an account has told of, but this one.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn other_devices(&self, account: &AccountId, id: &DeviceId) -> Result<i64, StoreError> {
        self.number("SELECT COUNT(*) FROM devices WHERE account = ?1 AND id <> ?2", values![account.to_string(), id.to_string()])
    }

    /// Keeps what a device says of itself.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn keep_device(
        &self,
        account: &AccountId,
        id: &DeviceId,
        office: &OfficeCode,
        health: &Health,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO devices (account, id, office, health, seen_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (account, id) DO UPDATE SET office = excluded.office, health = excluded.health, seen_at = excluded.seen_at",
            values![account.to_string(), id.to_string(), &office.0, to_json("a device", health)?, now.0],
        )?;
        Ok(())
    }

    /// Devices in scope, those that were heard of last first: at most `most`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn devices(&self, scope: &Scope, most: usize) -> Result<Vec<SeenDevice>, StoreError> {
        let (condition, offices) = in_scope(scope, 1);
        let query = format!(
            "SELECT d.account, d.id, d.office, d.health, d.seen_at, a.name
             FROM (SELECT * FROM devices WHERE seen_at IS NOT NULL {condition}) d JOIN accounts a ON a.id = d.account
             ORDER BY d.seen_at DESC, d.id LIMIT {most}"
        );
        self.all(&query, &offices, |mut row| {
            Ok(SeenDevice {
                account: from_text("an account", &row.text(0)?, AccountId::parse)?,
                device: from_text("a device", &row.text(1)?, DeviceId::parse)?,
                office: OfficeCode(row.text(2)?),
                health: from_json("a device", &row.text(3)?)?,
                seen_at: Timestamp(row.int(4)?),
                name: row.text(5)?,
            })
        })
    }

    /// The last positions that an account sees: acts of its scope, changes of the law, files of its scope.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn newest(&self, scope: &Scope) -> Result<[i64; 3], StoreError> {
        let (condition, offices) = in_scope(scope, 1);
        let acts = format!("SELECT COALESCE(MAX(position), 0) FROM acts WHERE position > 0 {condition}");
        let files = format!("SELECT COALESCE(MAX(completed), 0) FROM files WHERE completed > 0 {condition}");
        Ok([self.number(&acts, &offices)?, self.last_amendment()?, self.number(&files, &offices)?])
    }

    /// Keeps what everybody may read of a case, in place of what was kept of it before. An entry keeps its place.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn publish(&self, entries: &[Entry]) -> Result<(), StoreError> {
        for entry in entries {
            self.execute(
                "INSERT INTO published (view, entry, place, body, track, office, petitioner, respondent, words)
                 VALUES (?1, ?2, (SELECT COALESCE(MAX(place), 0) + 1 FROM published), ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (view, entry) DO UPDATE SET body = excluded.body, track = excluded.track, office = excluded.office,
                 petitioner = excluded.petitioner, respondent = excluded.respondent, words = excluded.words",
                values![
                    entry.view.key(),
                    &entry.id,
                    &entry.body,
                    &entry.track,
                    &entry.office,
                    &entry.petitioner,
                    &entry.respondent,
                    &entry.words
                ],
            )?;
        }
        Ok(())
    }

    /// A page of a view, the newest first: entries before `before` that fit, with their places; at most `most`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn published(&self, view: PublicView, before: i64, narrowed: &Narrowed, most: usize) -> Result<Vec<(i64, String)>, StoreError> {
        let mut given = values![view.key(), before].to_vec();
        let mut conditions = String::new();
        let mut placeholder = |value: String| {
            given.push(value.into());
            format!("?{}", given.len())
        };
        if !narrowed.track.is_empty() {
            conditions += &format!(" AND track = {}", placeholder(narrowed.track.clone()));
        }
        // The national office's area is the whole country.
        if !narrowed.area.is_empty() && OfficeCode(narrowed.area.clone()) != OfficeCode::national() {
            let (own, within) = (placeholder(narrowed.area.clone()), placeholder(format!("{}.%", narrowed.area)));
            conditions += &format!(" AND (office = {own} OR office LIKE {within})");
        }
        let searched = [("words", &narrowed.q), ("petitioner", &narrowed.petitioner), ("respondent", &narrowed.respondent)];
        for (column, text) in searched {
            for typed in text.split_whitespace().take(MOST_WORDS) {
                // A number as it is written is looked for in one piece, or else by its parts. Words that sound hold no sign of a pattern.
                let whole = sound(typed);
                if whole.is_empty() {
                    continue;
                }
                let mut condition = format!("{column} LIKE {}", placeholder(format!("%{whole}%")));
                let parts: Vec<String> =
                    typed.split(|sign: char| !sign.is_alphanumeric()).map(sound).filter(|part| !part.is_empty()).take(MOST_WORDS).collect();
                if parts.len() > 1 {
                    let parts: Vec<String> =
                        parts.into_iter().map(|part| format!("{column} LIKE {}", placeholder(format!("% {part}%")))).collect();
                    condition = format!("({condition} OR ({}))", parts.join(" AND "));
                }
                conditions += &format!(" AND {condition}");
            }
        }
        let query =
            format!("SELECT place, body FROM published WHERE view = ?1 AND place < ?2{conditions} ORDER BY place DESC LIMIT {most}");
        self.all(&query, &given, |mut row| Ok((row.int(0)?, row.text(1)?)))
    }

    /// Once, for a database whose acts were kept before this program knew what everybody may read, or knew it otherwise.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub(super) fn publish_earlier_once(&self) -> Result<(), StoreError> {
        let done = self.one("SELECT value FROM meta WHERE key = 'published'", &[])?.map(|mut row| row.text(0)).transpose()?;
        if done.as_deref() == Some(PUBLISHED_FORM) {
            return Ok(());
        }
        self.execute("DELETE FROM published", &[])?;
        let query = "SELECT case_id FROM acts WHERE revision = 1 ORDER BY position";
        let cases = self.all(query, &[], |mut row| from_text("a case", &row.text(0)?, CaseId::parse))?;
        let book = self.book()?;
        for case in cases {
            self.publish(&public::entries(&fold(case, &self.acts_of(&case)?), &book))?;
        }
        self.execute(
            "INSERT INTO meta (key, value) VALUES ('published', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            values![PUBLISHED_FORM],
        )?;
        Ok(())
    }
}
