//! Accounts, sessions and tokens. A token is only ever seen here as its digest.

use rusqlite::{OptionalExtension, params};
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::id::{AccountId, DeviceId};
use sips_lapangan::domain::office::OfficeCode;
use sips_lapangan::domain::time::Timestamp;

use super::{StoreError, Tx, from_json, from_text, to_json};
use crate::accounts::Account;

/// The session that a token belongs to.
#[derive(Clone, Debug)]
pub struct KeptSession {
    /// Names the family of tokens.
    pub id: i64,
    /// Whose it is.
    pub account: Account,
    /// Was it ended?
    pub revoked: bool,
    /// When the token that was asked for ends.
    pub token_expires_at: Timestamp,
}

/// A refresh token.
#[derive(Clone, Debug)]
pub struct KeptRefresh {
    /// The session it belongs to.
    pub session: KeptSession,
    /// The device that signed in.
    pub device: DeviceId,
    /// When it was first exchanged for another one.
    pub replaced_at: Option<Timestamp>,
}

/// The columns of an account as every query here names them.
const ACCOUNT: &str = "a.id, a.username, a.name, a.office, a.roles";

/// An account as the database has it, before its texts are read.
type Columns = (String, String, String, String, String);

fn columns(row: &rusqlite::Row<'_>) -> rusqlite::Result<Columns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

fn account((id, username, name, office, roles): Columns) -> Result<Account, StoreError> {
    Ok(Account {
        id: from_text("an account", &id, AccountId::parse)?,
        username,
        name,
        office: OfficeCode(office),
        roles: from_json("the roles of an account", &roles)?,
    })
}

impl Tx<'_> {
    /// The account with this id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn account(&self, id: &AccountId) -> Result<Option<Account>, StoreError> {
        let query = format!("SELECT {ACCOUNT} FROM accounts a WHERE a.id = ?1");
        let row = self.0.prepare_cached(&query)?.query_row([id.to_string()], columns).optional()?;
        row.map(account).transpose()
    }

    /// The account with this name, and the hash of its password.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn account_by_name(&self, name: &str) -> Result<Option<(Account, String)>, StoreError> {
        let query = format!("SELECT {ACCOUNT}, a.password_hash FROM accounts a WHERE a.username = ?1");
        let row = self.0.prepare_cached(&query)?.query_row([name], |row| Ok((columns(row)?, row.get(5)?))).optional()?;
        row.map(|(columns, hash)| Ok((account(columns)?, hash))).transpose()
    }

    /// Adds an account.
    ///
    /// # Errors
    /// See [`StoreError`]; the id or the name is taken.
    pub fn add_account(&self, account: &Account, password_hash: &str) -> Result<(), StoreError> {
        self.0.execute(
            "INSERT INTO accounts (id, username, name, office, roles, password_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                account.id.to_string(),
                account.username,
                account.name,
                account.office.0,
                to_json("roles", &account.roles)?,
                password_hash
            ],
        )?;
        Ok(())
    }

    /// Begins a session and gives its id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn begin_session(&self, account: &AccountId, device: &DeviceId, now: Timestamp) -> Result<i64, StoreError> {
        self.0.execute(
            "INSERT INTO sessions (account, device, created_at) VALUES (?1, ?2, ?3)",
            params![account.to_string(), device.to_string(), now.0],
        )?;
        Ok(self.0.last_insert_rowid())
    }

    /// Ends a session: none of its tokens is good any more. One that has ended stays so.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn end_session(&self, session: i64, now: Timestamp) -> Result<(), StoreError> {
        self.0.execute("UPDATE sessions SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL", params![session, now.0])?;
        Ok(())
    }

    /// Keeps the digest of an access token.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_access(&self, session: i64, token: &Digest, expires_at: Timestamp) -> Result<(), StoreError> {
        self.0.execute(
            "INSERT INTO access_tokens (digest, session, expires_at) VALUES (?1, ?2, ?3)",
            params![token.to_string(), session, expires_at.0],
        )?;
        Ok(())
    }

    /// Keeps the digest of a refresh token.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_refresh(&self, session: i64, token: &Digest, expires_at: Timestamp) -> Result<(), StoreError> {
        self.0.execute(
            "INSERT INTO refresh_tokens (digest, session, expires_at) VALUES (?1, ?2, ?3)",
            params![token.to_string(), session, expires_at.0],
        )?;
        Ok(())
    }

    /// The session of an access token, whether it is still good or not.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn access(&self, token: &Digest) -> Result<Option<KeptSession>, StoreError> {
        let query = format!(
            "SELECT {ACCOUNT}, s.id, s.revoked_at IS NOT NULL, t.expires_at
             FROM access_tokens t JOIN sessions s ON s.id = t.session JOIN accounts a ON a.id = s.account
             WHERE t.digest = ?1"
        );
        let row = self
            .0
            .prepare_cached(&query)?
            .query_row([token.to_string()], |row| Ok((columns(row)?, row.get(5)?, row.get(6)?, row.get(7)?)))
            .optional()?;
        row.map(|(columns, id, revoked, expires_at)| {
            Ok(KeptSession { id, account: account(columns)?, revoked, token_expires_at: Timestamp(expires_at) })
        })
        .transpose()
    }

    /// A refresh token, whether it is still good or not.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn refresh(&self, token: &Digest) -> Result<Option<KeptRefresh>, StoreError> {
        let query = format!(
            "SELECT {ACCOUNT}, s.id, s.revoked_at IS NOT NULL, t.expires_at, s.device, t.replaced_at
             FROM refresh_tokens t JOIN sessions s ON s.id = t.session JOIN accounts a ON a.id = s.account
             WHERE t.digest = ?1"
        );
        let row = self
            .0
            .prepare_cached(&query)?
            .query_row([token.to_string()], |row| {
                let device: String = row.get(8)?;
                let replaced_at: Option<i64> = row.get(9)?;
                Ok((columns(row)?, (row.get(5)?, row.get(6)?, row.get(7)?), device, replaced_at))
            })
            .optional()?;
        row.map(|(columns, (id, revoked, expires_at), device, replaced_at)| {
            Ok(KeptRefresh {
                session: KeptSession { id, account: account(columns)?, revoked, token_expires_at: Timestamp(expires_at) },
                device: from_text("a device", &device, DeviceId::parse)?,
                replaced_at: replaced_at.map(Timestamp),
            })
        })
        .transpose()
    }

    /// Notes that a refresh token was exchanged; the first time counts.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn replace_refresh(&self, token: &Digest, now: Timestamp) -> Result<(), StoreError> {
        self.0.execute(
            "UPDATE refresh_tokens SET replaced_at = ?2 WHERE digest = ?1 AND replaced_at IS NULL",
            params![token.to_string(), now.0],
        )?;
        Ok(())
    }

    /// Takes tokens away that ended before `before`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn forget_tokens(&self, before: Timestamp) -> Result<(), StoreError> {
        for table in ["access_tokens", "refresh_tokens"] {
            let query = format!("DELETE FROM {table} WHERE expires_at < ?1");
            self.0.prepare_cached(&query)?.execute([before.0])?;
        }
        Ok(())
    }
}
