//! The sync engine: feed it one input, then drain its actions, then feed the next. It holds no text of the user; the
//! store does. Commands of one case form a lane, and only the head of a lane is in flight.

use std::collections::VecDeque;

use crate::domain::id::{CaseId, CommandId};
use crate::domain::order::ascending;
use crate::domain::time::Timestamp;

use super::answer::{ItemOutcome, ParkReason, PullOutcome, PushOutcome};
use super::backoff::{FLOOR_MS, delay_ms};

/// The most commands in one request.
pub const BATCH: usize = 20;
/// How often changes are pulled while nothing else asks for it, in milliseconds.
pub const PULL_EVERY_MS: i64 = 60_000;
/// For so long a pull counts as fresh, in milliseconds.
pub const FRESH_MS: i64 = 3 * PULL_EVERY_MS;
/// After so many answers in a row that no backend gave, the person is asked to look at the network.
pub const STRANGE_LIMIT: u32 = 3;

/// A command in the outbox, as far as sending is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The command.
    pub command: CommandId,
    /// Commands of a lane go by this, then by their ids: below 0 is what the server held once and lost.
    pub place: i64,
    /// Its lane.
    pub case: CaseId,
    /// The nearest legal deadline of the case, if it has one: those go first.
    pub due: Option<Timestamp>,
    /// Size of its JSON in bytes: small ones go first among equals.
    pub size: usize,
    /// Refused and waiting for a person.
    pub parked: bool,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// A command was stored in the outbox.
    Queued(Item),
    /// A person took a command out of the outbox, or put a parked one back as waiting.
    Withdrawn(CommandId),
    /// A parked command was put back by a person, unchanged.
    Retried(CommandId),
    /// The browser says whether there is a network. False delays; true proves nothing.
    OnlineChanged(bool),
    /// Is there a session that can be used?
    SignedInChanged(bool),
    /// An answer to [`Action::Push`] was dealt with in the store.
    Pushed {
        /// The commands sent.
        sent: Vec<CommandId>,
        /// What it said.
        outcome: PushOutcome,
    },
    /// An answer to [`Action::Pull`]; a page was applied to the store before.
    Pulled(Pulled),
    /// What became of a command is stored: decided again after a conflict it holds and is sent again, or it was parked.
    Redecided {
        /// The command.
        command: CommandId,
        /// Does it still hold?
        holds: bool,
    },
    /// What became of a command could not be stored: the server is asked again, later.
    NotKept(CommandId),
    /// The time asked for by [`Action::WakeAt`] has come.
    TimerFired,
    /// The person pressed "try now", or came back to the app.
    TryNow,
}

/// What became of a pull.
#[derive(Clone, Debug, PartialEq)]
pub enum Pulled {
    /// A page was applied; is there more?
    Applied {
        /// Ask again at once.
        more: bool,
    },
    /// Likewise, but so many acts of it could not be read: it is asked for again, later.
    Partly(u32),
    /// The page was of no use, or things are missing before it; pull anew from the start.
    Restart,
    /// No page came.
    Failed(PullOutcome),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Send these commands in one request.
    Push(Vec<CommandId>),
    /// Ask for changes after the cursor held; from the start if `fresh`.
    Pull {
        /// Build a new snapshot beside the old one.
        fresh: bool,
    },
    /// Feed [`Input::TimerFired`] at this time; it replaces an earlier one.
    WakeAt(Timestamp),
    /// Store that the command is parked, and why.
    Park(CommandId, ParkReason),
    /// Decide the command again on the case as it is now, and feed [`Input::Redecided`].
    Redecide(CommandId),
}

/// Why nothing moves, for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The browser says that there is no network.
    Offline,
    /// The server was not reached.
    Unreachable,
    /// The server is busy or has a fault.
    ServerTrouble,
    /// Somebody else answers: a sign-in page of a Wi-Fi, a proxy.
    Strange,
    /// The session has ended.
    SignIn,
    /// The server asks for a newer app.
    Update,
    /// So many of the server's acts cannot be read by this version.
    Unreadable(u32),
}

