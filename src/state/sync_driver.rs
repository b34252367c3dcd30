//! Performs what the sync engine asks for: requests, timers and what they mean for the store. One tab of an account
//! leads; the others tell it what they have put into the outbox and read again what it has changed.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::session::Access;
use super::{AppState, docket, session, settings, upload_driver};
use crate::api::http::Ask;
use crate::api::wire::Health;
use crate::domain::case::Act;
use crate::domain::command::Receipt;
use crate::domain::id::{CaseId, CommandId};
use crate::domain::time::Timestamp;
use crate::platform::channel::Channel;
use crate::platform::lock::{self, Held};
use crate::platform::timer::Timeout;
use crate::platform::{clock, page, random};
use crate::rules::{self, RuleBook};
use crate::store::record::{Aside, FileRecord, Note, OutboxEntry, OutboxState, insert};
use crate::store::transaction::{self, Maker, News};
use crate::store::{Change, Condition, Durability, LEADER, LocalStore, PULLED, StoreError, leader};
use crate::sync::answer::{Answer, ItemOutcome, ParkReason, PullOutcome, PushOutcome, pull_outcome, push_outcome, wants_sign_in};
use crate::sync::engine::{Action, Input, Item, Pulled, SyncEngine, Trouble};
use crate::sync::pull::{Page, Puller, Taken};
use crate::sync::upload;

/// What the driver holds while it runs.
#[derive(Default)]
pub struct Driver {
    channel: Option<Channel>,
    held: Option<Held>,
    timer: Option<Timeout>,
    puller: Puller,
    /// The number under which this tab leads; every commit of what came from the server asks for it.
    number: u32,
    /// Commands that the server holds and whose case lacks news before them; those were asked for.
    asked_for: Vec<CommandId>,
    /// A tab that follows has asked the one that leads whether it is awake, and has not heard.
    asked: bool,
    /// What the server was last told of this device, and when.
    told: Option<(Health, Timestamp)>,
    /// Counts every start, so that what an earlier run left under way does nothing any more.
    run: u32,
}

/// A tab has changed the store.
const CHANGED: &str = "changed";
/// How soon a tab that could not read its store asks for the lead again, in milliseconds.
const LOOK_AGAIN_MS: i32 = 60_000;
/// A person wants everything to be tried now.
const TRY: &str = "try";
/// Is the tab that leads awake?
const ASK: &str = "awake?";
/// It is.
const AWAKE: &str = "awake";

/// Begins to send and to pull for the open account: at once in the first tab, later in the others.
pub fn start(app: AppState) {
    begin(app, false);
}

