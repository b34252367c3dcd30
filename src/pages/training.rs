//! *Ruang Latihan* on screen: the list of scenarios, the bar above every page, and what a trainer needs.

mod bar;
mod certificate;
mod home;
mod notes;
mod presenter;
mod qr;
mod trainer;

use leptos::prelude::*;

use crate::i18n::messages::TrainingMessages;
use crate::state::AppState;

pub use bar::TrainingFrame;
pub use certificate::Certificate;
pub use home::TrainingHome;
pub use notes::SpeakerNotes;
pub use trainer::TrainerSheet;

fn words(app: AppState) -> &'static TrainingMessages {
    TrainingMessages::of(app.language.get())
}

/// A fixed message of training that follows the language.
fn say(app: AppState, message: fn(&'static TrainingMessages) -> &'static str) -> Signal<String> {
    Signal::derive(move || message(words(app)).to_owned())
}
