//! Limits attempts to sign in: by name, and over all names. It lives in memory: a restart forgets it, which helps
//! nobody who guesses passwords over the network.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

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
