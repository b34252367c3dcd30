//! Accounts, sessions and tokens. A token is only ever seen here as its digest.

use sips_lapangan::domain::account::{AccountChange, AccountEntry};
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::id::{AccountChangeId, AccountId, DeviceId};
use sips_lapangan::domain::office::{OfficeCode, Role};
use sips_lapangan::domain::time::Timestamp;

use super::sql::{Row, values};
use super::{StoreError, Tx, from_json, from_text, in_scope, to_json};
use crate::accounts::{Account, Scope};

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

/// An account, of the first five columns.
fn account(row: &mut Row) -> Result<Account, StoreError> {
    Ok(Account {
        id: from_text("an account", &row.text(0)?, AccountId::parse)?,
        username: row.text(1)?,
        name: row.text(2)?,
        office: OfficeCode(row.text(3)?),
        roles: from_json("the roles of an account", &row.text(4)?)?,
    })
}

/// An account as others see it, of the first six columns.
fn entry(row: &mut Row) -> Result<AccountEntry, StoreError> {
    let Account { id, username, name, office, roles } = account(row)?;
    Ok(AccountEntry { account: id, username, name, office, roles, locked_at: row.maybe_int(5)?.map(Timestamp) })
}

/// The session of a token, of the first eight columns.
fn session(row: &mut Row) -> Result<KeptSession, StoreError> {
    Ok(KeptSession { account: account(row)?, id: row.int(5)?, revoked: row.flag(6)?, token_expires_at: Timestamp(row.int(7)?) })
}

