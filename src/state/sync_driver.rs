//! Performs what the sync engine asks for: requests, timers and what they mean for the store. One tab of an account
//! leads; the others tell it what they have put into the outbox and read again what it has changed.

use crate::domain::table::Table;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::session::Access;
use super::{AppState, session, submit, upload_driver};
use crate::api::http::HttpBackend;
use crate::api::wire::Changes;
use crate::domain::case::{Act, Case};
use crate::domain::command::Receipt;
use crate::domain::decide::decide;
use crate::domain::id::{CaseId, CommandId};
use crate::platform::channel::Channel;
use crate::platform::lock::{self, Held};
use crate::platform::timer::Timeout;
use crate::platform::{clock, page, random};
use crate::rules;
use crate::store::record::{CaseRecord, JournalEntry, JournalEvent, OutboxState};
use crate::store::{Change, Durability, LocalStore, StoreError};
use crate::sync::answer::{Answer, ItemOutcome, ParkReason, PullOutcome, PushOutcome, pull_outcome, push_outcome};
use crate::sync::engine::{Action, Input, Item, Pulled, SyncEngine};
use crate::sync::pull::{Application, Cursor, fit};
use crate::sync::upload;

/// What the driver holds while it runs.
#[derive(Default)]
pub struct Driver {
    channel: Option<Channel>,
    held: Option<Held>,
    timer: Option<Timeout>,
    /// A new snapshot that grows beside the old one.
    staged: Option<Staged>,
    /// Counts every start, so that what an earlier run left under way does nothing any more.
    run: u32,
}

/// The acts of a new snapshot so far, and the cursor after them.
type Staged = (Table<CaseId, Vec<Act>>, Option<Cursor>);

/// A tab has changed the store.
const CHANGED: &str = "changed";
/// A person wants everything to be tried now.
const TRY: &str = "try";

/// Begins to send and to pull for the open account: at once in the first tab, later in the others.
pub fn start(app: AppState) {
    let Some(me) = app.account.get_untracked() else { return };
    let name = format!("sips-sync-{}", me.account);
    let run = app.inner.try_update_value(|inner| {
        inner.sync.run += 1;
        inner.sync.run
    });
    let Some(run) = run else { return };
    let channel = Channel::open(&name, move |message| {
        spawn_local(async move {
            match message.as_str() {
                TRY => feed(app, Input::TryNow),
                _ => read_again(app).await,
            }
        });
    });
    app.inner.update_value(|inner| inner.sync.channel = channel);
    app.sync.update(|view| view.follower = true);
    spawn_local(async move {
        let Some(held) = lock::wait_hold(&name).await else { return };
        if is_current(app, run) {
            app.inner.update_value(|inner| inner.sync.held = Some(held));
            lead(app).await;
        }
    });
}

/// Stops everything; nothing in the store changes.
pub fn stop(app: AppState) {
    app.inner.update_value(|inner| {
        inner.engine = None;
        inner.sync = Driver { run: inner.sync.run + 1, ..Driver::default() };
    });
    app.sync.set(super::SyncView::default());
    upload_driver::stop(app);
}

/// Tells the other tabs that the store has changed.
pub fn announce(app: AppState) {
    app.inner.with_value(|inner| {
        if let Some(channel) = &inner.sync.channel {
            channel.send(CHANGED);
        }
    });
}

/// Feeds the engine; in a tab that does not lead, a wish to try now goes to the one that does.
pub fn feed(app: AppState, input: Input) {
    let is_try = matches!(input, Input::TryNow);
    // What is told of the line and the person concerns files, too.
    let about_files = match &input {
        Input::OnlineChanged(online) => Some(upload::Input::OnlineChanged(*online)),
        Input::SignedInChanged(signed_in) => Some(upload::Input::SignedInChanged(*signed_in)),
        Input::TryNow => Some(upload::Input::TryNow),
        _ => None,
    };
    let actions = app.inner.try_update_value(|inner| {
        let Some(engine) = &mut inner.engine else {
            if let Some(channel) = &inner.sync.channel {
                channel.send(if is_try { TRY } else { CHANGED });
            }
            return Vec::new();
        };
        engine.handle(clock::now(), random::random_u32(), input);
        std::iter::from_fn(|| engine.poll_action()).collect()
    });
    for action in actions.into_iter().flatten() {
        perform(app, action);
    }
    if let Some(input) = about_files {
        upload_driver::feed(app, input);
    }
    show(app);
}

/// Stores where a command stands.
///
/// # Errors
/// See [`StoreError`]; it stands where it stood.
pub async fn set_state(app: AppState, command: CommandId, state: OutboxState) -> Result<(), StoreError> {
    let found = app.outbox.read_untracked().iter().find(|entry| entry.envelope.command_id == command).cloned();
    let Some(mut entry) = found else { return Ok(()) };
    entry.state = state;
    app.commit(vec![Change::PutOutbox(Box::new(entry.clone()))], Durability::Strict).await?;
    app.outbox.update(|outbox| {
        if let Some(known) = outbox.iter_mut().find(|known| known.envelope.command_id == command) {
            *known = entry;
        }
    });
    announce(app);
    Ok(())
}

