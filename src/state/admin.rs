//! Accounts and devices at the server: asked for while a person waits, changed there and nowhere else. Nothing of it is kept here but
//! what is typed, and never a password.

use leptos::prelude::*;

use super::sync_driver::{self, Answered};
use super::{AppState, settings};
use crate::api::http::Ask;
pub use crate::api::wire::SeenDevice;
use crate::api::wire::{AccountHistory, AccountPage, Devices, Problem};
use crate::domain::account::{AccountChange, AccountEntry};
use crate::domain::id::{AccountChangeId, AccountId};
use crate::domain::json;
use crate::domain::table::Table;
use crate::platform::{clock, local, random};
use crate::sync::answer::{Answer, AskOutcome, ask_outcome};
use crate::sync::engine::Trouble;

/// Why nothing came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum AskError {
    /// The way to the server.
    Trouble(Trouble),
    /// The server offers no such thing.
    NotOffered,
    /// The server refuses.
    Refused(Box<Problem>),
}

/// The most pages of accounts that are asked for: 100,000 accounts.
const MOST_PAGES: usize = 200;

async fn ask<T: serde::de::DeserializeOwned>(app: AppState, request: Ask) -> Result<T, AskError> {
    let answer = match sync_driver::with_token(app, request).await {
        Answered::Answer(answer) => answer,
        Answered::SignIn => return Err(AskError::Trouble(Trouble::SignIn)),
    };
    Err(match ask_outcome(&answer) {
        AskOutcome::Here(value) => return Ok(value),
        AskOutcome::Refused(problem) if matches!(problem.status, 404 | 405) => AskError::NotOffered,
        AskOutcome::Refused(problem) => AskError::Refused(Box::new(problem)),
        AskOutcome::Strange => AskError::Trouble(Trouble::Strange),
        AskOutcome::Later { from_server: true } => AskError::Trouble(Trouble::ServerTrouble),
        AskOutcome::Later { from_server: false } if matches!(answer, Answer::None) => AskError::Trouble(Trouble::Offline),
        AskOutcome::Later { from_server: false } => AskError::Trouble(Trouble::Unreachable),
        AskOutcome::SignIn => AskError::Trouble(Trouble::SignIn),
        AskOutcome::Update => AskError::Trouble(Trouble::Update),
    })
}

/// Every account that this one watches over, by the names to sign in with.
///
/// # Errors
/// See [`AskError`].
pub async fn accounts(app: AppState) -> Result<Vec<AccountEntry>, AskError> {
    let mut all = Vec::new();
    let mut after = None;
    for _ in 0..MOST_PAGES {
        let page: AccountPage = ask(app, Ask::accounts(after.as_deref())).await?;
        all.extend(page.accounts);
        match page.next {
            Some(next) if Some(&next) != after.as_ref() => after = Some(next),
            _ => break,
        }
    }
    Ok(all)
}

/// What was changed of an account, the last first.
///
/// # Errors
/// See [`AskError`].
pub async fn history(app: AppState, account: AccountId) -> Result<Vec<AccountChange>, AskError> {
    ask::<AccountHistory>(app, Ask::account(&account)).await.map(|history| history.changes)
}

/// Sends a change. When this returns without an error, the server holds it.
///
/// # Errors
/// See [`AskError`].
pub async fn change(app: AppState, change: &AccountChange) -> Result<(), AskError> {
    let taken: AccountChange = ask(app, Ask::change_account(change)).await?;
    if taken.id == change.id && taken.recorded_at.is_some() { Ok(()) } else { Err(AskError::Trouble(Trouble::Strange)) }
}

/// The devices that this account watches over.
///
/// # Errors
/// See [`AskError`].
pub async fn devices(app: AppState) -> Result<Vec<SeenDevice>, AskError> {
    ask::<Devices>(app, Ask::devices()).await.map(|list| list.devices)
}

/// A new id for a change.
#[must_use]
pub fn new_change_id() -> AccountChangeId {
    AccountChangeId::new(clock::now(), random::entropy())
}

/// A new id for an account.
#[must_use]
pub fn new_account_id() -> AccountId {
    AccountId::new(clock::now(), random::entropy())
}

/// A first password.
#[must_use]
pub fn new_password() -> String {
    crate::domain::account::readable_password(random::entropy())
}

/// What was typed on a form of this account, by field; empty where nothing was.
#[must_use]
pub fn typed(app: AppState, form: &str) -> Table<String, String> {
    key(app, form).and_then(|key| local::read(&key)).and_then(|text| json::read(&text).ok()).unwrap_or_default()
}

/// Keeps what was typed until it is sent.
pub fn keep(app: AppState, form: &str, typed: &Table<String, String>) {
    if let Some(key) = key(app, form) {
        // Where local storage is refused the text stands on screen, and leaving the page asks back.
        app.dirty.set(local::write(&key, &json::write(typed)).is_err());
    }
}

/// What was typed has arrived.
pub fn forget(app: AppState, form: &str) {
    if let Some(key) = key(app, form) {
        local::remove(&key);
    }
    app.dirty.set(false);
}

fn key(app: AppState, form: &str) -> Option<String> {
    let account = app.account.with_untracked(|me| me.as_ref().map(|me| me.account))?;
    Some(settings::key(&format!("account.{account}.{form}")))
}
