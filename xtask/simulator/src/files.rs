//! Evidence files, in a world of their own: they touch text only where the server has taken the act that names them. The app's upload
//! engine and table of answers, with what `store::transaction` says of files; the steps of `state::upload_driver` are taken here.

mod device;
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::id::FileId;

use crate::rng::Rng;
use crate::run::{Failure, fewest};
use crate::world::{BEGINNING, Violation};
use device::{Device, Packet};
use server::Server;

/// Steps of a schedule of files.
pub const STEPS: usize = 150;
/// How long everything may take in the calm, in milliseconds after the last wait.
const CALM_MS: i64 = 60 * 60_000;

macro_rules! flaws {
    ($($(#[$doc:meta])* $name:ident => $breaks:expr,)*) => {
        /// A bug that is put in on purpose.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Flaw {
            /// None.
            None,
            $($(#[$doc])* $name,)*
        }

        impl Flaw {
            /// Every one, with the invariants one of which has to break.
            pub const ALL: &'static [(Self, &'static [u8])] = &[$((Self::$name, &$breaks),)*];
        }
    };
}

flaws! {
    /// The answer to the last byte is taken for the server's word that the file is whole.
    LastPartConfirms => [10],
    /// Bytes are freed although only one request has said that they are there.
    FreedAtOneWord => [10],
    /// A file goes out before the server holds the command that names it.
    FileBeforeRecord => [10],
    /// What a former history held counts in the new one, too.
    OldWordCounts => [10],
    /// After a restore nobody asks again for what was sent.
    SentIsForEver => [7],
    /// The server calls a file whole without looking at its digest.
    DigestUnchecked => [10],
    /// The server puts a part behind what it has, wherever it says that it begins.
    OffsetIgnored => [10, 17],
    /// A file whose draft is still written in is freed.
    DraftsNotLookedAt => [1],
    /// That a file is freed is kept by a relaxed commit, and its bytes go at once.
    BytesBeforeRecord => [12],
    /// A failure is followed by the next request at once.
    NoBackOff => [11],
    /// A refused file goes again by itself.
    ParkedGoesAgain => [11],
}

/// What happens in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Advance,
    Deliver,
    Attach,
    Submit,
    Text,
    Changes,
    Free,
    TryNow,
    Retry,
    SignIn,
    BackUp,
    Hold,
    Drop,
    Cut,
    Duplicate,
    Spoil,
    Alter,
    Status,
    Online,
    Crash,
    PowerLoss,
    Quota,
    Expire,
    Restore,
    Forget,
    Rot,
}

/// Each kind with its weight; from `Drop` on they are faults.
const KINDS: [(Kind, u32); 26] = [
    (Kind::Advance, 150),
    (Kind::Deliver, 420),
    (Kind::Attach, 40),
    (Kind::Submit, 45),
    (Kind::Text, 60),
    (Kind::Changes, 40),
    (Kind::Free, 25),
    (Kind::TryNow, 10),
    (Kind::Retry, 10),
    (Kind::SignIn, 10),
    (Kind::BackUp, 8),
    (Kind::Hold, 15),
    (Kind::Drop, 30),
    (Kind::Cut, 20),
    (Kind::Duplicate, 20),
    (Kind::Spoil, 15),
    (Kind::Alter, 8),
    (Kind::Status, 30),
    (Kind::Online, 10),
    (Kind::Crash, 12),
    (Kind::PowerLoss, 8),
    (Kind::Quota, 12),
    (Kind::Expire, 10),
    (Kind::Restore, 5),
    (Kind::Forget, 4),
    (Kind::Rot, 3),
];
const FIRST_FAULT: usize = 12;

/// A step: a kind and two numbers that choose among whatever is there.
#[derive(Clone, Copy, Debug)]
struct Event {
    kind: Kind,
    a: u32,
    b: u32,
}

/// A file as the observer knows it.
#[derive(Clone, Debug)]
struct Captured {
    device: usize,
    bytes: Rc<Vec<u8>>,
    /// Its bytes on the device were damaged.
    rotten: bool,
    /// Parts of it that were altered on their way.
    altered: u32,
    /// It was freed by the officer, or its capture was never kept.
    gone: bool,
}