/// A command in the outbox with what its own answers asked for.
#[derive(Clone, Debug)]
struct Entry {
    item: Item,
    /// Waits for news of its case, to be decided again.
    deciding: bool,
    /// What became of it is on its way into the store.
    keeping: bool,
    /// It was decided again since the server last took a command of its lane.
    redecided: bool,
    /// Answers in a row that put it off.
    put_off: u32,
    /// Not before; other lanes go on meanwhile.
    ready_at: Option<Timestamp>,
}

/// The engine. Its times are those of one steady clock: a device whose clock is set back must not wait for a year.
#[derive(Clone, Debug)]
pub struct SyncEngine {
    entries: Vec<Entry>,
    in_flight: Vec<CommandId>,
    pulling: bool,
    pull_wanted: bool,
    pull_fresh: bool,
    next_pull_at: Timestamp,
    wait_until: Option<Timestamp>,
    /// Until then not even a person's press starts an attempt: what the server named, or the distance after a failure.
    hold_until: Option<Timestamp>,
    failures: u32,
    strange: u32,
    batch: usize,
    online: bool,
    signed_in: bool,
    update_needed: bool,
    trouble: Option<Trouble>,
    /// Acts of the last page that could not be read, and how many pages in a row had such.
    unreadable: u32,
    partly: u32,
    last_pull: Option<Timestamp>,
    actions: VecDeque<Action>,
}

impl SyncEngine {
    /// An engine over an outbox as it was found in the store, in its order.
    #[must_use]
    pub fn new(items: Vec<Item>, online: bool, signed_in: bool) -> Self {
        Self {
            entries: items.into_iter().map(Entry::new).collect(),
            in_flight: Vec::new(),
            pulling: false,
            pull_wanted: true,
            pull_fresh: false,
            next_pull_at: Timestamp(0),
            wait_until: None,
            hold_until: None,
            failures: 0,
            strange: 0,
            batch: BATCH,
            online,
            signed_in,
            update_needed: false,
            trouble: None,
            unreadable: 0,
            partly: 0,
            last_pull: None,
            actions: VecDeque::new(),
        }
    }

    /// Feeds one input; `random` is drawn by the caller, over the whole range. Drain [`Self::poll_action`] afterwards.
    pub fn handle(&mut self, now: Timestamp, random: u32, input: Input) {
        match input {
            Input::Queued(item) => self.queue(item),
            Input::Withdrawn(command) => self.entries.retain(|entry| entry.item.command != command),
            Input::Retried(command) => {
                if let Some(entry) = self.entry(command) {
                    entry.item.parked = false;
                    entry.ready_at = None;
                }
            }
            Input::OnlineChanged(online) => {
                self.online = online;
                if online {
                    self.start_over();
                }
            }
            Input::SignedInChanged(signed_in) => {
                self.signed_in = signed_in;
                if signed_in {
                    self.start_over();
                }
            }
            Input::TryNow => self.start_over(),
            Input::TimerFired => {}
            Input::NotKept(command) => {
                self.put_off(now, random, command);
                if let Some(entry) = self.entry(command) {
                    (entry.deciding, entry.keeping) = (false, false);
                    entry.item.parked = false;
                }
            }
            Input::Pushed { sent, outcome } => self.pushed(now, random, &sent, outcome),
            Input::Pulled(pulled) => self.pulled(now, random, pulled),
            Input::Redecided { command, holds } => {
                if let Some(entry) = self.entry(command) {
                    (entry.deciding, entry.keeping) = (false, false);
                    entry.item.parked |= !holds;
                }
            }
        }
        self.plan(now);
    }

