//! The last lines of the log, kept in memory for the support page. By convention they name things by their ids and hold no personal data.

use std::cell::RefCell;
use std::collections::VecDeque;

use log::{LevelFilter, Log, Metadata, Record};

use super::clock::now;

/// How many lines are kept.
pub const LINES: usize = 200;
/// The longest line, in bytes.
const LENGTH: usize = 1_000;

struct Ring;

thread_local! {
    static KEPT: RefCell<VecDeque<String>> = const { RefCell::new(VecDeque::new()) };
}

/// Begins to keep what is logged. Calling it again changes nothing.
pub fn install() {
    if log::set_logger(&Ring).is_ok() {
        log::set_max_level(LevelFilter::Info);
    }
}

/// The lines kept, oldest first.
#[must_use]
pub fn lines() -> Vec<String> {
    KEPT.with_borrow(|kept| kept.iter().cloned().collect())
}

impl Log for Ring {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= LevelFilter::Info
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let mut line = format!("{} {} {}: {}", now(), record.level(), record.target(), record.args());
        if line.len() > LENGTH {
            line.truncate((0..=LENGTH).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0));
        }
        KEPT.with_borrow_mut(|kept| {
            if kept.len() == LINES {
                kept.pop_front();
            }
            kept.push_back(line);
        });
    }

    fn flush(&self) {}
}
