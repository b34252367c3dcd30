//! The last lines of the log, kept for the diagnostic file, also over a reload and from one program of the app to another. By convention
//! they name things by their ids and hold no personal data.

use std::cell::RefCell;
use std::collections::VecDeque;

use log::{LevelFilter, Log, Metadata, Record};
use web_sys::Storage;

use super::clock::now;

/// How many lines are kept.
pub const LINES: usize = 200;
/// The longest line, in bytes.
const LENGTH: usize = 1_000;

struct Ring;

thread_local! {
    static KEPT: RefCell<VecDeque<String>> = const { RefCell::new(VecDeque::new()) };
}

/// Under this key of the session's storage the lines of a tab stand.
const KEPT_AS: &str = "sips.log";

fn session() -> Option<Storage> {
    super::window().session_storage().ok().flatten()
}

/// Begins to keep what is logged, after what this tab logged before. Calling it again changes nothing.
pub fn install() {
    if log::set_logger(&Ring).is_ok() {
        let before = session().and_then(|storage| storage.get_item(KEPT_AS).ok().flatten()).unwrap_or_default();
        KEPT.with_borrow_mut(|kept| kept.extend(before.lines().map(str::to_owned)));
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
            // One line stays one, whatever an error says.
            kept.push_back(line.replace(['\n', '\r'], " "));
            if let Some(storage) = session() {
                // Where it is refused, the lines live as long as the page.
                let _ = storage.set_item(KEPT_AS, &kept.make_contiguous().join("\n"));
            }
        });
    }

    fn flush(&self) {}
}