    /// The next thing to do; `None` once all are drained.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// Commands that wait for the server, without parked ones.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.entries.iter().filter(|entry| !entry.item.parked).count()
    }

    /// Commands that wait for a person.
    #[must_use]
    pub fn parked(&self) -> usize {
        self.entries.len() - self.waiting()
    }

    /// Is a request under way?
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.pulling || !self.in_flight.is_empty()
    }

    /// Why nothing moves; `None` while nothing stands in the way.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        if !self.online {
            Some(Trouble::Offline)
        } else if self.update_needed {
            Some(Trouble::Update)
        } else if !self.signed_in {
            Some(Trouble::SignIn)
        } else {
            self.trouble.or((self.unreadable > 0).then_some(Trouble::Unreadable(self.unreadable)))
        }
    }

    /// When the next attempt is made by itself, if one is planned.
    #[must_use]
    pub fn next_try(&self) -> Option<Timestamp> {
        self.wait_until
    }

    /// When the last page was applied that was not followed by another.
    #[must_use]
    pub fn last_pull(&self) -> Option<Timestamp> {
        self.last_pull
    }

    /// Is what is known of the server new enough to say that nothing is left to send or to learn?
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.last_pull.is_some_and(|at| now.since(at) <= FRESH_MS)
    }

    /// Adds a command behind those made before it. Ids grow in the order in which commands are made; one that comes back after the
    /// server lost it stands before them.
    fn queue(&mut self, item: Item) {
        if self.entry(item.command).is_none() {
            let rank = (item.place, item.command);
            let place = self.entries.iter().position(|entry| (entry.item.place, entry.item.command) > rank).unwrap_or(self.entries.len());
            self.entries.insert(place, Entry::new(item));
        }
    }

    fn entry(&mut self, command: CommandId) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.item.command == command)
    }

    fn start_over(&mut self) {
        self.wait_until = self.hold_until;
        self.failures = 0;
        self.pull_wanted = true;
    }

    /// Puts one command off; its lane waits with it, the others do not.
    fn put_off(&mut self, now: Timestamp, random: u32, command: CommandId) {
        if let Some(entry) = self.entry(command) {
            entry.put_off = entry.put_off.saturating_add(1);
            entry.ready_at = Some(now.plus(delay_ms(entry.put_off, random)));
        }
    }

    fn pushed(&mut self, now: Timestamp, random: u32, sent: &[CommandId], outcome: PushOutcome) {
        self.in_flight.retain(|command| !sent.contains(command));
        match outcome {
            PushOutcome::Items(outcomes) => {
                self.reached();
                for (command, outcome) in outcomes {
                    match outcome {
                        ItemOutcome::Done(_) => self.entries.retain(|entry| entry.item.command != command),
                        ItemOutcome::Later => {
                            self.put_off(now, random, command);
                            self.trouble = Some(Trouble::ServerTrouble);
                        }
                        ItemOutcome::Park(reason) => {
                            if let Some(entry) = self.entry(command) {
                                (entry.item.parked, entry.keeping) = (true, true);
                            }
                            self.actions.push_back(Action::Park(command, reason));
                        }
                        ItemOutcome::Redecide => {
                            let again = self.entry(command).is_some_and(|entry| {
                                entry.deciding = true;
                                std::mem::replace(&mut entry.redecided, true)
                            });
                            if again {
                                // Others are quicker on this case, or something goes round in circles: not at full speed.
                                self.put_off(now, random, command);
                            }
                            self.pull_wanted = true;
                        }
                    }
                }
            }
            PushOutcome::Halve => self.batch = (self.batch.min(sent.len()) / 2).max(1),
            PushOutcome::Strange => self.strange_answer(now, random),
            PushOutcome::Later { wait_ms, from_server } => self.fail(now, random, wait_ms, unreachable_or_server(from_server)),
            PushOutcome::SignIn => self.signed_in = false,
            PushOutcome::Update => self.update_needed = true,
        }
    }

    fn pulled(&mut self, now: Timestamp, random: u32, pulled: Pulled) {
        self.pulling = false;
        match pulled {
            Pulled::Applied { more } => {
                self.reached();
                (self.unreadable, self.partly) = (0, 0);
                self.pull_wanted = more;
                if !more {
                    self.pull_fresh = false;
                    self.last_pull = Some(now);
                    self.next_pull_at = now.plus(PULL_EVERY_MS);
                    self.redecide();
                }
            }
            Pulled::Partly(unreadable) => {
                self.reached();
                self.unreadable = unreadable;
                self.partly = self.partly.saturating_add(1);
                // News wait; what was made here does not wait for them.
                self.pull_wanted = false;
                self.next_pull_at = now.plus(delay_ms(self.partly, random));
                self.redecide();
            }
            Pulled::Restart => {
                // Once: a server that asks for it again and again is not followed.
                if self.pull_fresh {
                    self.strange_answer(now, random);
                } else {
                    self.pull_fresh = true;
                    self.pull_wanted = true;
                }
            }
            Pulled::Failed(PullOutcome::Strange | PullOutcome::Page(_)) => self.strange_answer(now, random),
            Pulled::Failed(PullOutcome::CursorGone) => self.pulled(now, random, Pulled::Restart),
            Pulled::Failed(PullOutcome::Later { wait_ms, from_server }) => {
                self.fail(now, random, wait_ms, unreachable_or_server(from_server))
            }
            Pulled::Failed(PullOutcome::SignIn) => self.signed_in = false,
            Pulled::Failed(PullOutcome::Update) => self.update_needed = true,
            Pulled::Failed(PullOutcome::Refused(_)) => {
                self.pull_wanted = false;
                self.next_pull_at = now.plus(PULL_EVERY_MS);
            }
        }
    }

    /// What waits for news of its case is decided again: all that can be had are there.
    fn redecide(&mut self) {
        for entry in self.entries.iter_mut().filter(|entry| entry.deciding) {
            entry.keeping = true;
            self.actions.push_back(Action::Redecide(entry.item.command));
        }
    }

    fn reached(&mut self) {
        self.failures = 0;
        self.strange = 0;
        self.wait_until = None;
        self.hold_until = None;
        self.trouble = None;
    }

    fn fail(&mut self, now: Timestamp, random: u32, wait_ms: Option<i64>, trouble: Trouble) {
        self.failures = self.failures.saturating_add(1);
        let own = delay_ms(self.failures, random);
        self.wait_until = Some(now.plus(wait_ms.map_or(own, |wait| wait.max(own))));
        self.hold_until = Some(now.plus(wait_ms.map_or(FLOOR_MS, |wait| wait.max(FLOOR_MS))));
        self.trouble = Some(trouble);
    }

    fn strange_answer(&mut self, now: Timestamp, random: u32) {
        self.strange = self.strange.saturating_add(1);
        let trouble = if self.strange >= STRANGE_LIMIT { Trouble::Strange } else { Trouble::Unreachable };
        self.fail(now, random, None, trouble);
    }

    /// Decides what can be done now, and when to look again. One request at a time: what an answer changes is in the store before
    /// the next one is asked for.
    fn plan(&mut self, now: Timestamp) {
        let keeping = self.entries.iter().any(|entry| entry.keeping);
        if !self.online || !self.signed_in || self.update_needed || self.is_busy() || keeping {
            return;
        }
        if let Some(until) = self.wait_until {
            if now < until {
                self.actions.push_back(Action::WakeAt(until));
                return;
            }
            self.wait_until = None;
        }
        let heads = self.heads();
        let batch = self.next_batch(now, &heads);
        if !batch.is_empty() {
            self.in_flight.clone_from(&batch);
            self.actions.push_back(Action::Push(batch));
            return;
        }
        // What was made here goes out before news is fetched: an officer's deadline does not wait for a long first pull.
        if self.pull_wanted || now >= self.next_pull_at {
            self.pulling = true;
            self.actions.push_back(Action::Pull { fresh: self.pull_fresh });
            return;
        }
        let ready = heads.iter().filter_map(|entry| entry.ready_at).filter(|at| *at > now).min();
        self.actions.push_back(Action::WakeAt(ready.map_or(self.next_pull_at, |at| at.min(self.next_pull_at))));
    }

    /// The first command of each lane, where it waits for nobody.
    fn heads(&self) -> Vec<&Entry> {
        let mut heads: Vec<&Entry> = Vec::new();
        for entry in &self.entries {
            if heads.iter().all(|head| head.item.case != entry.item.case) {
                heads.push(entry);
            }
        }
        heads.retain(|entry| !entry.item.parked && !entry.deciding);
        heads
    }

    /// The heads of the lanes that may go, the nearest deadline first, then the smallest.
    fn next_batch(&self, now: Timestamp, heads: &[&Entry]) -> Vec<CommandId> {
        let ready: Vec<&Item> = heads.iter().filter(|entry| entry.ready_at.is_none_or(|at| at <= now)).map(|entry| &entry.item).collect();
        let order =
            ascending(ready.iter().map(|item| (item.due.map_or(i64::MAX, |due| due.0), i64::try_from(item.size).unwrap_or(i64::MAX))));
        order.into_iter().take(self.batch).filter_map(|position| ready.get(position)).map(|item| item.command).collect()
    }
}

