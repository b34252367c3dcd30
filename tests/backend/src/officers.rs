//! Taking a change of an account: judged by the core, kept once with its author and reason, and effective at once.

use axum::http::StatusCode;
use sips_lapangan::api::wire::{FieldProblem, Retry};
use sips_lapangan::domain::account::{AccountChange, AccountObjection, AccountPart, Standing, objections};
use sips_lapangan::domain::case::Person;
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::rules;

use crate::accounts::{self, Account};
use crate::problem::Refusal;
use crate::store::{Store, StoreError};

/// The largest body of a change, in bytes.
pub const CHANGE_BYTES: usize = 16 * 1_024;
/// Accounts in a page of the list.
pub const PAGE: usize = 500;

/// What a change would be held against now, before its password is hashed: that takes time, and is not for everybody to ask for.
///
/// # Errors
/// The store failed; within, what stands against it.
pub fn judge(store: &Store, actor: &Account, asked: &AccountChange) -> Result<Result<(), Refusal>, StoreError> {
    store.read(|tx| {
        if tx.account_change(&asked.id)?.is_some() {
            return Ok(Ok(()));
        }
        judged(tx, actor, asked)
    })
}

fn judged(tx: &crate::store::Tx<'_>, actor: &Account, asked: &AccountChange) -> Result<Result<(), Refusal>, StoreError> {
    let entry = tx.account_entry(&asked.account)?;
    let username = match &asked.change {
        sips_lapangan::domain::account::AccountAct::Create { username, .. } => Some(username.as_str()),
        _ => None,
    };
    let username_taken = match username {
        Some(username) => tx.account_by_name(username)?.is_some(),
        None => false,
    };
    let roles = asked.change.office().and_then(accounts::office).map(|office| rules::roles_of(office.level));
    let standing =
        Standing { entry: entry.as_ref(), username_taken, roles: roles.as_deref(), other_admins: tx.other_admins(&asked.account)? };
    let found = objections(&actor.actor(), asked, &standing);
    Ok(if found.is_empty() { Ok(()) } else { Err(refusal(&found)) })
}

/// Takes a change and gives it as it was recorded. The same one again is answered as before and changes nothing.
///
/// # Errors
/// The store failed; within, what stands against it.
pub fn take(
    store: &Store,
    actor: &Account,
    asked: AccountChange,
    password_hash: Option<&str>,
    now: Timestamp,
) -> Result<Result<AccountChange, Refusal>, StoreError> {
    store.write(|tx| {
        // Who may change accounts may have lost that meanwhile.
        let actor = tx.account(&actor.id)?.unwrap_or_else(|| actor.clone());
        if let Some(kept) = tx.account_change(&asked.id)? {
            return Ok(if same(&kept, asked, &actor) {
                Ok(kept)
            } else {
                let title = "The id belongs to another change";
                Err(Refusal::new(StatusCode::CONFLICT, "/problems/id-reused", title, Retry::Never))
            });
        }
        if let Err(refusal) = judged(tx, &actor, &asked)? {
            return Ok(Err(refusal));
        }
        let before = tx.account_entry(&asked.account)?;
        let Some(after) = asked.change.applied(asked.account, before.as_ref(), now) else {
            return Ok(Err(Refusal::not_found()));
        };
        match before {
            None => tx.add_account(&Account::from(after), password_hash.unwrap_or_default())?,
            Some(_) => tx.change_account(&after, password_hash)?,
        }
        tx.end_sessions(&asked.account, now)?;
        let by = Person { account: actor.id, name: actor.name.clone(), roles: actor.roles.clone() };
        let kept = AccountChange { change: asked.change.without_password(), by: Some(by), recorded_at: Some(now), ..asked };
        tx.add_account_change(&kept, now)?;
        Ok(Ok(kept))
    })
}

/// Is it the same change of the same author, whatever the server has added to it? A password is not compared: it is not kept.
fn same(kept: &AccountChange, asked: AccountChange, actor: &Account) -> bool {
    let author = kept.by.as_ref().map(|by| by.account);
    let asked_change = asked.change.without_password();
    (author, kept.account, &kept.change, &kept.source, &kept.reason)
        == (Some(actor.id), asked.account, &asked_change, &asked.source, &asked.reason)
}

fn field(objection: AccountObjection) -> FieldProblem {
    let pointer = match objection.part() {
        Some(part @ (AccountPart::Source | AccountPart::Reason)) => format!("/{}", part.key()),
        Some(part) => format!("/change/{}", part.key()),
        None => String::new(),
    };
    FieldProblem { pointer, code: objection.code().to_owned() }
}

fn refusal(found: &[AccountObjection]) -> Refusal {
    let (status, title) = match found.first() {
        Some(AccountObjection::Role) => (StatusCode::FORBIDDEN, "This account may not change accounts"),
        Some(AccountObjection::UnknownAccount | AccountObjection::LastAdmin) => (StatusCode::CONFLICT, "Not as the account stands now"),
        _ => (StatusCode::UNPROCESSABLE_ENTITY, "The change is not sound"),
    };
    let mut refusal = Refusal::new(status, "/problems/account-change", title, Retry::Never);
    refusal.problem.fields = found.iter().map(|objection| field(*objection)).collect();
    refusal
}
