//! One world: server, network, devices with their stores and tabs, and the record of what people were told.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use sips_lapangan::domain::answers::Answers;
use sips_lapangan::domain::case::{Case, fold};
use sips_lapangan::domain::command::{Envelope, Receipt};
use sips_lapangan::domain::draft::Draft;
use sips_lapangan::domain::id::{CaseId, CommandId, DraftId};
use sips_lapangan::domain::table::Table;
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::store::kapsul::Part;
use sips_lapangan::store::record::{Aside, CaseRecord, OutboxEntry};
use sips_lapangan::store::transaction::News;
use sips_lapangan::store::witness::Witness;
use sips_lapangan::store::{Change, Durability};
use sips_lapangan::sync::answer::{Answer, ItemOutcome};
use sips_lapangan::sync::engine::{Pulled, SyncEngine};
use sips_lapangan::sync::pull::{Cursor, Puller};

use crate::event::{Event, Kind, Swarm};
use crate::planted::Planted;
use crate::rng::Rng;
use crate::rules::ACCOUNTS;
use crate::server::Server;
use crate::storage::{Store, Tables};

/// Where the world's time begins, in milliseconds.
pub const BEGINNING: i64 = 1_790_000_000_000;

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The invariant of contract §7; 20 is "parked only by a backend's word", 21 "the nearest deadline first", both of §3; 22 is "what was
    /// taken back has no effect", 23 "a draft that is carried comes once, and writes over nothing".
    pub invariant: u8,
    /// What was seen.
    pub what: String,
}

/// One tab.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Its id, never used again.
    pub id: u32,
    /// The account that works in it.
    pub account: usize,
    /// It gets no time.
    pub frozen: bool,
    /// The store is not the one that was here: nothing goes on until the person has read so.
    pub held_up: bool,
    /// What it has read of the store.
    pub memory: Memory,
    /// The engine, where the tab leads.
    pub engine: Option<SyncEngine>,
    /// Its pulling.
    pub puller: Puller,
    /// Its number as leader.
    pub number: u32,
    /// When its timer fires, in true time.
    pub wake: Option<i64>,
    /// The request under way.
    pub pending: Option<Pending>,
    /// Commits under way, oldest first.
    pub jobs: VecDeque<Job>,
    /// Another tab has changed the store.
    pub news: bool,
    /// Commands that the server holds and whose case lacks news before them; those were asked for.
    pub asked_for: Vec<CommandId>,
    /// The draft that is open in it.
    pub open: Option<DraftId>,
    /// Its last attempt failed at this time, and the server named a wait until then.
    pub failed: Option<(i64, i64)>,
    /// The last answer came from a backend.
    pub genuine: bool,
    /// The cursor that the page in hand says that it follows.
    pub page_from: Option<String>,
}

/// What a tab has read.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Drafts.
    pub drafts: Rc<Vec<Draft>>,
    /// The outbox.
    pub outbox: Rc<Vec<OutboxEntry>>,
    /// The snapshot.
    pub cases: Rc<Table<CaseId, CaseRecord>>,
    /// What lies aside of it.
    pub aside: Table<CaseId, Aside>,
    /// How far it has read.
    pub cursor: Option<Cursor>,
}

impl Memory {
    /// What the screen shows of a case: snapshot plus outbox.
    #[must_use]
    pub fn case(&self, id: CaseId) -> Case {
        self.case_without(id, None)
    }

    /// Likewise without one of the commands that wait.
    #[must_use]
    pub fn case_without(&self, id: CaseId, command: Option<CommandId>) -> Case {
        let shown = |entry: &&OutboxEntry| entry.is_of(id) && Some(entry.envelope.command_id) != command;
        let waiting = self.outbox.iter().filter(shown).map(|entry| &entry.act);
        fold(id, self.cases.get(&id).iter().flat_map(|record| &record.acts).chain(waiting))
    }