async fn lead(app: AppState) {
    // Another tab led until now: what it stored is the truth.
    read_again(app).await;
    let items: Vec<Item> = app.outbox.read_untracked().iter().map(submit::item).collect();
    let engine = SyncEngine::new(items, page::online(), session::may_send(app));
    app.inner.update_value(|inner| inner.engine = Some(engine));
    upload_driver::lead(app);
    app.sync.update(|view| view.follower = false);
    feed(app, Input::TimerFired);
}

/// Is this still the run that asked?
pub(super) fn is_current(app: AppState, run: u32) -> bool {
    current_run(app) == run
}

/// The number of this run, for what it leaves under way.
pub(super) fn current_run(app: AppState) -> u32 {
    app.inner.with_value(|inner| inner.sync.run)
}

fn show(app: AppState) {
    let view = app.inner.with_value(|inner| {
        inner.engine.as_ref().map(|engine| super::SyncView {
            trouble: engine.trouble(),
            busy: engine.is_busy(),
            next_try: engine.next_try(),
            last_pull: engine.last_pull(),
            follower: false,
            uploads: app.sync.read_untracked().uploads,
        })
    });
    let Some(view) = view else { return };
    if app.sync.get_untracked() != view {
        app.sync.set(view);
    }
    // Files go out between requests of text, and not at all while text cannot.
    upload_driver::feed(app, upload::Input::Held(view.busy || view.trouble.is_some()));
}

/// Reads the store again after another tab changed it, and gives the engine what is new in the outbox.
async fn read_again(app: AppState) {
    let Some(store) = app.store() else { return };
    let Ok(loaded) = store.load().await else { return };
    let files: Vec<_> = app.files.read_untracked().values().cloned().collect();
    let before: Vec<CommandId> = app.outbox.read_untracked().iter().map(|entry| entry.envelope.command_id).collect();
    app.show(loaded);
    let after: Vec<Item> = app.outbox.read_untracked().iter().map(submit::item).collect();
    for gone in before.iter().filter(|id| after.iter().all(|item| item.command != **id)) {
        feed_if_leading(app, Input::Withdrawn(*gone));
    }
    for item in after {
        if !before.contains(&item.command) {
            feed_if_leading(app, Input::Queued(item));
        } else if !item.parked {
            feed_if_leading(app, Input::Retried(item.command));
        }
    }
    upload_driver::read_again(app, &files);
}

fn feed_if_leading(app: AppState, input: Input) {
    if app.inner.with_value(|inner| inner.engine.is_some()) {
        feed(app, input);
    }
}

fn perform(app: AppState, action: Action) {
    let run = current_run(app);
    match action {
        Action::Push(commands) => spawn_local(async move {
            let outcome = push(app, run, &commands).await;
            if is_current(app, run) {
                feed(app, Input::Pushed { sent: commands, outcome });
            }
        }),
        Action::Pull { fresh } => spawn_local(async move {
            let pulled = pull(app, run, fresh).await;
            if is_current(app, run) {
                feed(app, Input::Pulled(pulled));
            }
        }),
        Action::WakeAt(at) => {
            let millis = i32::try_from(at.since(clock::now()).clamp(0, 3_600_000)).unwrap_or(0);
            let timer = Timeout::new(millis, move || feed(app, Input::TimerFired));
            app.inner.update_value(|inner| inner.sync.timer = Some(timer));
        }
        Action::Park(command, reason) => spawn_local(async move {
            // If the device cannot keep it now, the command is sent and refused again at the next start: nothing is lost.
            let entry = JournalEntry { at: clock::now(), event: JournalEvent::Parked { command: command.to_string() } };
            if set_state(app, command, OutboxState::Parked(reason)).await.is_ok() {
                let _ = app.commit(vec![Change::Journal(entry)], Durability::Relaxed).await;
            }
        }),
        Action::Redecide(command) => spawn_local(async move {
            let holds = redecide(app, command).await;
            if is_current(app, run) {
                feed(app, Input::Redecided { command, holds });
            }
        }),
    }
}

