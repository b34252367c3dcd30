//! What can happen in one step of a schedule, and how likely each is in a world.

use crate::rng::Rng;

/// One step: a kind and two numbers that choose among whatever is there. Steps keep their meaning when others are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub kind: Kind,
    /// Which one.
    pub a: u32,
    /// How.
    pub b: u32,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident, $fault:expr, $weight:expr;)*) => {
        /// A kind of step.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Is it something that should not happen?
            #[must_use]
            pub const fn is_fault(self) -> bool {
                match self { $(Self::$name => $fault,)* }
            }

            const fn weight(self) -> u32 {
                match self { $(Self::$name => $weight,)* }
            }

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }
        }
    };
}

kinds! {
    /// Time passes; timers fire.
    Advance, false, 150;
    /// A request or an answer arrives.
    Deliver, false, 330;
    /// A commit that was asked for is complete.
    Store, false, 150;
    /// A tab hears that another one changed the store.
    Message, false, 30;
    /// A person writes.
    Edit, false, 90;
    /// A person submits a draft.
    Submit, false, 80;
    /// A person throws a draft away.
    Discard, false, 5;
    /// A person takes a refused command back.
    Withdraw, false, 10;
    /// A person sends a refused command again.
    Retry, false, 10;
    /// A person takes a refused command into a draft.
    Correct, false, 10;
    /// A person presses "try now".
    TryNow, false, 10;
    /// A tab is opened.
    OpenTab, false, 20;
    /// Another account signs in on the device.
    SwitchAccount, false, 10;
    /// A person signs in again.
    SignIn, false, 25;
    /// A person reads that the store is not the one that was here.
    AcceptLoss, false, 25;
    /// Another office of the same backend records an act of a kind that this version does not know.
    OtherAct, false, 12;
    /// The server keeps a copy.
    BackUp, false, 6;
    /// The network of a device goes or comes back.
    Online, true, 12;
    /// A request or an answer is lost.
    Drop, true, 40;
    /// A request arrives twice.
    Duplicate, true, 25;
    /// An answer is spoilt on its way.
    Spoil, true, 50;
    /// Something answers in place of the server.
    Status, true, 60;
    /// A commit fails for want of space.
    Quota, true, 20;
    /// A tab dies, or is loaded again.
    Crash, true, 20;
    /// The device loses its power.
    PowerLoss, true, 10;
    /// A tab freezes, or thaws.
    Freeze, true, 15;
    /// A tab takes the lead from a frozen one.
    Steal, true, 15;
    /// A session ends.
    Expire, true, 15;
    /// An account loses the right to write, or gets it back.
    Revoke, true, 5;
    /// An account loses the right to see a case, or gets it back.
    Hide, true, 5;
    /// The server is restored from its copy.
    Restore, true, 3;
    /// A device's clock jumps.
    Jump, true, 10;
    /// A store is emptied, or set back to an older copy.
    Replace, true, 3;
    /// What waits in an outbox is packed, to be carried by hand.
    Pack, false, 12;
    /// What was packed is taken in on some device.
    TakeIn, false, 12;
    /// A person takes back what has not left the device.
    TakeBack, false, 8;
    /// A page of changes comes without one of its acts, or with one that nobody can read.
    Mangle, true, 200;
}

impl Kind {
    /// Is it no fault, and counted in the table all the same?
    #[must_use]
    pub const fn is_told(self) -> bool {
        matches!(self, Self::Withdraw | Self::Retry | Self::Correct | Self::Discard | Self::Pack | Self::TakeIn | Self::TakeBack)
    }

    /// Does it happen in schedules of this era?
    const fn is_of(self, era: Era) -> bool {
        match self {
            Self::Pack | Self::TakeIn => matches!(era, Era::Carrying),
            Self::Mangle => matches!(era, Era::Pages),
            Self::TakeBack => !matches!(era, Era::First),
            _ => true,
        }
    }
}

