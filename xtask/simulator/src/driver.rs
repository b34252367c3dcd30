//! What a tab does with the engine: the same steps as the app's `state::sync_driver`, with the app's own engine, table of answers,
//! pulling and commits. Where a planted bug sits, the step is done wrongly on purpose.

use std::collections::VecDeque;
use std::rc::Rc;

use sips_lapangan::api::wire::Results;
use sips_lapangan::domain::command::{Base, Envelope};
use sips_lapangan::domain::id::CommandId;
use sips_lapangan::domain::table::Table;
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::store::record::{Aside, Note, OutboxEntry, OutboxState, insert};
use sips_lapangan::store::transaction::{self, Maker, News};
use sips_lapangan::store::{Change, Condition, Durability, LEADER, StoreError};
use sips_lapangan::sync::answer::{
    Answer, ItemOutcome, ParkReason, PullOutcome, PushOutcome, pull_outcome, push_outcome, read, wants_sign_in,
};
use sips_lapangan::sync::backoff::{FLOOR_MS, retry_after_ms};
use sips_lapangan::sync::engine::{Action, Input, Item, Pulled, SyncEngine};
use sips_lapangan::sync::pull::{Page, Taken};

use crate::event::Era;
use crate::planted::Planted;
use crate::rules::context;
use crate::world::{Ask, Fate, Job, Packet, Pending, Received, Session, Then, World};

/// How long a tab waits for an answer, in milliseconds.
const TIMEOUT_MS: i64 = 30_000;
/// The longest timer that is set, in milliseconds.
const LONGEST_WAKE_MS: i64 = 3_600_000;

impl World {
    /// Feeds the engine of a tab that leads.
    pub fn feed(&mut self, d: usize, t: usize, input: Input) {
        if self.dying == Some(d) {
            return;
        }
        let now = self.steady(d);
        let random = self.fixed_random.unwrap_or_else(|| self.rng.next_u32());
        let Some(engine) = &mut self.devices[d].tabs[t].engine else { return };
        engine.handle(now, random, input);
        let actions: Vec<Action> = std::iter::from_fn(|| engine.poll_action()).collect();
        let id = self.devices[d].tabs[t].id;
        for action in actions {
            // An action may end the tab.
            let Some(t) = self.tab_at(d, id) else { return };
            self.perform(d, t, action);
        }
    }

    fn perform(&mut self, d: usize, t: usize, action: Action) {
        match action {
            Action::Push(commands) => self.push(d, t, commands),
            Action::Pull { fresh } => {
                let tab = &mut self.devices[d].tabs[t];
                if self.planted == Planted::EpochIgnored {
                    if fresh {
                        tab.memory.cursor = None;
                    }
                } else {
                    let fresh = fresh || tab.memory.aside.values().any(Aside::wants_fresh);
                    tab.puller.begin(fresh, tab.memory.cursor.as_ref(), !tab.memory.cases.is_empty());
                }
                let at = tab.puller.cursor(tab.memory.cursor.as_ref()).map(|cursor| cursor.at.clone());
                self.send(d, t, Ask::Pull(at), Vec::new());
            }
            Action::WakeAt(at) => {
                let wait = at.since(self.steady(d)).clamp(0, LONGEST_WAKE_MS);
                self.devices[d].tabs[t].wake = Some(self.now + wait);
            }
            Action::Park(command, reason) => self.park(d, t, command, reason),
            Action::Redecide(command) => self.redecide(d, t, command),
        }
    }

    fn push(&mut self, d: usize, t: usize, commands: Vec<CommandId>) {
        if self.planted == Planted::ParkedHoldsAll
            && self.devices[d].tabs[t].memory.outbox.iter().any(|entry| entry.state != OutboxState::Waiting)
        {
            let outcome = PushOutcome::Later { wait_ms: None, from_server: true };
            return self.feed(d, t, Input::Pushed { sent: commands, outcome });
        }
        self.check_order(d, t, &commands);
        if self.swarm.era != Era::First && self.planted != Planted::FirstAttemptUnnoted {
            let goes = |entry: &&OutboxEntry| {
                commands.contains(&entry.envelope.command_id) && (entry.tries == 0 || self.planted != Planted::LaterAttemptUnasked)
            };
            let goes: Vec<OutboxEntry> = self.devices[d].tabs[t].memory.outbox.iter().filter(goes).cloned().collect();
            if !goes.is_empty() {
                let is_first = goes.iter().any(|entry| entry.tries == 0);
                let durability = if is_first { Durability::Strict } else { Durability::Relaxed };
                return self.commit(d, t, transaction::sending(&goes), durability, true, Then::Noted(commands, is_first));
            }
        }
        self.go_out(d, t, commands);
    }