struct World {
    flaw: Flaw,
    rng: Rng,
    now: i64,
    server: Server,
    devices: Vec<Device>,
    net: Vec<Packet>,
    captured: BTreeMap<FileId, Captured>,
    violation: Option<Violation>,
    trace: Option<Vec<String>>,
    next_id: u32,
    /// Longest wait that a server named, until.
    named_wait: i64,
    /// Digests that an act of the server's named at any time.
    recorded: BTreeSet<Digest>,
    /// Files at the server whose bytes were looked at, by history.
    checked: BTreeSet<(Digest, u32)>,
}

/// A schedule of files.
#[derive(Clone)]
pub struct Schedule {
    seed: u64,
    devices: usize,
    events: Vec<Event>,
}

impl Schedule {
    /// The schedule of a seed.
    #[must_use]
    pub fn draw(seed: u64) -> Self {
        let mut rng = Rng::new(seed ^ 0xf11e_5000_0000);
        let weights: Vec<u32> = KINDS
            .iter()
            .enumerate()
            .map(|(at, (_, weight))| {
                weight * if at < FIRST_FAULT { [1, 2, 2, 3][rng.below(4) as usize] } else { [0, 0, 1, 2, 4][rng.below(5) as usize] }
            })
            .collect();
        let total = weights.iter().sum();
        let mut next = || {
            let mut left = rng.below(total);
            let (a, b) = (rng.next_u32(), rng.next_u32());
            let at = weights.iter().position(|weight| {
                let here = left < *weight;
                left = left.saturating_sub(*weight);
                here
            });
            Event { kind: KINDS[at.unwrap_or(0)].0, a, b }
        };
        let events = (0..STEPS).map(|_| next()).collect();
        Self { seed, devices: 1 + (seed % 2) as usize, events }
    }

    fn run(&self, flaw: Flaw, traced: bool) -> World {
        let mut world = World {
            flaw,
            rng: Rng::new(self.seed ^ 0x00d0_f11e),
            now: BEGINNING,
            server: Server::new(),
            devices: (0..self.devices).map(Device::new).collect(),
            net: Vec::new(),
            captured: BTreeMap::new(),
            violation: None,
            trace: traced.then(Vec::new),
            next_id: 0,
            named_wait: 0,
            recorded: BTreeSet::new(),
            checked: BTreeSet::new(),
        };
        (0..self.devices).for_each(|d| world.start(d));
        for event in &self.events {
            let time = (world.now - BEGINNING) as f64 / 1_000.0;
            world.tell(|| format!("{time:>9.3} s  {:?} {} {}", event.kind, event.a, event.b));
            world.step(*event);
            world.look();
            if world.violation.is_some() {
                return world;
            }
        }
        world.settle();
        world
    }

    /// Runs it.
    ///
    /// # Errors
    /// What broke.
    pub fn check(&self, flaw: Flaw) -> Result<u64, Violation> {
        let world = self.run(flaw, false);
        world.violation.map_or(Ok(world.server.files.values().filter(|kept| kept.complete).count() as u64), Err)
    }

    /// The fewest steps that break the same invariant, told.
    #[must_use]
    pub fn told(&self, flaw: Flaw, invariant: u8) -> String {
        let breaks = |events: &[Event]| {
            let candidate = Self { events: events.to_vec(), ..self.clone() };
            candidate.check(flaw).is_err_and(|violation| violation.invariant == invariant)
        };
        let small = Self { events: fewest(&self.events, breaks), ..self.clone() };
        let world = small.run(flaw, true);
        let mut lines = world.trace.unwrap_or_default();
        lines.extend(world.violation.map(|violation| format!("broken: invariant {}: {}", violation.invariant, violation.what)));
        lines.join("\n")
    }
}

/// Runs the seeds `from..from + seeds` on all cores; the failure with the lowest seed, if there is any. With `wanted`, only failures of
/// these invariants count. `add` is given the number of files that arrived.
#[must_use]
pub fn many(from: u64, seeds: u64, flaw: Flaw, wanted: Option<&[u8]>, add: impl Fn(u64) + Sync) -> Option<Failure> {
    let run = |seed| match Schedule::draw(seed).check(flaw) {
        Err(violation) if wanted.is_none_or(|wanted| wanted.contains(&violation.invariant)) => Err(Failure { seed, violation }),
        done => Ok(done.unwrap_or(0)),
    };
    crate::run::over(from, seeds, run, add)
}
