//! Holds a backend against the SIPS contract (`tests/backend/CONTRACT.md`), over HTTP and nothing else: it knows of the backend
//! what a device knows. Whatever is asked of it is built with the project's own rules, so that a refusal is the backend's.
//!
//! Reading order: `run` goes through the checks and makes a report; `checks` has them, one room for each part of the contract;
//! `world` is what they share (the three people, petitions, pulling); `client` sends, and keeps a note of every answer.

mod checks;
mod client;
mod difference;
mod petition;
pub mod report;
mod run;
pub mod settings;
mod world;

pub use checks::{HIGHEST_LEVEL, all};
pub use run::{CouldNotRun, run};

/// Something that a backend has to hold.
pub struct Check {
    /// Its name, such as `sessions.rotation`.
    pub id: &'static str,
    /// The level of the contract from which on it is asked.
    pub level: u8,
    /// The heading of the contract's article that says so.
    pub article: &'static str,
    /// What holds where it is met.
    pub holds: &'static str,
    /// How a backend that does not meet it is mended.
    pub mend: &'static str,
    /// Does it wait for minutes, or fill the server? Then it is done only where that was asked for.
    pub thorough: bool,
    run: fn(&world::World<'_>) -> Outcome,
}

/// Why a check did not end well.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The backend does not hold what it has to; in words for whoever mends it.
    Failed(String),
    /// It could not be asked, and why.
    Skipped(String),
}

/// How a check ended.
pub(crate) type Outcome = Result<(), Fault>;

/// A failed check.
pub(crate) fn failed<T>(found: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Failed(found.into()))
}

/// Ends a check with what was found, unless the condition holds.
macro_rules! hold {
    ($condition:expr, $($found:tt)+) => {
        if !$condition {
            return Err($crate::Fault::Failed(format!($($found)+)));
        }
    };
}
pub(crate) use hold;