    fn go_out(&mut self, d: usize, t: usize, commands: Vec<CommandId>) {
        let tab = &mut self.devices[d].tabs[t];
        let mut envelopes: Vec<Envelope> = Vec::new();
        let mut renamed = Vec::new();
        for command in &commands {
            let Some(entry) = tab.memory.outbox_mut().iter_mut().find(|entry| entry.envelope.command_id == *command) else { continue };
            entry.tries += 1;
            envelopes.push(entry.envelope.clone());
            if self.planted == Planted::NewIdPerTry && entry.tries > 1 {
                renamed.push(entry.envelope.command_id);
            }
        }
        let mut going: Vec<CommandId> = envelopes.iter().map(|envelope| envelope.command_id).collect();
        if going.is_empty() {
            // All of it was taken back meanwhile.
            let outcome = PushOutcome::Later { wait_ms: None, from_server: false };
            return self.feed(d, t, Input::Pushed { sent: commands, outcome });
        }
        // The engine has to hear of all that it asked for.
        going.extend(commands.iter().filter(|command| envelopes.iter().all(|envelope| envelope.command_id != **command)));
        let commands = going;
        for envelope in envelopes.iter_mut().filter(|envelope| renamed.contains(&envelope.command_id)) {
            let old = envelope.command_id;
            envelope.command_id = self.new_command_id(d, t);
            if let Some(made) = self.made.get(&old).cloned() {
                self.made.insert(envelope.command_id, made);
            }
        }
        if self.planted == Planted::RemovedAtSend {
            self.commit(d, t, commands.iter().map(|id| Change::DropOutbox(*id)).collect(), Durability::Strict, true, Then::Nothing);
        }
        self.send(d, t, Ask::Push(Rc::new(envelopes)), commands);
    }

    /// Sends a request with the account's token.
    fn send(&mut self, d: usize, t: usize, ask: Ask, commands: Vec<CommandId>) {
        if self.dying == Some(d) {
            return;
        }
        let tab = &self.devices[d].tabs[t];
        let account = if self.planted == Planted::OtherAccount { self.devices[d].account } else { tab.account };
        if self.devices[d].sessions[account] == Session::Ended {
            return self.answered_without_session(d, t, &ask, commands);
        }
        self.check_request(d, t, account, &ask);
        if self.boundary(d) {
            return;
        }
        let id = self.fresh();
        let now = self.now;
        let device = &mut self.devices[d];
        let tab = &mut device.tabs[t];
        tab.pending = Some(Pending { id, ask: ask.clone(), commands, since: now });
        let reached = device.online.then_some(ask);
        self.net.push(Packet { id, device: d, tab: tab.id, account, ask: reached, answer: Answer::None, from: None });
    }

    fn answered_without_session(&mut self, d: usize, t: usize, ask: &Ask, commands: Vec<CommandId>) {
        let input = match ask {
            Ask::Push(_) => Input::Pushed { sent: commands, outcome: PushOutcome::SignIn },
            Ask::Pull(_) => Input::Pulled(Pulled::Failed(PullOutcome::SignIn)),
        };
        self.feed(d, t, input);
    }

    /// Lets requests end that nothing came back for.
    pub fn time_out(&mut self) {
        for d in 0..self.devices.len() {
            for t in 0..self.devices[d].tabs.len() {
                let now = self.now;
                let late = |pending: &Pending| now - pending.since >= TIMEOUT_MS;
                if self.devices[d].tabs.get(t).is_some_and(|tab| !tab.frozen && tab.pending.as_ref().is_some_and(late)) {
                    self.answered(d, t, Answer::None, None);
                }
            }
        }
    }

    /// An answer reaches the tab that asked.
    pub fn answered(&mut self, d: usize, t: usize, answer: Answer, from: Option<String>) {
        let Some(Pending { ask, commands, .. }) = self.devices[d].tabs[t].pending.take() else { return };
        if self.boundary(d) {
            return;
        }
        self.note_attempt(d, t, &answer);
        let mut answer = answer;
        let tab = &mut self.devices[d].tabs[t];
        tab.genuine = matches!(answer, Answer::Http { contract: true, .. });
        if self.planted == Planted::HeaderIgnored
            && let Answer::Http { contract, .. } = &mut answer
        {
            *contract = true;
        }
        if wants_sign_in(&answer) {
            let account = tab.account;
            if self.devices[d].sessions[account] == Session::Stale {
                // Renewed without a person; the request goes again.
                self.devices[d].sessions[account] = Session::Good;
                return self.send(d, t, ask, commands);
            }
            self.devices[d].sessions[account] = Session::Ended;
            return self.answered_without_session(d, t, &ask, commands);
        }
        match ask {
            Ask::Push(envelopes) => self.pushed(d, t, &answer, &envelopes, commands),
            Ask::Pull(_) => self.pulled(d, t, &answer, from),
        }
    }

