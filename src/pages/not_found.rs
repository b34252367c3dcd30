//! No such page: says so and leads home.

use leptos::prelude::*;

use crate::components::link_button::LinkButton;
use crate::components::page_header::PageHeader;
use crate::pages::draft::page_title;
use crate::routes::Route;
use crate::state::AppState;

/// The page.
#[component]
pub fn NotFound(
    /// The app.
    app: AppState,
) -> impl IntoView {
    view! { <div class="page"><NotFoundBody app /></div> }
}

/// What stands on it.
#[component]
pub fn NotFoundBody(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = app.say(|words| words.not_found);
    page_title(app, title);
    view! {
        <PageHeader title />
        <p>{app.say(|words| words.not_found_help)}</p>
        <LinkButton label=app.say(|words| words.to_home) href=Route::Home.path() />
    }
}