async fn push(app: AppState, run: u32, commands: &[CommandId]) -> PushOutcome {
    app.outbox.update(|outbox| {
        for entry in outbox.iter_mut().filter(|entry| commands.contains(&entry.envelope.command_id)) {
            entry.tries += 1;
        }
    });
    let envelopes: Vec<_> = app
        .outbox
        .read_untracked()
        .iter()
        .filter(|entry| commands.contains(&entry.envelope.command_id))
        .map(|entry| entry.envelope.clone())
        .collect();
    let answer = with_token(app, |http, token| {
        let envelopes = envelopes.clone();
        async move { http.push(&token, envelopes).await }
    })
    .await;
    let Answered::Answer(answer) = answer else { return PushOutcome::SignIn };
    if !is_current(app, run) {
        return PushOutcome::Later { wait_ms: None, from_server: false };
    }
    match push_outcome(&answer, commands) {
        PushOutcome::Items(outcomes) => {
            let mut kept = Vec::new();
            for (command, outcome) in outcomes {
                let outcome = match outcome {
                    // A receipt that the device cannot keep is asked for again: the command still goes by the same id.
                    ItemOutcome::Done(done) if receive(app, command, &done.0, &done.1).await.is_err() => ItemOutcome::Later,
                    other => other,
                };
                kept.push((command, outcome));
            }
            announce(app);
            PushOutcome::Items(kept)
        }
        other => other,
    }
}

/// Keeps the proof and the server's act, and lets the command go, in one commit.
async fn receive(app: AppState, command: CommandId, receipt: &Receipt, act: &Act) -> Result<(), StoreError> {
    let mut record = app.cases.read_untracked().get(&act.case_id).cloned().unwrap_or(CaseRecord { case: act.case_id, acts: Vec::new() });
    record.extend([act.clone()]);
    let event = JournalEvent::Received { command: command.to_string() };
    let files = upload_driver::accepted(app, act);
    let mut changes = vec![
        Change::DropOutbox(command),
        Change::PutReceipt(receipt.clone()),
        Change::PutCase(record.clone()),
        Change::Journal(JournalEntry { at: clock::now(), event }),
    ];
    changes.extend(files.iter().cloned().map(Change::PutFileRecord));
    app.commit(changes, Durability::Strict).await?;
    app.cases.update(|cases| drop(cases.insert(record.case, record)));
    app.receipts.update(|receipts| drop(receipts.insert(command, receipt.clone())));
    app.outbox.update(|outbox| outbox.retain(|entry| entry.envelope.command_id != command));
    upload_driver::show(app, files);
    session::witness(app);
    Ok(())
}

async fn pull(app: AppState, run: u32, fresh: bool) -> Pulled {
    if fresh && app.inner.with_value(|inner| inner.sync.staged.is_none()) {
        app.inner.update_value(|inner| inner.sync.staged = Some((Table::new(), None)));
    }
    let held = app.inner.with_value(|inner| match &inner.sync.staged {
        Some((_, cursor)) => cursor.clone(),
        None => inner.cursor.clone(),
    });
    let at = held.as_ref().map(|cursor| cursor.at.clone());
    let answer = with_token(app, |http, token| {
        let at = at.clone();
        async move { http.pull(&token, at.as_deref()).await }
    })
    .await;
    let Answered::Answer(answer) = answer else { return Pulled::Failed(PullOutcome::SignIn) };
    if !is_current(app, run) {
        return Pulled::Failed(PullOutcome::Later { wait_ms: None, from_server: false });
    }
    let page = match pull_outcome(&answer) {
        PullOutcome::Page(page) => page,
        other => return Pulled::Failed(other),
    };
    apply(app, *page, held.as_ref()).await
}