    fn pushed(&mut self, d: usize, t: usize, answer: &Answer, envelopes: &[Envelope], sent: Vec<CommandId>) {
        let ids: Vec<CommandId> = envelopes.iter().map(|envelope| envelope.command_id).collect();
        let mut outcome = push_outcome(answer, &ids);
        let is_2xx = matches!(answer, Answer::Http { status: 200..=299, contract: true, .. });
        match (self.planted, &mut outcome) {
            (Planted::TruncatedIsReceipt, PushOutcome::Strange) if is_2xx => return self.let_go(d, t, &sent),
            (Planted::EchoIgnored, PushOutcome::Strange) if is_2xx => {
                let body = match answer {
                    Answer::Http { body, .. } => body.as_deref().and_then(read::<Results>),
                    Answer::None => None,
                };
                if body.is_some_and(|results| results.results.iter().any(|result| result.receipt.is_some())) {
                    return self.let_go(d, t, &sent);
                }
            }
            (Planted::RetryAfterIgnored, PushOutcome::Later { wait_ms, .. }) => *wait_ms = None,
            (Planted::NoBackOff, PushOutcome::Later { .. } | PushOutcome::Strange) => outcome = PushOutcome::Halve,
            (Planted::LastAttempt, PushOutcome::Later { .. } | PushOutcome::Strange) => {
                let tries = |id: &CommandId| {
                    let outbox = &self.devices[d].tabs[t].memory.outbox;
                    outbox.iter().any(|entry| entry.envelope.command_id == *id && entry.tries >= 3)
                };
                for id in sent.iter().filter(|id| tries(id)).copied().collect::<Vec<_>>() {
                    self.feed(d, t, Input::Withdrawn(id));
                }
            }
            _ => {}
        }
        match outcome {
            PushOutcome::Items(outcomes) => {
                let rest: VecDeque<_> = sent.iter().copied().zip(outcomes.into_iter().map(|(_, outcome)| outcome)).collect();
                let command = CommandId::new(Timestamp(0), [0; 10]);
                let received = Received { command, receipt: None, record: None, aside: Table::new(), sent, rest, kept: Vec::new() };
                self.work_through(d, t, received);
            }
            outcome => self.feed(d, t, Input::Pushed { sent, outcome }),
        }
    }

    /// A planted bug: commands leave the outbox without proof.
    fn let_go(&mut self, d: usize, t: usize, sent: &[CommandId]) {
        self.commit(d, t, sent.iter().map(|id| Change::DropOutbox(*id)).collect(), Durability::Strict, true, Then::Nothing);
        for id in sent {
            self.feed(d, t, Input::Withdrawn(*id));
        }
        self.feed(d, t, Input::Pushed { sent: sent.to_vec(), outcome: PushOutcome::Items(Vec::new()) });
    }

    /// Keeps the receipts of an answer one after the other, then tells the engine.
    fn work_through(&mut self, d: usize, t: usize, mut received: Received) {
        while let Some((command, outcome)) = received.rest.pop_front() {
            match outcome {
                ItemOutcome::Done(done) => {
                    let (receipt, act) = *done;
                    let receipt = sips_lapangan::domain::command::Receipt { command_id: command, ..receipt };
                    let tab = &self.devices[d].tabs[t];
                    let (held, asked_for) = (tab.memory.cases.get(&act.case_id), tab.asked_for.contains(&command));
                    let account = crate::rules::law().actors[tab.account].account;
                    let aside = &tab.memory.aside;
                    let Some(news) = transaction::received(held, aside, &receipt, &act, account, asked_for, self.wall(d)) else {
                        self.devices[d].tabs[t].asked_for.push(command);
                        received.kept.push((command, ItemOutcome::Redecide));
                        continue;
                    };
                    let (changes, record) = (news.changes, news.cases.into_iter().next());
                    if self.planted == Planted::ReceiptInTwoCommits {
                        self.commit(d, t, vec![Change::DropOutbox(command)], Durability::Strict, true, Then::Nothing);
                    }
                    received.kept.push((command, ItemOutcome::Done(Box::new((receipt.clone(), act)))));
                    received.command = command;
                    received.receipt = Some(receipt);
                    received.record = record;
                    received.aside = news.aside;
                    return self.commit(d, t, changes, Durability::Strict, true, Then::Received(Box::new(received)));
                }
                ItemOutcome::Park(ParkReason::Forbidden(_)) if self.planted == Planted::DroppedOn403 => {
                    self.commit(d, t, vec![Change::DropOutbox(command)], Durability::Strict, true, Then::Nothing);
                    received.kept.push((command, ItemOutcome::Later));
                }
                other => received.kept.push((command, other)),
            }
        }
        self.announce(d, t);
        self.feed(d, t, Input::Pushed { sent: received.sent, outcome: PushOutcome::Items(received.kept) });
    }

