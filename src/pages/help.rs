//! Help without a network: what the app promises, and what to do when something is in the way.

use crate::components::live::live;
use leptos::prelude::*;

use crate::components::details::Details;
use crate::components::page_header::PageHeader;
use crate::pages::draft::page_title;
use crate::state::AppState;

/// The page.
#[component]
pub fn Help(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = app.say(|words| words.nav_help);
    page_title(app, title);
    let topics = move || {
        let words = app.words();
        [
            (words.help_petition, words.help_petition_text),
            (words.help_offline, words.help_offline_text),
            (words.help_saved, words.help_saved_text),
            (words.help_files, words.help_files_text),
            (words.help_deadline, words.help_deadline_text),
            (words.help_parked, words.help_parked_text),
            (words.help_password, words.help_password_text),
            (words.help_tabs, words.help_tabs_text),
            (words.help_full, words.help_full_text),
        ]
    };
    view! {
        <div class="page">
            <PageHeader title lead=app.say_some(|words| words.help_lead) />
            {live(move || topics().map(|(question, answer)| view! { <Details summary=question open=false><p class="prose">{answer}</p></Details> }).collect_view())}
        </div>
    }
}
