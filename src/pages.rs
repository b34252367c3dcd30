//! One module a page: it reads the state's signals, shows them and sends intent. It decides nothing.

pub mod case;
pub mod cases;
pub mod draft;
pub mod due_dates;
pub mod evidence;
pub mod file_preview;
pub mod help;
pub mod home;
pub mod journal;
pub mod kapsul;
pub mod law;
pub mod new_petition;
pub mod not_found;
pub mod outbox;
pub mod paper_sheet;
pub mod papers;
pub mod petition_summary;
pub mod public;
pub mod recap;
pub mod receipt;
pub mod schedule;
pub mod settings;
pub mod sheet;
pub mod sign_in;
pub mod style_guide;