    fn pulled(&mut self, d: usize, t: usize, answer: &Answer, from: Option<String>) {
        let mut outcome = pull_outcome(answer);
        let planted = self.planted;
        let now = self.wall(d);
        let tab = &mut self.devices[d].tabs[t];
        match (planted, &mut outcome) {
            (Planted::NoPullFence, PullOutcome::Page(page)) => {
                if let Some(held) = tab.puller.cursor(tab.memory.cursor.as_ref()) {
                    page.from.clone_from(&held.at);
                    page.epoch.clone_from(&held.epoch);
                }
            }
            (Planted::UnknownKindDropped, PullOutcome::Page(page)) => {
                page.acts.retain(|act| act.0.as_ref().is_some_and(|act| crate::rules::law().rules.act.contains_key(&act.act)));
            }
            (Planted::UnreadablePassed, PullOutcome::Page(page)) => page.acts.retain(|act| act.0.is_some()),
            (Planted::RetryAfterIgnored, PullOutcome::Later { wait_ms, .. }) => *wait_ms = None,
            _ => {}
        }
        tab.page_from = from;
        let memory = &tab.memory;
        let cases = &memory.cases;
        let taken = tab.puller.take(outcome, memory.cursor.as_ref(), &|case| {
            u32::try_from(cases.get(case).map_or(0, |record| record.acts.len())).unwrap_or(u32::MAX)
        });
        let mut page = match taken {
            Taken::Nothing(pulled) => return self.feed(d, t, Input::Pulled(pulled)),
            Taken::News(page) => page,
        };
        let maker = Maker { account: crate::rules::law().actors[tab.account].account, device: crate::person::device_id(d) };
        let none = Rc::default();
        let held = if planted == Planted::PageReplacesCase { &none } else { cases };
        let mut news = transaction::news(held, &memory.aside, &memory.outbox, &mut page, maker, now);
        if planted == Planted::GapPassed {
            news.changes.retain(|change| !matches!(change, Change::PutNote(_)));
            news.aside.clear();
        }
        if planted == Planted::LostNotSentAgain && page.whole {
            news.lost.clear();
            news.changes.retain(|change| !matches!(change, Change::PutOutbox(_)));
        }
        self.keep_news(d, t, news, page);
    }

    fn keep_news(&mut self, d: usize, t: usize, mut news: News, page: Page) {
        let pulled = news.pulled(&page);
        let Page { hidden, cursor, whole, .. } = page;
        let tab = &self.devices[d].tabs[t];
        match self.planted {
            Planted::CursorBeforePage => {
                self.commit(d, t, vec![Change::PutCursor(cursor.clone())], Durability::Relaxed, true, Then::Nothing);
            }
            Planted::PullClearsParked => {
                let parked = tab.memory.outbox.iter().filter(|entry| entry.state != OutboxState::Waiting);
                news.changes.extend(parked.map(|entry| Change::DropOutbox(entry.envelope.command_id)));
            }
            Planted::HiddenTakesDrafts => {
                let drafts = tab.memory.drafts.iter().filter(|draft| hidden.contains(&draft.case));
                news.changes.extend(drafts.map(|draft| Change::DropDraft(draft.id)));
            }
            Planted::BaseRefreshedByPull => {
                for record in &news.cases {
                    let held = |entry: &&OutboxEntry| news.held.iter().any(|receipt| receipt.command_id == entry.envelope.command_id);
                    for entry in tab.memory.outbox.iter().filter(|entry| entry.envelope.case_id == record.case && !held(entry)) {
                        let mut entry = entry.clone();
                        entry.envelope.base = Base::at(u32::try_from(record.acts.len()).unwrap_or(0));
                        // Also in memory, from which it goes out.
                        news.loosened.push(entry.clone());
                        news.changes.push(Change::PutOutbox(Box::new(entry)));
                    }
                }
            }
            Planted::ConflictReopened => {
                let parked = |entry: &&OutboxEntry| matches!(entry.state, OutboxState::Parked(ParkReason::Conflict(_)));
                for entry in tab.memory.outbox.iter().filter(parked) {
                    let entry = OutboxEntry { state: OutboxState::Waiting, ..entry.clone() };
                    news.changes.push(Change::PutOutbox(Box::new(entry)));
                }
            }
            _ => {}
        }
        // What goes back into the outbox, or leaves it, is behind a promise.
        let strict = !news.lost.is_empty() || !news.held.is_empty();
        let durability = if strict { Durability::Strict } else { Durability::Relaxed };
        let changes = std::mem::take(&mut news.changes);
        let then = Then::News(Box::new((news, hidden, cursor, pulled, whole)));
        self.commit(d, t, changes, durability, true, then);
    }

    fn park(&mut self, d: usize, t: usize, command: CommandId, reason: ParkReason) {
        if !self.devices[d].tabs[t].genuine {
            self.broken(20, || format!("{command} is parked although no backend has spoken"));
        }
        let Some(entry) = self.entry(d, t, command) else {
            return self.feed(d, t, Input::Redecided { command, holds: true });
        };
        let entry = OutboxEntry { state: OutboxState::Parked(reason), ..entry };
        let changes = transaction::parked(&entry, self.wall(d));
        self.commit(d, t, changes, Durability::Strict, true, Then::Parked(Box::new(entry)));
    }

