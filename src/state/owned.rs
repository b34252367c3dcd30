//! What this device keeps, and taking it away: of one account, or of all. The app's own files stay. What the server holds is not touched.

use std::cell::Cell;

use leptos::prelude::*;

use super::settings::key;
use super::{AppState, session, shared as waiting};
use crate::domain::id::AccountId;
use crate::platform::{local, shared, storage};

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EraseError {
    /// Other accounts hold work here that was not sent.
    Others,
    /// The browser keeps a database open or refuses.
    Refused,
}

/// What may be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What this device keeps of the account that works here.
    Own,
    /// What it keeps of all accounts and all servers.
    All,
}

thread_local! {
    /// What the officer agreed to, until the page that does it is there. Not in its address: nobody erases by following a link.
    static AGREED: Cell<Option<Extent>> = const { Cell::new(None) };
}

/// The officer agreed: the page that erases does it once.
pub fn agree(extent: Extent) {
    AGREED.set(Some(extent));
}

/// What was agreed to and not done yet, once.
#[must_use]
pub fn agreed() -> Option<Extent> {
    AGREED.take()
}

/// What is being erased stands under this key until it is gone: an account, or [`ALL`].
const ERASING: &str = "erasing";
const ALL: &str = "all";

/// Signs out, and takes away what this device keeps.
///
/// # Errors
/// See [`EraseError`]. If the browser refused, nobody is signed in any more, and [`finish`] tries again.
pub async fn erase(app: AppState, extent: Extent) -> Result<(), EraseError> {
    let what = match extent {
        Extent::All if session::work_of_others(app).1 > 0 || waiting::of_others(app).await > 0 => return Err(EraseError::Others),
        Extent::All => ALL.to_owned(),
        Extent::Own => app.account.get_untracked().map(|me| me.account.to_string()).unwrap_or_default(),
    };
    // Where it cannot be written down, a reload forgets that something was left.
    let _ = local::write(&key(ERASING), &what);
    if app.account.get_untracked().is_some() {
        session::sign_out(app).await;
    }
    finish(app).await
}

/// Was something to be erased that is not gone yet? Who has signed in since goes on with it.
#[must_use]
pub fn is_unfinished(app: AppState) -> bool {
    app.account.get().is_none() && local::read(&key(ERASING)).is_some()
}

/// Takes away what was to be erased and is still there.
///
/// # Errors
/// See [`EraseError`]; where one of several databases could not be deleted, others may be gone.
pub async fn finish(app: AppState) -> Result<(), EraseError> {
    let what = local::read(&key(ERASING)).unwrap_or_default();
    let account = AccountId::parse(&what);
    let mut names = Vec::new();
    if what == ALL {
        session::close_device_store(app);
        names = storage::databases("sips").await;
    }
    names.extend(account.map(session::store_name));
    let owner = account.map(|account| account.to_string());
    let mut gone = (owner.is_none() && what != ALL) || shared::clear(owner.as_deref()).await;
    for name in names {
        gone &= storage::delete_database(&name).await;
    }
    if !gone {
        return Err(EraseError::Refused);
    }
    if let Some(account) = account {
        session::forget(app, account).await;
        local::remove(&key(ERASING));
    }
    if what == ALL {
        for key in local::keys_with_prefix("sips") {
            local::remove(&key);
        }
    }
    Ok(())
}