    /// The outbox, to be changed.
    pub fn outbox_mut(&mut self) -> &mut Vec<OutboxEntry> {
        Rc::make_mut(&mut self.outbox)
    }
}

/// A request under way.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Its id.
    pub id: u32,
    /// What was asked.
    pub ask: Ask,
    /// The commands under their ids in the outbox.
    pub commands: Vec<CommandId>,
    /// When, in true time.
    pub since: i64,
}

/// What a request asks.
#[derive(Clone, Debug)]
pub enum Ask {
    /// To take commands.
    Push(Rc<Vec<Envelope>>),
    /// For the page after a cursor.
    Pull(Option<String>),
}

/// Something on its way.
#[derive(Clone, Debug)]
pub struct Packet {
    /// The request that it is or answers.
    pub id: u32,
    /// The device.
    pub device: usize,
    /// The tab.
    pub tab: u32,
    /// Whose token it carries.
    pub account: usize,
    /// The request; `None` once it is the answer.
    pub ask: Option<Ask>,
    /// The answer.
    pub answer: Answer,
    /// The proof of what the answer is about, for the observer: the cursor that a page follows.
    pub from: Option<String>,
}

/// A commit under way.
#[derive(Clone, Debug)]
pub struct Job {
    /// What.
    pub changes: Rc<Vec<Change>>,
    /// How.
    pub durability: Durability,
    /// Only the leader may.
    pub leading: bool,
    /// What comes after.
    pub then: Then,
}

/// What comes after a commit.
#[derive(Clone, Debug)]
pub enum Then {
    /// Nothing.
    Nothing,
    /// A draft is saved.
    Draft(Box<Draft>),
    /// A draft has become a command.
    Submitted(Box<(OutboxEntry, DraftId, Option<CommandId>, Vec<OutboxEntry>)>),
    /// A draft is thrown away.
    Discarded(DraftId),
    /// A command is taken back; what it says is a draft again.
    Withdrawn(Box<(OutboxEntry, Option<Draft>, Vec<OutboxEntry>)>),
    /// That commands go out is asked of the store, and noted if one of them goes for the first time; then they go.
    Noted(Vec<CommandId>, bool),
    /// What was carried here is taken in.
    TakenIn(Box<(Vec<OutboxEntry>, Vec<Came>)>),
    /// That work goes into a kapsul is noted; then there is one.
    Packed(Box<Kapsul>),
    /// A refused command goes again.
    Retried(Box<OutboxEntry>),
    /// A refused command waits for a person.
    Parked(Box<OutboxEntry>),
    /// A command was decided again.
    Redecided(CommandId, Vec<OutboxEntry>, bool),
    /// A receipt is kept; then the rest of the answer.
    Received(Box<Received>),
    /// News are kept.
    News(Box<(News, Vec<CaseId>, Cursor, Pulled, bool)>),
    /// The tab leads.
    Leads(u32),
}

/// An answer that is being worked through.
#[derive(Clone, Debug)]
pub struct Received {
    /// The command whose receipt is being kept.
    pub command: CommandId,
    /// Its receipt.
    pub receipt: Option<Receipt>,
    /// Its case as it is then.
    pub record: Option<Rc<CaseRecord>>,
    /// What lies aside then.
    pub aside: Table<CaseId, Aside>,
    /// What was sent.
    pub sent: Vec<CommandId>,
    /// What is left.
    pub rest: VecDeque<(CommandId, ItemOutcome)>,
    /// What was done.
    pub kept: Vec<(CommandId, ItemOutcome)>,
}

/// The right to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Session {
    /// There is a token.
    Good,
    /// The token has run out; another one can be had without a person.
    Stale,
    /// A person has to sign in.
    Ended,
}