    fn redecide(&mut self, d: usize, t: usize, command: CommandId) {
        let Some(entry) = self.entry(d, t, command) else {
            return self.feed(d, t, Input::Redecided { command, holds: true });
        };
        let tab = &self.devices[d].tabs[t];
        let record = tab.memory.cases.get(&entry.envelope.case_id);
        let context = context(tab.account, Timestamp(self.now));
        let decided = match self.planted {
            Planted::LastWriterWins | Planted::MergeTakesMine => {
                let mut entry = entry.clone();
                let case = tab
                    .memory
                    .cases
                    .get(&entry.envelope.case_id)
                    .map(|record| sips_lapangan::domain::case::fold(record.case, &record.acts));
                if let Some(case) = case.filter(|_| entry.envelope.payload.act == "amend") {
                    let mine = entry.envelope.payload.answers.clone();
                    let theirs = case.form("petition").clone();
                    if self.planted == Planted::MergeTakesMine {
                        let merged = sips_lapangan::sync::merge::merge(&entry.envelope.base.seen, &mine, &theirs);
                        let mut answers = merged.answers;
                        for field in &merged.conflicts {
                            answers.set_text(field, mine.text(field).to_owned());
                        }
                        entry.envelope.payload.answers = answers;
                    }
                    entry.envelope.base.seen = theirs;
                }
                transaction::decide_again(&entry, record, Some(&context))
            }
            _ => transaction::decide_again(&entry, record, Some(&context)),
        };
        if decided.state == OutboxState::Waiting {
            let (changes, entries) = transaction::redecided(&decided, &self.devices[d].tabs[t].memory.outbox);
            self.commit(d, t, changes, Durability::Strict, true, Then::Redecided(command, entries, true));
        } else {
            let changes = transaction::parked(&decided, self.wall(d));
            self.commit(d, t, changes, Durability::Strict, true, Then::Redecided(command, vec![decided], false));
        }
    }

    fn entry(&self, d: usize, t: usize, command: CommandId) -> Option<OutboxEntry> {
        self.devices[d].tabs[t].memory.outbox.iter().find(|entry| entry.envelope.command_id == command).cloned()
    }

    /// Asks for a commit. It is complete at once where the world's stores are quick, and in steps of their own elsewhere.
    pub fn commit(&mut self, d: usize, t: usize, mut changes: Vec<Change>, durability: Durability, leading: bool, then: Then) {
        if self.dying == Some(d) {
            return;
        }
        let tab = &mut self.devices[d].tabs[t];
        if leading && self.planted != Planted::NoLeaderFence {
            changes.insert(0, Change::OnlyIf(Condition::Leads(tab.number)));
        }
        if self.planted == Planted::SavedOnRequest
            && let Then::Draft(draft) = &then
        {
            let (draft, version, account) = (draft.id, draft.version, tab.account);
            self.called_saved(d, account, draft, version);
        }
        let durability = if self.planted == Planted::RelaxedBehindSaved { Durability::Relaxed } else { durability };
        let tab = &mut self.devices[d].tabs[t];
        tab.jobs.push_back(Job { changes: Rc::new(changes), durability, leading, then });
        if self.swarm.quick_store && tab.jobs.len() == 1 {
            let id = tab.id;
            self.complete(d, id);
        }
    }

    /// The oldest commit of a tab is complete, or fails.
    pub fn complete(&mut self, d: usize, id: u32) {
        if self.dying == Some(d) {
            return;
        }
        let Some(t) = self.tab_at(d, id) else { return };
        if self.devices[d].tabs[t].jobs.is_empty() || self.boundary(d) {
            return;
        }
        let Some(job) = self.devices[d].tabs[t].jobs.pop_front() else { return };
        let writes = job.changes.iter().any(|change| !matches!(change, Change::OnlyIf(_)));
        let full = writes && !matches!(job.then, Then::Leads(_)) && std::mem::take(&mut self.devices[d].full);
        let outcome = if full { Err(StoreError::QuotaExceeded) } else { self.write(d, t, &job) };
        if self.boundary(d) {
            self.devices[d].tabs[t].jobs.push_front(job);
            return;
        }
        if outcome.is_ok() && job.durability == Durability::Strict {
            let account = self.devices[d].tabs[t].account;
            let tables = &self.devices[d].stores[account].visible;
            let only_here = tables.drafts.len() + tables.outbox.len();
            let mark = tables.mark;
            self.devices[d].witness[account] = sips_lapangan::store::witness::Witness { only_here, mark };
        }
        self.after(d, t, job, outcome);
        // Another commit may have been asked for meanwhile.
        if self.swarm.quick_store && self.tab_at(d, id).is_some_and(|t| !self.devices[d].tabs[t].jobs.is_empty()) {
            self.complete(d, id);
        }
    }

