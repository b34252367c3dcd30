//! Limits attempts to sign in, by name and over all names, and how often one account or one address may ask anything. It lives in
//! memory, in each process by itself: a restart forgets it, which helps nobody who guesses passwords over the network.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use sips_lapangan::domain::id::AccountId;
use sips_lapangan::domain::time::Timestamp;

/// The time over which attempts are counted.
const WINDOW_MS: i64 = 5 * 60 * 1_000;
/// Failures in that time after which a name has to wait.
const PER_NAME: usize = 10;
/// Failures in that time after which everybody has to wait.
const OVERALL: usize = 200;

/// Counts attempts.
#[derive(Default)]
pub struct Throttle(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    by_name: HashMap<String, VecDeque<Timestamp>>,
    all: VecDeque<Timestamp>,
}

/// How long to wait, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait(pub u64);

impl Throttle {
    /// Notes an attempt before it is judged, so that attempts made at the same time count as well. One that then
    /// succeeds is taken back with [`Self::succeeded`].
    ///
    /// # Errors
    /// There were too many; this one is not counted.
    pub fn attempt(&self, name: &str, now: Timestamp) -> Result<(), Wait> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        forget_old(&mut counts.all, now);
        counts.by_name.retain(|_, times| {
            forget_old(times, now);
            !times.is_empty()
        });
        let of_name = counts.by_name.get(name);
        full(of_name, PER_NAME, now)?;
        full(Some(&counts.all), OVERALL, now)?;
        counts.all.push_back(now);
        counts.by_name.entry(name.to_owned()).or_default().push_back(now);
        Ok(())
    }

    /// The name was signed in: its failures are forgotten.
    pub fn succeeded(&self, name: &str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.by_name.remove(name);
        counts.all.pop_back();
    }
}

/// How many times an account's share one address may ask: a whole office is behind it.
const ADDRESS_SHARE: u32 = 10;
/// Askers after which those who have been quiet are forgotten.
const MOST_ASKERS: usize = 10_000;
const MINUTE_MS: i64 = 60 * 1_000;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asker {
    /// Somebody who is signed in.
    Account(AccountId),
    /// A computer, or the network behind one.
    Address(IpAddr),
}

/// How often each may ask: so many times at once, and as many again each minute, evenly.
pub struct Rates {
    a_minute: Option<u32>,
    asked: Mutex<HashMap<Asker, Asked>>,
}

/// What an asker has left, in thousandths of a request.
struct Asked {
    left: i64,
    at: Timestamp,
}

impl Rates {
    /// So many requests a minute of an account; none: no limit.
    #[must_use]
    pub fn new(a_minute: Option<u32>) -> Self {
        Self { a_minute, asked: Mutex::default() }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// There were too many; this one is not counted.
    pub fn ask(&self, asker: Asker, now: Timestamp) -> Result<(), Wait> {
        let Some(a_minute) = self.a_minute else {
            return Ok(());
        };
        let a_minute = match asker {
            Asker::Account(_) => i64::from(a_minute),
            Asker::Address(_) => i64::from(a_minute) * i64::from(ADDRESS_SHARE),
        };
        let full = a_minute * 1_000;
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.len() >= MOST_ASKERS {
            // After a minute without a request the share is full again, as if there had never been one.
            asked.retain(|_, asked| (0..MINUTE_MS).contains(&now.since(asked.at)));
        }
        let of_asker = asked.entry(asker).or_insert(Asked { left: full, at: now });
        // A clock that was set back gives nothing and takes nothing.
        let passed = now.since(of_asker.at).clamp(0, MINUTE_MS);
        let left = (of_asker.left + passed * full / MINUTE_MS).min(full);
        if left < 1_000 {
            let missing = (1_000 - left) * MINUTE_MS;
            return Err(Wait(u64::try_from(missing).unwrap_or(0).div_ceil(u64::try_from(full).unwrap_or(1)).div_ceil(1_000)));
        }
        *of_asker = Asked { left: left - 1_000, at: now };
        Ok(())
    }
}

fn forget_old(times: &mut VecDeque<Timestamp>, now: Timestamp) {
    // A clock that was set back must not lock anybody out: times ahead of it are forgotten as well.
    times.retain(|time| (0..WINDOW_MS).contains(&now.since(*time)));
}

fn full(times: Option<&VecDeque<Timestamp>>, most: usize, now: Timestamp) -> Result<(), Wait> {
    let Some(times) = times.filter(|times| times.len() >= most) else {
        return Ok(());
    };
    let first = times.front().copied().unwrap_or(now);
    let left = WINDOW_MS - now.since(first);
    Err(Wait(u64::try_from(left).unwrap_or(0).div_ceil(1_000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_failure_of_a_name_has_to_wait() {
        let throttle = Throttle::default();
        for _ in 0..PER_NAME {
            assert_eq!(throttle.attempt("rina", Timestamp(1_000)), Ok(()));
        }
        assert_eq!(throttle.attempt("rina", Timestamp(61_000)), Err(Wait(240)));
        assert_eq!(throttle.attempt("yusuf", Timestamp(61_000)), Ok(()));
        assert_eq!(throttle.attempt("rina", Timestamp(301_000)), Ok(()));
    }

    #[test]
    fn an_account_has_its_share_and_an_office_ten() {
        let rates = Rates::new(Some(60));
        let account = |n| Asker::Account(AccountId::new(Timestamp(1), [n; 10]));
        for _ in 0..60 {
            assert_eq!(rates.ask(account(1), Timestamp(0)), Ok(()));
        }
        assert_eq!(rates.ask(account(1), Timestamp(0)), Err(Wait(1)));
        assert_eq!(rates.ask(account(2), Timestamp(0)), Ok(()));
        assert_eq!(rates.ask(account(1), Timestamp(999)), Err(Wait(1)));
        assert_eq!(rates.ask(account(1), Timestamp(1_000)), Ok(()));
        assert_eq!(rates.ask(account(1), Timestamp(1_000)), Err(Wait(1)));
        assert_eq!(rates.ask(account(1), Timestamp(-5_000)), Err(Wait(1)), "a clock that was set back gives nothing");
        let address = Asker::Address([10, 0, 0, 1].into());
        assert!((0..600).all(|_| rates.ask(address, Timestamp(0)).is_ok()));
        assert_eq!(rates.ask(address, Timestamp(0)), Err(Wait(1)));
        assert!(Rates::new(None).ask(address, Timestamp(0)).is_ok());
    }

    #[test]
    fn success_clears_the_name() {
        let throttle = Throttle::default();
        for _ in 0..3 * PER_NAME {
            assert_eq!(throttle.attempt("rina", Timestamp(0)), Ok(()));
            throttle.succeeded("rina");
        }
    }

    #[test]
    fn many_names_have_to_wait_together() {
        let throttle = Throttle::default();
        for name in 0..OVERALL {
            assert_eq!(throttle.attempt(&name.to_string(), Timestamp(0)), Ok(()));
        }
        assert!(throttle.attempt("rina", Timestamp(1)).is_err());
        assert!(throttle.attempt("rina", Timestamp(WINDOW_MS)).is_ok());
        // And the other way round after the clock was set back.
        assert!(throttle.attempt("rina", Timestamp(-1)).is_ok());
    }
}
