//! Schedules: drawn from a seed, run, shrunk and counted.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::event::{Era, Event, Kind, Swarm};
use crate::planted::Planted;
use crate::rng::Rng;
use crate::world::{Fate, Violation, World};

/// Steps of a schedule.
pub const STEPS: usize = 300;
/// In the schedules of the seeds from here to the next pages of changes come mangled.
pub const PAGES: u64 = 1 << 47;
/// In the schedules of the seeds from here on work is also carried by hand.
pub const CARRYING: u64 = 1 << 48;
/// The schedules of the seeds from here on are those of the seeds from 0 on as they were in [`Era::First`].
pub const FIRST: u64 = 1 << 49;
/// Of so many seeds one is run a second time with clocks that are right, and has to end the same.
const TWIN_EVERY: u64 = 8;

/// A schedule.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Its seed.
    pub seed: u64,
    /// Its world.
    pub swarm: Swarm,
    /// Its steps.
    pub events: Vec<Event>,
}

/// What a run counted.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Schedules.
    pub schedules: u64,
    /// Steps.
    pub events: u64,
    /// Acts that servers took.
    pub acts: u64,
    /// Steps that did something, by kind.
    pub done: Vec<u64>,
    /// What came of what people took back and took in.
    pub fates: [u64; Fate::ALL.len()],
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.schedules += other.schedules;
        self.events += other.events;
        self.acts += other.acts;
        self.done.resize(Kind::ALL.len(), 0);
        for (sum, count) in self.done.iter_mut().chain(&mut self.fates).zip(other.done.iter().chain(&other.fates)) {
            *sum += count;
        }
    }

    fn of(world: &World, events: usize) -> Self {
        Self {
            schedules: 1,
            events: events as u64,
            acts: world.server.acts.len() as u64,
            done: world.done.iter().map(|count| u64::from(*count)).collect(),
            fates: world.fates.map(u64::from),
        }
    }

    /// The table that is printed.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = format!("{} schedules, {} steps, {} acts at servers\n", self.schedules, self.events, self.acts);
        let mut tell = |name: &str, count: &u64| text.push_str(&format!("  {name:<28} {count:>12}\n"));
        for (kind, count) in Kind::ALL.iter().zip(&self.done).filter(|(kind, _)| kind.is_fault() || kind.is_told()) {
            tell(kind.name(), count);
        }
        for (fate, count) in Fate::ALL.iter().zip(&self.fates).filter(|(_, count)| **count > 0) {
            tell(fate.name(), count);
        }
        text
    }
}

/// A schedule that broke a promise.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Its seed.
    pub seed: u64,
    /// What broke.
    pub violation: Violation,
}

impl Schedule {
    /// The schedule of a seed.
    #[must_use]
    pub fn draw(seed: u64, steps: usize) -> Self {
        let (seed, era) = match seed {
            FIRST.. => (seed - FIRST, Era::First),
            CARRYING.. => (seed, Era::Carrying),
            PAGES.. => (seed, Era::Pages),
            _ => (seed, Era::Now),
        };
        let mut rng = Rng::new(seed);
        let swarm = Swarm::draw(&mut rng, steps, era);
        let events = (0..steps).map(|step| swarm.next(&mut rng, step)).collect();
        Self { seed, swarm, events }
    }

    /// The world after the steps, before the calm.
    #[must_use]
    pub fn play(&self, planted: Planted, prepare: impl FnOnce(&mut World)) -> World {
        let mut world = World::new(self.seed, self.swarm.clone(), planted);
        prepare(&mut world);
        for event in &self.events {
            world.apply(*event);
            if world.violation.is_some() {
                break;
            }
        }
        world
    }

    /// The world after the calm.
    #[must_use]
    pub fn run(&self, planted: Planted, prepare: impl FnOnce(&mut World)) -> World {
        let mut world = self.play(planted, prepare);
        if world.violation.is_none() {
            world.settle();
        }
        world
    }

    /// Runs it, and again with right clocks if `twin`; a crash of the program itself is a broken promise as well.
    #[must_use]
    pub fn check(&self, planted: Planted, twin: bool) -> (Option<Violation>, Counts) {
        let checked = catch_unwind(AssertUnwindSafe(|| {
            let world = self.run(planted, |_| {});
            let counts = Counts::of(&world, self.events.len());
            if world.violation.is_some() || !twin {
                return (world.violation, counts);
            }
            let other = self.run(planted, |world| world.right_clocks = true);
            if other.violation.is_some() {
                return (other.violation, counts);
            }
            let (one, other) = (world.end(), other.end());
            let differs = one.iter().zip(&other).find(|(one, other)| one != other);
            let what = differs.map(|(one, other)| format!("with right clocks {other}, with these {one}"));
            let violation = (one != other).then(|| Violation { invariant: 15, what: what.unwrap_or_else(|| "more is left".to_owned()) });
            (violation, counts)
        }));
        checked.unwrap_or_else(|panic| {
            let said = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            let what = format!("the program stopped: {}", said.unwrap_or_default());
            (Some(Violation { invariant: 0, what }), Counts { schedules: 1, ..Counts::default() })
        })
    }