    fn after(&mut self, d: usize, t: usize, job: Job, outcome: Result<(), StoreError>) {
        if job.leading && outcome == Err(StoreError::Overtaken) && !matches!(job.then, Then::Leads(_)) {
            let tab = &self.devices[d].tabs[t];
            let leader = self.devices[d].stores[tab.account].visible.leader;
            if leader != tab.number {
                // Another tab leads: what was under way here is its business now. This one asks for the lock anew.
                let holds = self.devices[d].locks[tab.account] == Some(tab.id);
                self.follow(d, t);
                if holds {
                    self.claim(d, t);
                }
                return;
            }
        }
        let kept = outcome.is_ok();
        let account = self.devices[d].tabs[t].account;
        let memory = &mut self.devices[d].tabs[t].memory;
        match job.then {
            Then::Nothing => {}
            Then::Draft(draft) => {
                if kept {
                    let (id, version) = (draft.id, draft.version);
                    let drafts = Rc::make_mut(&mut memory.drafts);
                    match drafts.iter_mut().find(|known| known.id == id) {
                        Some(known) => *known = *draft,
                        None => drafts.push(*draft),
                    }
                    self.called_saved(d, account, id, version);
                } else if memory.drafts.iter().all(|known| known.id != draft.id) {
                    // Another tab has begun it: there it is written in.
                    self.devices[d].tabs[t].open = None;
                }
            }
            Then::Submitted(submitted) => {
                let (entry, draft, replaced, loosened) = *submitted;
                if kept {
                    Rc::make_mut(&mut memory.drafts).retain(|known| known.id != draft);
                    let outbox = memory.outbox_mut();
                    outbox.retain(|known| Some(known.envelope.command_id) != replaced);
                    replace(outbox, loosened);
                    outbox.push(entry.clone());
                    let tab = &mut self.devices[d].tabs[t];
                    if tab.open == Some(draft) {
                        tab.open = None;
                    }
                    if let Some(old) = replaced {
                        self.feed(d, t, Input::Withdrawn(old));
                    }
                    let item = self.item(&entry);
                    self.feed(d, t, Input::Queued(item));
                    self.announce(d, t);
                }
            }
            Then::Discarded(draft) => {
                if kept {
                    Rc::make_mut(&mut memory.drafts).retain(|known| known.id != draft);
                    self.announce(d, t);
                }
            }
            Then::Withdrawn(withdrawn) => {
                let (entry, draft, loosened) = *withdrawn;
                let command = entry.envelope.command_id;
                if kept {
                    let outbox = memory.outbox_mut();
                    replace(outbox, loosened);
                    outbox.retain(|known| known.envelope.command_id != command || self.planted == Planted::TakenBackStays);
                    if let Some(draft) = draft {
                        let (id, version) = (draft.id, draft.version);
                        let drafts = Rc::make_mut(&mut memory.drafts);
                        drafts.retain(|known| known.id != id);
                        drafts.push(draft);
                        self.called_saved(d, account, id, version);
                    }
                    if self.planted != Planted::TakenBackStays {
                        self.feed(d, t, Input::Withdrawn(command));
                    }
                    self.announce(d, t);
                } else if outcome == Err(StoreError::Overtaken) {
                    self.fates[Fate::TooLate as usize] += 1;
                }
            }
            Then::Noted(commands, is_first) => {
                if outcome == Err(StoreError::Overtaken) {
                    // A person took one of them back meanwhile, or another tab settled it.
                    let outcome = PushOutcome::Later { wait_ms: None, from_server: false };
                    return self.feed(d, t, Input::Pushed { sent: commands, outcome });
                }
                if !kept {
                    // Where the disk is full it goes out all the same: sending is what frees it.
                    self.unnoted.extend(&commands);
                } else if is_first {
                    self.announce(d, t);
                }
                self.go_out(d, t, commands);
            }
            Then::Packed(kapsul) => {
                if outcome == Err(StoreError::Overtaken) {
                    // Something of it was sent or taken back meanwhile.
                    return;
                }
                if !kept {
                    // Where the disk is full, work is carried away all the same.
                    self.unnoted.extend(&kapsul.commands);
                    self.loose_roots.extend(kapsul.works.iter().map(|(_, root, _)| *root));
                }
                self.keep_kapsul(d, *kapsul, kept);
            }
            Then::TakenIn(taken) => {
                let (entries, came) = *taken;
                if kept {
                    for draft in came.iter().filter_map(|came| came.kept.as_ref()) {
                        let drafts = Rc::make_mut(&mut self.devices[d].tabs[t].memory.drafts);
                        drafts.retain(|known| known.id != draft.id);
                        drafts.push(draft.clone());
                        self.called_saved(d, account, draft.id, draft.version);
                    }
                    self.look_for_carried(d, account, &came);
                    for entry in entries {
                        insert(self.devices[d].tabs[t].memory.outbox_mut(), entry.clone());
                        let item = self.item(&entry);
                        self.feed(d, t, Input::Queued(item));
                    }
                    self.announce(d, t);
                }
            }
            Then::Retried(entry) => {
                if kept {
                    let command = entry.envelope.command_id;
                    replace(memory.outbox_mut(), vec![*entry]);
                    self.feed(d, t, Input::Retried(command));
                    self.announce(d, t);
                }
            }
            Then::Parked(entry) => {
                let command = entry.envelope.command_id;
                if kept {
                    replace(memory.outbox_mut(), vec![*entry]);
                    self.announce(d, t);
                    self.feed(d, t, Input::Redecided { command, holds: false });
                } else {
                    self.feed(d, t, Input::NotKept(command));
                }
            }
            Then::Redecided(command, entries, holds) => {
                if kept {
                    replace(memory.outbox_mut(), entries);
                    self.announce(d, t);
                    self.feed(d, t, Input::Redecided { command, holds });
                } else {
                    self.feed(d, t, Input::NotKept(command));
                }
            }
            Then::Received(mut received) => {
                if kept {
                    memory.outbox_mut().retain(|entry| entry.envelope.command_id != received.command);
                    memory.aside = std::mem::take(&mut received.aside);
                    if let Some(record) = received.record.take() {
                        Rc::make_mut(&mut memory.cases).insert(record.case, Rc::unwrap_or_clone(record));
                    }
                } else if let Some(last) = received.kept.last_mut() {
                    // A receipt that the device cannot keep is asked for again: the command still goes by the same id.
                    last.1 = ItemOutcome::Later;
                }
                self.work_through(d, t, *received);
            }
            Then::News(news) => {
                let (news, hidden, cursor, pulled, whole) = *news;
                if !kept {
                    // If another tab was quicker, its news are read before the next try.
                    self.read_again(d, t);
                    let failed = Pulled::Failed(PullOutcome::Later { wait_ms: None, from_server: false });
                    return self.feed(d, t, Input::Pulled(failed));
                }
                if whole {
                    memory.cases = Rc::default();
                }
                if !news.cases.is_empty() || !hidden.is_empty() {
                    let cases = Rc::make_mut(&mut memory.cases);
                    cases.extend(news.cases.into_iter().map(|record| (record.case, Rc::unwrap_or_clone(record))));
                    cases.retain(|case, _| !hidden.contains(case));
                }
                memory.cursor = Some(cursor);
                memory.aside = news.aside;
                if !news.held.is_empty() || !news.loosened.is_empty() || !news.lost.is_empty() {
                    let outbox = memory.outbox_mut();
                    outbox.retain(|entry| news.held.iter().all(|receipt| receipt.command_id != entry.envelope.command_id));
                    replace(outbox, news.loosened);
                    for entry in &news.lost {
                        insert(outbox, entry.clone());
                    }
                }
                for receipt in &news.held {
                    self.feed(d, t, Input::Withdrawn(receipt.command_id));
                }
                // Held back by the request under way, these go out after it.
                for entry in &news.lost {
                    let item = self.item(entry);
                    self.feed(d, t, Input::Queued(item));
                }
                self.announce(d, t);
                self.feed(d, t, Input::Pulled(pulled));
            }
            Then::Leads(number) => {
                // The lock may have been stolen meanwhile.
                let holds = self.devices[d].locks[self.devices[d].tabs[t].account] == Some(self.devices[d].tabs[t].id);
                match (holds, kept) {
                    (true, true) => self.lead(d, t, number),
                    (true, false) => self.claim(d, t),
                    (false, _) => {}
                }
            }
        }
    }

