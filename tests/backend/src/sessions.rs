//! Sessions: tokens, how they rotate and how they end. Tokens are random; the store knows their digests alone.

use sips_lapangan::api::wire::{Colleague, Me, Refresh, Session};
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::id::DeviceId;
use sips_lapangan::domain::time::Timestamp;

use crate::accounts::Account;
use crate::store::{KeptSession, Store, StoreError, Tx, random_hex};

const MINUTE_MS: i64 = 60 * 1_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// Life of a refresh token.
const REFRESH_MS: i64 = 30 * DAY_MS;
/// How long an exchanged refresh token stays good: an answer that was lost on the way can be asked for again, and two
/// tabs may ask at once. Whoever comes with it later has an old copy.
const GRACE_MS: i64 = 2 * MINUTE_MS;
/// How long tokens stay known after their end: signing out works with one that has just run out.
const FORGET_MS: i64 = DAY_MS;

/// Begins a session.
///
/// # Errors
/// The store failed.
pub fn begin(
    store: &Store,
    account: &Account,
    me: Me,
    device: &DeviceId,
    access_minutes: u32,
    now: Timestamp,
) -> Result<Session, StoreError> {
    store.write(|tx| {
        tx.forget_tokens(now.plus(-FORGET_MS))?;
        let session = tx.begin_session(&account.id, device, now)?;
        issue(tx, session, with_colleagues(tx, me)?, access_minutes, now)
    })
}

/// Exchanges a refresh token; `None` if it is no good. One that was exchanged too long ago ends the whole session,
/// since two parties hold it.
///
/// # Errors
/// The store failed.
pub fn refresh(store: &Store, asked: &Refresh, access_minutes: u32, now: Timestamp) -> Result<Option<Session>, StoreError> {
    let digest = Digest::of(asked.refresh_token.as_bytes());
    store.write(|tx| {
        let Some(token) = tx.refresh(&digest)? else {
            return Ok(None);
        };
        let session = &token.session;
        if !is_good(session, now) || token.device != asked.device {
            return Ok(None);
        }
        if token.replaced_at.is_some_and(|replaced| now.since(replaced) > GRACE_MS) {
            tx.end_session(session.id, now)?;
            return Ok(None);
        }
        let Some(me) = session.account.me() else {
            return Ok(None);
        };
        tx.replace_refresh(&digest, now)?;
        issue(tx, session.id, with_colleagues(tx, me)?, access_minutes, now).map(Some)
    })
}

/// The session of an access token; `None` if it is no good.
///
/// # Errors
/// The store failed.
pub fn of_access(store: &Store, token: &str, now: Timestamp) -> Result<Option<KeptSession>, StoreError> {
    let digest = Digest::of(token.as_bytes());
    let session = store.read(|tx| tx.access(&digest))?;
    Ok(session.filter(|session| is_good(session, now)))
}

/// Ends the session of an access token, also of one that has run out. Tells whether there was one.
///
/// # Errors
/// The store failed.
pub fn end(store: &Store, token: &str, now: Timestamp) -> Result<bool, StoreError> {
    let digest = Digest::of(token.as_bytes());
    store.write(|tx| {
        let Some(session) = tx.access(&digest)?.filter(|session| !session.revoked) else {
            return Ok(false);
        };
        tx.end_session(session.id, now)?;
        Ok(true)
    })
}

/// What the contract shows of an account, with who else works in its office.
///
/// # Errors
/// The store failed.
pub fn with_colleagues(tx: &Tx<'_>, me: Me) -> Result<Me, StoreError> {
    let all = tx.accounts_of(&me.office.code)?;
    let others = all.into_iter().filter(|other| other.id != me.account);
    let colleagues = others.map(|other| Colleague { account: other.id, name: other.name, roles: other.roles }).collect();
    Ok(Me { colleagues, ..me })
}

fn is_good(session: &KeptSession, now: Timestamp) -> bool {
    !session.revoked && now < session.token_expires_at
}

fn issue(tx: &Tx<'_>, session: i64, me: Me, access_minutes: u32, now: Timestamp) -> Result<Session, StoreError> {
    let (access_token, refresh_token) = (random_hex::<32>()?, random_hex::<32>()?);
    let access_expires_at = now.plus(i64::from(access_minutes) * MINUTE_MS);
    tx.add_access(session, &Digest::of(access_token.as_bytes()), access_expires_at)?;
    tx.add_refresh(session, &Digest::of(refresh_token.as_bytes()), now.plus(REFRESH_MS))?;
    Ok(Session { access_token, access_expires_at, refresh_token, me })
}