/// What can happen in a schedule at all. Kinds that an era does not have draw nothing, so that its schedules stay as they are when later
/// ones get more, and what broke once can still be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// Before people could take back what waits, and a first attempt was noted on the disk.
    First,
    /// Today's.
    Now,
    /// Likewise, and pages come mangled.
    Pages,
    /// Likewise, and work is also carried by hand.
    Carrying,
}

/// How likely each kind is in a world, and how large the world is: drawn for each seed, since the same rates everywhere hide what is rare.
#[derive(Clone, Debug)]
pub struct Swarm {
    weights: Vec<u32>,
    total: u32,
    calm_total: u32,
    /// Steps with faults; the rest of the schedule is calm.
    pub stormy: usize,
    /// Devices, 1 to 3.
    pub devices: usize,
    /// Accounts that work there.
    pub accounts: usize,
    /// Cases that people open by themselves.
    pub cases: usize,
    /// Commits are complete at once.
    pub quick_store: bool,
    /// Tabs hear of each other at once.
    pub quick_messages: bool,
    /// Acts in a page.
    pub page: usize,
    /// Commands in a request.
    pub batch: usize,
    /// The clocks of the devices, in milliseconds off.
    pub clocks: [i64; 3],
    /// Is power lost here? Then what is on the disk is kept apart.
    pub power: bool,
    /// What can happen in it.
    pub era: Era,
}

impl Swarm {
    /// The world of a seed.
    #[must_use]
    pub fn draw(rng: &mut Rng, steps: usize, era: Era) -> Self {
        let weights: Vec<u32> = Kind::ALL
            .iter()
            .map(|kind| {
                if !kind.is_of(era) {
                    return 0;
                }
                let factor = if kind.is_fault() { [0, 0, 1, 2, 4][rng.below(5) as usize] } else { [1, 2, 2, 3][rng.below(4) as usize] };
                kind.weight() * factor
            })
            .collect();
        let calm = |kind: &Kind| !kind.is_fault();
        let sum = |wanted: &dyn Fn(&Kind) -> bool| {
            Kind::ALL.iter().zip(&weights).filter(|(kind, _)| wanted(kind)).map(|(_, weight)| weight).sum()
        };
        let (total, calm_total) = (sum(&|_| true), sum(&calm));
        let power = Kind::ALL.iter().zip(&weights).any(|(kind, weight)| *kind == Kind::PowerLoss && *weight > 0);
        let clock = |rng: &mut Rng| match rng.below(4) {
            0 | 1 => 0,
            2 => i64::from(rng.below(7_200_000)) - 3_600_000,
            _ => [-1_600_000_000_000, 400_000_000_000, -86_400_000, 31_536_000_000][rng.below(4) as usize],
        };
        Self {
            weights,
            total,
            calm_total,
            stormy: steps - [0, 0, 0, steps / 4, steps / 2][rng.below(5) as usize],
            devices: [1, 2, 2, 3][rng.below(4) as usize],
            accounts: [1, 2, 2, 3][rng.below(4) as usize],
            cases: [1, 1, 2, 3, 6][rng.below(5) as usize],
            quick_store: rng.percent(50),
            quick_messages: rng.percent(70),
            page: [1, 2, 3, 50][rng.below(4) as usize],
            batch: [1, 2, 20, 20][rng.below(4) as usize],
            clocks: [clock(rng), clock(rng), clock(rng)],
            power,
            era,
        }
    }

    /// The next step.
    pub fn next(&self, rng: &mut Rng, step: usize) -> Event {
        let stormy = step < self.stormy;
        let mut left = rng.below(if stormy { self.total } else { self.calm_total });
        let (a, b) = (rng.next_u32(), rng.next_u32());
        for (kind, weight) in Kind::ALL.iter().zip(&self.weights) {
            if !stormy && kind.is_fault() {
                continue;
            }
            if left < *weight {
                return Event { kind: *kind, a, b };
            }
            left -= weight;
        }
        Event { kind: Kind::Advance, a, b }
    }
}