    /// The lock has come to this tab: it counts the leader's number up before anything else.
    pub fn claim(&mut self, d: usize, t: usize) {
        let tab = &self.devices[d].tabs[t];
        if tab.held_up {
            return;
        }
        // Whatever an earlier lead of this tab left under way does nothing any more.
        self.follow(d, t);
        let tab = &self.devices[d].tabs[t];
        let held = self.devices[d].stores[tab.account].visible.leader;
        let note = Note { key: LEADER.to_owned(), text: (held + 1).to_string() };
        let changes = vec![Change::OnlyIf(Condition::Leads(held)), Change::PutNote(note)];
        self.commit(d, t, changes, Durability::Relaxed, false, Then::Leads(held + 1));
    }

    fn lead(&mut self, d: usize, t: usize, number: u32) {
        let account = self.devices[d].tabs[t].account;
        let memory = self.devices[d].stores[account].read();
        let mut items: Vec<Item> = memory.outbox.iter().map(|entry| self.item(entry)).collect();
        if self.planted == Planted::ParkedResent {
            items.iter_mut().for_each(|item| item.parked = false);
        }
        let device = &self.devices[d];
        let may_send = device.sessions[account] != Session::Ended;
        let engine = SyncEngine::new(items, device.online, may_send);
        let tab = &mut self.devices[d].tabs[t];
        tab.memory = memory;
        tab.engine = Some(engine);
        tab.number = number;
        tab.failed = None;
        tab.news = false;
        self.feed(d, t, Input::TimerFired);
    }

