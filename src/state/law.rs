//! Changing a table of the law: what is typed is kept on the device until the server has taken it; the new version then comes with the
//! changes, as to everybody else.

use leptos::prelude::*;

use super::AppState;
use super::sync_driver::{self, Answered};
use crate::api::http::Ask;
use crate::domain::amendment::{Amendment, Objection, may_amend};
use crate::domain::case::Person;
use crate::domain::digest::Digest;
use crate::domain::id::AmendmentId;
use crate::domain::json;
use crate::domain::office::Office;
use crate::domain::rule_set::Mark;
use crate::domain::table::Table;
use crate::platform::{clock, local, random};
use crate::rules::RuleBook;
use crate::rules::entries::{Target, Unread, entry, inputs, read};
use crate::sync::answer::{AmendOutcome, Answer, amend_outcome};
use crate::sync::engine::{Input, Trouble};

/// The input of the source.
pub const SOURCE: &str = "source";
/// The input of the mark: [`LIKELY`] or [`CONFIRMED`].
pub const MARK: &str = "mark";
/// The input of the reason.
pub const REASON: &str = "reason";
/// An answer to [`MARK`].
pub const LIKELY: &str = "L";
/// An answer to [`MARK`].
pub const CONFIRMED: &str = "C";
/// Beside what was typed: what the entry said when typing began.
const SEEN: &str = "seen";
/// Beside what was typed: the id under which it was sent, while its outcome is not known.
const SENT: &str = "sent";

/// Why a change was not made. What was typed is kept.
#[derive(Clone, Debug, PartialEq)]
pub enum AmendError {
    /// An answer cannot be read.
    Unread(Unread),
    /// What stands against it.
    Objections(Vec<Objection>),
    /// The way to the server.
    Trouble(Trouble),
}

/// What was typed for an entry, by input; what it says now where nothing was.
#[must_use]
pub fn typed(app: AppState, target: &Target) -> Table<String, String> {
    let kept = key(app, target).and_then(|key| local::read(&key)).and_then(|text| json::read::<Table<String, String>>(&text).ok());
    if let Some(kept) = kept {
        return kept;
    }
    let mut typed = Table::new();
    if let Some(office) = office(app) {
        let inputs = inputs(app.book_untracked(), &office, target);
        typed.insert(SEEN.to_owned(), seen(app.book_untracked(), &office, target));
        typed.extend(inputs.into_iter().map(|input| (input.key, input.value)));
    }
    typed.insert(MARK.to_owned(), LIKELY.to_owned());
    typed
}

/// Keeps what was typed.
pub fn keep(app: AppState, target: &Target, typed: &mut Table<String, String>) {
    // Another text is another change.
    typed.remove(SENT);
    write(app, target, typed);
}

fn write(app: AppState, target: &Target, typed: &Table<String, String>) {
    if let Some(key) = key(app, target) {
        // Where local storage is refused the text stands on screen, and leaving the page asks back.
        app.dirty.set(local::write(&key, &json::write(typed)).is_err());
    }
}

/// May whoever works here change it?
#[must_use]
pub fn may_change(app: AppState, target: &Target) -> bool {
    app.account.with(|me| me.as_ref().is_some_and(|me| may_amend(&me.actor(), target.kind(), Some(&me.office.code))))
}

/// Sends a change. When this returns without an error, the server holds it.
///
/// # Errors
/// See [`AmendError`].
pub async fn amend(app: AppState, target: Target, form: RwSignal<Table<String, String>>) -> Result<(), AmendError> {
    let typed = form.get_untracked();
    let note = |key: &str, value: String| {
        let mut noted = typed.clone();
        noted.insert(key.to_owned(), value);
        write(app, &target, &noted);
        // The page may have been left.
        let _ = form.try_set(noted);
    };
    let book = app.book_untracked();
    let Some((me, entry)) = app.account.get_untracked().and_then(|me| entry(book, &me.office, target.clone()).map(|entry| (me, entry)))
    else {
        return Err(AmendError::Objections(vec![Objection::UnknownEntry]));
    };
    let sent = typed.get(SENT).and_then(|id| AmendmentId::parse(id));
    if sent.is_some_and(|sent| book.amendments().iter().any(|made| made.id == sent)) {
        // It was taken; only the answer was lost.
        forget(app, &target);
        return Ok(());
    }
    let now_seen = seen(book, &me.office, &target);
    if typed.get(SEEN) != Some(&now_seen) {
        // From here on the person has seen what it says now.
        note(SEEN, now_seen);
        return Err(AmendError::Objections(vec![Objection::Stale]));
    }
    let text = |key: &str| typed.get(key).cloned().unwrap_or_default();
    let amendment = Amendment {
        id: sent.unwrap_or_else(|| AmendmentId::new(clock::now(), random::entropy())),
        base: entry.base,
        change: read(book, &me.office, &target, &typed).map_err(AmendError::Unread)?,
        source: text(SOURCE).trim().to_owned(),
        mark: if text(MARK) == CONFIRMED { Mark::Confirmed } else { Mark::Likely },
        reason: text(REASON).trim().to_owned(),
        by: Person { account: me.account, name: me.name.clone(), roles: me.roles.clone() },
        office: me.office.code.clone(),
        made_at: clock::now(),
        result: None,
        recorded_at: None,
    };
    book.amend(&amendment, &me.actor(), Some(&me.office)).map_err(AmendError::Objections)?;
    let id = amendment.id;
    note(SENT, id.to_string());
    let answer = sync_driver::with_token(app, Ask::amend(&amendment)).await;
    let outcome = match &answer {
        Answered::Answer(answer) => amend_outcome(answer, id),
        Answered::SignIn => AmendOutcome::SignIn,
    };
    let trouble = match outcome {
        AmendOutcome::Taken => {
            forget(app, &target);
            sync_driver::feed(app, Input::TryNow);
            return Ok(());
        }
        AmendOutcome::Refused(status) => {
            let objection = match status {
                403 => Objection::Role,
                409 => Objection::Stale,
                _ => Objection::UnknownEntry,
            };
            // What this device does not have yet comes now.
            sync_driver::feed(app, Input::TryNow);
            return Err(AmendError::Objections(vec![objection]));
        }
        AmendOutcome::Strange => Trouble::Strange,
        AmendOutcome::Later { from_server: true } => Trouble::ServerTrouble,
        AmendOutcome::Later { from_server: false } if matches!(answer, Answered::Answer(Answer::None)) => Trouble::Offline,
        AmendOutcome::Later { from_server: false } => Trouble::Unreachable,
        AmendOutcome::SignIn => Trouble::SignIn,
        AmendOutcome::Update => Trouble::Update,
    };
    Err(AmendError::Trouble(trouble))
}

fn forget(app: AppState, target: &Target) {
    if let Some(key) = key(app, target) {
        local::remove(&key);
    }
    app.dirty.set(false);
}

fn office(app: AppState) -> Option<Office> {
    app.account.with_untracked(|me| me.as_ref().map(|me| me.office.clone()))
}

/// What an entry says, in short.
fn seen(book: &RuleBook, office: &Office, target: &Target) -> String {
    let values: Vec<String> = inputs(book, office, target).into_iter().map(|input| input.value).collect();
    Digest::of_json(&values).short()
}

fn key(app: AppState, target: &Target) -> Option<String> {
    let account = app.account.with_untracked(|me| me.as_ref().map(|me| me.account))?;
    Some(format!("sips.law.{account}.{}", target.parts().join(".")))
}