/// One device.
#[derive(Clone, Debug)]
pub struct Device {
    /// Its clock less the true time, in milliseconds.
    pub clock: i64,
    /// Does the browser say that there is a network?
    pub online: bool,
    /// A store for each account.
    pub stores: [Store; ACCOUNTS],
    /// What is written down beside them.
    pub witness: [Witness; ACCOUNTS],
    /// Sessions.
    pub sessions: [Session; ACCOUNTS],
    /// Who signed in last.
    pub account: usize,
    /// The next commit finds no space.
    pub full: bool,
    /// Tabs.
    pub tabs: Vec<Tab>,
    /// Who holds the lock of each account.
    pub locks: [Option<u32>; ACCOUNTS],
}

/// A piece of work as the observer knows it, from the first save to its end.
#[derive(Clone, Debug)]
pub struct Work {
    /// Where.
    pub device: usize,
    /// Whose.
    pub account: usize,
    /// Its place among all drafts begun.
    pub order: u32,
    /// The version that the screen called saved.
    pub saved: u64,
    /// The command that it became or may have become.
    pub command: Option<CommandId>,
    /// The piece of work that it began as: a correction goes on with the refused one.
    pub root: DraftId,
    /// What the person saw of the form that the act amends.
    pub seen: Answers,
    /// Its store was lost or set back, and that was told.
    pub excused: bool,
}

/// A command as the observer knows it.
#[derive(Clone, Debug)]
pub struct Made {
    /// The piece of work that it began as.
    pub root: DraftId,
    /// Its place among all commands made.
    pub order: u32,
    /// Where.
    pub device: usize,
    /// Whose.
    pub account: usize,
    /// What the person saw of the fields that the act changes.
    pub seen: Vec<(String, String)>,
    /// The epoch that its maker's screen showed.
    pub epoch: u32,
    /// The newest command of its lane that its maker's screen showed.
    pub behind: Option<CommandId>,
    /// Sent so often in the calm.
    pub calm_tries: u32,
    /// Put off by the server at this time.
    pub put_off: Option<i64>,
}

/// A command that a person took back, as the observer knows it.
#[derive(Clone, Debug)]
pub struct TakenBack {
    /// Where.
    pub device: usize,
    /// In whose store.
    pub account: usize,
    /// An earlier request with it was on its way, or had arrived: it may have an effect all the same.
    pub on_its_way: bool,
    /// That store was lost or set back since, and that was told.
    pub excused: bool,
}

/// What came of what people took back and took in: counted for the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Taken back before it left the device.
    Unsent,
    /// Taken back after it was refused.
    Refused,
    /// Not taken back: it had left the device, or another tab had done something to it.
    TooLate,
    /// Taken back after it was refused, while an earlier request with it was on its way still, or a kapsul.
    OnItsWay,
    /// A draft came in a kapsul.
    DraftNew,
    /// Likewise, beside another version of it.
    DraftBeside,
    /// Likewise, and was here already.
    DraftKnown,
    /// A part of a kapsul was damaged.
    Damaged,
}

impl Fate {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Unsent, Self::Refused, Self::TooLate, Self::OnItsWay, Self::DraftNew, Self::DraftBeside, Self::DraftKnown, Self::Damaged];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unsent => "taken back unsent",
            Self::Refused => "taken back when refused",
            Self::TooLate => "too late to take back",
            Self::OnItsWay => "taken back, on its way",
            Self::DraftNew => "draft carried, new",
            Self::DraftBeside => "draft carried, beside another",
            Self::DraftKnown => "draft carried, known",
            Self::Damaged => "part of a kapsul damaged",
        }
    }
}

/// What waited on a device when it was packed, and its drafts.
#[derive(Clone, Debug)]
pub struct Kapsul {
    /// Whose.
    pub account: usize,
    /// Its parts, with their bytes.
    pub parts: Rc<Vec<(Part, Vec<u8>)>>,
    /// The drafts in it.
    pub drafts: Rc<Vec<Draft>>,
    /// The commands in it.
    pub commands: Vec<CommandId>,
    /// Of each draft in it what the observer knows of the work: its root, and what its author saw.
    pub works: Vec<(DraftId, DraftId, Answers)>,
}