/// Likewise; `by_force` takes the lead from the tab that has it.
fn begin(app: AppState, by_force: bool) {
    let Some(me) = app.account.get_untracked() else { return };
    let name = format!("{}-sync-{}", settings::prefix(), me.account);
    let run = app.inner.try_update_value(|inner| {
        inner.sync.run += 1;
        inner.sync.run
    });
    let Some(run) = run else { return };
    let channel = Channel::open(&name, move |message| match message.as_str() {
        TRY => catch_up(app, Input::TryNow),
        ASK => app.inner.with_value(|inner| {
            if inner.engine.is_some() {
                inner.sync.say(AWAKE);
            }
        }),
        AWAKE => app.inner.update_value(|inner| inner.sync.asked = false),
        _ => spawn_local(async move {
            let _ = read_again(app).await;
        }),
    });
    app.inner.update_value(|inner| inner.sync.channel = channel);
    app.sync.update(|view| view.follower = true);
    online_changed(app, page::online());
    // Whoever leads looks whether its store is still there.
    announce(app);
    spawn_local(async move {
        let held = if by_force { lock::steal(&name).await } else { lock::wait_hold(&name).await };
        let Some(held) = held else { return };
        if is_current(app, run) {
            held.on_lost(move || {
                // It stood still, and another tab took it for gone.
                if is_current(app, run) {
                    stop(app);
                    start(app);
                }
            });
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

impl Driver {
    /// Tells the other tabs something.
    fn say(&self, text: &str) {
        if let Some(channel) = &self.channel {
            channel.send(text);
        }
    }
}

/// Tells the other tabs that the store has changed.
pub fn announce(app: AppState) {
    app.inner.with_value(|inner| inner.sync.say(CHANGED));
}

/// Looks from time to time whether the tab that leads is awake: a frozen one keeps the lock. From one that has not answered since the last
/// time, half a minute ago, this tab takes the lead; should it thaw, the number in each of its commits keeps it from writing.
pub fn look_after_leader(app: AppState) {
    if !app.sync.read_untracked().follower {
        return;
    }
    if app.inner.try_update_value(|inner| std::mem::replace(&mut inner.sync.asked, true)) == Some(true) {
        stop(app);
        begin(app, true);
        return;
    }
    app.inner.with_value(|inner| inner.sync.say(ASK));
    // It may have stood still when this tab spoke.
    if !app.outbox.read_untracked().is_empty() {
        announce(app);
    }
}

/// Feeds the engine after reading what other tabs have stored: one that stood still has not heard them say so.
pub fn catch_up(app: AppState, input: Input) {
    spawn_local(async move {
        read_again(app).await;
        feed(app, input);
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
            inner.sync.say(if is_try { TRY } else { CHANGED });
            return Vec::new();
        };
        engine.handle(clock::steady(), random::random_u32(), input);
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

/// Stores that a refused command goes out again.
///
/// # Errors
/// See [`StoreError`]; it stays parked.
pub async fn retry(app: AppState, command: CommandId) -> Result<(), StoreError> {
    let Some(entry) = entry_of(app, command) else { return Ok(()) };
    let (changes, entry) = transaction::retried(&entry);
    app.commit(changes, Durability::Strict).await?;
    app.outbox.update(|outbox| put(outbox, vec![entry]));
    announce(app);
    Ok(())
}

/// Shows entries as they are now.
pub fn put(outbox: &mut [OutboxEntry], entries: Vec<OutboxEntry>) {
    for entry in entries {
        if let Some(known) = outbox.iter_mut().find(|known| known.envelope.command_id == entry.envelope.command_id) {
            *known = entry;
        }
    }
}

fn entry_of(app: AppState, command: CommandId) -> Option<OutboxEntry> {
    app.outbox.read_untracked().iter().find(|entry| entry.envelope.command_id == command).cloned()
}

/// One commit of the tab that leads. Should another lead by now, nothing is written, and this one asks for the lead anew.
pub(super) async fn commit_leading(app: AppState, mut changes: Vec<Change>, durability: Durability) -> Result<(), StoreError> {
    let number = app.inner.with_value(|inner| inner.sync.number);
    changes.insert(0, Change::OnlyIf(Condition::Leads(number)));
    let kept = app.commit(changes, durability).await;
    if kept == Err(StoreError::Overtaken) {
        read_again(app).await;
    }
    kept
}

async fn lead(app: AppState) {
    // Another tab led until now: what it stored is the truth.
    let Some(mut number) = read_again(app).await else { return };
    let note = Note { key: LEADER.to_owned(), text: (number + 1).to_string() };
    let claim = vec![Change::OnlyIf(Condition::Leads(number)), Change::PutNote(note)];
    // Where even this finds no space, this tab leads under the number of the one before, which is gone.
    if app.commit(claim, Durability::Relaxed).await.is_ok() {
        number += 1;
    }
    let items: Vec<Item> = app.outbox.read_untracked().iter().map(transaction::item).collect();
    let engine = SyncEngine::new(items, page::online(), session::may_send(app));
    app.inner.update_value(|inner| {
        inner.sync.number = number;
        inner.engine = Some(engine);
    });
    upload_driver::lead(app);
    docket::settle_what_waits(app);
    app.sync.update(|view| view.follower = false);
    feed(app, Input::TimerFired);
}

/// Is this still the run that asked?
pub(super) fn is_current(app: AppState, run: u32) -> bool {
    current_run(app) == run
}

/// The browser says whether there is a network. A tab that follows another one has no engine to say so for it.
pub fn online_changed(app: AppState, online: bool) {
    if app.sync.read_untracked().follower {
        app.sync.update(|view| view.trouble = (!online).then_some(Trouble::Offline));
    }
    feed(app, Input::OnlineChanged(online));
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
            next_try: engine.next_try().map(on_the_wall),
            last_pull: engine.last_pull().map(on_the_wall),
            fresh: engine.is_fresh(clock::steady()),
            follower: false,
            uploads: app.sync.read_untracked().uploads,
        })
    });
    let Some(view) = view else { return };
    if app.sync.get_untracked() != view {
        app.sync.set(view);
    }
    upload_driver::hold(app);
}

/// A time of the steady clock as the device's clock would show it.
fn on_the_wall(at: Timestamp) -> Timestamp {
    clock::now().plus(at.since(clock::steady()))
}

/// Reads the store again after another tab changed it, gives the engines what is new, and tells which tab leads. A tab that turns out to
/// lead no longer asks for the lead anew; where the store is gone, after a while, so that a tab with a store can take it.
async fn read_again(app: AppState) -> Option<u32> {
    let (store, run) = (app.store()?, current_run(app));
    let loaded = store.load().await;
    if !is_current(app, run) {
        return None;
    }
    let Ok(loaded) = loaded else {
        stop(app);
        let timer = Timeout::new(LOOK_AGAIN_MS, move || start(app));
        app.inner.update_value(|inner| inner.sync.timer = Some(timer));
        return None;
    };
    let leads = leader(loaded.notes.iter().find(|note| note.key == LEADER));
    if app.inner.with_value(|inner| inner.engine.is_some() && inner.sync.number != leads) {
        stop(app);
        start(app);
    }
    docket::follow(app, &store, &loaded).await;
    if !is_current(app, run) {
        return None;
    }
    let files: Vec<_> = app.files.read_untracked().values().cloned().collect();
    let before: Vec<Item> = app.outbox.read_untracked().iter().map(transaction::item).collect();
    app.show(loaded);
    let after: Vec<Item> = app.outbox.read_untracked().iter().map(transaction::item).collect();
    for gone in before.iter().filter(|old| after.iter().all(|item| item.command != old.command)) {
        feed_if_leading(app, Input::Withdrawn(gone.command));
    }
    for item in after {
        match before.iter().find(|old| old.command == item.command) {
            None => feed_if_leading(app, Input::Queued(item)),
            Some(old) if old.parked && !item.parked => feed_if_leading(app, Input::Retried(item.command)),
            Some(old) if !old.parked && item.parked => feed_if_leading(app, Input::Redecided { command: item.command, holds: false }),
            Some(_) => {}
        }
    }
    upload_driver::read_again(app, &files);
    Some(leads)
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
            let millis = i32::try_from(at.since(clock::steady()).clamp(0, 3_600_000)).unwrap_or(0);
            let timer = Timeout::new(millis, move || feed(app, Input::TimerFired));
            app.inner.update_value(|inner| inner.sync.timer = Some(timer));
        }
        Action::Park(command, reason) => settle(app, run, command, Some(reason)),
        Action::Redecide(command) => settle(app, run, command, None),
    }
}

