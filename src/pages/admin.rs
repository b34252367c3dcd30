//! Data induk beyond the tables of the law: accounts of the officers, and devices with what each has not sent. Both are asked of the
//! server while a person waits; without it the pages say so, and nothing is changed.

pub mod account;
pub mod accounts;
pub mod devices;
pub mod fields;
pub mod import;

use leptos::prelude::*;

use crate::components::banner::Banner;
use crate::components::button::{Button, ButtonKind};
use crate::components::empty_state::EmptyState;
use crate::components::icon::IconName;
use crate::components::link_button::LinkButton;
use crate::components::tone::Tone;
use crate::i18n::admin::AdminMessages;
use crate::i18n::sentences;
use crate::routes::Route;
use crate::state::AppState;
use crate::state::admin::AskError;
use crate::sync::engine::Trouble;

/// The words of these pages.
#[must_use]
pub fn admin_words(app: AppState) -> &'static AdminMessages {
    AdminMessages::of(app.language.get())
}

/// A fixed message that follows the language.
#[must_use]
pub fn say(app: AppState, message: fn(&'static AdminMessages) -> &'static str) -> Signal<String> {
    Signal::derive(move || message(admin_words(app)).to_owned())
}

/// Likewise, for what may be missing.
#[must_use]
pub fn say_some(app: AppState, message: fn(&'static AdminMessages) -> &'static str) -> Signal<Option<String>> {
    Signal::derive(move || Some(message(admin_words(app)).to_owned()))
}

/// How far something has been fetched.
#[derive(Clone, Debug, PartialEq)]
pub enum Fetched<T> {
    /// A request is under way.
    Fetching,
    /// It is here.
    Here(T),
    /// It could not be had.
    Failed(AskError),
}

/// Why something could not be had, and another try.
pub fn failed(app: AppState, error: &AskError, not_offered: &'static str, again: Callback<()>) -> AnyView {
    let (language, words) = (app.language.get(), admin_words(app));
    match error {
        AskError::NotOffered => view! { <EmptyState text=not_offered icon=IconName::Info /> }.into_any(),
        AskError::Refused(problem) if problem.status == 403 => view! {
            <EmptyState text=words.forbidden icon=IconName::Lock>
                <LinkButton label=app.say(|words| words.to_home) href=Route::Home.path() />
            </EmptyState>
        }
        .into_any(),
        other => {
            let text = match other {
                AskError::Trouble(trouble) => sentences::trouble(language, *trouble).to_owned(),
                AskError::Refused(problem) => format!("{} ({})", problem.title, problem.status),
                AskError::NotOffered => String::new(),
            };
            view! {
                <Banner
                    title=words.not_here
                    tone=Tone::Warning
                    actions=ViewFn::from(move || view! { <Button label=say(app, |words| words.again) kind=ButtonKind::Secondary on_press=again /> })
                >
                    <p>{text}</p>
                </Banner>
            }
            .into_any()
        }
    }
}

/// Why accounts cannot be changed now: no right, or no way to the server.
#[must_use]
pub fn why_not(app: AppState) -> Signal<Option<String>> {
    let offline = needs_network(app);
    Signal::derive(move || {
        let may = app.account.with(|me| me.as_ref().is_some_and(|me| crate::domain::account::may_change(&me.roles)));
        if may { offline.get() } else { Some(admin_words(app).only_centre.to_owned()) }
    })
}

/// Why what the server alone can do has to wait, while there is none.
pub fn needs_network(app: AppState) -> Signal<Option<String>> {
    Signal::derive(move || {
        let offline = matches!(app.sync.get().trouble, Some(Trouble::Offline | Trouble::Unreachable));
        offline.then(|| admin_words(app).needs_network.to_owned())
    })
}

/// The name of an office, or its code where this device does not know it.
#[must_use]
pub fn office_name(app: AppState, code: &crate::domain::office::OfficeCode) -> String {
    app.office(code).map_or_else(|| code.0.clone(), |office| format!("{} ({})", office.name, code.0))
}