/// A draft that came in a kapsul, as the observer knows it.
#[derive(Clone, Debug)]
pub struct Came {
    /// As it was packed.
    pub packed: Draft,
    /// As it is kept here; `None` if nothing of it is new.
    pub kept: Option<Draft>,
    /// The work that it goes on with.
    pub root: DraftId,
    /// What its author saw.
    pub seen: Answers,
}

/// A version of a draft on a device of an account: what an import is recognised by.
pub type Version = (usize, usize, DraftId, String);

/// One world.
#[derive(Clone)]
pub struct World {
    /// The bug in it.
    pub planted: Planted,
    /// How large it is.
    pub swarm: Swarm,
    /// Randomness of devices: waits and ids.
    pub rng: Rng,
    /// True time, in milliseconds.
    pub now: i64,
    /// The server.
    pub server: Server,
    /// The devices.
    pub devices: Vec<Device>,
    /// What is on its way.
    pub net: Vec<Packet>,
    /// What was packed, the newest last.
    pub kapsuls: Vec<Kapsul>,
    /// Commands that came onto a device by hand.
    pub by_hand: BTreeSet<CommandId>,
    /// Those of them that came in a kapsul of which a part was damaged.
    pub torn: BTreeSet<CommandId>,
    /// Pieces of work by their device, account and draft: corrections of one command on two devices have the same id, and what was carried.
    pub work: BTreeMap<(usize, usize, DraftId), Work>,
    /// Roots of work that was lost with its store, or packed without a note: nothing is promised of how often they have an effect.
    pub loose_roots: BTreeSet<DraftId>,
    /// Under which id a version of a draft came in.
    pub imports: BTreeMap<Version, DraftId>,
    /// Commands that are in a kapsul.
    pub packed: BTreeSet<CommandId>,
    /// Commands ever made.
    pub made: BTreeMap<CommandId, Made>,
    /// Roots that have an effect at the server.
    pub effects: BTreeMap<DraftId, CommandId>,
    /// The first promise that was broken.
    pub violation: Option<Violation>,
    /// Told step by step, if asked for.
    pub trace: Option<Vec<String>>,
    /// Something changed that loss is to be looked for in.
    pub look: bool,
    /// A person is acting.
    pub by_person: bool,
    /// Faults have stopped.
    pub calm: bool,
    /// Longest wait that a server named, until.
    pub named_wait: i64,
    /// Commands whose acts were left out of a page.
    pub withheld: BTreeSet<CommandId>,
    /// Answers given before, with their epoch and account, for proxies that answer from memory.
    pub old_answers: Vec<(Answer, Option<String>, u32, usize)>,
    /// Crash at this boundary, counted over all sends, receipts and commits.
    pub crash_at: Option<u64>,
    /// Boundaries so far.
    pub boundaries: u64,
    /// Clocks are right whatever the schedule says.
    pub right_clocks: bool,
    /// What devices draw in place of chance.
    pub fixed_random: Option<u32>,
    /// How many steps of each kind did something.
    pub done: [u32; Kind::ALL.len()],
    /// What came of what people took back and took in.
    pub fates: [u32; Fate::ALL.len()],
    /// Commands whose taking back was committed.
    pub taken_back: BTreeMap<CommandId, TakenBack>,
    /// Stores that were lost or set back, by device and account.
    pub set_back: BTreeSet<(usize, usize)>,
    /// Commands that went out although the device had no room to note it.
    pub unnoted: BTreeSet<CommandId>,
    pub(crate) next_id: u32,
    pub(crate) text: u32,
    /// The power of this device goes at the end of the step.
    pub(crate) dying: Option<usize>,
}

