//! Accounts of the officers: the list for whoever watches over offices, changes for the centre, each with its history.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, RawQuery, Request, State as Shared};
use sips_lapangan::api::wire::{AccountHistory, AccountPage};
use sips_lapangan::domain::account::{AccountChange, may_list};
use sips_lapangan::domain::id::AccountId;

use super::State;
use super::reading::{SignedIn, json};
use crate::officers::{self, CHANGE_BYTES, PAGE};
use crate::problem::Refusal;
use crate::{password, query};

fn watches(account: &crate::accounts::Account) -> Result<(), Refusal> {
    if may_list(&account.roles) { Ok(()) } else { Err(Refusal::forbidden("Only who watches over offices sees their accounts")) }
}

pub(super) async fn list(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    RawQuery(asked): RawQuery,
) -> Result<Json<AccountPage>, Refusal> {
    watches(&account)?;
    let after = query::value(asked.as_deref(), "after").unwrap_or_default();
    let mut accounts = state.with_store(move |store| store.read(|tx| tx.account_entries(&account.scope(), &after, PAGE + 1))).await?;
    let more = accounts.len() > PAGE;
    accounts.truncate(PAGE);
    let next = accounts.last().filter(|_| more).map(|entry| entry.username.clone());
    Ok(Json(AccountPage { accounts, next }))
}

pub(super) async fn history(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    Path(id): Path<String>,
) -> Result<Json<AccountHistory>, Refusal> {
    watches(&account)?;
    let id = AccountId::parse(&id).ok_or_else(Refusal::not_found)?;
    let found = state
        .with_store(move |store| {
            store.read(|tx| {
                let entry = tx.account_entry(&id)?.filter(|entry| account.scope().holds(&entry.office));
                entry.map(|_| tx.account_changes(&id)).transpose()
            })
        })
        .await?;
    found.map(|changes| Json(AccountHistory { changes })).ok_or_else(Refusal::not_found)
}

pub(super) async fn change(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    request: Request<Body>,
) -> Result<Json<AccountChange>, Refusal> {
    let asked: AccountChange = json(request, CHANGE_BYTES).await?;
    let now = state.settings.clock.now();
    let asked = {
        let actor = account.clone();
        state.with_store(move |store| Ok(officers::judge(store, &actor, &asked)?.map(|()| asked))).await??
    };
    let hash = match asked.change.password().map(str::to_owned) {
        None => None,
        Some(password) => {
            // Never closed, so that a permit always comes.
            let _permit = state.password_checks.acquire().await;
            let made = tokio::task::spawn_blocking(move || password::hash(&password)).await;
            Some(made.ok().and_then(Result::ok).ok_or_else(Refusal::later)?)
        }
    };
    state.with_store(move |store| officers::take(store, &account, asked, hash.as_deref(), now)).await?.map(Json)
}
