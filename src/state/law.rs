//! Changing a table of the law: what is typed is kept on the device until the server has taken it; the new version then comes with the
//! changes, as to everybody else.

use leptos::prelude::*;

use super::sync_driver::{self, Answered};
use super::{AppState, docket, settings};
use crate::api::http::Ask;
use crate::api::wire::Me;
use crate::domain::amendment::{Amendment, Change, DefinitionKind, Objection, may_amend};
use crate::domain::case::Person;
use crate::domain::digest::Digest;
use crate::domain::docket::{Moved, Tables, moved as moved_of};
use crate::domain::id::{AmendmentId, CaseId};
use crate::domain::json;
use crate::domain::office::Office;
use crate::domain::rule_set::{DefinitionRef, Mark, RuleSet};
use crate::domain::table::Table;
use crate::platform::timer::sleep;
use crate::platform::{clock, local, random};
use crate::rules::entries::{Target, Unread, entry, inputs, read};
use crate::rules::{Pinned, RuleBook};
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
pub const SENT: &str = "sent";

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

/// Can a change of this entry move dates that run? A case keeps its rule set, but every act counts by the newest calendar and by what its
/// office says of itself then.
#[must_use]
pub fn moves_dates(target: &Target) -> bool {
    matches!(target.kind(), DefinitionKind::Calendar | DefinitionKind::Office)
}

/// A case whose running deadlines a change would move.
#[derive(Clone, Debug)]
pub struct MovedCase {
    /// The case.
    pub id: CaseId,
    /// What it is called.
    pub name: String,
    /// Its rule set, for the names of its deadlines.
    pub rules: &'static Pinned<RuleSet>,
    /// They.
    pub moved: Vec<Moved>,
}

/// Cases that are worked out before the page is given time to breathe.
const AT_ONCE: usize = 20;

/// The running deadlines of the cases on this device that what is typed would move from their next act on, and how many cases that were
/// looked at.
///
/// # Errors
/// See [`AmendError`]: a change that cannot be made moves nothing.
pub async fn moved(app: AppState, target: &Target, typed: &Table<String, String>) -> Result<(Vec<MovedCase>, usize), AmendError> {
    let book = app.book_untracked();
    let Some((me, entry)) = app.account.get_untracked().and_then(|me| entry(book, &me.office, target.clone()).map(|entry| (me, entry)))
    else {
        return Err(AmendError::Objections(vec![Objection::UnknownEntry]));
    };
    let made = made(app, &me, entry.base, None, target, typed)?;
    let pin = book.amend(&made, &me.actor(), Some(&me.office)).map_err(AmendError::Objections)?;
    let after = Amendment { result: Some(pin), recorded_at: Some(clock::now()), ..made };
    let book = book.with(std::slice::from_ref(&after));
    let lines = untrack(|| docket::lines(app));
    let running: Vec<_> = lines.iter().filter(|line| !line.dues.is_empty()).collect();
    let (mut found, mut records) = (Vec::new(), Table::new());
    for (looked_at, line) in running.iter().enumerate() {
        if looked_at % AT_ONCE == 0 {
            sleep(0).await;
            let some: Vec<CaseId> = running.iter().skip(looked_at).take(AT_ONCE).map(|line| line.id).collect();
            // What cannot be read moves nothing.
            records = docket::acts_of(app, &some).await.unwrap_or_default();
        }
        let case = docket::case(app, line.id, records.get(&line.id));
        let rules = line.rules.as_ref().and_then(|pin| book.set(pin));
        let office = line.office.as_ref().and_then(|code| untrack(|| app.office(code))).unwrap_or_else(|| me.office.clone());
        let office = match &after.change {
            Change::Office(settings) if settings.code == office.code => settings.applied_to(&office),
            _ => office,
        };
        if let (Some(case), Some(rules), Some(calendar)) = (case, rules, book.newest_calendar()) {
            let moved = moved_of(&case, &line.dues, Tables { rules: &rules.value, calendar: &calendar.value, office: &office });
            if !moved.is_empty() {
                found.push(MovedCase { id: line.id, name: line.name.clone(), rules, moved });
            }
        }
    }
    Ok((found, running.len()))
}

/// What is typed as a change of `base`.
fn made(
    app: AppState,
    me: &Me,
    base: DefinitionRef,
    id: Option<AmendmentId>,
    target: &Target,
    typed: &Table<String, String>,
) -> Result<Amendment, AmendError> {
    let text = |key: &str| typed.get(key).cloned().unwrap_or_default();
    Ok(Amendment {
        id: id.unwrap_or_else(|| AmendmentId::new(clock::now(), random::entropy())),
        base,
        change: read(app.book_untracked(), &me.office, target, typed).map_err(AmendError::Unread)?,
        source: text(SOURCE).trim().to_owned(),
        mark: if text(MARK) == CONFIRMED { Mark::Confirmed } else { Mark::Likely },
        reason: text(REASON).trim().to_owned(),
        by: Person { account: me.account, name: me.name.clone(), roles: me.roles.clone() },
        office: me.office.code.clone(),
        made_at: clock::now(),
        result: None,
        recorded_at: None,
    })
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
    let amendment = made(app, &me, entry.base, sent, &target, &typed)?;
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
    Some(settings::key(&format!("law.{account}.{}", target.parts().join("."))))
}