impl World {
    /// The world of a seed.
    #[must_use]
    pub fn new(seed: u64, swarm: Swarm, planted: Planted) -> Self {
        let devices = (0..swarm.devices)
            .map(|n| Device {
                clock: swarm.clocks[n],
                online: true,
                stores: Default::default(),
                witness: Default::default(),
                sessions: [Session::Good; ACCOUNTS],
                account: n % swarm.accounts,
                full: false,
                tabs: Vec::new(),
                locks: [None; ACCOUNTS],
            })
            .collect();
        let mut world = Self {
            planted,
            server: Server::new(swarm.page, swarm.batch),
            swarm,
            rng: Rng::new(seed ^ 0x00d0_c0de),
            now: BEGINNING,
            devices,
            net: Vec::new(),
            kapsuls: Vec::new(),
            by_hand: BTreeSet::new(),
            torn: BTreeSet::new(),
            work: BTreeMap::new(),
            loose_roots: BTreeSet::new(),
            imports: BTreeMap::new(),
            packed: BTreeSet::new(),
            made: BTreeMap::new(),
            effects: BTreeMap::new(),
            violation: None,
            trace: None,
            look: false,
            by_person: false,
            calm: false,
            named_wait: 0,
            withheld: BTreeSet::new(),
            old_answers: Vec::new(),
            crash_at: None,
            boundaries: 0,
            right_clocks: false,
            fixed_random: None,
            done: [0; Kind::ALL.len()],
            fates: [0; Fate::ALL.len()],
            taken_back: BTreeMap::new(),
            set_back: BTreeSet::new(),
            unnoted: BTreeSet::new(),
            next_id: 0,
            text: 0,
            dying: None,
        };
        for device in 0..world.devices.len() {
            world.open_tab(device);
        }
        world
    }

    /// The device's clock.
    #[must_use]
    pub fn wall(&self, device: usize) -> Timestamp {
        Timestamp(self.now + if self.right_clocks { 0 } else { self.devices[device].clock })
    }

    /// The device's steady clock, which the engine lives by.
    #[must_use]
    pub fn steady(&self, device: usize) -> Timestamp {
        if self.planted == Planted::WallClockWaits { self.wall(device) } else { Timestamp(self.now) }
    }

    /// A new number.
    pub fn fresh(&mut self) -> u32 {
        self.next_id += 1;
        self.next_id
    }

    /// Notes the first broken promise.
    pub fn broken(&mut self, invariant: u8, what: impl FnOnce() -> String) {
        if self.violation.is_none() {
            self.violation = Some(Violation { invariant, what: what() });
        }
    }

