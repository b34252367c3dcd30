//! Taking a change of the tables of the law: judged by the core, kept once, and part of every later decision.

use axum::http::StatusCode;
use sips_lapangan::api::wire::{FieldProblem, Retry};
use sips_lapangan::domain::amendment::{Amendment, Change, Objection, Part};
use sips_lapangan::domain::case::Person;
use sips_lapangan::domain::time::Timestamp;

use crate::accounts::{self, Account};
use crate::problem::Refusal;
use crate::store::{Store, StoreError};

/// Takes an amendment and gives it as it was recorded. The same one again is answered as before and changes nothing.
///
/// # Errors
/// The store failed; within, what stands against it.
pub fn take(store: &Store, account: &Account, asked: Amendment, now: Timestamp) -> Result<Result<Amendment, Refusal>, StoreError> {
    store.write(|tx| {
        if asked.by.account != account.id {
            return Ok(Err(Refusal::new(StatusCode::FORBIDDEN, "/problems/author", "Another author", Retry::Never)));
        }
        if let Some(kept) = tx.amendment(&asked.id)? {
            return Ok(if same(&kept, &asked) {
                Ok(kept)
            } else {
                let title = "The id belongs to another amendment";
                Err(Refusal::new(StatusCode::CONFLICT, "/problems/id-reused", title, Retry::Never))
            });
        }
        let row = match &asked.change {
            Change::Office(settings) => accounts::office(&settings.code),
            _ => None,
        };
        Ok(match tx.book()?.amend(&asked, &account.actor(), row) {
            Ok(pin) => {
                let by = Person { account: account.id, name: account.name.clone(), roles: account.roles.clone() };
                let amendment = Amendment { by, office: account.office.clone(), result: Some(pin), recorded_at: Some(now), ..asked };
                tx.add_amendment(&amendment, now)?;
                Ok(amendment)
            }
            Err(objections) => Err(refusal(objections)),
        })
    })
}

/// Is it the same change, whatever the server has added to it?
fn same(kept: &Amendment, asked: &Amendment) -> bool {
    (kept.by.account, &kept.base, &kept.change, &kept.source, kept.mark, &kept.reason)
        == (asked.by.account, &asked.base, &asked.change, &asked.source, asked.mark, &asked.reason)
}

/// One of them as the contract has it: a pointer into the amendment and a code.
fn field(objection: &Objection) -> FieldProblem {
    let pointer = match objection.part() {
        Some(part @ (Part::Source | Part::Reason)) => format!("/{}", part.key()),
        Some(part) => format!("/change/{}", part.key()),
        None => String::new(),
    };
    let code = match objection {
        Objection::Role => "role",
        Objection::Stale => "stale",
        Objection::UnknownEntry => "unknown_entry",
        Objection::NothingChanged => "nothing_changed",
        Objection::Missing(_) => "required",
        Objection::TooLong { .. } | Objection::TooManyDays => "too_long",
        Objection::BadCharacter(_) => "bad_character",
        Objection::Template(_) => "template",
        Objection::Day { .. } => "day",
        Objection::ExpectedIsNotConfirmed => "expected_is_not_confirmed",
    };
    FieldProblem { pointer, code: code.to_owned() }
}

fn refusal(objections: Vec<Objection>) -> Refusal {
    let (status, title) = match objections.first() {
        Some(Objection::Role) => (StatusCode::FORBIDDEN, "This account may not change it"),
        Some(Objection::Stale) => (StatusCode::CONFLICT, "Another version is the newest"),
        _ => (StatusCode::UNPROCESSABLE_ENTITY, "The change is not sound"),
    };
    let mut refusal = Refusal::new(status, "/problems/amendment", title, Retry::Never);
    refusal.problem.fields = objections.iter().map(field).collect();
    refusal
}