/// Keeps what became of a command: the server's refusal, or what comes of deciding it again.
fn settle(app: AppState, run: u32, command: CommandId, refusal: Option<ParkReason>) {
    spawn_local(async move {
        let input = settled(app, command, refusal).await;
        if is_current(app, run) {
            feed(app, input);
        }
    });
}

async fn settled(app: AppState, command: CommandId, refusal: Option<ParkReason>) -> Input {
    let (Some(entry), Some(me)) = (entry_of(app, command), app.account.get_untracked()) else {
        return Input::Redecided { command, holds: true };
    };
    let entry = match refusal {
        Some(reason) => OutboxEntry { state: OutboxState::Parked(reason), ..entry },
        None => {
            let case = entry.envelope.case_id;
            let Ok(cases) = docket::acts_of(app, &[case]).await else { return Input::NotKept(command) };
            let actor = me.actor();
            let (book, pins) = (app.book_untracked(), &entry.envelope);
            let office = book.office_at(&session::office_row(me.account).unwrap_or(me.office.clone()), pins.office_settings.as_ref());
            let context = match (book.set(&pins.rules), book.calendar(&pins.calendar), &office) {
                (Some(set), Some(calendar), Some(office)) => Some(rules::context(set, calendar, office, &actor, app.clock())),
                _ => None,
            };
            transaction::decide_again(&entry, cases.get(&case), context.as_ref())
        }
    };
    let holds = entry.state == OutboxState::Waiting;
    let (changes, entries) = if holds {
        transaction::redecided(&entry, &app.outbox.read_untracked())
    } else {
        (transaction::parked(&entry, clock::now()), vec![entry])
    };
    if commit_leading(app, changes, Durability::Strict).await.is_err() {
        return Input::NotKept(command);
    }
    app.outbox.update(|outbox| put(outbox, entries));
    announce(app);
    Input::Redecided { command, holds }
}

