//! *Ruang Latihan* on screen: the list of scenarios, the bar above every page, and what a trainer needs.

mod bar;
mod certificate;
mod home;
mod notes;
mod presenter;
mod trainer;
mod twice;

use leptos::prelude::*;

use crate::i18n::messages::TrainingMessages;
use crate::pages::paper_sheet::code_picture;
use crate::papers::code::code;
use crate::platform::page;
use crate::state::AppState;
use crate::state::training::{self, Training};

pub use bar::TrainingFrame;
pub use certificate::Certificate;
pub use home::TrainingHome;
pub use notes::SpeakerNotes;
pub use trainer::TrainerSheet;

/// The address of where training stands.
fn here(app: AppState, training: Training) -> Option<String> {
    training::link(app, training).map(|path| format!("{}{path}", page::served_from()))
}

/// An address as a code: dark on white in both themes, since cameras look for that. Nothing where it is too long for one.
fn qr(text: &str, label: &str) -> Option<AnyView> {
    let code = code(text)?;
    Some(view! { <div class="training-qr">{code_picture(&code, label.to_owned())}</div> }.into_any())
}

fn words(app: AppState) -> &'static TrainingMessages {
    TrainingMessages::of(app.language.get())
}

/// A fixed message of training that follows the language.
fn say(app: AppState, message: fn(&'static TrainingMessages) -> &'static str) -> Signal<String> {
    Signal::derive(move || message(words(app)).to_owned())
}