async fn apply(app: AppState, page: Changes, held: Option<&Cursor>) -> Pulled {
    let more = page.more;
    if upload_driver::learn(app, &page.epoch, &page.files).await.is_err() {
        return Pulled::Failed(PullOutcome::Later { wait_ms: None, from_server: false });
    }
    let staging = app.inner.with_value(|inner| inner.sync.staged.is_some());
    let fitted = fit(page, held, |case| {
        let length = if staging {
            app.inner.with_value(|inner| inner.sync.staged.as_ref().and_then(|(acts, _)| acts.get(case)).map_or(0, Vec::len))
        } else {
            app.cases.read_untracked().get(case).map_or(0, |record| record.acts.len())
        };
        u32::try_from(length).unwrap_or(u32::MAX)
    });
    let (acts, hidden, cursor) = match fitted {
        Application::Apply { acts, hidden, cursor } => (acts, hidden, cursor),
        Application::Stale => return Pulled::Failed(PullOutcome::Strange),
        Application::NewEpoch | Application::Inconsistent => {
            app.inner.update_value(|inner| inner.sync.staged = None);
            let entry = JournalEntry { at: clock::now(), event: JournalEvent::NewEpoch };
            let _ = app.commit(vec![Change::Journal(entry)], Durability::Relaxed).await;
            return Pulled::Restart;
        }
    };
    if staging {
        let complete = app.inner.try_update_value(|inner| {
            let (staged, at) = inner.sync.staged.as_mut()?;
            for (case, acts) in acts {
                staged.get_or_insert_with(case, Vec::new).extend(acts);
            }
            staged.retain(|case, _| !hidden.contains(case));
            *at = Some(cursor.clone());
            (!more).then(|| inner.sync.staged.take()).flatten()
        });
        if let Some((staged, _)) = complete.flatten() {
            let records: Vec<CaseRecord> = staged.into_iter().map(|(case, acts)| CaseRecord { case, acts }).collect();
            let mut changes = vec![Change::ClearCases];
            changes.extend(records.iter().cloned().map(Change::PutCase));
            changes.push(Change::PutCursor(cursor.clone()));
            if app.commit(changes, Durability::Relaxed).await.is_err() {
                return Pulled::Failed(PullOutcome::Later { wait_ms: None, from_server: false });
            }
            app.cases.set(super::by_case(records));
            app.inner.update_value(|inner| inner.cursor = Some(cursor));
            announce(app);
        }
        return Pulled::Applied { more };
    }
    if acts.is_empty() && hidden.is_empty() && held == Some(&cursor) {
        return Pulled::Applied { more };
    }
    let mut records = Vec::new();
    for (case, acts) in acts {
        let mut record = app.cases.read_untracked().get(&case).cloned().unwrap_or(CaseRecord { case, acts: Vec::new() });
        record.extend(acts);
        records.push(record);
    }
    let changed = !records.is_empty() || !hidden.is_empty();
    let mut changes: Vec<Change> = records.iter().cloned().map(Change::PutCase).collect();
    changes.extend(hidden.iter().copied().map(Change::DropCase));
    changes.push(Change::PutCursor(cursor.clone()));
    if app.commit(changes, Durability::Relaxed).await.is_err() {
        return Pulled::Failed(PullOutcome::Later { wait_ms: None, from_server: false });
    }
    app.inner.update_value(|inner| inner.cursor = Some(cursor));
    if changed {
        app.cases.update(|cases| {
            cases.extend(records.into_iter().map(|record| (record.case, record)));
            cases.retain(|case, _| !hidden.contains(case));
        });
        announce(app);
    }
    Pulled::Applied { more }
}

/// Decides a command again on the case as the server has it now, and keeps it with its new base if it still holds.
async fn redecide(app: AppState, command: CommandId) -> bool {
    let found = app.outbox.read_untracked().iter().find(|entry| entry.envelope.command_id == command).cloned();
    let (Some(mut entry), Some(me)) = (found, app.account.get_untracked()) else { return true };
    let decided = match (rules::set(&entry.envelope.rules), rules::calendar(&entry.envelope.calendar)) {
        (Some(set), Some(calendar)) => {
            let case = app
                .cases
                .read_untracked()
                .get(&entry.envelope.case_id)
                .map_or_else(|| Case::new(entry.envelope.case_id), |record| crate::domain::case::fold(record.case, &record.acts));
            entry.envelope.base.revision = case.revision;
            let actor = me.actor();
            let context = rules::context(set, calendar, &me.office, &actor, app.clock());
            decide(&case, &entry.envelope, &context)
        }
        _ => Err(Vec::new()),
    };
    match decided {
        Ok(act) => {
            entry.act = act;
            let kept = app.commit(vec![Change::PutOutbox(Box::new(entry.clone()))], Durability::Strict).await.is_ok();
            if kept {
                app.outbox.update(|outbox| {
                    if let Some(known) = outbox.iter_mut().find(|known| known.envelope.command_id == command) {
                        *known = entry;
                    }
                });
            }
            true
        }
        Err(reasons) => {
            let problem = crate::api::wire::Problem { status: 409, reasons, ..Default::default() };
            let _ = set_state(app, command, OutboxState::Parked(ParkReason::Conflict(problem))).await;
            false
        }
    }
}

/// Makes a request with the account's token, renewed once if the server no longer takes it.
async fn with_token<F: Future<Output = crate::api::http::Reply>>(app: AppState, request: impl Fn(HttpBackend, String) -> F) -> Answered {
    let http = app.inner.with_value(|inner| inner.http.clone());
    let mut reply = match session::access(app, false).await {
        Access::Token(token) => request(http.clone(), token).await,
        Access::NotNow => return Answered::Answer(Answer::None),
        Access::SignIn => return Answered::SignIn,
    };
    if matches!(reply.answer, Answer::Http { status: 401, contract: true, .. }) {
        reply = match session::access(app, true).await {
            Access::Token(token) => request(http, token).await,
            Access::NotNow => return Answered::Answer(Answer::None),
            Access::SignIn => return Answered::SignIn,
        };
    }
    if let Some(date) = reply.date {
        app.clock_offset.set(Some(date.since(clock::now())));
    }
    Answered::Answer(reply.answer)
}

/// What came of a request that needs a session.
enum Answered {
    Answer(Answer),
    SignIn,
}