    /// The fewest steps that still break the same invariant, by leaving out more and more of them.
    #[must_use]
    pub fn shrink(&self, planted: Planted, invariant: u8) -> Self {
        let breaks = |events: &[Event]| {
            let candidate = Self { events: events.to_vec(), ..self.clone() };
            candidate.check(planted, invariant == 15).0.is_some_and(|violation| violation.invariant == invariant)
        };
        Self { events: fewest(&self.events, breaks), ..self.clone() }
    }

    /// Every step as it was taken, and what broke.
    #[must_use]
    pub fn trace(&self, planted: Planted) -> String {
        let mut text = self.told(planted, false);
        if self.check(planted, true).0.is_some_and(|violation| violation.invariant == 15) {
            text.push_str("\n\nand with right clocks:\n");
            text.push_str(&self.told(planted, true));
        }
        text
    }

    fn told(&self, planted: Planted, right_clocks: bool) -> String {
        let world = self.run(planted, |world| {
            world.trace = Some(Vec::new());
            world.right_clocks = right_clocks;
        });
        let mut text = world.trace.as_ref().map_or_else(String::new, |lines| lines.join("\n"));
        text.push_str(&world.standing());
        if let Some(violation) = &world.violation {
            text.push_str(&format!("\nbroken: invariant {}: {}", violation.invariant, violation.what));
        }
        text
    }
}

/// The fewest steps that still break something, by leaving out more and more of them.
pub fn fewest<E: Clone>(events: &[E], breaks: impl Fn(&[E]) -> bool) -> Vec<E> {
    let mut events = events.to_vec();
    let mut part = events.len().div_ceil(2);
    while part > 0 {
        let mut at = 0;
        while at < events.len() {
            let mut without = events.clone();
            without.drain(at..(at + part).min(events.len()));
            if breaks(&without) {
                events = without;
            } else {
                at += part;
            }
        }
        part = if part == 1 { 0 } else { part.div_ceil(2) };
    }
    events
}

/// Does the work for `count` seeds on all cores; the failure with the lowest seed, if there is any.
pub fn over<T: Send>(from: u64, count: u64, work: impl Fn(u64) -> Result<T, Failure> + Sync, add: impl Fn(T) + Sync) -> Option<Failure> {
    const CHUNK: u64 = 16;
    let next = AtomicU64::new(from);
    let lowest = AtomicU64::new(u64::MAX);
    let found: Mutex<Option<Failure>> = Mutex::default();
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let first = next.fetch_add(CHUNK, Ordering::Relaxed);
                    if first >= from + count || first > lowest.load(Ordering::Relaxed) {
                        break;
                    }
                    for seed in first..(first + CHUNK).min(from + count) {
                        match work(seed) {
                            Ok(done) => add(done),
                            Err(failure) => {
                                let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                                if found.as_ref().is_none_or(|earlier| earlier.seed > seed) {
                                    *found = Some(failure);
                                }
                                lowest.fetch_min(seed, Ordering::Relaxed);
                                break;
                            }
                        }
                    }
                }
            });
        }
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Runs the seeds `from..from + seeds` on all cores; the failure with the lowest seed, if there is any. With `wanted`, only failures of
/// these invariants count.
#[must_use]
pub fn many(from: u64, seeds: u64, steps: usize, planted: Planted, wanted: Option<&[u8]>) -> (Option<Failure>, Counts) {
    let counts: Mutex<Counts> = Mutex::default();
    let run = |seed| {
        let (violation, counted) = Schedule::draw(seed, steps).check(planted, seed % TWIN_EVERY == 0);
        counts.lock().unwrap_or_else(PoisonError::into_inner).add(&counted);
        match violation.filter(|violation| wanted.is_none_or(|wanted| wanted.contains(&violation.invariant))) {
            Some(violation) => Err(Failure { seed, violation }),
            None => Ok(()),
        }
    };
    let failure = over(from, seeds, run, drop);
    (failure, counts.into_inner().unwrap_or_else(PoisonError::into_inner))
}
