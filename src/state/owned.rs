//! What this device keeps, and taking it away: of one account, or of all. The app's own files stay. What the server holds is not touched.

use leptos::prelude::*;

use super::{AppState, session};
use crate::platform::{local, storage};

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EraseError {
    /// Other accounts hold work here that was not sent.
    Others,
    /// The browser keeps a database open or refuses.
    Refused,
}

/// Takes away everything that this device keeps of the account that works here, and signs it out.
///
/// # Errors
/// See [`EraseError`].
pub async fn erase_own(app: AppState) -> Result<(), EraseError> {
    let Some(me) = app.account.get_untracked() else { return Ok(()) };
    session::sign_out(app).await;
    if !storage::delete_database(&session::store_name(me.account)).await {
        return Err(EraseError::Refused);
    }
    session::forget(app, me.account).await;
    Ok(())
}

/// Takes away everything that this device keeps, of all accounts and all servers.
///
/// # Errors
/// See [`EraseError`]; where a database could not be deleted, others may be gone.
pub async fn erase_all(app: AppState) -> Result<(), EraseError> {
    if session::work_of_others(app).1 > 0 {
        return Err(EraseError::Others);
    }
    if app.account.get_untracked().is_some() {
        session::sign_out(app).await;
    }
    session::close_device_store(app);
    let mut all = true;
    for name in storage::databases("sips").await {
        all &= storage::delete_database(&name).await;
    }
    if !all {
        return Err(EraseError::Refused);
    }
    for key in local::keys_with_prefix("sips") {
        local::remove(&key);
    }
    Ok(())
}