async fn push(app: AppState, run: u32, commands: &[CommandId]) -> PushOutcome {
    let goes: Vec<OutboxEntry> =
        app.outbox.read_untracked().iter().filter(|entry| commands.contains(&entry.envelope.command_id)).cloned().collect();
    if !goes.is_empty() {
        let is_first = goes.iter().any(|entry| entry.tries == 0);
        // Only what is noted has to reach the disk before it goes.
        let durability = if is_first { Durability::Strict } else { Durability::Relaxed };
        // Where the disk is full it goes out all the same: sending is what frees it.
        if commit_leading(app, transaction::sending(&goes), durability).await == Err(StoreError::Overtaken) {
            return PushOutcome::Later { wait_ms: None, from_server: false };
        }
        if is_first {
            announce(app);
        }
    }
    app.outbox.update(|outbox| {
        for entry in outbox.iter_mut().filter(|entry| commands.contains(&entry.envelope.command_id)) {
            entry.tries += 1;
        }
    });
    // In the order asked for: the server takes the nearest deadline first.
    let envelopes: Vec<_> = commands.iter().filter_map(|command| entry_of(app, *command)).map(|entry| entry.envelope).collect();
    let commands: &[CommandId] = &envelopes.iter().map(|envelope| envelope.command_id).collect::<Vec<_>>();
    if commands.is_empty() {
        // All of it was taken back meanwhile.
        return PushOutcome::Later { wait_ms: None, from_server: false };
    }
    let answer = with_token(app, Ask::push(envelopes)).await;
    let Answered::Answer(answer) = answer else { return PushOutcome::SignIn };
    if !is_current(app, run) {
        return PushOutcome::Later { wait_ms: None, from_server: false };
    }
    match push_outcome(&answer, commands) {
        PushOutcome::Items(outcomes) => {
            let mut kept = Vec::new();
            for (command, outcome) in outcomes {
                let outcome = match outcome {
                    ItemOutcome::Done(done) => match receive(app, command, &done.0, &done.1).await {
                        Ok(true) => ItemOutcome::Done(done),
                        // The news that it follows on have to be here first.
                        Ok(false) => ItemOutcome::Redecide,
                        // A receipt that the device cannot keep is asked for again: the command still goes by the same id.
                        Err(_) => ItemOutcome::Later,
                    },
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

/// Keeps the proof and the server's act, and lets the command go, in one commit. False if news are missing before it.
async fn receive(app: AppState, command: CommandId, receipt: &Receipt, act: &Act) -> Result<bool, StoreError> {
    let asked_for = app.inner.with_value(|inner| inner.sync.asked_for.contains(&command));
    let Some(me) = app.account.get_untracked() else { return Ok(false) };
    let held = docket::acts_of(app, &[act.case_id]).await?;
    let aside = app.aside.get_untracked();
    let news = transaction::received(held.get(&act.case_id), &aside, receipt, act, me.account, asked_for, clock::now());
    let Some(news) = news else {
        app.inner.update_value(|inner| inner.sync.asked_for.push(command));
        return Ok(false);
    };
    keep(app, news, None).await.map(|_| true)
}

/// Keeps what the server said, a page of its history or a receipt, in one commit, and shows it. Gives what the engine has to hear.
async fn keep(app: AppState, news: News, page: Option<&Page>) -> Result<Vec<Input>, StoreError> {
    let News { mut changes, cases: records, aside, held, lost, loosened } = news;
    // A file goes out once the server holds its command, and waits for the command again if the server has lost it.
    let accepted = held.iter().filter_map(|receipt| entry_of(app, receipt.command_id));
    let accepted: Vec<FileRecord> = accepted.flat_map(|entry| transaction::accepted(&app.files.read_untracked(), &entry.act)).collect();
    let withheld: Vec<FileRecord> = lost.iter().flat_map(|entry| transaction::withheld(&app.files.read_untracked(), &entry.act)).collect();
    changes.extend(accepted.iter().chain(&withheld).cloned().map(Change::PutFileRecord));
    let pulled = page.is_some_and(|page| !page.more && page.unreadable == 0).then(clock::now);
    changes.extend(pulled.map(|now| Change::PutNote(Note { key: PULLED.to_owned(), text: now.to_string() })));
    // What leaves the outbox, or comes back into it, is behind a promise; the rest can be pulled again.
    let durability = if held.is_empty() && lost.is_empty() { Durability::Relaxed } else { Durability::Strict };
    docket::committing(app, true);
    let committed = commit_leading(app, changes, durability).await;
    docket::committing(app, false);
    committed?;
    app.aside.set(aside);
    if pulled.is_some() {
        app.last_news.set(pulled);
    }
    let whole = page.is_some_and(|page| page.whole);
    let hidden = page.map_or(&[][..], |page| &page.hidden);
    let amendments = page.map_or(&[][..], |page| &page.amendments);
    if whole {
        app.set_book(RuleBook::new(amendments.to_vec()));
    } else if !amendments.is_empty() {
        app.set_book(app.book_untracked().with(amendments));
    }
    // Nobody else has them once they are kept.
    docket::kept(app, whole, records.into_iter().map(Rc::unwrap_or_clone).collect(), hidden);
    if page.is_none_or(|page| !page.more) {
        docket::settle(app);
    }
    let mut inputs = Vec::new();
    if held.is_empty() && lost.is_empty() && loosened.is_empty() {
        return Ok(inputs);
    }
    app.outbox.update(|outbox| {
        outbox.retain(|entry| held.iter().all(|receipt| receipt.command_id != entry.envelope.command_id));
        put(outbox, loosened);
        for entry in lost {
            inputs.push(Input::Queued(transaction::item(&entry)));
            insert(outbox, entry);
        }
    });
    for receipt in held {
        inputs.push(Input::Withdrawn(receipt.command_id));
        app.receipts.update(|receipts| drop(receipts.insert(receipt.command_id, receipt)));
    }
    upload_driver::show(app, accepted);
    upload_driver::show(app, withheld);
    session::witness(app);
    Ok(inputs)
}

async fn pull(app: AppState, run: u32, fresh: bool) -> Pulled {
    let has_cases = untrack(|| docket::count(app)) > 0;
    // Also if this tab was not open yet when a gap had lasted too long.
    let fresh = fresh || app.aside.read_untracked().values().any(Aside::wants_fresh);
    let at = app.inner.try_update_value(|inner| {
        inner.sync.puller.begin(fresh, inner.cursor.as_ref(), has_cases);
        inner.sync.puller.cursor(inner.cursor.as_ref()).map(|cursor| cursor.at.clone())
    });
    let answer = with_token(app, Ask::pull(at.flatten().as_deref())).await;
    let Answered::Answer(answer) = answer else { return Pulled::Failed(PullOutcome::SignIn) };
    if !is_current(app, run) {
        return Pulled::Failed(PullOutcome::Later { wait_ms: None, from_server: false });
    }
    let outcome = pull_outcome(&answer);
    if let PullOutcome::Page(page) = &outcome
        && upload_driver::learn(app, &page.epoch, &page.files).await.is_err()
    {
        return Pulled::Failed(PullOutcome::Later { wait_ms: None, from_server: false });
    }
    let mut ids: Vec<CaseId> = Vec::new();
    if let PullOutcome::Page(page) = &outcome {
        for act in page.acts.iter().filter_map(|act| act.0.as_ref()) {
            if !ids.contains(&act.case_id) {
                ids.push(act.case_id);
            }
        }
    }
    let later = || Pulled::Failed(PullOutcome::Later { wait_ms: None, from_server: false });
    let Ok(mut held) = docket::acts_of(app, &ids).await else { return later() };
    let taken = app.inner.try_update_value(|inner| {
        let revision = |case: &CaseId| u32::try_from(held.get(case).map_or(0, |record| record.acts.len())).unwrap_or(u32::MAX);
        inner.sync.puller.take(outcome, inner.cursor.as_ref(), &revision)
    });
    let (mut page, me) = match (taken, app.account.get_untracked()) {
        (Some(Taken::News(page)), Some(me)) => (page, me),
        (Some(Taken::Nothing(pulled)), _) => return pulled,
        _ => return Pulled::Failed(PullOutcome::SignIn),
    };
    if !page.more {
        tell_health(app);
    }
    let maker = Maker { account: me.account, device: app.device.get_value() };
    if page.whole {
        // What this account did and the new history lacks goes out again.
        match docket::find(app, &[me.account.to_string()], false).await {
            Ok(own) => held = own,
            Err(_) => return later(),
        }
    }
    if !is_current(app, run) {
        return later();
    }
    let aside = app.aside.get_untracked();
    let news = transaction::news(&held, &aside, &app.outbox.read_untracked(), &mut page, maker, clock::now());
    let pulled = news.pulled(&page);
    let changed = page.whole || news.changes.len() > 1;
    if !changed && app.inner.with_value(|inner| inner.cursor.as_ref() == Some(&page.cursor)) {
        return pulled;
    }
    let Ok(inputs) = keep(app, news, Some(&page)).await else {
        return Pulled::Failed(PullOutcome::Later { wait_ms: None, from_server: false });
    };
    app.inner.update_value(|inner| inner.cursor = Some(page.cursor));
    inputs.into_iter().for_each(|input| feed(app, input));
    if changed {
        announce(app);
    }
    pulled
}

/// How long a device stays silent about what has not changed, in milliseconds.
const HEALTH_MS: i64 = 3_600_000;

/// Tells the server how much this device has not sent, in numbers. Nobody waits for it; a server that keeps no such record refuses once
/// an hour, and nothing depends on it.
fn tell_health(app: AppState) {
    let outbox = app.outbox.read_untracked();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let parked = outbox.iter().filter(|entry| matches!(entry.state, OutboxState::Parked(_))).count();
    let health = Health {
        app: env!("CARGO_PKG_VERSION").to_owned(),
        commands: count(outbox.len() - parked),
        files: count(app.files.read_untracked().values().filter(|record| record.is_due()).count()),
        drafts: count(app.drafts.read_untracked().len()),
        parked: count(parked),
        waiting_since: untrack(|| app.unsent_since()),
    };
    let now = clock::now();
    let news = app.inner.try_update_value(|inner| {
        let told = &mut inner.sync.told;
        let known = told.as_ref().is_some_and(|(health_told, at)| *health_told == health && now.since(*at) < HEALTH_MS);
        *told = if known { told.take() } else { Some((health.clone(), now)) };
        !known
    });
    if news == Some(true) {
        spawn_local(async move {
            with_token(app, Ask::health(&app.device.get_value(), &health)).await;
        });
    }
}

/// Makes a request with the account's token, renewed once if the server no longer takes it.
pub(super) async fn with_token(app: AppState, ask: Ask) -> Answered {
    let http = app.server();
    let mut renew = false;
    loop {
        let reply = match session::access(app, renew).await {
            Access::Token(token) => http.send(&token, ask.clone()).await,
            Access::NotNow => return Answered::Answer(Answer::None),
            Access::SignIn => return Answered::SignIn,
        };
        if !renew && wants_sign_in(&reply.answer) {
            renew = true;
            continue;
        }
        if let Some(date) = reply.date {
            app.clock_offset.set(Some(date.since(clock::now())));
        }
        return Answered::Answer(reply.answer);
    }
}

/// What came of a request that needs a session.
pub(super) enum Answered {
    Answer(Answer),
    SignIn,
}