    /// The tab leads no longer.
    pub fn follow(&mut self, d: usize, t: usize) {
        let account = self.devices[d].tabs[t].account;
        let memory = self.devices[d].stores[account].read();
        let tab = &mut self.devices[d].tabs[t];
        tab.engine = None;
        tab.puller = Default::default();
        tab.pending = None;
        tab.asked_for.clear();
        tab.wake = None;
        tab.memory = memory;
        tab.jobs.retain(|job| !job.leading);
    }

    /// Tells the other tabs that the store has changed.
    fn announce(&mut self, d: usize, t: usize) {
        let (id, account) = (self.devices[d].tabs[t].id, self.devices[d].tabs[t].account);
        let others: Vec<u32> = self.devices[d].tabs.iter().filter(|tab| tab.id != id && tab.account == account).map(|tab| tab.id).collect();
        for other in others {
            let Some(t) = self.tab_at(d, other) else { continue };
            self.devices[d].tabs[t].news = true;
            if self.swarm.quick_messages && !self.devices[d].tabs[t].frozen {
                self.read_again(d, t);
            }
        }
    }

    /// Reads the store again after another tab changed it, and gives the engine what is new in the outbox.
    pub fn read_again(&mut self, d: usize, t: usize) -> bool {
        let tab = &self.devices[d].tabs[t];
        if !tab.news || !tab.jobs.is_empty() || tab.held_up {
            return false;
        }
        let account = tab.account;
        let memory = self.devices[d].stores[account].read();
        let tab = &mut self.devices[d].tabs[t];
        tab.news = false;
        let before = std::mem::replace(&mut tab.memory, memory).outbox;
        if tab.engine.is_none() {
            return true;
        }
        let after = Rc::clone(&tab.memory.outbox);
        for gone in before.iter().filter(|old| after.iter().all(|new| new.envelope.command_id != old.envelope.command_id)) {
            self.feed(d, t, Input::Withdrawn(gone.envelope.command_id));
        }
        for entry in after.iter() {
            let known = before.iter().find(|old| old.envelope.command_id == entry.envelope.command_id);
            match known {
                None => {
                    let item = self.item(entry);
                    self.feed(d, t, Input::Queued(item));
                }
                Some(old) if old.state != OutboxState::Waiting && entry.state == OutboxState::Waiting => {
                    self.feed(d, t, Input::Retried(entry.envelope.command_id));
                }
                Some(_) => {}
            }
        }
        true
    }

    /// The entry of a command in the engine's eyes. The model's cases have deadlines of their own, and sizes that no clock changes.
    pub fn item(&self, entry: &OutboxEntry) -> Item {
        let case = entry.envelope.case_id.0.as_u128();
        let due = (self.planted != Planted::DeadlineIgnored).then_some(Timestamp((case & 0x0fff_ffff_ffff_ffff) as i64));
        let lane = if self.planted == Planted::PipelineInLane {
            sips_lapangan::domain::id::CaseId(entry.envelope.command_id.0)
        } else {
            entry.envelope.case_id
        };
        let size = entry.envelope.payload.answers.0.values().map(|answer| match answer {
            sips_lapangan::domain::answers::Answer::Text(text) => text.len() % 7,
            sips_lapangan::domain::answers::Answer::Rows(_) => 0,
        });
        Item { case: lane, due, size: size.sum(), ..transaction_item(entry) }
    }

    /// Keeps when the next attempt may follow, as the contract has it.
    fn note_attempt(&mut self, d: usize, t: usize, answer: &Answer) {
        let now = self.now;
        let failed = match answer {
            Answer::None => Some(0),
            Answer::Http { contract: false, .. } | Answer::Http { status: 300..=399, .. } | Answer::Http { body: None, .. } => Some(0),
            Answer::Http { status: 408 | 425 | 429 | 500..=599, retry_after, .. } => {
                Some(retry_after.as_deref().and_then(retry_after_ms).unwrap_or(0))
            }
            Answer::Http { .. } => None,
        };
        self.devices[d].tabs[t].failed = failed.map(|wait| (now + FLOOR_MS, now + wait));
        if let Some(wait) = failed {
            self.named_wait = self.named_wait.max(now + wait);
        }
    }
}

fn transaction_item(entry: &OutboxEntry) -> Item {
    Item {
        command: entry.envelope.command_id,
        place: entry.place,
        case: entry.envelope.case_id,
        due: None,
        size: 0,
        parked: entry.state != OutboxState::Waiting,
    }
}

fn replace(outbox: &mut [OutboxEntry], entries: Vec<OutboxEntry>) {
    for entry in entries {
        if let Some(known) = outbox.iter_mut().find(|known| known.envelope.command_id == entry.envelope.command_id) {
            *known = entry;
        }
    }
}