impl Tx<'_> {
    /// The account with this id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn account(&self, id: &AccountId) -> Result<Option<Account>, StoreError> {
        let query = format!("SELECT {ACCOUNT} FROM accounts a WHERE a.id = ?1");
        self.one(&query, values![id.to_string()])?.map(|mut row| account(&mut row)).transpose()
    }

    /// The account with this name, the hash of its password, and whether it is locked.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn account_by_name(&self, name: &str) -> Result<Option<(Account, String, bool)>, StoreError> {
        let query = format!("SELECT {ACCOUNT}, a.password_hash, a.locked_at IS NOT NULL FROM accounts a WHERE a.username = ?1");
        self.one(&query, values![name])?.map(|mut row| Ok((account(&mut row)?, row.text(5)?, row.flag(6)?))).transpose()
    }

    /// An account as whoever watches over it sees it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn account_entry(&self, id: &AccountId) -> Result<Option<AccountEntry>, StoreError> {
        let query = format!("SELECT {ACCOUNT}, a.locked_at FROM accounts a WHERE a.id = ?1");
        self.one(&query, values![id.to_string()])?.map(|mut row| entry(&mut row)).transpose()
    }

    /// Accounts in scope by the names to sign in with, those after `after`: at most `most`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn account_entries(&self, scope: &Scope, after: &str, most: usize) -> Result<Vec<AccountEntry>, StoreError> {
        let (condition, mut given) = in_scope(scope, 2);
        given.insert(0, after.into());
        let query =
            format!("SELECT {ACCOUNT}, a.locked_at FROM accounts a WHERE a.username > ?1 {condition} ORDER BY a.username LIMIT {most}");
        self.all(&query, &given, |mut row| entry(&mut row))
    }

    /// How many accounts of the centre can sign in, but this one.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn other_admins(&self, id: &AccountId) -> Result<usize, StoreError> {
        let query = "SELECT a.roles FROM accounts a WHERE a.id <> ?1 AND a.locked_at IS NULL";
        let roles = self.all(query, values![id.to_string()], |mut row| from_json::<Vec<Role>>("the roles of an account", &row.text(0)?))?;
        Ok(roles.iter().filter(|roles| roles.contains(&Role::NationalAdmin)).count())
    }

    /// Changes what is kept of an account; its password only where a hash is given.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn change_account(&self, entry: &AccountEntry, password_hash: Option<&str>) -> Result<(), StoreError> {
        self.execute(
            "UPDATE accounts SET name = ?2, office = ?3, roles = ?4, locked_at = ?5 WHERE id = ?1",
            values![
                entry.account.to_string(),
                &entry.name,
                &entry.office.0,
                to_json("roles", &entry.roles)?,
                entry.locked_at.map(|at| at.0)
            ],
        )?;
        if let Some(hash) = password_hash {
            self.execute("UPDATE accounts SET password_hash = ?2 WHERE id = ?1", values![entry.account.to_string(), hash])?;
        }
        Ok(())
    }

    /// Ends every session of an account.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn end_sessions(&self, account: &AccountId, now: Timestamp) -> Result<(), StoreError> {
        self.execute("UPDATE sessions SET revoked_at = ?2 WHERE account = ?1 AND revoked_at IS NULL", values![account.to_string(), now.0])?;
        Ok(())
    }

    /// The change with this id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn account_change(&self, id: &AccountChangeId) -> Result<Option<AccountChange>, StoreError> {
        let row = self.one("SELECT change FROM account_changes WHERE id = ?1", values![id.to_string()])?;
        row.map(|mut row| from_json("a change of an account", &row.text(0)?)).transpose()
    }

    /// Every change of an account, the last one first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn account_changes(&self, account: &AccountId) -> Result<Vec<AccountChange>, StoreError> {
        let query = "SELECT change FROM account_changes WHERE account = ?1 ORDER BY position DESC";
        self.all(query, values![account.to_string()], |mut row| from_json("a change of an account", &row.text(0)?))
    }

    /// Keeps a change.
    ///
    /// # Errors
    /// See [`StoreError`]; its id is there already.
    pub fn add_account_change(&self, change: &AccountChange, now: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO account_changes (position, id, account, recorded_at, change)
             VALUES ((SELECT COALESCE(MAX(position), 0) + 1 FROM account_changes), ?1, ?2, ?3, ?4)",
            values![change.id.to_string(), change.account.to_string(), now.0, to_json("a change of an account", change)?],
        )?;
        Ok(())
    }

    /// Adds an account.
    ///
    /// # Errors
    /// See [`StoreError`]; the id or the name is taken.
    pub fn add_account(&self, account: &Account, password_hash: &str) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO accounts (id, username, name, office, roles, password_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            values![
                account.id.to_string(),
                &account.username,
                &account.name,
                &account.office.0,
                to_json("roles", &account.roles)?,
                password_hash
            ],
        )?;
        Ok(())
    }

    /// The accounts of an office, by name.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn accounts_of(&self, office: &OfficeCode) -> Result<Vec<Account>, StoreError> {
        let query = format!("SELECT {ACCOUNT} FROM accounts a WHERE a.office = ?1 ORDER BY a.name, a.id LIMIT 500");
        self.all(&query, values![&office.0], |mut row| account(&mut row))
    }

    /// Begins a session and gives its id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn begin_session(&self, account: &AccountId, device: &DeviceId, now: Timestamp) -> Result<i64, StoreError> {
        let query = "INSERT INTO sessions (account, device, created_at) VALUES (?1, ?2, ?3) RETURNING id";
        self.number(query, values![account.to_string(), device.to_string(), now.0])
    }

    /// Ends a session: none of its tokens is good any more. One that has ended stays so.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn end_session(&self, session: i64, now: Timestamp) -> Result<(), StoreError> {
        self.execute("UPDATE sessions SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL", values![session, now.0])?;
        Ok(())
    }

    /// Keeps the digest of an access token.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_access(&self, session: i64, token: &Digest, expires_at: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO access_tokens (digest, session, expires_at) VALUES (?1, ?2, ?3)",
            values![token.to_string(), session, expires_at.0],
        )?;
        Ok(())
    }

    /// Keeps the digest of a refresh token.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_refresh(&self, session: i64, token: &Digest, expires_at: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO refresh_tokens (digest, session, expires_at) VALUES (?1, ?2, ?3)",
            values![token.to_string(), session, expires_at.0],
        )?;
        Ok(())
    }

    /// The session of an access token, whether it is still good or not.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn access(&self, token: &Digest) -> Result<Option<KeptSession>, StoreError> {
        let query = format!(
            "SELECT {ACCOUNT}, s.id, s.revoked_at IS NOT NULL OR a.locked_at IS NOT NULL, t.expires_at
             FROM access_tokens t JOIN sessions s ON s.id = t.session JOIN accounts a ON a.id = s.account
             WHERE t.digest = ?1"
        );
        self.one(&query, values![token.to_string()])?.map(|mut row| session(&mut row)).transpose()
    }

    /// A refresh token, whether it is still good or not.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn refresh(&self, token: &Digest) -> Result<Option<KeptRefresh>, StoreError> {
        let query = format!(
            "SELECT {ACCOUNT}, s.id, s.revoked_at IS NOT NULL OR a.locked_at IS NOT NULL, t.expires_at, s.device, t.replaced_at
             FROM refresh_tokens t JOIN sessions s ON s.id = t.session JOIN accounts a ON a.id = s.account
             WHERE t.digest = ?1"
        );
        let row = self.one(&query, values![token.to_string()])?;
        row.map(|mut row| {
            Ok(KeptRefresh {
                session: session(&mut row)?,
                device: from_text("a device", &row.text(8)?, DeviceId::parse)?,
                replaced_at: row.maybe_int(9)?.map(Timestamp),
            })
        })
        .transpose()
    }

    /// Notes that a refresh token was exchanged; the first time counts.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn replace_refresh(&self, token: &Digest, now: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "UPDATE refresh_tokens SET replaced_at = ?2 WHERE digest = ?1 AND replaced_at IS NULL",
            values![token.to_string(), now.0],
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
            self.execute(&query, values![before.0])?;
        }
        Ok(())
    }
}