impl Entry {
    fn new(item: Item) -> Self {
        Self { item, deciding: false, keeping: false, redecided: false, put_off: 0, ready_at: None }
    }
}

fn unreachable_or_server(from_server: bool) -> Trouble {
    if from_server { Trouble::ServerTrouble } else { Trouble::Unreachable }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> CommandId {
        CommandId::new(Timestamp(1), [n; 10])
    }

    fn item(n: u8, lane: u8) -> Item {
        Item { command: id(n), place: 0, case: CaseId::new(Timestamp(1), [lane; 10]), due: None, size: 1, parked: false }
    }

    struct Device {
        engine: SyncEngine,
        now: Timestamp,
    }

    impl Device {
        /// A device that has pulled already, so that tests see sending alone.
        fn online(items: Vec<Item>) -> Self {
            let mut device = Self { engine: SyncEngine::new(items, true, true), now: Timestamp(1_000_000) };
            device.engine.pull_wanted = false;
            device.engine.next_pull_at = Timestamp(i64::MAX);
            device
        }

        fn feed(&mut self, input: Input) -> Vec<Action> {
            self.engine.handle(self.now, u32::MAX, input);
            std::iter::from_fn(|| self.engine.poll_action())
                .filter(|action| !matches!(action, Action::WakeAt(Timestamp(i64::MAX))))
                .collect()
        }

        fn after_ms(&mut self, millis: i64) -> &mut Self {
            self.now = self.now.plus(millis);
            self
        }
    }

    fn unreachable(n: u8) -> Input {
        Input::Pushed { sent: vec![id(n)], outcome: PushOutcome::Later { wait_ms: None, from_server: false } }
    }

    fn items(outcomes: Vec<(CommandId, ItemOutcome)>) -> Input {
        Input::Pushed { sent: outcomes.iter().map(|(id, _)| *id).collect(), outcome: PushOutcome::Items(outcomes) }
    }

    #[test]
    fn an_unreachable_server_is_retried_with_the_same_id() {
        let mut device = Device::online(vec![]);
        assert_eq!(device.feed(Input::Queued(item(7, 1))), [Action::Push(vec![id(7)])]);
        let until = device.now.plus(2_000);
        assert_eq!(device.feed(unreachable(7)), [Action::WakeAt(until)]);
        assert_eq!(device.engine.trouble(), Some(Trouble::Unreachable));
        assert_eq!(device.after_ms(1_999).feed(Input::TimerFired), [Action::WakeAt(until)]);
        assert_eq!(device.after_ms(1).feed(Input::TimerFired), [Action::Push(vec![id(7)])]);
    }

    #[test]
    fn only_the_head_of_a_lane_is_in_flight_and_a_parked_head_holds_its_lane() {
        let mut device = Device::online(vec![item(1, 1), item(2, 1), item(3, 2)]);
        assert_eq!(device.feed(Input::TimerFired), [Action::Push(vec![id(1), id(3)])]);
        let rejected = ParkReason::Unexpected(418);
        let actions = device.feed(items(vec![(id(1), ItemOutcome::Park(rejected.clone())), (id(3), ItemOutcome::Later)]));
        assert_eq!(actions, [Action::Park(id(1), rejected)]);
        assert_eq!(device.after_ms(10_000).feed(Input::TimerFired), [], "first the refusal is stored");
        assert_eq!(device.feed(Input::Redecided { command: id(1), holds: false }), [Action::Push(vec![id(3)])], "2 waits behind 1");
        assert_eq!((device.engine.waiting(), device.engine.parked()), (2, 1));
    }

    #[test]
    fn the_nearest_deadline_goes_first() {
        let mut soon = item(2, 2);
        soon.due = Some(Timestamp(5));
        soon.size = 1_000;
        let mut small = item(3, 3);
        small.size = 0;
        let mut device = Device::online(vec![item(1, 1), soon, small]);
        assert_eq!(device.feed(Input::TimerFired), [Action::Push(vec![id(2), id(3), id(1)])]);
    }

    #[test]
    fn nothing_is_sent_without_a_session_and_everything_after_it() {
        let mut device = Device::online(vec![item(1, 1)]);
        device.feed(Input::TimerFired);
        assert_eq!(device.feed(Input::Pushed { sent: vec![id(1)], outcome: PushOutcome::SignIn }), []);
        assert_eq!(device.engine.trouble(), Some(Trouble::SignIn));
        assert_eq!(device.feed(Input::TryNow), []);
        assert_eq!(device.feed(Input::SignedInChanged(true)).first(), Some(&Action::Push(vec![id(1)])));
    }

    #[test]
    fn three_strange_answers_name_the_network() {
        let mut device = Device::online(vec![item(1, 1)]);
        for expected in [Trouble::Unreachable, Trouble::Unreachable, Trouble::Strange] {
            device.after_ms(400_000).feed(Input::TimerFired);
            device.feed(Input::Pushed { sent: vec![id(1)], outcome: PushOutcome::Strange });
            assert_eq!(device.engine.trouble(), Some(expected));
        }
        assert_eq!(device.engine.waiting(), 1, "nothing left the outbox");
    }

    #[test]
    fn a_conflict_is_decided_again_after_a_pull() {
        let mut device = Device::online(vec![item(1, 1)]);
        device.feed(Input::TimerFired);
        assert_eq!(device.feed(items(vec![(id(1), ItemOutcome::Redecide)])), [Action::Pull { fresh: false }]);
        let after = device.feed(Input::Pulled(Pulled::Applied { more: false }));
        assert_eq!(after.first(), Some(&Action::Redecide(id(1))));
        let again = device.feed(Input::Redecided { command: id(1), holds: true });
        assert_eq!(again, [Action::Push(vec![id(1)])]);
    }

    #[test]
    fn a_server_that_asks_to_start_over_for_ever_is_not_followed() {
        let mut device = Device::online(vec![]);
        device.feed(Input::TryNow);
        assert_eq!(device.feed(Input::Pulled(Pulled::Restart)), [Action::Pull { fresh: true }]);
        assert!(matches!(device.feed(Input::Pulled(Pulled::Restart))[..], [Action::WakeAt(_)]));
    }

    #[test]
    fn a_page_that_is_read_in_part_is_told_and_asked_for_again_more_and_more_seldom() {
        let mut device = Device::online(vec![]);
        assert_eq!(device.feed(Input::TryNow), [Action::Pull { fresh: false }]);
        for wait in [2_000, 4_000, 8_000] {
            let until = device.now.plus(wait);
            assert_eq!(device.feed(Input::Pulled(Pulled::Partly(3))), [Action::WakeAt(until)]);
            assert_eq!(device.engine.trouble(), Some(Trouble::Unreadable(3)));
            assert_eq!(device.engine.last_pull(), None, "not all is known");
            // What is made here goes out all the same, and does not make the server be asked sooner.
            assert_eq!(device.feed(Input::Queued(item(1, 1))), [Action::Push(vec![id(1)])]);
            let done = Input::Pushed { sent: vec![id(1)], outcome: PushOutcome::Items(vec![]) };
            device.feed(Input::Withdrawn(id(1)));
            assert_eq!(device.feed(done), [Action::WakeAt(until)]);
            assert_eq!(device.engine.trouble(), Some(Trouble::Unreadable(3)));
            assert_eq!(device.after_ms(wait).feed(Input::TimerFired), [Action::Pull { fresh: false }]);
        }
        device.feed(Input::Pulled(Pulled::Applied { more: false }));
        assert_eq!(device.engine.trouble(), None);
        assert!(device.engine.is_fresh(device.now));
    }

    #[test]
    fn what_waits_for_news_does_not_wait_for_those_that_cannot_be_read() {
        let mut device = Device::online(vec![item(1, 1)]);
        device.feed(Input::TimerFired);
        let conflict = Input::Pushed { sent: vec![id(1)], outcome: PushOutcome::Items(vec![(id(1), ItemOutcome::Redecide)]) };
        assert_eq!(device.feed(conflict), [Action::Pull { fresh: false }]);
        assert_eq!(device.feed(Input::Pulled(Pulled::Partly(1))), [Action::Redecide(id(1))]);
    }

    #[test]
    fn a_named_wait_is_kept_but_never_shorter_than_our_own() {
        let mut device = Device::online(vec![item(1, 1)]);
        device.feed(Input::TimerFired);
        let until = device.now.plus(5_000);
        let busy = Input::Pushed { sent: vec![id(1)], outcome: PushOutcome::Later { wait_ms: Some(5_000), from_server: true } };
        assert_eq!(device.feed(busy), [Action::WakeAt(until)]);
        assert_eq!(device.feed(Input::TryNow), [Action::WakeAt(until)], "not even a person is quicker than the server asks");
        assert_eq!(device.after_ms(5_000).feed(Input::TimerFired).first(), Some(&Action::Push(vec![id(1)])));
    }

    #[test]
    fn a_person_need_not_wait_for_our_own_back_off_but_keeps_a_distance() {
        let mut device = Device::online(vec![item(1, 1)]);
        for _ in 0..10 {
            device.after_ms(400_000).feed(Input::TimerFired);
            device.feed(unreachable(1));
        }
        assert_eq!(device.feed(Input::TryNow), [Action::WakeAt(device.now.plus(FLOOR_MS))]);
        assert_eq!(device.after_ms(FLOOR_MS).feed(Input::TimerFired), [Action::Push(vec![id(1)])]);
    }

    #[test]
    fn one_request_at_a_time() {
        let mut device = Device::online(vec![]);
        assert_eq!(device.feed(Input::TryNow), [Action::Pull { fresh: false }]);
        assert_eq!(device.feed(Input::Queued(item(1, 1))), []);
        assert_eq!(device.feed(Input::Pulled(Pulled::Applied { more: true })), [Action::Push(vec![id(1)])], "before the next page");
    }

    #[test]
    fn a_command_that_is_put_off_holds_only_its_own_lane() {
        let mut device = Device::online(vec![item(1, 1), item(2, 2)]);
        assert_eq!(device.feed(Input::TimerFired), [Action::Push(vec![id(1), id(2)])]);
        let until = device.now.plus(2_000);
        assert_eq!(device.feed(items(vec![(id(1), ItemOutcome::Later), (id(2), ItemOutcome::Later)])), [Action::WakeAt(until)]);
        assert_eq!(device.feed(Input::Queued(item(3, 3))), [Action::Push(vec![id(3)])]);
        assert_eq!(device.feed(items(vec![(id(3), ItemOutcome::Later)])), [Action::WakeAt(until)]);
        assert_eq!(device.after_ms(2_000).feed(Input::TimerFired), [Action::Push(vec![id(1), id(2), id(3)])]);
    }

    #[test]
    fn a_refusal_that_could_not_be_stored_is_asked_for_again_later() {
        let mut device = Device::online(vec![item(1, 1)]);
        device.feed(Input::TimerFired);
        device.feed(items(vec![(id(1), ItemOutcome::Park(ParkReason::TooLarge))]));
        assert_eq!(device.feed(Input::NotKept(id(1))), [Action::WakeAt(device.now.plus(2_000))]);
        assert_eq!(device.after_ms(2_000).feed(Input::TimerFired), [Action::Push(vec![id(1)])]);
    }

    #[test]
    fn a_conflict_that_comes_again_is_not_answered_at_full_speed() {
        let mut device = Device::online(vec![item(1, 1)]);
        device.feed(Input::TimerFired);
        for _ in 0..2 {
            device.feed(items(vec![(id(1), ItemOutcome::Redecide)]));
            device.feed(Input::Pulled(Pulled::Applied { more: false }));
            device.feed(Input::Redecided { command: id(1), holds: true });
        }
        assert!(!device.engine.is_busy(), "the second time it waits");
        assert_eq!(device.after_ms(2_000).feed(Input::TimerFired), [Action::Push(vec![id(1)])]);
    }

    #[test]
    fn commands_that_the_server_lost_go_before_all_others_whatever_their_ids() {
        let mut device = Device::online(vec![item(2, 1)]);
        device.engine.online = false;
        device.feed(Input::Queued(Item { place: -1, ..item(3, 1) }));
        device.feed(Input::Queued(Item { place: -2, ..item(4, 1) }));
        device.feed(Input::Queued(item(1, 1)));
        assert_eq!(device.engine.entries.iter().map(|entry| entry.item.command).collect::<Vec<_>>(), [4, 3, 1, 2].map(id));
        assert_eq!(device.feed(Input::OnlineChanged(true)).first(), Some(&Action::Push(vec![id(4)])));
    }
}
