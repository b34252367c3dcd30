//! What somebody has practised on this device, and how well.

use serde::{Deserialize, Serialize};

use crate::domain::table::Table;

/// Points that a hint costs, and a wrong way.
const HINT: u32 = 4;
const WRONG: u32 = 8;
/// A scenario without a hint and without a wrong way.
const WHOLE: u32 = 100;

/// Of all scenarios, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress(pub Table<String, Record>);

/// Of one scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Steps done in the run at hand.
    pub done: u32,
    /// Steps there are.
    pub of: u32,
    /// Hints opened in that run.
    pub hints: u32,
    /// Wrong ways gone in that run.
    pub wrong: u32,
    /// Steps passed over in it: done by the scenario's own way.
    #[serde(default)]
    pub skipped: u32,
    /// The best score of a run that came to its end.
    #[serde(default)]
    pub best: u32,
    /// Did any?
    #[serde(default)]
    pub finished: bool,
}

impl Record {
    /// The score of the run at hand: what was passed over counts for nothing.
    #[must_use]
    pub fn score(&self) -> u32 {
        let own = self.done.saturating_sub(self.skipped);
        let share = (WHOLE * own.min(self.of)).checked_div(self.of).unwrap_or(0);
        share.saturating_sub(self.hints * HINT + self.wrong * WRONG)
    }
}

impl Progress {
    /// What is known of a scenario.
    #[must_use]
    pub fn of(&self, key: &str) -> Record {
        self.0.get(key).copied().unwrap_or_default()
    }

    /// A step begins. The first one begins a new run, unless it is done `again`; of another one, what was not done before it was passed over.
    pub fn begin(&mut self, key: &str, step: usize, of: usize, again: bool) {
        let before = self.of(key);
        let (step, of) = (u32::try_from(step).unwrap_or(0), u32::try_from(of).unwrap_or(0));
        let record = if step == 0 && !again {
            Record { of, best: before.best, finished: before.finished, ..Record::default() }
        } else {
            Record { done: step, skipped: before.skipped.min(step) + step.saturating_sub(before.done), of, ..before }
        };
        self.0.insert(key.to_owned(), record);
    }

    /// Something happened in the run at hand.
    pub fn note(&mut self, key: &str, event: Event) {
        let mut record = self.of(key);
        match event {
            Event::Hint => record.hints += 1,
            Event::Wrong => record.wrong += 1,
            Event::Done { step } => {
                record.done = record.done.max(u32::try_from(step + 1).unwrap_or(0));
                if record.of > 0 && record.done >= record.of {
                    record.finished = true;
                    record.best = record.best.max(record.score());
                }
            }
        }
        self.0.insert(key.to_owned(), record);
    }
}

/// What can happen in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A hint was opened.
    Hint,
    /// A wrong way was gone.
    Wrong,
    /// A step was done.
    Done {
        /// From 0.
        step: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_and_wrong_ways_cost_points_and_the_best_run_stays() {
        let mut progress = Progress::default();
        progress.begin("a", 0, 2, false);
        progress.note("a", Event::Hint);
        progress.note("a", Event::Wrong);
        progress.note("a", Event::Done { step: 0 });
        assert_eq!((progress.of("a").score(), progress.of("a").finished), (50 - HINT - WRONG, false));
        progress.note("a", Event::Done { step: 1 });
        assert_eq!((progress.of("a").best, progress.of("a").finished), (WHOLE - HINT - WRONG, true));
        // The first step done again after a wrong way: it has been gone all the same.
        progress.begin("b", 0, 1, false);
        progress.note("b", Event::Wrong);
        progress.begin("b", 0, 1, true);
        progress.note("b", Event::Done { step: 0 });
        assert_eq!(progress.of("b").score(), WHOLE - WRONG);
        // Passed over: the link to the second step was opened.
        progress.begin("a", 0, 2, false);
        progress.begin("a", 1, 2, false);
        progress.note("a", Event::Done { step: 1 });
        assert_eq!((progress.of("a").score(), progress.of("a").best), (50, WHOLE - HINT - WRONG));
        // Done, and the second step begun again: nothing was passed over.
        progress.begin("a", 0, 2, false);
        progress.note("a", Event::Done { step: 0 });
        progress.begin("a", 1, 2, false);
        progress.note("a", Event::Done { step: 1 });
        assert_eq!(progress.of("a").score(), WHOLE);
    }
}