    /// Tells a step.
    pub fn tell(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(what());
        }
    }

    /// One step.
    pub fn apply(&mut self, event: Event) {
        if self.trace.is_some() {
            let time = self.now - BEGINNING;
            self.tell(|| format!("{:>9.3} s  {} {} {}", time as f64 / 1_000.0, event.kind.name(), event.a, event.b));
        }
        self.by_person = matches!(event.kind, Kind::Withdraw | Kind::Retry | Kind::Correct | Kind::Submit | Kind::Discard | Kind::TakeBack);
        if self.step(event) {
            self.done[event.kind as usize] += 1;
        }
        if let Some(d) = self.dying.take() {
            self.tell(|| format!("             the power of device {d} goes"));
            self.power_off(d, 0);
            self.open_tab(d);
        }
        if self.look {
            self.look = false;
            self.look_for_loss();
        }
        self.look_at_status();
    }

    /// Performs a step; false if there was nothing to do it to.
    fn step(&mut self, event: Event) -> bool {
        match event.kind {
            Kind::Advance => self.advance(event.a, event.b),
            Kind::Deliver => self.deliver(event.a),
            Kind::Store => self.complete_some(event.a),
            Kind::Message => self.hear(event.a),
            Kind::Edit => self.edit(event.a, event.b),
            Kind::Submit => self.submit(event.a, event.b),
            Kind::Discard => self.discard(event.a, event.b),
            Kind::Withdraw => self.withdraw(event.a, event.b),
            Kind::Retry => self.retry(event.a, event.b),
            Kind::Correct => self.correct(event.a, event.b),
            Kind::TryNow => self.try_now(event.a),
            Kind::OpenTab => self.another_tab(event.a),
            Kind::SwitchAccount => self.switch_account(event.a, event.b),
            Kind::SignIn => self.sign_in(event.a),
            Kind::AcceptLoss => self.accept_loss(event.a),
            Kind::OtherAct => self.other_act(event.a),
            Kind::BackUp => {
                self.server.back_up();
                true
            }
            Kind::Online => self.toggle_online(event.a),
            Kind::Drop => self.lose_packet(event.a, event.b),
            Kind::Duplicate => self.duplicate(event.a),
            Kind::Spoil => self.spoil(event.a, event.b),
            Kind::Status => self.answer_instead(event.a, event.b),
            Kind::Quota => self.no_space(event.a),
            Kind::Crash => self.crash_some(event.a, event.b),
            Kind::PowerLoss => self.lose_power(event.a, event.b),
            Kind::Freeze => self.toggle_frozen(event.a, event.b),
            Kind::Steal => self.steal(event.a),
            Kind::Expire => self.expire(event.a, event.b),
            Kind::Revoke => self.revoke(event.a),
            Kind::Hide => self.hide(event.a, event.b),
            Kind::Restore => self.restore(),
            Kind::Jump => self.jump(event.a, event.b),
            Kind::Replace => self.replace_store(event.a, event.b),
            Kind::Pack => self.pack(event.a),
            Kind::TakeIn => self.take_in(event.a, event.b),
            Kind::Mangle => self.mangle(event.a, event.b),
            Kind::TakeBack => self.take_back(event.a, event.b),
        }
    }

    /// Picks one of all tabs that get time.
    pub fn some_tab(&self, a: u32) -> Option<(usize, usize)> {
        let awake = |tab: &&Tab| !tab.frozen;
        let count: usize = self.devices.iter().map(|device| device.tabs.iter().filter(awake).count()).sum();
        let mut left = (a as usize).checked_rem(count)?;
        for (d, device) in self.devices.iter().enumerate() {
            for (t, tab) in device.tabs.iter().enumerate() {
                if !tab.frozen {
                    if left == 0 {
                        return Some((d, t));
                    }
                    left -= 1;
                }
            }
        }
        None
    }

    /// Likewise, one where work goes on.
    pub fn working_tab(&self, a: u32) -> Option<(usize, usize)> {
        self.some_tab(a).filter(|(d, t)| !self.devices[*d].tabs[*t].held_up)
    }

    /// Where everything stands, for a trace.
    #[must_use]
    pub fn standing(&self) -> String {
        let mut text = String::new();
        for (d, device) in self.devices.iter().enumerate() {
            for (account, store) in device.stores.iter().enumerate().filter(|(_, store)| store.visible != Tables::default()) {
                let tables = &store.visible;
                text.push_str(&format!("\ndevice {d}, account {account}: cursor {:?}, leader {}", tables.cursor, tables.leader));
                for entry in tables.in_order() {
                    let envelope = &entry.envelope;
                    text.push_str(&format!(
                        "\n  {} {} at {}: {:?}",
                        envelope.command_id, envelope.payload.act, envelope.base.revision, entry.state
                    ));
                }
            }
            for tab in &device.tabs {
                let (id, account, frozen, jobs) = (tab.id, tab.account, tab.frozen, tab.jobs.len());
                text.push_str(&format!(
                    "\n  tab {id}: account {account}, frozen {frozen}, {jobs} commits, number {}, {:?}",
                    tab.number, tab.engine
                ));
            }
        }
        text
    }

    /// A tab by its id.
    #[must_use]
    pub fn tab_at(&self, device: usize, id: u32) -> Option<usize> {
        self.devices[device].tabs.iter().position(|tab| tab.id == id)
    }
}
